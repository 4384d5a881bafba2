"""What officers found of each condition (判定): append-only, the newest of each holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, get_args
from uuid import UUID

from madoguchi.rules.decision import Held
from madoguchi.rules.programme.read import snake
from madoguchi.rules.programme.subsidy import Condition, Timing
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.vault.cipher import Tampered
from madoguchi.tools.vault.drawer import Drawer
from madoguchi.work.subsidy.models import Check, Grant
from madoguchi.work.subsidy.steps import StepCard

LABEL = "grant_check"
BESIDE = ("terms", "eligible_cost", "amount", "guardian")
RULES = (*get_args(Condition.__value__), *get_args(Timing.__value__))
CODES = frozenset(
    f"subsidy.{name}" for name in (*BESIDE, *(snake(rule.__name__) for rule in RULES))
)
"""What a verdict may be on: the conditions of any city's rules, and what is beside them."""


@dataclass(frozen=True)
class Verdict:
    """One verdict; `code` is a ground's (`subsidy.resident`), `confirmed_on` when it was looked up.

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
    row.told = staff.seal(LABEL, row.id, _told(new, now), row.beside)
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
    told = staff.open(LABEL, row.id, row.told, row.beside)
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
