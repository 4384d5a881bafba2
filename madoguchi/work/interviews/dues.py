"""The days of a case follow its interviews (面談の期日): every booked one is a day to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.rules.steps.case import State as CaseState
from madoguchi.rules.steps.interview import State
from madoguchi.tools.later.ask import later
from madoguchi.work.cases.actions import INTERVIEW
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.interviews.models import Interview

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

STRANDED = "interview_stranded"  # its time is not given any more
AFTERWARDS = ("interview_came", "interview_missed", "interview_cancelled")
SETTLED = ("meet", "interview_new", STRANDED, *AFTERWARDS)  # done by whatever the desk does next


def settle(case: Case, now: datetime, afterwards: str = "") -> None:
    """What the desk did to an interview: days that waited for it are done, the others follow.

    `afterwards`: what is to be done today because of one that is over.
    """
    waiting = _open(case).filter(kind__in=SETTLED)
    if waiting.filter(kind=STRANDED).exists():
        later("interviews.recheck", case.office_id, at=now)  # the case may have another one
    waiting.update(done_at=now)
    if afterwards:
        _add(case, afterwards, on=now.date(), how="today")
    follow(case, now)


def follow(case: Case, now: datetime) -> None:
    """Set the case's days by its booked interviews, inside an act on it.

    Other days stay; an open case that would be left without one is looked at today.
    """
    open_dues, still_open = _open(case), case.state != CaseState.CLOSED
    rows = Interview.of(case.office_id).filter(case_id=case.id, state=State.BOOKED)
    booked = set(rows.values_list("on", flat=True))
    there = set(open_dues.filter(kind=INTERVIEW).values_list("on", flat=True))
    open_dues.filter(kind=INTERVIEW).exclude(on__in=booked).update(done_at=now)
    for on in booked - there:
        _add(case, INTERVIEW, on=on, how="booked")
    if still_open and not open_dues.exists():
        _add(case, AFTERWARDS[-1], on=now.date(), how="today")
    days = open_dues.order_by("on").values_list("on", flat=True)
    case.next_on = days.first() if still_open else None
    case.save(update_fields=["next_on"])


def _open(case: Case) -> QuerySet[Due]:
    return Due.of(case.office_id).filter(case_id=case.id, done_at__isnull=True)


def _add(case: Case, kind: str, **day: object) -> None:
    Due.objects.create(office_id=case.office_id, case_id=case.id, kind=kind, **day)
