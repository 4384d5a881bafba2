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
from madoguchi.rules.subsidy.facts import Facts, Granted
from madoguchi.rules.subsidy.fields import BACK
from madoguchi.rules.subsidy.guardian import GUARDIAN, Representative, guardian
from madoguchi.rules.subsidy.judge import AMOUNT, Judgement, cap_of, judge, reviewed, with_verdict
from madoguchi.tools.vault.cipher import Tampered
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases.models import Case
from madoguchi.work.subsidy.application import Applied, facts
from madoguchi.work.subsidy.desk import LockedGrant, worded
from madoguchi.work.subsidy.history import (
    StepCard,
    applied_on,
    borne_yen,
    current,
    history,
    kept_yen,
    last,
    newest,
)
from madoguchi.work.subsidy.models import Check, Grant

LABEL = "grant_check"
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
    """

    code: str
    verdict: Literal["met", "unmet", "unknown"]
    note: str = field(default="", repr=False)
    confirmed_on: date | None = None
    moved_out_on: date | None = field(default=None, repr=False)


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
    """The conditions and the judgement of the application as it is now, under the day's terms."""
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


def paid_otherwise(steps: Sequence[StepCard]) -> bool:
    """Whether by the report less was borne than estimated, or money came back or from elsewhere."""
    report, borne = newest(steps, Verb.REPORT), borne_yen(steps)
    estimated = sum(line.yen for line in current(steps).costs if line.fee == "retainer")
    return borne is not None and (borne < estimated or any(report.get(name) for name in BACK))


def by_payment(
    steps: Sequence[StepCard], checks: Sequence[CheckCard], known: Circumstances, terms: Terms
) -> Judgement | None:
    """The judgement with what the person bore instead of the estimate (実績の額).

    What came back is taken off the cost, other aid as the rules say. Where the city has not
    confirmed (要確認) whether anything is granted then, no sum is certain. None where nothing was
    reported, or the retainer is on several lines or none.
    """
    report, borne = newest(steps, Verb.REPORT), borne_yen(steps)
    if borne is None or sum(line.fee == "retainer" for line in current(steps).costs) != 1:
        return None
    back = {name: report[name] for name in BACK if report.get(name)}
    held = {
        code: check for code, check in holding(checks).items() if RETURNED.get(code) not in back
    }
    facts = _facts(steps, known, held)
    costs = tuple(
        replace(cost, yen=borne, tax_yen=None)  # of what tax that is, nobody said
        if cost.fee == "retainer" and cost.yen is not None and borne < cost.yen
        else cost
        for cost in facts.costs
    )
    judged = reviewed(replace(facts, costs=costs, **back), terms, _settled(held))
    if back_is_open(judged, back):
        return replace(judged, amount_yen=None, at_least_yen=0)
    return judged


def back_is_open(judged: Judgement, back: Collection[str]) -> bool:
    """Whether the city has not confirmed what follows from money that came back."""
    return judged.decision.answer != "no" and any(
        reason.held is Held.UNKNOWN and RETURNED.get(reason.code) in back
        for reason in judged.decision.reasons
    )


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

    Where the application has changed so that it finds something else, an officer has to look again.
    """
    now = {reason.code: reason for reason in machine}
    valid: dict[str, CheckCard] = {}
    for code, check in held.items():
        before = tuple(step for step in steps if step.at <= check.at)
        then = (reason for reason in _machine(before, known, terms) if reason.code == code)
        if next(then, None) == now.get(code):
            valid[code] = check
    return valid


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
        kept, decided = kept_yen(others_steps), last(others_steps, Verb.DECIDE)
        if kept and decided:
            granted.append(Granted(decided.on, kept, same_matter=True))
    return Circumstances(applied_on(steps), grant.channel, door, tuple(granted) or None)


def require_within_cap(locked: LockedGrant, yen: int, terms: Terms) -> None:
    """Refuse a sum above the cap for the acts of the application, however much they cost by now.

    Raises:
        Refused: the sum is above it (`grant.amount_cap`), or the terms are of another day.
    """
    most = cap_of(_facts(locked.steps, _known_under(locked, terms), {}), terms)
    if most is not None and yen > most:
        raise Refused(Reason("grant.amount_cap", values={"most": f"{most:,}"}))


def require_borne(locked: LockedGrant, yen: int, why: str, terms: Terms) -> str:
    """The reason `why`, stripped; more than is reckoned from the report needs one.

    Raises:
        Refused: there is none (`grant.amount_more`), the sum is more than the person bore
            (`grant.amount_borne`), or the terms are of another day.
    """
    why, borne = why.strip(), borne_yen(locked.steps)
    if borne is None or not paid_otherwise(locked.steps):
        return why
    if yen > borne:
        raise Refused(Reason("grant.amount_borne", values={"most": f"{borne:,}"}))
    checks = verdicts(locked.grant, locked.staff, locked.steps)
    judged = by_payment(locked.steps, checks, _known_under(locked, terms), terms)
    if judged and judged.at_most_yen is not None and yen <= judged.at_most_yen:
        return why
    return worded(why, "grant.amount_more")


def _known_under(locked: LockedGrant, terms: Terms) -> Circumstances:
    """What is known beside the application; the terms have to be those of its day."""
    of_grant = known(locked.grant, locked.shared, locked.staff, locked.steps)
    if terms.on != of_grant.applied_on:
        raise Refused(Reason("grant.stale"))
    return of_grant
