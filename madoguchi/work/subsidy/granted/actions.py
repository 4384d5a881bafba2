"""What the desk does after a decision (決定の後): send back, carry, correct; an early end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.koyomi.dates import day_in_japan, fiscal_year
from madoguchi.rules.programme.subsidy import Life
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.year import money_of
from madoguchi.tools.act.action import action, allowed
from madoguchi.tools.office.actor import Actor
from madoguchi.work.subsidy import validation
from madoguchi.work.subsidy.acts.afterwards import release
from madoguchi.work.subsidy.corrections import checked, readable, require_order
from madoguchi.work.subsidy.desk import (
    LockedGrant,
    StepDetails,
    lock_grant,
    worded,
    write,
)
from madoguchi.work.subsidy.history import (
    OFF,
    PROTECTED,
    newest,
    unprotect,
)
from madoguchi.work.subsidy.models import Grant
from madoguchi.work.subsidy.validation import (
    Missing,
    missing_details,
)


@dataclass(frozen=True)
class SentBack:
    """What is wrong with a contract, a report or a claim (差戻し).

    In words, by the form's numbers, or both.
    """

    why: str = field(default="", repr=False)
    missing: tuple[Missing, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Correction:
    """New values for numbers and days of one step that were typed wrongly."""

    step: int
    fields: Mapping[str, Any] = field(repr=False)
    why: str = field(repr=False)


@action("grant.send_back")
def send_back(actor: Actor, grant: Grant, again: SentBack, life: Life, *, now: datetime) -> UUID:
    """Send the contract, a report or a claim back (差戻し); the person reads why.

    What was in it is offered to them again.

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
    release(locked)
    return write(locked, StepDetails(details, public_details={}))


@action("grant.lapse")
def lapse(actor: Actor, grant: Grant, why: str, life: Life, *, now: datetime) -> UUID:
    """End a grant that was not finished within its fiscal year; the person reads why.

    Raises:
        Refused: its year is not over yet, which for a settled sum is on 31 May.
    """
    details = {"why": worded(why, "grant.why")}
    locked = lock_grant(actor, grant, Verb.LAPSE, now, life)
    validation.require_over(grant.state, locked.year, life.stages, now.date())
    release(locked)
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
    fields = checked(step, amended.fields, now)
    if fields.get(PROTECTED) == OFF:
        if not allowed(actor, "grant.unprotect", grant):
            raise Refused(Reason("grant.protected_off"))
        unprotect(actor, grant, now=now)
    columns = {}
    if "received_on" in fields and step.verb in (Verb.RECEIVE, Verb.TYPE_IN):
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
