"""Staff book, move, cancel, say who came, keep places free; the case's days and record follow."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.programme.changes import DeskClosed
from madoguchi.rules.steps.outcome import Outcome
from madoguchi.tools.audit import chain
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import queries as opening
from madoguchi.work.cases.models import Due
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.interviews import actions, queries
from madoguchi.work.interviews.models import Interview
from madoguchi.work.interviews.public import InterviewRevision, When
from madoguchi.work.record import actions as record
from madoguchi.work.record.models import Entry
from madoguchi.work.record.promises import Ending
from tests.work.cases.awaiting import answered
from tests.work.interviews.coming import CLOSED, FRIDAY, MONDAY, WANTED, Coming, coming, desk

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def steps(one: Coming) -> list[str]:
    """What the record says of interviews, oldest first."""
    rows = Entry.objects.filter(case_id=one.held.case_id, kind="booking").order_by("number")
    return [one.held.drawer.open("entry", row.id, row.words)["step"] for row in rows]


def days(one: Coming) -> set[tuple[str, date]]:
    """The open days of the case."""
    rows = Due.objects.filter(case_id=one.held.case_id, done_at__isnull=True)
    return set(rows.values_list("kind", "on"))


def test_a_booking_is_a_day_an_entry_and_what_is_wanted_is_sealed(one: Coming) -> None:
    one.books()
    row = Interview.objects.get()
    assert (row.on, row.starts, row.place, row.state) == (*vars_of(FRIDAY), 1, "booked")
    assert "中国語".encode() not in bytes(row.wanted)
    assert ("interview", FRIDAY.on) in days(one)
    assert one.case.next_on == min(on for _, on in days(one))
    assert steps(one) == ["booked"]
    opened = opening.open_case(one.staff, one.case.id, now=one.now)
    (found,) = queries.of_case(opened).rows
    assert found.wanted == WANTED
    assert chain.faults(one.held.office_id) == []


def seen(interview_id: UUID) -> InterviewRevision:
    """The interview as a page of this moment shows it."""
    return InterviewRevision(interview_id, Interview.objects.get(pk=interview_id).revision)


def vars_of(when: When) -> tuple[object, ...]:
    return when.on, when.starts


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        (CLOSED, "interview.closed"),
        (When(FRIDAY.on, MONDAY.starts.replace(minute=7)), "interview.hours"),
        (When(date(2026, 11, 27), FRIDAY.starts), "interview.past"),
    ],
)
def test_no_interview_where_none_is_given(one: Coming, when: When, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        one.books(when)
    assert not Interview.objects.exists()
    assert steps(one) == []


def test_a_day_closed_by_decision_takes_no_interview(one: Coming) -> None:
    closed = (DeskClosed(FRIDAY.on),)
    with pytest.raises(Refused, match=r"interview\.closed"):
        actions.book(one.staff, one.case, desk(), closed, FRIDAY, WANTED, now=one.now)


def test_the_places_of_a_time_are_as_many_as_the_programme_says(
    one: Coming, office: OfficeCard, now: datetime
) -> None:
    one.books()
    coming(office, now).books()
    with pytest.raises(Refused, match=r"interview\.full"):
        coming(office, now).books()
    assert list(Interview.objects.order_by("place").values_list("place", flat=True)) == [1, 2]


def test_moved_it_frees_its_place_and_the_day_moves_with_it(one: Coming) -> None:
    booked = one.books(at=desk(1))
    actions.move(one.staff, one.case, seen(booked), desk(1), (), MONDAY, now=one.now)
    assert ("interview", MONDAY.on) in days(one)
    assert ("interview", FRIDAY.on) not in days(one)
    assert steps(one) == ["booked", "moved"]
    one.books(at=desk(1))  # Friday's place is free again


def test_a_move_to_a_full_time_leaves_it_where_it_was(
    one: Coming, office: OfficeCard, now: datetime
) -> None:
    booked = one.books(at=desk(1))
    coming(office, now).books(MONDAY, at=desk(1))
    with pytest.raises(Refused, match=r"interview\.full"):
        actions.move(one.staff, one.case, seen(booked), desk(1), (), MONDAY, now=now)
    row = Interview.objects.get(pk=booked)
    assert (row.on, row.starts) == vars_of(FRIDAY)
    assert steps(one) == ["booked"]


def test_cancelled_its_place_is_free_and_the_desk_looks_today(one: Coming) -> None:
    booked = one.books(at=desk(1))
    actions.cancel(one.staff, one.case, seen(booked), now=one.now)
    assert ("interview_cancelled", one.now.date()) in days(one)
    assert one.case.next_on == one.now.date()
    one.books(at=desk(1))
    with pytest.raises(Refused, match=r"interview\.cancel"):
        actions.cancel(one.staff, one.case, seen(booked), now=one.now)


@pytest.mark.parametrize("came", [True, False])
def test_who_came_and_who_did_not_has_a_next_action(
    one: Coming,
    came: bool,  # noqa: FBT001 - of a table
) -> None:
    booked = one.books()
    at = datetime.combine(FRIDAY.on, FRIDAY.starts, tzinfo=one.now.tzinfo) + timedelta(minutes=20)
    actions.attend(one.staff, one.case, seen(booked), came=came, now=at)
    assert Interview.objects.get().state == ("came" if came else "absent")
    assert ("interview_came" if came else "interview_missed", at.date()) in days(one)
    assert ("interview", FRIDAY.on) not in days(one)
    actions.attend(
        one.staff, one.case, seen(booked), came=not came, now=at
    )  # a wrong press is put right
    assert len([kind for kind, _ in days(one) if kind.startswith("interview")]) == 1


def test_nobody_came_before_it_began(one: Coming) -> None:
    booked = one.books()
    for came in (True, False):
        with pytest.raises(Refused, match=r"interview\.not_begun"):
            actions.attend(one.staff, one.case, seen(booked), came=came, now=one.now)


def test_a_booked_interview_stays_a_day_whatever_is_planned_beside_it(one: Coming) -> None:
    one.books()
    later = FRIDAY.on + timedelta(days=20)
    cases.plan(one.staff, one.case, "check", later, "電話", "chosen", now=one.now)
    assert days(one) >= {("interview", FRIDAY.on), ("check", later)}
    assert one.case.next_on == one.now.date()  # the first answer is still owed


def test_whatever_the_desk_does_next_ends_what_waited_for_it(one: Coming) -> None:
    booked = one.books()
    actions.cancel(one.staff, one.case, seen(booked), now=one.now)
    one.books()
    assert not [kind for kind, _ in days(one) if kind.startswith("interview_")]


def test_a_promise_to_meet_ends_by_its_name(one: Coming) -> None:
    later = FRIDAY.on + timedelta(days=20)
    meet = cases.plan(one.staff, one.case, "meet", later, "会って話す", "chosen", now=one.now)
    one.books()
    assert {kind for kind, _ in days(one)} == {"interview", "meet", "first_answer"}
    kept = {meet: Ending("kept")}
    actions.book(one.staff, one.case, desk(), (), MONDAY, WANTED, said=kept, now=one.now)
    assert {kind for kind, _ in days(one)} == {"interview", "first_answer"}


def test_a_case_does_not_end_while_an_interview_is_booked(one: Coming) -> None:
    booked = one.books()
    contact = record.Contact("call", "phone", "out", Outcome.SOLVED)
    with pytest.raises(Refused, match=r"interview\.booked"):
        record.close(one.staff, one.case, "solved", now=one.now)
    with pytest.raises(Refused, match=r"interview\.booked"):
        record.log(one.staff, one.case, contact, now=one.now)
    actions.cancel(one.staff, one.case, seen(booked), now=one.now)
    record.close(one.staff, one.case, "solved", answered(one.case), now=one.now)
    with pytest.raises(Refused, match=r"interview\.case_closed"):
        one.books()


def test_what_moved_on_meanwhile_is_not_done(one: Coming) -> None:
    booked = one.books()
    before = seen(booked)
    actions.move(one.staff, one.case, before, desk(), (), MONDAY, now=one.now)
    with pytest.raises(Refused, match=r"interview\.stale"):
        actions.cancel(one.staff, one.case, before, now=one.now)
    assert Interview.objects.get().state == "booked"


def test_another_cases_interview_is_not_there(
    one: Coming, office: OfficeCard, now: datetime
) -> None:
    booked = coming(office, now).books()
    with pytest.raises(Absent):
        actions.cancel(one.staff, one.case, seen(booked), now=now)


def test_a_kept_place_is_given_back_by_who_kept_it_alone(
    one: Coming, office: OfficeCard, now: datetime
) -> None:
    other, at = coming(office, now).staff, AtOffice(office.id)
    kept = actions.keep(one.staff, at, desk(1), (), FRIDAY, now=now)
    with pytest.raises(Refused, match=r"interview\.full"):
        one.books(at=desk(1))
    for wrong in (kept, uuid4()):
        with pytest.raises(Absent):
            actions.release(other, at, wrong, now=now)
    actions.release(one.staff, at, kept, now=now)
    one.books(at=desk(1))
