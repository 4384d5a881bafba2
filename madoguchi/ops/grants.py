"""What of the grants hangs together beyond one sealed value (交付の点検)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from madoguchi.tools.vault.seal import SHARED, STAFF
from madoguchi.work.subsidy.models import Check, Grant, Step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID


@dataclass(frozen=True)
class Bound:
    """A sealed value of a step or verdict, and what stands in the clear beside it."""

    case_id: UUID
    row_id: UUID
    drawer: str
    label: str
    blob: bytes | memoryview = field(repr=False)
    beside: bytes = field(repr=False)


def bound(office_id: UUID) -> Iterator[Bound]:
    """The values of an office that open only beside what was written with them."""
    for row in Step.of(office_id).iterator():
        yield Bound(row.case_id, row.id, row.drawer, "grant_told", row.told, row.beside)
        if row.shown:
            yield Bound(row.case_id, row.id, SHARED, "grant_shown", row.shown, row.beside)
    for one in Check.of(office_id).iterator():
        yield Bound(one.case_id, one.id, STAFF, "grant_check", one.told, one.beside)


def astray(office_id: UUID) -> Iterator[str]:
    """The grants that are not where their steps and verdicts left them, or are not there."""
    states: dict[UUID, list[str]] = defaultdict(list)
    for grant_id, state in Step.of(office_id).order_by("number").values_list("grant_id", "state"):
        states[grant_id].append(state)
    checks = Counter(Check.of(office_id).values_list("grant_id", flat=True))
    rows = Grant.of(office_id).order_by("id").values_list("id", "case_id", "state", "revision")
    for grant_id, case_id, state, revision in rows:
        steps, verdicts = states.pop(grant_id, []), checks.pop(grant_id, 0)
        if steps[-1:] != [state] or revision != len(steps) + verdicts:
            yield f"{grant_id} of case {case_id}"
    for grant_id in sorted(states.keys() | checks.keys()):
        yield f"{grant_id}: there is none"
