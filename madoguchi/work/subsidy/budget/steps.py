"""What the sealed steps of a year's grants say of money, opened in bulk (経過から計算する)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import batched
from typing import TYPE_CHECKING, Any

from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy import books
from madoguchi.rules.subsidy.books import MOVING, Line, lines
from madoguchi.work.subsidy.many import NOTHING, Stands, lives
from madoguchi.work.subsidy.years import of_year

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID

    from madoguchi.work.subsidy.many import Life, Said

AT_A_TIME = 500
WITHOUT_SUM = (Verb.WITHDRAW, Verb.REVOKE, Verb.LAPSE)  # what they give back is what was reserved
NEEDED = (*(Verb(verb) for verb in MOVING if verb not in WITHOUT_SUM), Verb.AMEND)
DAYS = {Verb.PAY: "paid_on", Verb.REPAY: "repaid_on"}  # of all others, where it was amended
SUMS = {Verb.REPAY: "yen"}


@dataclass(frozen=True)
class Movements:
    """All movements of a year; `unread`: how many grants are left out, as a step did not open."""

    lines: tuple[Line, ...]
    unread: int


@dataclass
class _Row:
    """A step as it lies in the table, with what it says."""

    number: int
    verb: Verb
    on: date
    told: dict[str, Any]


def movements(office_id: UUID, fiscal_year: int) -> Movements:
    """What the steps of the grants that a fiscal year pays did to its budget."""
    rows = of_year(office_id, fiscal_year).order_by("id")
    found: list[Line] = []
    unread = 0
    for some in batched(rows.values_list("id", "case_id", "state"), AT_A_TIME):
        for life in lives(office_id, [Stands(*row) for row in some], NEEDED).of.values():
            steps = _moving(life)
            if steps is None:
                unread += 1
            else:
                found += lines(_said(steps))
    return Movements(tuple(found), unread)


def _moving(life: Life) -> list[_Row] | None:
    """The steps of a grant that move money, in order; None where one of them does not open."""
    moving = [step for step in life.steps if step.verb in (*MOVING, Verb.AMEND)]
    if life.damaged or any(_unread(step) for step in moving):
        return None
    return [_Row(step.number, step.verb, step.on, dict(step.told)) for step in moving]


def _unread(step: Said) -> bool:
    return step.told is NOTHING and step.verb not in WITHOUT_SUM


def _said(steps: Iterable[_Row]) -> Iterator[books.Said]:
    """What each step says of money, as it was amended since (訂正)."""
    by_number = {step.number: step for step in steps}
    for step in by_number.values():
        if step.verb is Verb.AMEND and (meant := by_number.get(step.told.get("step", 0))):
            meant.told |= step.told.get("fields", {})
    for step in by_number.values():
        if step.verb is not Verb.AMEND:
            yield _of(step)


def _of(step: _Row) -> books.Said:
    on = step.told.get(DAYS.get(step.verb, "decided_on"))
    return books.Said(
        step.verb,
        date.fromisoformat(on) if on else step.on,
        step.told.get(SUMS.get(step.verb, "amount_yen")),
        step.told.get("into", "budget") == "budget",
    )
