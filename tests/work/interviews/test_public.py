"""The person books and cancels with the receipt; they see how many are taken and nothing else."""

from datetime import datetime, time, timedelta
from uuid import UUID, uuid4

import pytest

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.programme.desk import Desk
from madoguchi.tools.later.models import Job
from madoguchi.tools.later.queue import resolve
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import public as people
from madoguchi.work.cases.models import Due
from madoguchi.work.interviews import public
from madoguchi.work.interviews.models import Interview
from madoguchi.work.record import actions as record_actions
from tests.work.cases.awaiting import answered
from tests.work.interviews.coming import CLOSED, FRIDAY, MONDAY, WANTED, Coming, coming, desk

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def book(one: Coming, when: public.When = FRIDAY, at: Desk | None = None) -> UUID:
    person, look_on = people.consultee(one.held.office_id), one.now.date()
    return public.book(person, one.held, at or desk(), (), when, WANTED, look_on, now=one.now)


def work_through(now: datetime) -> None:
    """What the worker does with what was asked of it for interviews."""
    for job in Job.objects.filter(done_at__isnull=True, name__startswith="interviews."):
        resolve(job.name)(job.subject_id, now=now)


def test_a_person_books_and_the_desk_has_both_days(one: Coming) -> None:
    book(one)
    work_through(one.now)
    kinds = set(Due.objects.filter(done_at__isnull=True).values_list("kind", "on"))
    assert {("interview_new", one.now.date()), ("interview", FRIDAY.on)} <= kinds
    assert one.case.next_on == one.now.date()
    assert [card.on for card in public.own(one.held)] == [FRIDAY.on]
    assert public.taken(one.held.office_id, FRIDAY.on, FRIDAY.on) == {(FRIDAY.on, FRIDAY.starts): 1}


def test_one_at_a_time(one: Coming) -> None:
    book(one)
    with pytest.raises(Refused, match=r"interview\.one"):
        book(one, MONDAY)
    assert Interview.objects.count() == 1


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        (CLOSED, "interview.closed"),
        (public.When(FRIDAY.on, time(12, 1)), "interview.hours"),
        (public.When(FRIDAY.on - timedelta(days=4), time(13)), "interview.soon"),
        (public.When(FRIDAY.on + timedelta(days=60), time(13)), "interview.far"),
    ],
)
def test_not_what_the_programme_does_not_offer(one: Coming, when: public.When, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        book(one, when)
    assert not Interview.objects.exists()


def test_not_where_the_desk_alone_books(one: Coming) -> None:
    with pytest.raises(Refused, match=r"interview\.by_desk"):
        book(one, at=desk(citizens=False))


def test_full_is_full_whoever_has_it(one: Coming, office: OfficeCard, now: datetime) -> None:
    coming(office, now).books(at=desk(1))
    with pytest.raises(Refused, match=r"interview\.full"):
        book(one, at=desk(1))


def test_a_person_gives_their_own_back_and_the_desk_hears(one: Coming) -> None:
    booked, person = book(one), people.consultee(one.held.office_id)
    public.cancel(
        person, one.held, public.InterviewRevision(booked, 0), one.now.date(), now=one.now
    )
    work_through(one.now)
    open_dues = Due.objects.filter(done_at__isnull=True).values_list("kind", flat=True)
    assert "interview_cancelled" in open_dues
    assert "interview" not in open_dues
    assert public.own(one.held) == ()
    assert public.taken(one.held.office_id, FRIDAY.on, FRIDAY.on) == {}
    book(one)


def test_nobody_elses_and_none_that_has_begun(
    one: Coming, office: OfficeCard, now: datetime
) -> None:
    booked, person = book(one), people.consultee(office.id)
    for wrong in (coming(office, now).books(), uuid4()):
        with pytest.raises(Absent):
            public.cancel(person, one.held, public.InterviewRevision(wrong, 0), now.date(), now=now)
    began = datetime.combine(FRIDAY.on, FRIDAY.starts, tzinfo=now.tzinfo)
    with pytest.raises(Refused, match=r"interview\.begun"):
        public.cancel(
            person, one.held, public.InterviewRevision(booked, 0), began.date(), now=began
        )


def test_what_the_person_books_opens_a_closed_case_again(one: Coming) -> None:
    record_actions.close(one.staff, one.case, "solved", answered(one.case), now=one.now)
    book(one)
    work_through(one.now)
    assert (one.case.state, one.case.closed_at) == ("active", None)
