"""What there is to count of the grants (補助金の集計のもと), some hundred cases opened at a time.

What does not open any more is still counted by what stands in the clear: that a step was made, and
on which day. What was forgotten is counted no more.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import batched
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from madoguchi.rules.figures.granted import Granted, reason_row
from madoguchi.rules.steps.grant import State, Verb
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.cipher import Unreadable
from madoguchi.tools.vault.drawer import Tampered
from madoguchi.work.subsidy.models import Budget, Grant, Step
from madoguchi.work.subsidy.steps import TOLD, StepCard, require_sound
from madoguchi.work.subsidy.sums import newest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from uuid import UUID

    from madoguchi.tools.vault.drawer import Drawer

AT_A_TIME = 500
RECEIVING = (Verb.RECEIVE, Verb.TYPE_IN)
NEEDED = (*RECEIVING, Verb.DECIDE, Verb.REFUSE, Verb.PAY, Verb.AMEND)


@dataclass(frozen=True)
class Counted:
    """The grants to count; `granting`: whether the year has a budget; `damaged`: cases."""

    grants: tuple[Granted, ...]
    granting: bool
    damaged: frozenset[UUID]


@dataclass(frozen=True)
class _Row:
    """A grant as it stands in the clear."""

    id: UUID
    case_id: UUID
    received_on: date


def count(office_id: UUID, year: int, now: datetime, without: frozenset[UUID]) -> Counted:
    """The grants of which something may have been in a fiscal year, without some cases."""
    damaged: set[UUID] = set()
    found = [
        one
        for some in batched(_rows(office_id, year, now, without), AT_A_TIME)
        for one in _Some(office_id, some, damaged).granted()
    ]
    opened = Budget.of(office_id).filter(fiscal_year=year).exists()
    return Counted(tuple(found), opened, frozenset(damaged))


def _rows(office_id: UUID, year: int, now: datetime, without: frozenset[UUID]) -> Iterator[_Row]:
    """Those of the year, and older ones that went on in it."""
    begins = datetime.combine(date(year, 4, 1), time(), now.tzinfo)
    went_on = Step.of(office_id).filter(at__gte=begins).values("grant_id")
    rows = (
        Grant.of(office_id)
        .filter(Q(fiscal_year=year) | Q(fiscal_year__lt=year, pk__in=went_on))
        .exclude(case_id__in=without)
    )
    read = rows.order_by("id").values_list("id", "case_id", "received_on")
    for grant_id, case_id, received_on in read.iterator():
        if received_on is not None:
            yield _Row(grant_id, case_id, received_on)


class _Some:
    """Some grants, opened together; cases of which something did not open go into `damaged`."""

    def __init__(self, office_id: UUID, rows: Sequence[_Row], damaged: set[UUID]) -> None:
        self._office_id, self._rows, self._damaged = office_id, rows, damaged
        self._opened = unseal.drawers_of(office_id, list({row.case_id for row in rows}))
        damaged |= self._opened.damaged

    def granted(self) -> Iterator[Granted]:
        """What they say."""
        steps = self._steps()
        there = self._opened.drawers.keys() | self._opened.damaged | self._opened.unopened
        for row in self._rows:
            if row.case_id in there:
                yield _granted(row, steps[row.id])

    def _steps(self) -> Mapping[UUID, list[StepCard]]:
        rows = Step.of(self._office_id).filter(
            grant_id__in=[row.id for row in self._rows], verb__in=NEEDED
        )
        found: dict[UUID, list[StepCard]] = defaultdict(list)
        for row in rows.order_by("number").defer("shown").iterator():
            found[row.grant_id].append(self._card(row))
        return found

    def _card(self, row: Step) -> StepCard:
        said = self._said(row)
        verb, state = Verb(row.verb), State(row.state)
        return StepCard(row.id, row.number, verb, state, row.on, row.at, row.staff_id, said, {})

    def _said(self, row: Step) -> Mapping[str, Any]:
        """What a step is about; nothing where it does not open."""
        drawer: Drawer | None = self._opened.drawers.get(row.case_id, {}).get(row.drawer)
        if drawer is None:
            return {}
        try:
            require_sound(row.verb, row.number, row.drawer)
            said: Mapping[str, Any] = drawer.open(TOLD, row.id, row.told)
        except (Tampered, Unreadable):
            self._damaged.add(row.case_id)
            return {}
        return said


def _granted(row: _Row, steps: Sequence[StepCard]) -> Granted:
    applied = newest(steps, *RECEIVING).get("applied_on")
    paid, refused = newest(steps, Verb.PAY), newest(steps, Verb.REFUSE)
    return Granted(
        row.case_id,
        date.fromisoformat(applied) if applied else row.received_on,
        _filed_on(steps, Verb.DECIDE),
        int(newest(steps, Verb.DECIDE).get("amount_yen", 0)),
        _filed_on(steps, Verb.REFUSE),
        tuple(_reasons(refused.get("grounds", ()))),
        _day(steps, Verb.PAY, paid.get("paid_on")),
        int(paid.get("amount_yen", 0)),
    )


def _filed_on(steps: Sequence[StepCard], verb: Verb) -> date | None:
    """The day of a decision, as amended since."""
    return _day(steps, verb, newest(steps, verb).get("filing", {}).get("decided_on"))


def _day(steps: Sequence[StepCard], verb: Verb, said: str | None) -> date | None:
    """The day that is said of a step; its own where none is; None where there is no such step."""
    step = next((one for one in reversed(steps) if one.verb is verb), None)
    if step is None or not said:
        return step.on if step else None
    return date.fromisoformat(said)


def _reasons(grounds: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    return (reason_row(ground.get("code", "")) for ground in grounds)
