"""What is known of an application when it is judged: verdicts, files, earlier grants."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal, get_args
from uuid import UUID

from madoguchi.rules.decision import Decision, Held, Reason, Refused
from madoguchi.rules.programme.read import snake
from madoguchi.rules.programme.subsidy import Condition, Terms, Timing
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.facts import CostByNow, Facts, Granted
from madoguchi.rules.subsidy.fields import BACK, rests_on
from madoguchi.rules.subsidy.guardian import GUARDIAN, Representative, guardian
from madoguchi.rules.subsidy.judge import (
    AMOUNT,
    Judgement,
    grantable,
    judge,
    refused_sum,
    reviewed,
    with_verdict,
)
from madoguchi.tools.vault.cipher import Tampered
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases.models import Case
from madoguchi.work.subsidy.application import Applied, facts
from madoguchi.work.subsidy.desk import LockedGrant
from madoguchi.work.subsidy.history import (
    StepCard,
    applied_on,
    current,
    history,
    last,
    newest,
)
from madoguchi.work.subsidy.models import Check, Grant
from madoguchi.work.subsidy.money import money, standing
from madoguchi.work.subsidy.order import stopped_by

LABEL = "grant_check"
SEEN = ("desk", "device", "paper")
"""How an officer saw what was posted (掲載の確認): at the desk's PC, on the person's device, on a
paper that they took home again."""
OF_EVERY_CITY = ("terms", "eligible_cost", "amount", "guardian")
RULES = (*get_args(Condition.__value__), *get_args(Timing.__value__))
CODES = frozenset(
    f"subsidy.{name}" for name in (*OF_EVERY_CITY, *(snake(rule.__name__) for rule in RULES))
)
"""The codes on which there may be a verdict: conditions of any city's rules, and what is asked of
every application."""


@dataclass(frozen=True)
class Verdict:
    """A verdict to be written; `code` is a reason's (`subsidy.resident`).

    `confirmed_on`: when it was looked up, today if None. `note`: why, unless it is `met`.
    `moved_out_on`: the last day in the register of who moved away; the rules say whether it counts.
    `seen_how`: how the officer saw what was posted, where that stands for its print (`SEEN`).
    """

    code: str
    verdict: Literal["met", "unmet", "unknown"]
    note: str = field(default="", repr=False)
    confirmed_on: date | None = None
    moved_out_on: date | None = field(default=None, repr=False)
    seen_how: str = ""


@dataclass(frozen=True)
class CheckCard:
    """A verdict as it was written; `overtaken`: it holds no more, since a completion came."""

    id: UUID
    code: str
    held: Held
    note: str = field(repr=False)
    confirmed_on: date
    staff_id: UUID
    at: datetime
    overtaken: bool
    moved_out_on: date | None = field(default=None, repr=False)
    seen_how: str = ""


def write(grant: Grant, staff: Drawer, new: Verdict, staff_id: UUID, now: datetime) -> UUID:
    """Seal the next verdict, inside an act that holds the grant."""
    rows = Check.of(grant.office_id).filter(grant_id=grant.id)
    row = Check(
        office_id=grant.office_id,
        case_id=grant.case_id,
        grant_id=grant.id,
        number=rows.count() + 1,
        staff_id=staff_id,
        at=now,
    )
    moved = new.moved_out_on
    details = {
        "code": new.code,
        "verdict": new.verdict,
        "note": new.note.strip(),
        "confirmed_on": (new.confirmed_on or now.date()).isoformat(),
        "moved_out_on": moved.isoformat() if moved else "",
        **({"seen_how": new.seen_how} if new.seen_how else {}),
    }
    row.told = staff.seal(LABEL, row.id, details, row.associated_data)
    row.save(force_insert=True)
    return row.id


def verdicts(grant: Grant, staff: Drawer, steps: Sequence[StepCard]) -> tuple[CheckCard, ...]:
    """All verdicts on a grant, the first one first.

    What was missing or unclear before a completion (補正) came has to be looked at again.

    Raises:
        Tampered: a verdict of the case was changed, moved or taken away.
    """
    completed_at = max((step.at for step in steps if step.verb is Verb.COMPLETE), default=None)
    rows = Check.of_cases(grant.office_id, grant.case_id).order_by("number")
    cards = [(row.grant_id, _card(row, staff, completed_at)) for row in rows]
    elsewhere = any(row.case_id != grant.case_id for row in rows)
    if elsewhere or staff.written(LABEL) - {str(card.id) for _, card in cards}:
        raise Tampered
    return tuple(card for grant_id, card in cards if grant_id == grant.id)


def holding(checks: Sequence[CheckCard]) -> Mapping[str, CheckCard]:
    """The verdict that holds for each condition that has one, by its code."""
    newest = {check.code: check for check in checks}
    return {code: check for code, check in newest.items() if not check.overtaken}


def _card(row: Check, staff: Drawer, completed_at: datetime | None) -> CheckCard:
    details = staff.open(LABEL, row.id, row.told, row.associated_data)
    held, moved = Held(details["verdict"]), details["moved_out_on"]
    return CheckCard(
        row.id,
        details["code"],
        held,
        details["note"],
        date.fromisoformat(details["confirmed_on"]),
        row.staff_id,
        row.at,
        overtaken=held is not Held.MET and completed_at is not None and row.at <= completed_at,
        moved_out_on=date.fromisoformat(moved) if moved else None,
        seen_how=details.get("seen_how", ""),
    )


RETURNED = {"subsidy.not_refunded": "refunded_yen", "subsidy.not_recovered": "recovered_yen"}
REPRESENTATIVE: Mapping[str, Representative] = {"yes": "other_party", "unsure": "unsure"}
DOORS = {"phone": "phone", "counter": "face", "mail": "email", "web": "web"}


@dataclass(frozen=True)
class Circumstances:
    """What is known for the judgement beside the application itself.

    `applied_on`: the day it counts from. `channel`: how it came. `door`: how the case first came to
    the desk. `granted`: what was granted in this case before; None where there was nothing, since
    in another case there may have been.
    """

    applied_on: date | None
    channel: str
    door: str
    granted: tuple[Granted, ...] | None = None


@dataclass(frozen=True)
class Finding:
    """One condition: the machine's reason, the officer's verdict, and what holds after both."""

    machine: Reason
    officer: CheckCard | None
    holds: Held

    @property
    def is_against(self) -> bool:
        """Whether an officer looked at it and it is not met."""
        return self.officer is not None and self.holds is Held.UNMET


@dataclass(frozen=True)
class Findings:
    """Every condition, and the judgement that follows from what holds."""

    conditions: tuple[Finding, ...]
    judgement: Judgement

    @property
    def asked(self) -> tuple[Finding, ...]:
        """What officers give verdicts on: the conditions, and the sum where it would be nothing."""
        return tuple(
            each
            for each in self.conditions
            if each.machine.code != AMOUNT or Held.UNMET in (each.machine.held, each.holds)
        )

    @property
    def unjudged(self) -> tuple[Reason, ...]:
        """Those of them on which no officer has given a verdict yet."""
        return tuple(each.machine for each in self.asked if each.officer is None)

    @property
    def against(self) -> frozenset[str]:
        """The codes of what an officer looked at and is not met: a machine refuses nobody."""
        return frozenset(each.machine.code for each in self.conditions if each.is_against)


def findings(
    steps: Sequence[StepCard], checks: Sequence[CheckCard], known: Circumstances, terms: Terms
) -> Findings:
    """The conditions and the judgement of the application as it is now, under the day's terms.

    What the city has not confirmed as a condition is asked of nobody and blocks nothing (要確認).
    """
    terms = terms.written
    machine = _machine(steps, known, terms)
    checks_by_code = _still_valid(steps, holding(checks), machine, known, terms)
    settled = _settled(checks_by_code)
    judged = reviewed(_facts(steps, known, checks_by_code), terms, settled)
    minor = (with_verdict(reason, settled) for reason in _guardian(current(steps), known))
    decision = Decision.of(*judged.decision.reasons, *minor)
    holds = {reason.code: reason.held for reason in decision.reasons}
    return Findings(
        tuple(
            Finding(reason, checks_by_code.get(reason.code), holds.get(reason.code, reason.held))
            for reason in machine
        ),
        replace(judged, decision=decision),
    )


def reckoned(
    steps: Sequence[StepCard],
    checks: Sequence[CheckCard],
    known: Circumstances,
    terms: Terms,
    cost: CostByNow | None = None,
) -> Judgement:
    """What may be granted for what it cost by now (交付できる額); `cost`: by a new estimate.

    Where money came back or from elsewhere and the city has a condition on that, no sum is certain.
    """
    held = holding(checks)
    back = money_back(steps)
    facts = _facts(steps, known, held)
    if "other_aid_yen" in back:
        facts = replace(facts, other_aid_yen=back["other_aid_yen"])
    if cost is None:
        cost = money(steps).cost
    found = grantable(facts, terms, _settled(held), cost)
    if asks_about_back(terms, back):
        return replace(found, amount_yen=None, at_least_yen=0)
    return found


def money_back(steps: Sequence[StepCard]) -> Mapping[str, int]:
    """What came back or from elsewhere, as it was reported and recorded since, by the keys `BACK`.

    >>> money_back(())
    {}
    """
    standing_steps = standing(steps)
    report = newest(standing_steps, Verb.REPORT)
    found = {name: int(report[name]) for name in BACK if report.get(name)}
    later = sum(int(step.details["yen"]) for step in standing_steps if step.verb is Verb.REFUND)
    refunded = found.get("refunded_yen", 0) + later
    return {**found, "refunded_yen": refunded} if refunded else found


def asks_about_back(terms: Terms, back: Collection[str]) -> bool:
    """Whether the city has, or may have, a condition on the money that came back."""
    rules = terms.version.condition if terms.version else ()
    return any(RETURNED.get(f"subsidy.{snake(type(rule).__name__)}") in back for rule in rules)


def require_lawful(
    locked: LockedGrant,
    yen: int,
    *,
    cost: CostByNow | None = None,
    applied_yen: int | None = None,
    why: str = "",
    less: str = "",
) -> None:
    """Refuse a sum that the rules of its day do not let out for what it cost by now.

    `applied_yen`: what was applied for with a change, where it is another sum than that of the
    application. `why`: the reason for a sum inside the range that an unconfirmed point leaves open.
    `less`: the reason for one below it. A sum that was decided had its reason, unless something
    came back before the fixing. While nobody said what each of several requests cost, no sum is
    above that of the worst split, nor is fixed; what was fixed before that was asked is paid.

    Raises:
        Refused: it is above the most (`grant.amount_most`), or above what was applied for
            (`grant.amount_applied`); nothing says the share, the cap or the cost
            (`grant.rate_open`); a reason is missing
            (`grant.amount_why`, `grant.amount_less`); what each request cost is not known
            (`grant.unsplit`); or the terms are of another day.
    """
    checks = verdicts(locked.grant, locked.staff, locked.steps)
    of_grant = _known_under(locked, locked.rules)
    found = reckoned(locked.steps, checks, of_grant, locked.rules, cost)
    above_worst = yen > (found.at_least_yen or 0) and locked.verb is not Verb.PAY
    if found.unsplit and (locked.verb is Verb.FIX or above_worst):
        raise Refused(Reason("grant.unsplit"))
    decided = locked.granted_yen if locked.verb in (Verb.FIX, Verb.PAY) else None
    if applied_yen is None and locked.verb in (Verb.DRAFT, Verb.CHANGE):
        applied_yen = current(locked.steps).applied_yen
    reopened = locked.verb is Verb.FIX and bool(money_back(locked.steps))
    wrong = refused_sum(
        found,
        yen,
        applied_yen=applied_yen,
        decided_yen=decided,
        why=why.strip() or ("decided" if yen == decided and not reopened else ""),
        less=less.strip(),
    )
    if wrong and locked.verb is Verb.PAY and wrong.code == "grant.amount_most":
        raise Refused(Reason("grant.reduce_first", values=wrong.values))
    if wrong:
        raise Refused(wrong)


def _machine(steps: Sequence[StepCard], known: Circumstances, terms: Terms) -> tuple[Reason, ...]:
    """What the machine finds of the application after these steps."""
    found = judge(_facts(steps, known, {}), terms).decision.reasons
    return (*found, *_guardian(current(steps), known))


def _still_valid(
    steps: Sequence[StepCard],
    held: Mapping[str, CheckCard],
    machine: Sequence[Reason],
    known: Circumstances,
    terms: Terms,
) -> Mapping[str, CheckCard]:
    """The verdicts on conditions of which the machine still finds what it found at their time.

    Where the application has changed so that it finds something else, or a completion (補正)
    brought another paper or answer than a verdict rests on, an officer has to look again.
    """
    now = {reason.code: reason for reason in machine}
    valid: dict[str, CheckCard] = {}
    for code, check in held.items():
        before = tuple(step for step in steps if step.at <= check.at)
        then = (reason for reason in _machine(before, known, terms) if reason.code == code)
        if next(then, None) == now.get(code) and not _replaced(steps, before, code, terms):
            valid[code] = check
    return valid


def _replaced(
    steps: Sequence[StepCard], before: Sequence[StepCard], code: str, terms: Terms
) -> bool:
    """Whether a completion after these steps changed what the answer to a condition rests on."""
    later = tuple(step for step in steps[len(before) :] if step.verb is Verb.COMPLETE)
    if not later or terms.version is None:
        return False
    then, now = current(before), current((*before, *later))
    names = rests_on(terms.version, code)
    return any(getattr(then, name) != getattr(now, name) for name in names)


def _settled(held: Mapping[str, CheckCard]) -> dict[str, Held]:
    """What officers settled; of who moved away the rules say whether that counts."""
    return {
        code: check.held
        for code, check in held.items()
        if not (check.moved_out_on and check.held is Held.MET)
    }


def _facts(steps: Sequence[StepCard], known: Circumstances, held: Mapping[str, CheckCard]) -> Facts:
    found = facts(
        current(steps),
        received_on=known.applied_on,
        channel=known.channel,
        used_desk=DOORS.get(known.door),  # type: ignore[arg-type] # one of the means
        checks={code: check.held.value for code, check in held.items()},
        granted=known.granted,
    )
    moved = next((check.moved_out_on for check in held.values() if check.moved_out_on), None)
    return replace(found, moved_out_on=moved)


def _guardian(applied: Applied, known: Circumstances) -> tuple[Reason, ...]:
    """What to settle about a minor's representative, on the day of the application; never a no."""
    found = guardian_of(applied, known.applied_on) if known.applied_on else None
    return (found,) if found else ()


def guardian_of(applied: Applied, on: date) -> Reason | None:
    """What to settle about a minor's representative on a day; None where there is nothing.

    Who was asked only whether they are 18 is a minor if they say so.
    """
    says = REPRESENTATIVE.get(applied.guardian_is_other)
    if applied.born_on:
        return guardian(date.fromisoformat(applied.born_on), on, says)
    if applied.adult != "no":
        return None
    return Reason(GUARDIAN, Held.UNKNOWN, {"why": says or "ask"}, "民法5条")


def known(grant: Grant, shared: Drawer, staff: Drawer, steps: Sequence[StepCard]) -> Circumstances:
    """What is known beside a grant's application: from its row, its case and its earlier grants."""
    door = Case.of(grant.office_id).values_list("channel", flat=True).get(pk=grant.case_id)
    others = Grant.of(grant.office_id).filter(case_id=grant.case_id).exclude(pk=grant.id)
    granted: list[Granted] = []
    for other in others:
        others_steps = history(other, shared, staff)
        # One that was paid and then revoked in part counts with the part that stays.
        kept, decided = money(others_steps).granted_yen, last(others_steps, Verb.DECIDE)
        if kept and decided:
            granted.append(Granted(decided.on, kept, same_matter=True))
    return Circumstances(applied_on(steps), grant.channel, door, tuple(granted) or None)


def require_in_order(locked: LockedGrant) -> None:
    """Refuse while contract or payment came too early and nobody decided on that.

    Raises:
        Refused: so it is (`grant.order`), whatever an officer ticked.
    """
    if stopped_by(locked.steps, locked.rules.version, applied_on(locked.steps)):
        raise Refused(Reason("grant.order"))


def to_come_back_yen(locked: LockedGrant, cost: CostByNow | None = None) -> int:
    """What was paid above what may be granted by now and was not demanded yet (要返還)."""
    if not locked.money.paid_yen:
        return 0
    checks = verdicts(locked.grant, locked.staff, locked.steps)
    of_grant = _known_under(locked, locked.rules)
    found = reckoned(locked.steps, checks, of_grant, locked.rules, cost)
    return locked.money.to_come_back_yen(found.at_most_yen)


def _known_under(locked: LockedGrant, terms: Terms) -> Circumstances:
    """What is known beside the application; the terms have to be those of its day."""
    of_grant = known(locked.grant, locked.shared, locked.staff, locked.steps)
    if terms.on != of_grant.applied_on:
        raise Refused(Reason("grant.stale"))
    return of_grant
