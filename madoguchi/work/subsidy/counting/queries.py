"""What there is to count of the grants (補助金の集計のもと), some hundred grants opened at a time.

A grant that does not open any more is counted by its clear columns: that a step was made, and on
which day. One whose keys were destroyed is not counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import batched
from uuid import UUID

from django.db.models import Q

from madoguchi.rules.figures.granted import Granted, reason_row
from madoguchi.rules.steps.grant import Verb
from madoguchi.work.subsidy.bulk import Received, lives, received
from madoguchi.work.subsidy.fiscal_year import missing_numbers
from madoguchi.work.subsidy.history import RECEIVING, BulkStep, last, newest
from madoguchi.work.subsidy.models import Budget, Grant, Step

AT_A_TIME = 500
NEEDED = (*RECEIVING, Verb.DECIDE, Verb.REFUSE, Verb.PAY, Verb.AMEND)


@dataclass(frozen=True)
class Counted:
    """The grants to count.

    `granting`: whether the year has a budget. `damaged`: the ids of cases that are not as they were
    written. `lacking`: how many numbers of the year no grant has any more.
    """

    grants: tuple[Granted, ...]
    granting: bool
    damaged: frozenset[UUID]
    lacking: int


def count(office_id: UUID, year: int, now: datetime, without: frozenset[UUID]) -> Counted:
    """The grants that may have had a step in a fiscal year, without those of some cases."""
    begins = datetime.combine(date(year, 4, 1), time(), now.tzinfo)
    went_on = Step.of(office_id).filter(at__gte=begins).values("grant_id")
    rows = (
        Grant.of(office_id)
        .filter(Q(fiscal_year=year) | Q(fiscal_year__lt=year, pk__in=went_on))
        .exclude(case_id__in=without)
    )
    grants: list[Granted] = []
    damaged: set[UUID] = set()
    for some in batched(received(rows.order_by("id")), AT_A_TIME):
        found = lives(office_id, some, NEEDED)
        opened = found.opened
        damaged |= opened.damaged
        counted = opened.drawers.keys() | opened.damaged | opened.unopened
        for row in some:
            life = found.of[row.id]
            if life.damaged:
                damaged.add(row.case_id)
            if row.case_id in counted:
                grants.append(_granted(row, life.steps))
    granting = Budget.of(office_id).filter(fiscal_year=year).exists()
    gone = sum(map(len, missing_numbers(office_id, year)))
    return Counted(tuple(grants), granting, frozenset(damaged), gone)


def _granted(row: Received, steps: Sequence[BulkStep]) -> Granted:
    applied = newest(steps, *RECEIVING).get("applied_on")
    paid, refused = newest(steps, Verb.PAY), newest(steps, Verb.REFUSE)
    reasons = refused.get("grounds", ())
    return Granted(
        row.case_id,
        date.fromisoformat(applied) if applied else row.received_on,
        _on(steps, Verb.DECIDE),
        int(newest(steps, Verb.DECIDE).get("amount_yen", 0)),
        _on(steps, Verb.REFUSE),
        tuple(reason_row(reason.get("code", "")) for reason in reasons),
        _on(steps, Verb.PAY),
        int(paid.get("amount_yen", 0)),
    )


def _on(steps: Sequence[BulkStep], verb: Verb) -> date | None:
    """The day of a decision or a payment, as corrected since; None where there is none."""
    step = last(steps, verb)
    return step.on if step else None
