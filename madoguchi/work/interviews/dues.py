"""The days of a case follow its interviews (面談の期日): every booked one is a day to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.rules.steps.case import State as CaseState
from madoguchi.rules.steps.interview import State
from madoguchi.work.cases.actions import INTERVIEW
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.interviews.models import Interview

if TYPE_CHECKING:
    from datetime import datetime

AFTERWARDS = ("interview_came", "interview_missed", "interview_cancelled")


def follow(case: Case, now: datetime, afterwards: str = "", *, done: str = "") -> None:
    """Set the case's days by its booked interviews, inside an act on it.

    `afterwards`: what is to be done today because of one that is over; `done`: the kind of day that
    the act itself does away with. Other days stay; an open case that would be left without one is
    looked at today.
    """
    open_dues = Due.of(case.office_id).filter(case_id=case.id, done_at__isnull=True)
    open_dues.filter(kind=done).update(done_at=now)
    rows = Interview.of(case.office_id).filter(case_id=case.id, state=State.BOOKED)
    booked = set(rows.values_list("on", flat=True))
    there = set(open_dues.filter(kind=INTERVIEW).values_list("on", flat=True))
    open_dues.filter(kind=INTERVIEW).exclude(on__in=booked).update(done_at=now)
    for on in booked - there:
        _add(case, INTERVIEW, on=on, how="booked")
    if afterwards:
        open_dues.filter(kind__in=AFTERWARDS).update(done_at=now)
    if afterwards or (case.state != CaseState.CLOSED and not open_dues.exists()):
        _add(case, afterwards or AFTERWARDS[-1], on=now.date(), how="today")
    days = open_dues.order_by("on").values_list("on", flat=True)
    case.next_on = days.first() if case.state != CaseState.CLOSED else None
    case.save(update_fields=["next_on"])


def _add(case: Case, kind: str, **day: object) -> None:
    Due.objects.create(office_id=case.office_id, case_id=case.id, kind=kind, **day)
