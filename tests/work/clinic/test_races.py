"""Many reach for one place at once: one has it. Without the database's guard many would."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection, connections

from madoguchi.rules.decision import Refused
from madoguchi.rules.steps.booking import FREE
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import visit
from madoguchi.work.cases import queries
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic import actions as days
from madoguchi.work.clinic import public
from madoguchi.work.clinic.bookings import actions, jobs
from madoguchi.work.clinic.bookings.public import Rules
from madoguchi.work.clinic.models import Booking
from madoguchi.work.clinic.public import Place, Wanted
from madoguchi.work.clinic.sittings import actions as kept_actions
from madoguchi.work.clinic.waiting import actions as waiting
from tests.offices import actor_of, make_staff
from tests.two import signed
from tests.web.desk.colleagues import asked
from tests.work.clinic.coming import (
    DECEMBER,
    NEXT,
    NINE,
    PUBLISHED,
    Coming,
    clinic,
    coming,
    decide,
    desk,
    seen,
    work_through,
)

TIMES, SEATS = 50, 3
pytestmark = pytest.mark.race
GUARD = next(one for one in Booking._meta.constraints if one.name == "clinic_one_a_place")
OF = clinic(lawyers=SEATS)
TOLD = OF, desk(), PUBLISHED


@pytest.fixture
def unguarded() -> Iterator[None]:
    with connection.schema_editor() as tables:
        tables.remove_constraint(Booking, GUARD)
    yield
    Booking.objects.all().delete()
    with connection.schema_editor() as tables:
        tables.add_constraint(Booking, GUARD)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What came of acts that are done at one moment: empty where one was done, else the reason."""
    gate = Barrier(min(len(acts), 16))

    def do(act: Callable[[], object]) -> str:
        if len(acts) <= gate.parties:
            gate.wait()
        try:
            act()
        except Refused as refused:
            return refused.reasons[0].code
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(do, acts))


def hold(office: OfficeCard, now: datetime) -> Callable[[], object]:
    """A new visitor reaches for nine o'clock."""
    who = visit.new_holder(office.id)
    return lambda: public.hold(who, AtOffice(office.id), *TOLD, NINE, now=now)


def book(staff: Actor, case_id: object, now: datetime) -> Callable[[], object]:
    """A counsellor books nine o'clock for somebody."""

    def act() -> None:
        case = queries.find(staff, case_id)  # type: ignore[arg-type] # an id
        actions.book(staff, case, Rules(*TOLD), NINE, Wanted(), "続けて来る", now=now)

    return act


def bookings_at_once(office: OfficeCard, now: datetime, many: int) -> list[str]:
    """What fifty heard who were booked by a counsellor, or held a place, at one moment."""
    staff = actor_of(make_staff(office, "counsellor", "木村", now))
    ids = [asked(office, now, about={"name": f"相談者{number}"}).pk for number in range(many)]
    for case_id in ids:
        queries.open_case(staff, case_id, now=now)
    booked = [book(staff, case_id, now) for case_id in ids]
    held = [hold(office, now) for _ in range(TIMES - many)]
    return at_once(*[act for pair in zip(booked, held, strict=False) for act in pair], *held[many:])


def taken() -> Sequence[int]:
    """The seats of nine o'clock that are taken."""
    rows = Booking.objects.exclude(state__in=FREE).filter(day=DECEMBER, number=1)
    return list(rows.order_by("seat").values_list("seat", flat=True))


def test_as_many_have_a_place_as_there_are(office: OfficeCard, now: datetime) -> None:
    heard = bookings_at_once(office, now, 12)
    assert heard.count("") == SEATS
    assert set(heard) == {"", "clinic.full"}
    assert taken() == [1, 2, 3]
    assert chain.faults(office.id) == []


@pytest.mark.usefixtures("unguarded")
def test_control_without_the_databases_guard_more_have_one_than_there_are(
    office: OfficeCard, now: datetime
) -> None:
    assert bookings_at_once(office, now, 12).count("") > SEATS
    assert set(taken()) == {1}


def one_waiting(office: OfficeCard, now: datetime) -> tuple[Coming, public.Own]:
    """Somebody to whom the one place is offered."""
    decide(office, "clinic_year", PUBLISHED[0], now)
    one = coming(office, now)
    told = (one.person, one.held, DECEMBER, clinic(), desk(), PUBLISHED)
    row = public.wait(*told, now=now)
    case = one.case
    waiting.offer(one.staff, case, row, Rules(clinic(), desk(), PUBLISHED), NINE, now=now)
    (own,) = public.own(one.held)
    return one, own


@pytest.mark.parametrize("late", [False, True])
def test_an_offer_that_is_accepted_as_it_ends(
    office: OfficeCard, now: datetime, *, late: bool
) -> None:
    one, own = one_waiting(office, now)
    assert own.until
    end = own.until
    accepts = end if late else end - timedelta(seconds=1)
    who = visit.new_holder(office.id)
    told = (one.person, one.held, own.seen, clinic(), PUBLISHED)
    here = AtOffice(office.id)
    heard = at_once(
        lambda: public.accept(*told, now=accepts),
        lambda: public.hold(who, here, clinic(), desk(), PUBLISHED, NINE, now=end),
        lambda: jobs.sweep(end),
    )
    assert len(taken()) == 1
    assert (heard[0], heard[1]) in {("", "clinic.full"), ("clinic.no_offer", "")}
    assert not late or heard[0] == "clinic.no_offer"
    assert chain.faults(office.id) == []


def test_a_place_that_is_given_back_while_others_reach_for_it(
    office: OfficeCard, now: datetime
) -> None:
    decide(office, "clinic_year", PUBLISHED[0], now)
    one, other = coming(office, now), coming(office, now)
    booked = one.books(NINE)
    told = (other.person, other.held, DECEMBER, clinic(), desk(), PUBLISHED)
    public.wait(*told, now=now)
    for place in (2, 3, 4):  # nothing else is free on that day
        kept_actions.keep(
            one.staff,
            one.at_office,
            Rules(clinic(), desk(), PUBLISHED),
            Place(DECEMBER, place),
            now=now,
        )
    who, here = visit.new_holder(office.id), AtOffice(office.id)
    heard = at_once(
        lambda: actions.cancel(one.staff, one.case, seen(booked), now=now),
        lambda: work_through(now),
        lambda: public.hold(who, here, clinic(), desk(), PUBLISHED, NINE, now=now),
    )
    assert heard[0] == ""
    work_through(now)
    assert len(taken()) == 1
    assert Booking.objects.filter(state__in=("held", "offered")).count() == 1
    assert chain.faults(office.id) == []


def test_two_who_change_places_with_each_other(office: OfficeCard, now: datetime) -> None:
    """Neither waits for the other for ever; where both places are taken both keep their own."""
    first, second = coming(office, now), coming(office, now)
    ids = [first.books(NINE, wanted=Wanted()), second.books(Place(DECEMBER, 3), wanted=Wanted())]

    def change(one: Coming, at: int, to: Place) -> Callable[[], object]:
        told = (seen(ids[at]), to, clinic(), desk(), PUBLISHED, now.date())
        return lambda: public.change(one.person, one.held, *told, now=now)

    heard = at_once(change(first, 0, Place(DECEMBER, 3)), change(second, 1, NINE))
    assert heard == ["clinic.full", "clinic.full"]
    assert sorted(Booking.objects.values_list("number", flat=True)) == [1, 3]


def test_two_tabs_of_one_person_ask_once(office: OfficeCard, now: datetime) -> None:
    one = coming(office, now)
    one.holds()
    heard = at_once(*[one.asks] * 8)
    assert heard.count("") == 1
    assert set(heard) <= {"", "clinic.one", "clinic.hold_over"}
    assert Booking.objects.count() == 1


def test_a_day_that_moves_while_people_book_and_give_back(
    office: OfficeCard, now: datetime
) -> None:
    """Nobody waits for ever, and afterwards everybody's days follow the day as it is then."""
    decide(office, "clinic_year", PUBLISHED[0], now)
    people = [coming(office, now) for _ in range(4)]
    here, staff = AtOffice(office.id), people[0].staff
    booked = [
        one.books(Place(DECEMBER, number), wanted=Wanted())
        for number, one in enumerate(people[:3], 1)
    ]
    told = clinic(), desk(), PUBLISHED

    def change() -> None:
        to = date(2026, 12, 20)
        signed(
            days.move, staff, here, DECEMBER, to, "", days.Announcement("日が変わりました"), now=now
        )

    def give_back() -> None:
        one = people[0]
        given = (seen(booked[0]), clinic(), PUBLISHED, now.date())
        public.cancel(one.person, one.held, *given, now=now)

    def put_elsewhere() -> None:
        one = people[1]
        to = (seen(booked[1]), NEXT, *told, now.date())
        public.change(one.person, one.held, *to, now=now)

    def take() -> None:
        case = people[3].case
        actions.book(people[3].staff, case, Rules(*told), Place(DECEMBER, 4), Wanted(), now=now)

    assert at_once(change, give_back, put_elsewhere, take) == [""] * 4
    jobs.sweep(now)
    work_through(now)
    expected = [set(), {date(2027, 1, 16)}, {date(2026, 12, 20)}, {date(2026, 12, 20)}]
    for one, on in zip(people, expected, strict=True):
        assert {day for kind, day in one.days() if kind == "clinic_day"} == on
    assert "clinic_moved" in people[2].kinds()
    assert chain.faults(office.id) == []
