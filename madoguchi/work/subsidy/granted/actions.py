"""What the desk does after a decision (決定の後): change, and how a grant ends early.

Every sum that moves, moves in the year's budget in the same transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.koyomi.dates import day_in_japan, fiscal_year
from madoguchi.rules.programme.subsidy import Life, Terms
from madoguchi.rules.steps.grant import RESERVING, State, Verb
from madoguchi.rules.subsidy.filing import Filing
from madoguchi.rules.subsidy.year import money_of, refund_into
from madoguchi.tools.act.action import action, allowed
from madoguchi.tools.office.actor import Actor
from madoguchi.work.subsidy import validation
from madoguchi.work.subsidy.budget import moving
from madoguchi.work.subsidy.corrections import checked, readable, require_order
from madoguchi.work.subsidy.desk import (
    LockedGrant,
    StepDetails,
    lock_grant,
    not_later,
    worded,
    write,
)
from madoguchi.work.subsidy.history import (
    OFF,
    PROTECTED,
    earliest,
    newest,
    paid_yen,
    unprotect,
)
from madoguchi.work.subsidy.models import Grant
from madoguchi.work.subsidy.reviewing.findings import require_within_cap
from madoguchi.work.subsidy.validation import (
    Missing,
    checked_filing,
    decided_or_today,
    missing_details,
    public_filing,
    require_decider,
)


@dataclass(frozen=True)
class NewSum:
    """Another sum than was decided (変更交付決定)."""

    amount_yen: int
    why: str = field(repr=False)
    filing: Filing = field(repr=False)


@dataclass(frozen=True)
class SentBack:
    """What is wrong with a report or a claim (差戻し): in words, by the form's numbers, or both."""

    why: str = field(default="", repr=False)
    missing: tuple[Missing, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Revocation:
    """A decision that is taken back (取消し); `repay_yen`: what of a payment has to come back.

    `repay_by_on`: by when (返還の期限), where the city has set a day.
    """

    why: str = field(repr=False)
    filing: Filing = field(repr=False)
    repay_yen: int = 0
    repay_by_on: date | None = None


@dataclass(frozen=True)
class Correction:
    """New values for numbers and days of one step that were typed wrongly."""

    step: int
    fields: Mapping[str, Any] = field(repr=False)
    why: str = field(repr=False)


@action("grant.change")
def change(
    actor: Actor, grant: Grant, changed: NewSum, life: Life, terms: Terms, *, now: datetime
) -> UUID:
    """Grant another sum, under the terms of the day of the application; it is reserved instead.

    Raises:
        Refused: no sum, the same one, no reason, more than the terms let through
            (`grant.amount_cap`) or the budget has left, more of a year that is over
            (`grant.year_over`), or it is not this colleague's to decide (`require_decider`).
    """
    why = worded(changed.why, "grant.why")
    locked = lock_grant(actor, grant, Verb.CHANGE, now, life)
    filing = checked_filing(locked.steps, changed.filing, Verb.CHANGE, now)
    was, yen = locked.granted_yen, changed.amount_yen
    if yen <= 0:
        raise Refused(Reason("grant.amount"))
    if yen == was:
        raise Refused(Reason("grant.amount_same"))
    require_decider(actor, locked.steps, life, more=yen > was)
    year, on = locked.year, decided_or_today(filing, now)
    if yen > was:
        validation.require_running(year, on)
        require_within_cap(locked, yen, terms)
    moving.move(grant.office_id, year, was, yen)
    details = {"was_yen": was, "amount_yen": yen, "why": why, "filing": filing}
    public_details = {"was_yen": was, "amount_yen": yen, **public_filing(filing)}
    return write(locked, StepDetails(details, on, public_details))


@action("grant.send_back")
def send_back(actor: Actor, grant: Grant, again: SentBack, life: Life, *, now: datetime) -> UUID:
    """Send a report or a claim back to be made again (差戻し); the person reads why.

    Raises:
        Refused: neither a reason nor anything that is missing.
    """
    missing, why = missing_details(again.missing), again.why.strip()
    words = why if missing and not why else worded(why, "grant.again")
    details = {"why": words, "missing": missing}
    locked = lock_grant(actor, grant, Verb.SEND_BACK, now, life)
    return write(locked, StepDetails(details, public_details=details))


@action("grant.withdraw")
def withdraw(actor: Actor, grant: Grant, why: str, *, now: datetime) -> UUID:
    """Record that the person withdraws (取下げ); what was reserved is given back."""
    details = {"why": worded(why, "grant.why")}
    locked = lock_grant(actor, grant, Verb.WITHDRAW, now)
    _release(locked)
    return write(locked, StepDetails(details, public_details={}))


@action("grant.revoke")
def revoke(actor: Actor, grant: Grant, revoked: Revocation, life: Life, *, now: datetime) -> UUID:
    """Revoke the decision (取消し); of a paid grant, with the sum that has to be repaid.

    The person reads why.

    Raises:
        Refused: no reason; nothing, or more than was paid, is to be repaid of a paid grant;
            something of one that was not; by a day before it was revoked; or it is not this
            colleague's to decide (`require_decider`).
    """
    why = worded(revoked.why, "grant.why")
    locked = lock_grant(actor, grant, Verb.REVOKE, now)
    require_decider(actor, locked.steps, life)
    filing = checked_filing(locked.steps, revoked.filing, Verb.REVOKE, now)
    paid = paid_yen(locked.steps)
    if paid and not 0 < revoked.repay_yen <= paid:
        raise Refused(Reason("grant.repay_yen", values={"most": f"{paid:,}"}))
    if not paid and (revoked.repay_yen or revoked.repay_by_on):
        raise Refused(Reason("grant.repay_nothing"))
    by, on = revoked.repay_by_on, decided_or_today(filing, now)
    if by and by < on:
        raise Refused(Reason("grant.repay_by_on"))
    _release(locked)
    back = {
        "why": why,
        "repay_yen": revoked.repay_yen,
        **({"repay_by_on": by.isoformat()} if by else {}),
    }
    details, public_details = {**back, "filing": filing}, {**back, **public_filing(filing)}
    return write(locked, StepDetails(details, on, public_details, answer_by=by))


@action("grant.repay")
def repay(actor: Actor, grant: Grant, repaid_on: date, yen: int, *, now: datetime) -> UUID:
    """Record money that came back (返還): for the old year while its books are open, else the new.

    Raises:
        Refused: nothing is to be repaid, another sum came, or the day is later than today or before
            the payment.
    """
    not_later(repaid_on, now, "grant.repaid_on")
    locked = lock_grant(actor, grant, Verb.REPAY, now)
    owed = int(newest(locked.steps, Verb.REVOKE)["repay_yen"])
    if yen != owed:
        raise Refused(Reason("grant.amount_other", values={"yen": f"{owed:,}"}))
    paid_on = earliest(locked.steps, Verb.REPAY)
    if paid_on is None or repaid_on < paid_on:
        raise Refused(Reason("grant.repaid_on"))
    year = locked.year
    into = refund_into(repaid_on, year)
    if into == "budget":
        moving.give_back(grant.office_id, year, yen)
    public_details = {"repaid_on": repaid_on.isoformat(), "yen": yen}
    details = {**public_details, "into": into}
    return write(locked, StepDetails(details, repaid_on, public_details))


@action("grant.lapse")
def lapse(actor: Actor, grant: Grant, why: str, life: Life, *, now: datetime) -> UUID:
    """End a grant that was not finished within its fiscal year; the person reads why.

    Raises:
        Refused: its year is not over yet, which for a settled sum is on 31 May.
    """
    details = {"why": worded(why, "grant.why")}
    locked = lock_grant(actor, grant, Verb.LAPSE, now, life)
    validation.require_over(grant.state, locked.year, life.stages, now.date())
    _release(locked)
    return write(locked, StepDetails(details, public_details=details))


@action("grant.carry")
def carry(actor: Actor, grant: Grant, why: str, life: Life, *, now: datetime) -> UUID:
    """Let it go on after its fiscal year (繰越); its sum stays in the books of the old one."""
    details = {"why": worded(why, "grant.why")}
    locked = lock_grant(actor, grant, Verb.CARRY, now, life)
    return write(locked, StepDetails(details))


@action("grant.amend")
def amend(actor: Actor, grant: Grant, amended: Correction, *, now: datetime) -> UUID:
    """Correct numbers, names or days of one step; the step itself stays as it was sealed.

    Raises:
        Absent: there is no such step.
        Refused: no reason, a field that may not be corrected, another fiscal year would follow, the
            days would be in an impossible order, or this colleague may not end the protection of an
            address.
    """
    why = worded(amended.why, "grant.why")
    locked = lock_grant(actor, grant, Verb.AMEND, now)
    step = next((each for each in locked.steps if each.number == amended.step), None)
    if step is None:
        raise Absent
    fields = checked(step.verb, amended.fields, now)
    if fields.get(PROTECTED) == OFF:
        if not allowed(actor, "grant.unprotect", grant):
            raise Refused(Reason("grant.protected_off"))
        unprotect(actor, grant, now=now)
    columns = {}
    if "received_on" in fields:
        columns = {"received_on": _received_on(locked, fields)}
    for name in ("paid_on", "decided_on"):
        if fields.get(name):
            _require_same_money(locked, step.verb, date.fromisoformat(fields[name]))
    require_order(locked.steps, step, fields, now.date())
    details = {"step": step.number, "fields": fields, "why": why}
    new = StepDetails(details, public_details=readable(step, fields), columns=columns)
    return write(locked, new)


def _require_same_money(locked: LockedGrant, verb: Verb, on: date) -> None:
    """Refuse another day of a step by which its money would be of another year."""
    applied = locked.grant.fiscal_year
    match verb:
        case Verb.DECIDE if applied is not None:
            if money_of(applied, on) != locked.year:
                raise Refused(Reason("grant.amend_decided"))
        case Verb.FIX:
            validation.require_fixable(locked.steps, locked.year, on)
        case Verb.PAY:
            validation.require_payable(locked.steps, locked.year, on)


def _received_on(locked: LockedGrant, fields: dict[str, str]) -> date:
    """Another day of receipt; the day of the application follows in `fields` where it was that one.

    Raises:
        Refused: it is of another fiscal year, or before the form was sent.
    """
    on = date.fromisoformat(fields["received_on"])
    details = newest(locked.steps, Verb.RECEIVE, Verb.TYPE_IN)
    was, sent_at = locked.grant.received_on, locked.grant.sent_at
    if fiscal_year(on) != locked.grant.fiscal_year:
        raise Refused(Reason("grant.amend_year"))
    if sent_at is not None and on < day_in_japan(sent_at):
        raise Refused(Reason("grant.received_on"))
    if was is not None and details["applied_on"] == was.isoformat():
        fields["applied_on"] = on.isoformat()
    return on


def _release(locked: LockedGrant) -> None:
    """Give back what is reserved for a grant that ends before it was paid."""
    if State(locked.grant.state) in RESERVING:
        year = locked.year
        moving.release(locked.office_id, year, locked.granted_yen)
