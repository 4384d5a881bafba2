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
from madoguchi.rules.subsidy.facts import Cost, Facts, Granted
from madoguchi.rules.subsidy.fields import BACK
from madoguchi.rules.subsidy.guardian import GUARDIAN, Representative, guardian
from madoguchi.rules.subsidy.judge import AMOUNT, Judgement, cap_of, judge, reviewed, seen
from madoguchi.tools.vault.cipher import Tampered
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases.models import Case
from madoguchi.work.subsidy.application import Applied, facts
from madoguchi.work.subsidy.desk import InHand, worded
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
BESIDE = ("terms", "eligible_cost", "amount", "guardian")
RULES = (*get_args(Condition.__value__), *get_args(Timing.__value__))
CODES = frozenset(
    f"subsidy.{name}" for name in (*BESIDE, *(snake(rule.__name__) for rule in RULES))
)
"""What a verdict may be on: the conditions of any city's rules, and what is beside them."""


@dataclass(frozen=True)
class Verdict:
    """One verdict; `code` is a reason's (`subsidy.resident`), `confirmed_on` when it was looked up.

    A no or a don't-know says why in the note. `moved_out_on`: what the register says of who was
    registered and moved away; then the rules say whether that counts.
    """

    code: str
    verdict: Literal["met", "unmet", "unknown"]
    note: str = field(default="", repr=False)
    confirmed_on: date | None = None
    moved_out_on: date | None = field(default=None, repr=False)


@dataclass(frozen=True)
class CheckCard:
    """A verdict as it was written; `overtaken`: a correction came in since, so it holds no more."""

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
    row.told = staff.seal(LABEL, row.id, _told(new, now), row.associated_data)
    row.save(force_insert=True)
    return row.id


def _told(new: Verdict, now: datetime) -> dict[str, str]:
    moved = new.moved_out_on
    return {
        "code": new.code,
        "verdict": new.verdict,
        "note": new.note.strip(),
        "confirmed_on": (new.confirmed_on or now.date()).isoformat(),
        "moved_out_on": moved.isoformat() if moved else "",
    }


def verdicts(grant: Grant, staff: Drawer, steps: Sequence[StepCard]) -> tuple[CheckCard, ...]:
    """All verdicts on a grant, the first one first.

    What was missing or unclear before a correction came in has to be looked at again.

    Raises:
        Tampered: one of the case's is not as it was written down.
    """
    corrected = max((step.at for step in steps if step.verb is Verb.COMPLETE), default=None)
    rows = Check.of_cases(grant.office_id, grant.case_id).order_by("number")
    cards = [(row.grant_id, _card(row, staff, corrected)) for row in rows]
    elsewhere = any(row.case_id != grant.case_id for row in rows)
    if elsewhere or staff.written(LABEL) - {str(card.id) for _, card in cards}:
        raise Tampered
    return tuple(card for grant_id, card in cards if grant_id == grant.id)


def holding(checks: Sequence[CheckCard]) -> Mapping[str, CheckCard]:
    """The verdict that holds for each condition that has one, by its code."""
    newest = {check.code: check for check in checks}
    return {code: check for code, check in newest.items() if not check.overtaken}


def _card(row: Check, staff: Drawer, corrected: datetime | None) -> CheckCard:
    told = staff.open(LABEL, row.id, row.told, row.associated_data)
    held = Held(told["verdict"])
    return CheckCard(
        row.id,
        told["code"],
        held,
        told["note"],
        date.fromisoformat(told["confirmed_on"]),
        row.staff_id,
        row.at,
        overtaken=held is not Held.MET and corrected is not None and row.at <= corrected,
        moved_out_on=date.fromisoformat(told["moved_out_on"]) if told["moved_out_on"] else None,
    )


RETURNED = {"subsidy.not_refunded": "refunded_yen", "subsidy.not_recovered": "recovered_yen"}
REPRESENTATIVE: Mapping[str, Representative] = {"yes": "other_party", "unsure": "unsure"}
DOORS = {"phone": "phone", "counter": "face", "mail": "email", "web": "web"}


@dataclass(frozen=True)
class Known:
    """What stands beside the application: the day it counts from, how it came, the case's door.

    `granted`: what was granted in this case before; None where there was nothing, since elsewhere
    there may have been.
    """

    applied_on: date | None
    channel: str
    door: str
    granted: tuple[Granted, ...] | None = None


@dataclass(frozen=True)
class Finding:
    """One condition: the machine's reason, the officer's verdict, and what holds of both."""

    machine: Reason
    officer: CheckCard | None
    holds: Held

    @property
    def is_against(self) -> bool:
        """Whether an officer looked at it, and it does not hold."""
        return self.officer is not None and self.holds is Held.UNMET


@dataclass(frozen=True)
class Findings:
    """Every condition, and the judgement that follows from what holds."""

    conditions: tuple[Finding, ...]
    judgement: Judgement

    @property
    def asked(self) -> tuple[Finding, ...]:
        """What an officer has a say on: the conditions, and the sum where it would be nothing."""
        return tuple(
            one
            for one in self.conditions
            if one.machine.code != AMOUNT or Held.UNMET in (one.machine.held, one.holds)
        )

    @property
    def unjudged(self) -> tuple[Reason, ...]:
        """Those of them of which no officer has said anything yet."""
        return tuple(one.machine for one in self.asked if one.officer is None)

    @property
    def against(self) -> frozenset[str]:
        """The codes of what an officer looked at and does not hold: a machine refuses nobody."""
        return frozenset(one.machine.code for one in self.conditions if one.is_against)


def findings(
    steps: Sequence[StepCard], checks: Sequence[CheckCard], known: Known, terms: Terms
) -> Findings:
    """What is found of the application as it stands now, under the terms of its day."""
    machine = _machine(steps, known, terms)
    held = _still_seen(steps, holding(checks), known, terms)
    judgement = _judgement(steps, held, known, terms)
    holds = {reason.code: reason.held for reason in judgement.decision.reasons}
    return Findings(
        tuple(
            Finding(reason, held.get(reason.code), holds.get(reason.code, reason.held))
            for reason in machine
        ),
        judgement,
    )


def paid_otherwise(steps: Sequence[StepCard]) -> bool:
    """Whether a report says less than the estimate, or that money came back or from elsewhere."""
    told, borne = newest(steps, Verb.REPORT), borne_yen(steps)
    asked = sum(line.yen for line in current(steps).costs if line.fee == "retainer")
    return borne is not None and (borne < asked or any(told.get(name) for name in BACK))


def by_payment(
    steps: Sequence[StepCard], checks: Sequence[CheckCard], known: Known, terms: Terms
) -> Judgement | None:
    """The judgement with what the person bore instead of the estimate (実績の額).

    What came back is taken off the cost, other aid as the rules say. Where it may be that nothing
    is granted any more, as the city confirmed no such rule (要確認), no sum is certain. None where
    nothing was reported, or nobody can tell for which line it was paid.
    """
    told, borne = newest(steps, Verb.REPORT), borne_yen(steps)
    if borne is None or sum(line.fee == "retainer" for line in current(steps).costs) != 1:
        return None
    back = {name: told[name] for name in BACK if told.get(name)}
    looked = {code: one for code, one in holding(checks).items() if RETURNED.get(code) not in back}
    facts = _facts(steps, known, looked)
    costs = tuple(_borne(one, borne) for one in facts.costs)
    found = reviewed(replace(facts, costs=costs, **back), terms, _verdicts(looked))
    if back_is_open(found, back):
        return replace(found, amount_yen=None, at_least_yen=0)
    return found


def back_is_open(judged: Judgement, back: Collection[str]) -> bool:
    """Whether the city has not confirmed what follows from money that came back."""
    return judged.decision.answer != "no" and any(
        one.held is Held.UNKNOWN and RETURNED.get(one.code) in back
        for one in judged.decision.reasons
    )


def _borne(cost: Cost, borne: int) -> Cost:
    """The line of the retainer, where less than it was borne; of what tax that is, nobody said."""
    less = cost.fee == "retainer" and cost.yen is not None and borne < cost.yen
    return replace(cost, yen=borne, tax_yen=None) if less else cost


def cap_yen(steps: Sequence[StepCard], known: Known, terms: Terms) -> int | None:
    """The most that the terms grant for what was applied for; None where no cap is known."""
    return cap_of(_facts(steps, known, {}), terms)


def _machine(steps: Sequence[StepCard], known: Known, terms: Terms) -> tuple[Reason, ...]:
    """What the machine finds of an application as it stands after these steps."""
    found = judge(_facts(steps, known, {}), terms).decision.reasons
    return (*found, *_guardian(current(steps), known))


def _still_seen(
    steps: Sequence[StepCard], held: Mapping[str, CheckCard], known: Known, terms: Terms
) -> Mapping[str, CheckCard]:
    """The verdicts on what is still said: where it reads otherwise since, it is looked at anew."""
    now = {reason.code: reason for reason in _machine(steps, known, terms)}
    return {
        code: check
        for code, check in held.items()
        if now.get(code) == _as_seen(steps, check, known, terms)
    }


def _as_seen(
    steps: Sequence[StepCard], check: CheckCard, known: Known, terms: Terms
) -> Reason | None:
    """What the machine found of a condition when its verdict was written."""
    before = tuple(step for step in steps if step.at <= check.at)
    reasons = _machine(before, known, terms)
    return next((reason for reason in reasons if reason.code == check.code), None)


def _judgement(
    steps: Sequence[StepCard], held: Mapping[str, CheckCard], known: Known, terms: Terms
) -> Judgement:
    facts = _facts(steps, known, held)
    found = reviewed(facts, terms, _verdicts(held))
    minor = (seen(reason, _verdicts(held)) for reason in _guardian(current(steps), known))
    return replace(found, decision=Decision.of(*found.decision.reasons, *minor))


def _verdicts(held: Mapping[str, CheckCard]) -> dict[str, Held]:
    """What officers settled; of who moved away the rules say whether that counts."""
    return {
        code: check.held
        for code, check in held.items()
        if not (check.moved_out_on and check.held is Held.MET)
    }


def _facts(steps: Sequence[StepCard], known: Known, held: Mapping[str, CheckCard]) -> Facts:
    told = facts(
        current(steps),
        received_on=known.applied_on,
        channel=known.channel,
        used_desk=DOORS.get(known.door),  # type: ignore[arg-type] # one of the means
        checks={code: check.held.value for code, check in held.items()},
        granted=known.granted,
    )
    moved = next((check.moved_out_on for check in held.values() if check.moved_out_on), None)
    return replace(told, moved_out_on=moved)


def _guardian(applied: Applied, known: Known) -> tuple[Reason, ...]:
    """What a minor's representative asks for, if the applicant is a minor; never a no."""
    found = guardian_of(applied, known.applied_on) if known.applied_on else None
    return (found,) if found else ()


def guardian_of(applied: Applied, on: date) -> Reason | None:
    """The same on a day; who was asked only whether they are 18 is a minor if they say so."""
    says = REPRESENTATIVE.get(applied.guardian_is_other)
    if applied.born_on:
        return guardian(date.fromisoformat(applied.born_on), on, says)
    if applied.adult != "no":
        return None
    return Reason(GUARDIAN, Held.UNKNOWN, {"why": says or "ask"}, "民法5条")


def known(grant: Grant, shared: Drawer, staff: Drawer, steps: Sequence[StepCard]) -> Known:
    """What stands beside a grant's application, from its row, its case and its earlier grants."""
    door = Case.of(grant.office_id).values_list("channel", flat=True).get(pk=grant.case_id)
    others = Grant.of(grant.office_id).filter(case_id=grant.case_id).exclude(pk=grant.id)
    granted = tuple(found for one in others for found in _granted(history(one, shared, staff)))
    return Known(applied_on(steps), grant.channel, door, granted or None)


def _granted(steps: Sequence[StepCard]) -> tuple[Granted, ...]:
    """What came of an earlier grant of the same case; nothing where it ended without money.

    One that was paid and then taken back in part is one of the part that stays.
    """
    kept, decided = kept_yen(steps), last(steps, Verb.DECIDE)
    return (Granted(decided.on, kept, same_matter=True),) if kept and decided else ()


def require_within_cap(hand: InHand, yen: int, terms: Terms) -> None:
    """The terms have a cap for the acts of the application, however much they cost by now.

    Raises:
        Refused: the sum is above it (`grant.amount_cap`), or the terms are of another day.
    """
    most = cap_yen(hand.steps, _beside(hand, terms), terms)
    if most is not None and yen > most:
        raise Refused(Reason("grant.amount_cap", values={"most": f"{most:,}"}))


def require_borne(hand: InHand, yen: int, why: str, terms: Terms) -> str:
    """The reason of the sum; there has to be one for more than is reckoned from the report.

    Raises:
        Refused: there is none (`grant.amount_more`), the sum is more than the person bore
            (`grant.amount_borne`), or the terms are of another day.
    """
    said, borne = why.strip(), borne_yen(hand.steps)
    if borne is None or not paid_otherwise(hand.steps):
        return said
    if yen > borne:
        raise Refused(Reason("grant.amount_borne", values={"most": f"{borne:,}"}))
    checks = verdicts(hand.grant, hand.staff, hand.steps)
    judged = by_payment(hand.steps, checks, _beside(hand, terms), terms)
    if judged and judged.at_most_yen is not None and yen <= judged.at_most_yen:
        return said
    return worded(said, "grant.amount_more")


def _beside(hand: InHand, terms: Terms) -> Known:
    """What stands beside the application, where the terms are those of its day."""
    beside = known(hand.grant, hand.shared, hand.staff, hand.steps)
    if terms.on != beside.applied_on:
        raise Refused(Reason("grant.stale"))
    return beside
