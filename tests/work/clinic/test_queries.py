"""A day names what a colleague may list; everything else that is taken looks alike."""

from datetime import date, datetime
from uuid import UUID

import pytest

from madoguchi.rules.decision import Absent
from madoguchi.rules.programme.changes import Change, ClinicDayMoved
from madoguchi.rules.sealed import ROWS_A_PAGE
from madoguchi.rules.slots import day
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard, by_id
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import queries as opening
from madoguchi.work.cases.models import Case
from madoguchi.work.clinic.bookings import actions, queries
from madoguchi.work.clinic.bookings.public import Rules
from madoguchi.work.clinic.models import Waiting
from madoguchi.work.clinic.public import Wanted
from madoguchi.work.clinic.sittings import actions as kept_actions
from tests.offices import actor_of, make_staff
from tests.work.clinic.coming import (
    DECEMBER,
    LAST,
    LATER,
    NINE,
    PUBLISHED,
    WANTED,
    Coming,
    clinic,
    coming,
    desk,
    seen,
)

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
MOVED = ClinicDayMoved(date(2026, 12, 19), date(2026, 12, 26))


@pytest.fixture
def one(office: OfficeCard, now: datetime) -> Coming:
    return coming(office, now, "𠮷田 花子")


@pytest.fixture
def relative(office: OfficeCard, now: datetime) -> Actor:
    """A colleague who is the person's relative."""
    return actor_of(make_staff(office, "counsellor", "山田", now))


def of_day(
    actor: Actor, now: datetime, changes: tuple[Change, ...] = PUBLISHED
) -> tuple[queries.Row, ...]:
    found = day(clinic(), DECEMBER, changes)
    assert found
    return queries.of_day(actor, clinic(), found, changes, now=now)


def test_a_day_names_who_comes(one: Coming, relative: Actor) -> None:
    one.books()
    first, *others = of_day(relative, one.now)
    card = first.seats[0].card
    assert card
    assert (card.short_name, card.state) == (one.case.short_name, "booked")
    assert (first.free, [row.free for row in others]) == (0, [1, 1, 1])


def test_a_denied_case_looks_like_a_place_that_a_colleague_keeps(
    one: Coming, relative: Actor, now: datetime
) -> None:
    booked = one.books()
    cases.deny(one.staff, one.case, relative.colleague, now=now)
    hidden = of_day(relative, now)
    actions.cancel(one.staff, one.case, seen(booked), now=now)
    kept_actions.keep(one.staff, one.at_office, Rules(clinic(), desk(), PUBLISHED), NINE, now=now)
    assert of_day(relative, now) == hidden
    assert of_day(one.staff, now) != hidden  # the control: who keeps it sees that it is theirs


def test_a_secret_case_and_a_visitors_hold_look_so_too(one: Coming, relative: Actor) -> None:
    one.books()
    cases.set_level(one.staff, one.case, "secret", now=one.now)
    one.holds(LATER)
    first, second, *_ = of_day(relative, one.now)
    assert first.seats == second.seats == (queries.Seat(shut=True),)


def test_another_office_sees_nothing_of_it(one: Coming, other_office: OfficeCard) -> None:
    one.books()
    stranger = actor_of(make_staff(other_office, "supervisor", "よそ", one.now))
    assert all(row.free == 1 for row in of_day(stranger, one.now))


@pytest.mark.parametrize("role", ["auditor", "administrator", "lawyer"])
def test_who_has_no_calendar_reads_none(one: Coming, role: str) -> None:
    nobody = Actor(one.held.office_id, role, one.staff.staff_id)
    for read in (
        lambda: of_day(nobody, one.now),
        lambda: queries.unanswered(nobody, clinic(), PUBLISHED, now=one.now),
        lambda: queries.waiting(nobody),
        lambda: queries.calls(nobody, clinic(), PUBLISHED, now=one.now),
    ):
        with pytest.raises(Absent):
            read()


def test_what_is_wanted_is_read_from_the_opened_case(one: Coming) -> None:
    one.books()
    opened = opening.open_case(one.staff, one.case.id, now=one.now)
    (found,) = queries.of_case(opened, clinic(), PUBLISHED, now=one.now).rows
    assert found.wanted == WANTED


def test_who_has_not_answered_a_move_is_named(one: Coming, relative: Actor, now: datetime) -> None:
    booked = one.books()
    assert queries.unanswered(one.staff, clinic(), PUBLISHED, now=now) == ()
    changes = (*PUBLISHED, MOVED)
    (card,) = queries.unanswered(relative, clinic(), changes, now=now)
    assert (card.id, card.moved, card.off) == (booked, True, False)
    cases.deny(one.staff, one.case, relative.colleague, now=now)
    assert queries.unanswered(relative, clinic(), changes, now=now) == ()


def test_a_day_that_became_shorter_names_who_lost_the_slot(one: Coming) -> None:
    one.books()
    other = coming(by_id(one.held.office_id), one.now).books(LAST, wanted=Wanted())
    short = (*PUBLISHED, ClinicDayMoved(date(2026, 12, 19), date(2026, 12, 26), "9:00-10:00"))
    found = day(clinic(), DECEMBER, short)
    assert found
    assert [row.slot.number for row in of_day(one.staff, one.now, short)] == [1]
    lost = queries.lost(one.staff, clinic(), found, short, now=one.now)
    assert [card.id for card in lost] == [other]


@pytest.mark.opens("clinic.prepare")
def test_what_a_days_bookings_are_about_is_read_case_by_case(
    one: Coming, relative: Actor, now: datetime
) -> None:
    one.books()
    cards = [seat.card for row in of_day(relative, now) for seat in row.seats if seat.card]
    cases.deny(one.staff, one.case, relative.colleague, now=now)
    assert queries.needs(relative, cards, now=now) == {}
    (found,) = queries.needs(one.staff, cards, now=now).values()
    assert (found.wanted, found.name) == (WANTED, "𠮷田 花子")


def test_two_thousand_who_wait_are_read_page_by_page(one: Coming) -> None:
    copied = {
        each.attname: getattr(one.case, each.attname)
        for each in Case._meta.concrete_fields
        if not each.primary_key
    }
    Case.objects.bulk_create(Case(**copied) for _ in range(1_999))
    Waiting.objects.bulk_create(
        Waiting(office_id=case.office_id, case_id=case.pk, day="", at=one.now)
        for case in Case.objects.all()
    )
    seen: list[UUID] = []
    skip = 0
    while not seen or skip:
        page = queries.waiting(one.staff, ref=DECEMBER, skip=skip)
        assert len(page.rows) == ROWS_A_PAGE
        seen += [each.id for each in page.rows]
        skip = page.further
    assert len({*seen}) == 2_000
    (own,) = queries.waiting(one.staff, case_id=one.case.id).rows
    assert own.case_id == one.case.id
