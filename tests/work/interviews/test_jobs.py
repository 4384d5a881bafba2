"""A day that is closed afterwards: each interview of it becomes something to do today."""

from dataclasses import replace
from datetime import datetime

import pytest

from madoguchi.tools.later.models import Job
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import dues
from madoguchi.work.cases.models import Due
from madoguchi.work.cases.public import AtOffice, consultee
from madoguchi.work.interviews import actions, public
from madoguchi.work.interviews.public import InterviewRevision
from madoguchi.work.notices import actions as notices
from madoguchi.work.notices.models import Notice
from madoguchi.work.record import actions as record
from madoguchi.work.record.promises import Ending
from tests.work.interviews.coming import FRIDAY, MONDAY, WANTED, coming, desk
from tests.work.interviews.test_public import work_through

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def stranded() -> list[object]:
    """The cases that wait for a look because of it."""
    rows = Due.objects.filter(kind=actions.STRANDED, done_at__isnull=True)
    return list(rows.values_list("case_id", flat=True))


def test_a_closed_day_leaves_nobody_forgotten(office: OfficeCard, now: datetime) -> None:
    hit, spared = coming(office, now), coming(office, now)
    hit.books(FRIDAY)
    spared.books(MONDAY)
    closed = {"on": FRIDAY.on.isoformat()}
    notices.publish(
        hit.staff, AtOffice(office.id), "desk_closed", "臨時休み", "", now.date(), closed, now=now
    )
    assert stranded() == []
    work_through(now)
    assert stranded() == [hit.case.id]
    assert hit.case.next_on == now.date()
    work_through(now)  # once more: nobody is named twice
    assert stranded() == [hit.case.id]
    (notice,) = Notice.objects.all()
    notices.withdraw(hit.staff, AtOffice(office.id), notice.pk, now=now)
    work_through(now)
    assert stranded() == [], "the day is open again"


def test_moved_to_another_day_it_is_forgotten_no_less_than_its_neighbour(
    office: OfficeCard, now: datetime
) -> None:
    """Of two interviews on the closed day the case has one moved: it still waits for a look."""
    one = coming(office, now)
    first = one.books(FRIDAY)
    one.books(replace(FRIDAY, starts=MONDAY.starts))
    closed = {"on": FRIDAY.on.isoformat()}
    notices.publish(
        one.staff, AtOffice(office.id), "desk_closed", "臨時休み", "", now.date(), closed, now=now
    )
    work_through(now)
    actions.move(one.staff, one.case, InterviewRevision(first, 0), desk(), (), MONDAY, now=now)
    assert stranded() == []
    work_through(now)
    assert stranded() == [one.case.id]


@pytest.mark.parametrize("by", ["desk", "moved", "person"])
def test_a_day_that_is_closed_while_somebody_books_it_leaves_nobody_forgotten(
    office: OfficeCard, now: datetime, by: str
) -> None:
    """The page read the day as open; the closing, and its look around, come in between."""
    one, known = coming(office, now), ()
    booked = one.books(MONDAY) if by == "moved" else None
    closed = {"on": FRIDAY.on.isoformat()}
    notices.publish(
        one.staff, AtOffice(office.id), "desk_closed", "臨時休み", "", now.date(), closed, now=now
    )
    work_through(now)
    Job.objects.update(done_at=now)
    if booked:
        actions.move(
            one.staff, one.case, InterviewRevision(booked, 0), desk(), known, FRIDAY, now=now
        )
    elif by == "desk":
        one.books(FRIDAY)
    else:
        person = consultee(office.id)
        public.book(person, one.held, desk(), known, FRIDAY, WANTED, now.date(), now=now)
    work_through(now)
    assert stranded() == [one.case.id]


def test_another_case_that_was_dealt_with_is_not_named_by_it(
    office: OfficeCard, now: datetime
) -> None:
    """The person was rung up, and waits; somebody else's booking is nothing to them."""
    one, other = coming(office, now), coming(office, now)
    one.books(FRIDAY)
    closed = {"on": FRIDAY.on.isoformat()}
    notices.publish(
        one.staff, AtOffice(office.id), "desk_closed", "臨時休み", "", now.date(), closed, now=now
    )
    work_through(now)
    Job.objects.update(done_at=now)
    told = dues.waiting(one.case).get(kind="interview_stranded")
    record.settle(one.staff, one.case, {told.id: Ending("kept")}, now=now)
    assert stranded() == []
    other.books(MONDAY)
    work_through(now)
    assert stranded() == []


def test_other_news_asks_for_nothing(office: OfficeCard, now: datetime) -> None:
    one = coming(office, now)
    one.books(FRIDAY)
    notices.publish(one.staff, AtOffice(office.id), "news", "お知らせ", "", now.date(), now=now)
    work_through(now)
    assert stranded() == []
