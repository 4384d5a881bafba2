"""What there is to count of the grants (補助金の集計のもと), some hundred cases opened at a time.

What does not open any more is still counted by what stands in the clear: that a step was made, and
on which day. What was forgotten is counted no more.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import batched
from typing import Any
from uuid import UUID

from django.db.models import Q

from madoguchi.rules.figures.granted import Granted, reason_row
from madoguchi.rules.steps.grant import Verb
from madoguchi.work.subsidy.bulk import Received, lives, received
from madoguchi.work.subsidy.fiscal_year import lacking
from madoguchi.work.subsidy.history import RECEIVING, BulkStep, last, newest
from madoguchi.work.subsidy.models import Budget, Grant, Step

AT_A_TIME = 500
NEEDED = (*RECEIVING, Verb.DECIDE, Verb.REFUSE, Verb.PAY, Verb.AMEND)


@dataclass(frozen=True)
class Counted:
    """The grants to count; `granting`: whether the year has a budget; `damaged`: cases.

    `lacking`: how many numbers of the year nobody has any more.
    """

    grants: tuple[Granted, ...]
    granting: bool
    damaged: frozenset[UUID]
    lacking: int


def count(office_id: UUID, year: int, now: datetime, without: frozenset[UUID]) -> Counted:
    """The grants of which something may have been in a fiscal year, without some cases."""
    damaged: set[UUID] = set()
    found = [
        one
        for some in batched(_rows(office_id, year, now, without), AT_A_TIME)
        for one in _granted_of(office_id, some, damaged)
    ]
    opened = Budget.of(office_id).filter(fiscal_year=year).exists()
    gone = sum(map(len, lacking(office_id, year)))
    return Counted(tuple(found), opened, frozenset(damaged), gone)


def _rows(
    office_id: UUID, year: int, now: datetime, without: frozenset[UUID]
) -> Iterator[Received]:
    """Those of the year, and older ones that went on in it."""
    begins = datetime.combine(date(year, 4, 1), time(), now.tzinfo)
    went_on = Step.of(office_id).filter(at__gte=begins).values("grant_id")
    rows = (
        Grant.of(office_id)
        .filter(Q(fiscal_year=year) | Q(fiscal_year__lt=year, pk__in=went_on))
        .exclude(case_id__in=without)
    )
    return received(rows.order_by("id"))


def _granted_of(office_id: UUID, rows: Sequence[Received], damaged: set[UUID]) -> Iterator[Granted]:
    """What these say; cases of which something is not as it was written go into `damaged`."""
    found = lives(office_id, rows, NEEDED)
    opened = found.opened
    damaged |= opened.damaged
    for row in rows:
        life = found.of[row.id]
        if life.damaged:
            damaged.add(row.case_id)
        if row.case_id in opened.drawers or row.case_id in opened.damaged | opened.unopened:
            yield _granted(row, life.steps)


def _granted(row: Received, steps: Sequence[BulkStep]) -> Granted:
    applied = newest(steps, *RECEIVING).get("applied_on")
    paid, refused = newest(steps, Verb.PAY), newest(steps, Verb.REFUSE)
    return Granted(
        row.case_id,
        date.fromisoformat(applied) if applied else row.received_on,
        _on(steps, Verb.DECIDE),
        int(newest(steps, Verb.DECIDE).get("amount_yen", 0)),
        _on(steps, Verb.REFUSE),
        tuple(_reasons(refused.get("grounds", ()))),
        _on(steps, Verb.PAY),
        int(paid.get("amount_yen", 0)),
    )


def _on(steps: Sequence[BulkStep], verb: Verb) -> date | None:
    """The day of a decision or a payment, as amended since; None where there is none."""
    step = last(steps, verb)
    return step.on if step else None


def _reasons(reasons: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    return (reason_row(reason.get("code", "")) for reason in reasons)
