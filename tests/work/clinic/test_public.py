"""A person holds a place, asks for it, keeps it when the day moves, changes it, gives it back."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings

from madoguchi.rules import limits
from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.programme.changes import Change, ClinicDayCancelled, ClinicDayMoved
from madoguchi.tools.audit import chain
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import visit
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic import public
from madoguchi.work.clinic.models import Booking
from madoguchi.work.clinic.public import Place, Wanted
from madoguchi.work.record import actions as record_actions
from tests.work.cases.awaiting import answered
from tests.work.clinic.coming import (
    DECEMBER,
    LATER,
    NEXT,
    NINE,
    PUBLISHED,
    WANTED,
    Coming,
    at,
    begins,
    booked_online,
    clinic,
    coming,
    decide,
    desk,
    seen,
    work_through,
)

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
MOVED = ClinicDayMoved(date(2026, 12, 19), date(2026, 12, 26))


@pytest.fixture
def other(office: OfficeCard, now: datetime) -> Coming:
    return coming(office, now)


def taken(one: Coming, now: datetime | None = None) -> int:
    """How many places of nine o'clock are taken."""
    found = public.taken(one.held.office_id, [DECEMBER], now or one.now)
    return found.get((DECEMBER, 1), 0)


def cancel(one: Coming, booking_id: UUID, now: datetime | None = None) -> None:
    moment = now or one.now
    public.cancel(
        one.person, one.held, seen(booking_id), clinic(), PUBLISHED, moment.date(), now=moment
    )


def agree(one: Coming, booking_id: UUID, changes: tuple[Change, ...], to: datetime) -> None:
    told = (one.person, one.held, seen(booking_id), clinic(), changes, to)
    public.agree(*told, now=one.now)


def change(one: Coming, booking_id: UUID, place: Place) -> None:
    public.change(
        *(one.person, one.held, seen(booking_id), place, clinic(), desk(), PUBLISHED),
        one.now.date(),
        now=one.now,
    )


def test_a_held_place_is_nobody_elses_until_its_end(one: Coming, other: Coming) -> None:
    held = one.holds()
    assert held == public.held(one.who, one.now)
    assert held.until == one.now + timedelta(minutes=15)
    assert taken(one) == 1
    with pytest.raises(Refused, match=r"clinic\.full"):
        other.holds()
    over = one.now + timedelta(minutes=15)
    assert (taken(one, over), public.held(one.who, over)) == (0, None)
    other.holds(now=over)
    assert sorted(Booking.objects.values_list("state", flat=True)) == ["held", "lapsed"]


def test_one_place_at_a_time_and_pressing_twice_holds_once(one: Coming, other: Coming) -> None:
    first = one.holds()
    again = one.holds(now=one.now + timedelta(minutes=5))
    assert again == first  # nobody keeps a place for ever by pressing on
    assert Booking.objects.count() == 1
    one.holds(LATER)
    other.holds(NINE)
    with pytest.raises(Refused, match=r"clinic\.full"):
        one.holds(NINE)
    assert public.held(one.who, one.now) == public.Held(LATER, first.until)


def test_who_leaves_frees_the_place(one: Coming, other: Coming) -> None:
    one.holds()
    public.let_go(one.who, one.at_office, now=one.now)
    public.let_go(one.who, one.at_office, now=one.now)
    other.holds()
    with pytest.raises(Refused, match=r"clinic\.hold_over"):
        one.asks()


def test_a_new_cookie_takes_the_place_along(one: Coming) -> None:
    one.holds()
    new = visit.new_holder(one.held.office_id)
    public.carry(one.who, new)
    assert public.held(one.who, one.now) is None
    assert public.held(new, one.now)


def test_a_network_holds_so_many_at_once(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DEMO", False)

    def holds(network: str, place: Place) -> None:
        who = visit.new_holder(office.id)
        where = AtOffice(office.id)
        told = (who, where, clinic(), desk(), PUBLISHED, place)
        public.hold(*told, now=now, network=network)

    for number in range(1, limits.HELD_PLACES + 1):
        holds("192.0.2.0/24", Place(DECEMBER, number))
    with pytest.raises(Refused, match=r"clinic\.many"):
        holds("192.0.2.0/24", Place(DECEMBER, 4))
    holds("198.51.100.0/24", Place(DECEMBER, 4))


def test_a_network_reaches_for_so_many_a_day(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DEMO", False)
    monkeypatch.setattr(limits, "DAY_HOLDS", 3)
    who, where = visit.new_holder(office.id), AtOffice(office.id)

    def reaches(number: int, network: str) -> None:
        told = (who, where, clinic(), desk(), PUBLISHED, Place(DECEMBER, number))
        public.hold(*told, now=now, network=network)

    mine, other = f"mine/{office.id}", f"other/{office.id}"
    for number in (1, 2, 1, 1):  # pressed again it is the same place
        reaches(number, mine)
    with pytest.raises(Refused, match=r"clinic\.many_today"):
        reaches(2, mine)
    reaches(2, other)


def test_asked_for_the_place_is_the_cases(one: Coming) -> None:
    one.holds()
    one.asks()
    row = Booking.objects.get()
    assert (row.state, row.case_id, row.until_at, row.holder) == ("asked", one.case.id, None, "")
    assert row.agreed_at == begins(NINE)
    assert "山田".encode() not in bytes(row.wanted)
    assert one.held.drawer.open("booking", row.id, row.wanted)["other_party"] == "山田 太郎"
    assert one.steps() == ["asked"]
    work_through(one.now)
    assert {("clinic_asked", one.now.date()), ("clinic_day", date(2026, 12, 19))} <= one.days()
    assert [card.place for card in public.own(one.held)] == [NINE]
    assert chain.faults(one.held.office_id) == []


def test_where_the_city_wants_it_so_it_is_booked_at_once(one: Coming) -> None:
    of = booked_online()
    one.holds(of=of)
    one.asks(of=of)
    work_through(one.now)
    assert [card.state for card in public.own(one.held)] == ["booked"]
    assert "clinic_asked" not in one.kinds()
    assert ("clinic_day", date(2026, 12, 19)) in one.days()


def test_after_its_end_a_place_that_is_still_free_is_simply_taken(one: Coming) -> None:
    one.holds()
    one.asks(now=one.now + timedelta(hours=2))
    assert Booking.objects.get().state == "asked"


def test_after_its_end_a_place_that_lapsed_is_taken_again_if_free(
    one: Coming, other: Coming
) -> None:
    one.holds()
    later = one.now + timedelta(minutes=20)
    other.holds(now=later)
    public.let_go(other.who, other.at_office, now=later)
    one.asks(now=later)
    assert Booking.objects.get(case_id=one.case.id).state == "asked"


def test_after_its_end_a_place_that_is_gone_is_gone(one: Coming, other: Coming) -> None:
    one.holds()
    later = one.now + timedelta(minutes=20)
    other.holds(now=later)
    other.asks(now=later)
    with pytest.raises(Refused, match=r"clinic\.hold_over"):
        one.asks(now=later)
    assert one.steps() == []
    one.holds(LATER, now=later)
    one.asks(now=later)


def test_who_held_nothing_asks_for_nothing(one: Coming) -> None:
    with pytest.raises(Refused, match=r"clinic\.hold_over"):
        one.asks()


def test_one_at_a_time(one: Coming) -> None:
    one.holds()
    one.asks()
    one.holds(NEXT)
    with pytest.raises(Refused, match=r"clinic\.one"):
        one.asks()


def test_another_after_the_day_is_over(one: Coming) -> None:
    one.books()
    after = at("2026-12-21 10:00")
    one.holds(NEXT, now=after)
    one.asks(now=after)


def test_a_day_that_moves_meanwhile_is_shown_before_it_is_asked_for(one: Coming) -> None:
    one.holds()
    changes = (*PUBLISHED, MOVED)
    with pytest.raises(Refused, match=r"clinic\.moved"):
        one.asks(changes=changes)
    told = (one.who, one.at_office, clinic(), desk(), changes, NINE)
    public.hold(*told, now=one.now)  # shown the new day, they choose it
    one.asks(changes=changes)
    assert Booking.objects.get().agreed_at == begins(NINE, changes)


def test_a_day_that_is_off_meanwhile_is_not_asked_for(one: Coming) -> None:
    one.holds()
    off = (*PUBLISHED, ClinicDayCancelled(date(2026, 12, 19)))
    with pytest.raises(Refused, match=r"clinic\.cancelled"):
        one.asks(changes=off)


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        (Place("2026-12-12", 1), "no_day"),
        (Place("nonsense", 1), "no_day"),
        (Place(DECEMBER, 9), "no_slot"),
        (Place(DECEMBER, 0), "no_slot"),
        (Place("2026-11-21", 1), "past"),
        (Place("2027-04-17", 1), "unpublished"),
    ],
)
def test_what_is_not_offered_is_not_held(one: Coming, place: Place, reason: str) -> None:
    with pytest.raises(Refused, match=rf"clinic\.{reason}"):
        one.holds(place)
    assert not Booking.objects.exists()


def test_where_the_desk_alone_books_nobody_holds(one: Coming) -> None:
    with pytest.raises(Refused, match=r"clinic\.by_desk"):
        one.holds(of=clinic("no"))


def test_more_people_than_a_group_may_be(one: Coming) -> None:
    one.holds()
    for people in (0, 6):
        with pytest.raises(Refused, match=r"clinic\.people"):
            one.asks(replace(WANTED, people=people))


def test_kept_by_one_click_though_the_day_moved(one: Coming, office: OfficeCard) -> None:
    booked = one.books()
    decide(office, "clinic_moved", MOVED, one.now)
    changes = (*PUBLISHED, MOVED)
    work_through(one.now)
    assert {"clinic_moved"} <= one.kinds()
    assert ("clinic_day", date(2026, 12, 26)) in one.days()
    agree(one, booked, changes, begins(NINE, changes))
    work_through(one.now)
    assert "clinic_moved" not in one.kinds()
    assert one.steps() == ["booked", "agreed"]
    with pytest.raises(Refused, match=r"clinic\.answered"):
        agree(one, booked, changes, begins(NINE, changes))


def test_moved_again_between_page_and_press(one: Coming) -> None:
    booked = one.books()
    again = ClinicDayMoved(date(2026, 12, 26), date(2026, 12, 12))
    showed = begins(NINE, (*PUBLISHED, MOVED))
    with pytest.raises(Refused, match=r"clinic\.moved"):
        agree(one, booked, (*PUBLISHED, MOVED, again), showed)
    assert Booking.objects.get().agreed_at == begins(NINE)


def test_given_back_it_is_free_and_the_desk_hears(one: Coming, other: Coming) -> None:
    booked = one.books()
    cancel(one, booked)
    work_through(one.now)
    assert ("clinic_cancelled", one.now.date()) in one.days()
    assert "clinic_day" not in one.kinds()
    assert public.own(one.held) == ()
    other.books()
    with pytest.raises(Refused, match=r"clinic\.cancel"):
        cancel(one, booked)


def test_not_after_it_began_and_nobody_elses(one: Coming, other: Coming) -> None:
    booked = one.books()
    with pytest.raises(Refused, match=r"clinic\.begun"):
        cancel(one, booked, begins(NINE))
    for wrong in (uuid4(), other.books(LATER, wanted=Wanted())):
        told = (public.BookingRevision(wrong, 0), clinic(), PUBLISHED, one.now.date())
        with pytest.raises(Absent):
            public.cancel(one.person, one.held, *told, now=one.now)


def test_changed_for_another_place_the_first_is_free(one: Coming, other: Coming) -> None:
    booked = one.books()
    change(one, booked, NEXT)
    assert [(card.place, card.state) for card in public.own(one.held)] == [(NEXT, "asked")]
    assert one.steps() == ["booked", "moved"]
    other.books(NINE)
    with pytest.raises(Refused, match=r"clinic\.full"):
        change(one, booked, NINE)
    assert [card.place for card in public.own(one.held)] == [NEXT]


def test_a_stale_page_changes_nothing(one: Coming) -> None:
    booked = one.books()
    before = seen(booked)
    change(one, booked, NEXT)
    with pytest.raises(Refused, match=r"clinic\.stale"):
        public.cancel(
            one.person, one.held, before, clinic(), PUBLISHED, one.now.date(), now=one.now
        )


def test_what_is_asked_for_opens_a_closed_case_again(one: Coming) -> None:
    record_actions.close(one.staff, one.case, "solved", answered(one.case), now=one.now)
    one.holds()
    one.asks()
    assert (one.case.state, one.case.closed_at) == ("active", None)


def test_the_mark_changes_with_what_is_free(one: Coming) -> None:
    marks = [public.version(one.held.office_id)]
    one.holds()
    marks.append(public.version(one.held.office_id))
    public.let_go(one.who, one.at_office, now=one.now)
    marks.append(public.version(one.held.office_id))
    one.books()
    marks.append(public.version(one.held.office_id))
    assert len(set(marks)) == len(marks)


def test_another_office_has_nothing_of_it(one: Coming, other_office: OfficeCard) -> None:
    one.books()
    assert public.taken(other_office.id, [DECEMBER], one.now) == {}
