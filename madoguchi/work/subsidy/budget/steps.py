"""What the sealed steps of a year's grants say of money, opened in bulk (経過から計算する)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import batched
from typing import TYPE_CHECKING, Any

from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.books import MOVING, Line, Said, lines
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.cipher import Unreadable
from madoguchi.tools.vault.drawer import Tampered
from madoguchi.work.subsidy.models import Grant, Step
from madoguchi.work.subsidy.steps import TOLD, require_sound

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from uuid import UUID

    from madoguchi.tools.vault.unseal import Drawers

AT_A_TIME = 500
WITHOUT_SUM = (Verb.WITHDRAW, Verb.REVOKE, Verb.LAPSE)  # what they give back is what was reserved
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
    """What the steps of a fiscal year's grants did to its budget."""
    rows = Grant.of(office_id).filter(fiscal_year=fiscal_year)
    found: list[Line] = []
    unread = 0
    for some in batched(rows.values_list("id", "case_id").order_by("id"), AT_A_TIME):
        for grant in _opened(office_id, dict(some)):
            if grant is None:
                unread += 1
            else:
                found += lines(_said(grant))
    return Movements(tuple(found), unread)


def _opened(office_id: UUID, cases: Mapping[UUID, UUID]) -> Iterator[list[_Row] | None]:
    """The moving steps of some grants, in order; None for a grant of which one does not open."""
    opened = unseal.drawers_of(office_id, list(set(cases.values())))
    rows = Step.of(office_id).filter(grant_id__in=list(cases), verb__in=[*MOVING, Verb.AMEND])
    grants: dict[UUID, list[_Row] | None] = defaultdict(list)
    for row in rows.order_by("grant_id", "number").iterator():
        steps = grants[row.grant_id]
        told = _told(opened, row)
        if told is None or steps is None:
            grants[row.grant_id] = None
        else:
            steps.append(_Row(row.number, Verb(row.verb), row.on, told))
    yield from grants.values()


def _told(opened: Drawers, row: Step) -> dict[str, Any] | None:
    """What a step says; None where it does not open."""
    drawer = opened.drawers.get(row.case_id, {}).get(row.drawer)
    try:
        require_sound(row.verb, row.number, row.drawer)
        if row.verb in WITHOUT_SUM:
            return {}
        return dict(drawer.open(TOLD, row.id, row.told)) if drawer else None
    except (Tampered, Unreadable):
        return None


def _said(steps: Iterable[_Row]) -> Iterator[Said]:
    """What each step says of money, as it was amended since (訂正)."""
    by_number = {step.number: step for step in steps}
    for step in by_number.values():
        if step.verb is Verb.AMEND and (meant := by_number.get(step.told.get("step", 0))):
            meant.told |= step.told.get("fields", {})
    for step in by_number.values():
        if step.verb is not Verb.AMEND:
            yield _of(step)


def _of(step: _Row) -> Said:
    on = step.told.get(DAYS.get(step.verb, "decided_on"))
    return Said(
        step.verb,
        date.fromisoformat(on) if on else step.on,
        step.told.get(SUMS.get(step.verb, "amount_yen")),
        step.told.get("into", "budget") == "budget",
    )
