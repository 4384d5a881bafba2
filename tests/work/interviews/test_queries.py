"""The calendar names what a colleague may list; everything else that is taken looks alike."""

from datetime import datetime, timedelta

import pytest

from madoguchi.rules.programme.changes import DeskClosed, DeskHours
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.interviews import actions, queries
from madoguchi.work.interviews.public import InterviewRevision
from tests.offices import actor_of, make_staff
from tests.work.interviews.coming import FRIDAY, Coming, desk

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


@pytest.fixture
def relative(office: OfficeCard, now: datetime) -> Actor:
    """A colleague who is the person's relative."""
    return actor_of(make_staff(office, "counsellor", "山田", now))


def friday(actor: Actor, places: int = 2) -> queries.Day:
    (day,) = queries.calendar(actor, desk(places), FRIDAY.on, 1, ())
    return day


def test_a_week_of_times_names_who_comes(one: Coming, relative: Actor) -> None:
    one.books()
    week = queries.calendar(relative, desk(), FRIDAY.on - timedelta(days=4), 7, ())
    assert [len(day.times) for day in week] == [7, 7, 7, 7, 7, 0, 0]
    (time,) = [time for time in week[4].times if time.span.starts == FRIDAY.starts]
    assert time.places[0].planned
    assert time.places[0].planned.short_name == one.case.short_name
    assert time.free == 1


def test_a_denied_case_looks_like_a_place_that_a_colleague_keeps(
    one: Coming, relative: Actor, office: OfficeCard, now: datetime
) -> None:
    booked = one.books()
    cases.deny(one.staff, one.case, relative.colleague, now=now)
    hidden = friday(relative)
    actions.cancel(one.staff, one.case, InterviewRevision(booked, 0), now=now)
    actions.keep(one.staff, AtOffice(office.id), desk(), (), FRIDAY, now=now)
    assert friday(relative) == hidden
    assert friday(one.staff) != hidden  # the control: who may know sees whose it is


def test_a_secret_case_looks_so_too(one: Coming, relative: Actor, now: datetime) -> None:
    one.books()
    cases.set_level(one.staff, one.case, "secret", now=now)
    (time,) = [time for time in friday(relative).times if time.free < 2]
    assert time.places == (queries.Place(shut=True), queries.Place())


def test_another_office_sees_nothing_of_it(
    one: Coming, other_office: OfficeCard, now: datetime
) -> None:
    one.books()
    stranger = actor_of(make_staff(other_office, "supervisor", "よそ", now))
    assert all(time.free == 2 for time in friday(stranger).times)


@pytest.mark.parametrize("change", [DeskClosed(FRIDAY.on), DeskHours(FRIDAY.on, "13:00-15:00")])
def test_who_is_booked_on_a_day_that_was_closed_is_named(
    one: Coming, relative: Actor, change: DeskClosed | DeskHours, now: datetime
) -> None:
    booked = one.books()
    today = now.date()
    assert queries.stranded(one.staff, desk(), today, ()) == ()
    assert [row.id for row in queries.stranded(one.staff, desk(), today, (change,))] == [booked]
    (day,) = queries.calendar(one.staff, desk(), FRIDAY.on, 1, (change,))
    assert [row.id for row in day.stranded] == [booked]
    cases.deny(one.staff, one.case, relative.colleague, now=now)
    assert queries.stranded(relative, desk(), today, (change,)) == ()
