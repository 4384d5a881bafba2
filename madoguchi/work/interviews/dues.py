"""The days of a case follow its interviews (面談の期日): every booked one is a day to look at."""

from datetime import datetime

from madoguchi.rules.steps.interview import State
from madoguchi.tools.later.ask import later
from madoguchi.work.cases import dues
from madoguchi.work.cases.actions import INTERVIEW
from madoguchi.work.cases.models import Case
from madoguchi.work.interviews.models import Interview

STRANDED = "interview_stranded"  # its time is not given any more
AFTERWARDS = ("interview_came", "interview_missed", "interview_cancelled")
SETTLED = ("meet", "interview_new", STRANDED, *AFTERWARDS)  # done by whatever the desk does next


def settle(case: Case, now: datetime, afterwards: str = "") -> None:
    """What the desk did to an interview: days that waited for it are done, the others follow.

    `afterwards`: what is to be done today because of one that is over.
    """
    waiting = dues.waiting(case).filter(kind__in=SETTLED)
    if waiting.filter(kind=STRANDED).exists():
        later("interviews.recheck", case.office_id, at=now)  # the case may have another one
    waiting.update(done_at=now)
    if afterwards:
        dues.add(case, afterwards, now.date(), "today")
    follow(case, now)


def follow(case: Case, now: datetime) -> None:
    """Set the case's days by its booked interviews, inside an act on it; other days stay."""
    rows = Interview.of(case.office_id).filter(case_id=case.id, state=State.BOOKED)
    dues.keep(case, INTERVIEW, set(rows.values_list("on", flat=True)), now)
    dues.show(case, AFTERWARDS[-1], now)
