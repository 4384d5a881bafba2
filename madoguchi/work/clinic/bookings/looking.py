"""On whose page the desk is asked to look at two who would meet (同席の確認).

A day on a case says that somebody comes whom this person must not meet. Whoever may know of the one
case and not of the other would learn by it what is hidden from them, and could try name by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from madoguchi.work.cases.models import Access, Case

SECRET = 2
LEVELS = {"normal": 0, "care": 1, "secret": SECRET}


@dataclass(frozen=True)
class Closed:
    """Who may not know of a case: by its level, by its deny list; who works on it."""

    level: int
    denied: frozenset[UUID]
    assigned: frozenset[UUID]

    def hides_from_nobody_of(self, other: Closed) -> bool:
        """Whether whoever may know of the other case may know of this one, too."""
        if self.level > other.level or not self.denied <= other.denied:
            return False
        return self.level < SECRET or other.assigned <= self.assigned


def pages(office_id: UUID, one: UUID, met: Iterable[UUID]) -> frozenset[UUID]:
    """The cases on which the desk looks: where it tells nothing; of two one at least."""
    others = frozenset(met)
    closed = _closed(office_id, {one, *others})
    return frozenset(page for other in others for page in _of_two(one, other, closed))


def _of_two(one: UUID, other: UUID, closed: Mapping[UUID, Closed]) -> frozenset[UUID]:
    first, second = closed[one], closed[other]
    found = {one} if second.hides_from_nobody_of(first) else set()
    found |= {other} if first.hides_from_nobody_of(second) else set()
    return frozenset(found or {max(one, other, key=lambda each: _weight(each, closed))})


def _weight(case_id: UUID, closed: Mapping[UUID, Closed]) -> tuple[int, int, UUID]:
    """The more closed of two; whoever asks, it is the same one."""
    return closed[case_id].level, len(closed[case_id].denied), case_id


def _closed(office_id: UUID, ids: Iterable[UUID]) -> dict[UUID, Closed]:
    levels = Case.of(office_id).filter(pk__in=ids).values_list("id", "level")
    rows = Access.of(office_id).filter(case_id__in=ids).values_list("case_id", "kind", "staff_id")
    who = frozenset(rows)
    return {
        case_id: Closed(
            LEVELS.get(level, SECRET),
            frozenset(staff for of, kind, staff in who if (of, kind) == (case_id, "deny")),
            frozenset(staff for of, kind, staff in who if (of, kind) == (case_id, "assigned")),
        )
        for case_id, level in levels
    }
