"""Whatever people, the desk, the worker and the clock do in whatever order, some things hold."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from madoguchi.rules import slots
from madoguchi.rules.decision import Refused
from madoguchi.rules.programme.changes import Change, ClinicDayMoved
from madoguchi.rules.steps.booking import FREE, STANDING
from madoguchi.tools.audit import chain
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.clinic import public
from madoguchi.work.clinic.bookings import actions, jobs
from madoguchi.work.clinic.bookings import public as bookings
from madoguchi.work.clinic.models import Booking
from madoguchi.work.clinic.public import Place, Wanted
from madoguchi.work.notices import public as notices
from tests.work.clinic.coming import (
    DECEMBER,
    JANUARY,
    PUBLISHED,
    Coming,
    clinic,
    coming,
    decide,
    desk,
    work_through,
)

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
STEPS, PEOPLE = 70, 5
OF = clinic(slots_per_day=2)
PLACES = [Place(day, number) for day in (DECEMBER, JANUARY) for number in (1, 2)]


class Town:
    """Some people who want few places, and what they do."""

    def __init__(self, office: OfficeCard, now: datetime, seed: int) -> None:
        self.office, self.now, self.chance = office, now, Random(seed)
        decide(office, "clinic_year", PUBLISHED[0], now)
        self.people = [coming(office, now) for _ in range(PEOPLE)]
        self.deeds: list[Callable[[Coming], object]] = [
            self.hold,
            self.ask,
            self.hold_and_ask,
            self.hold_and_ask,
            self.cancel,
            self.cancel,
            self.change,
            self.wait,
            self.answer,
            self.agree,
            self.book,
            self.confirm,
            self.move_a_day,
            self.let_time_pass,
        ]

    @property
    def changes(self) -> tuple[Change, ...]:
        """The decisions that stand."""
        return notices.changes(self.office.id)

    def step(self) -> None:
        """Somebody does something, or is refused; the worker does what it was asked."""
        with suppress(Refused):
            self.chance.choice(self.deeds)(self.chance.choice(self.people))
        if self.chance.random() < 0.3:
            jobs.sweep(self.now)
        work_through(self.now)

    def _place(self) -> Place:
        return self.chance.choice(PLACES)

    def _own(self, one: Coming, *states: str) -> public.Own:
        for own in public.own(one.held):
            if own.state in states:
                return own
        raise Refused("nothing.there")

    def hold(self, one: Coming) -> None:
        public.hold(one.who, one.at_office, OF, desk(), self.changes, self._place(), now=self.now)

    def ask(self, one: Coming) -> None:
        told = (one.who, OF, desk(), self.changes, Wanted(), self.now.date())
        public.ask(one.person, one.held, *told, now=self.now)

    def hold_and_ask(self, one: Coming) -> None:
        self.hold(one)
        self.ask(one)

    def cancel(self, one: Coming) -> None:
        own = self._own(one, *STANDING)
        told = (own.seen, OF, self.changes, self.now.date())
        public.cancel(one.person, one.held, *told, now=self.now)

    def change(self, one: Coming) -> None:
        own = self._own(one, *STANDING)
        told = (own.seen, self._place(), OF, desk(), self.changes, self.now.date())
        public.change(one.person, one.held, *told, now=self.now)

    def wait(self, one: Coming) -> None:
        day = self.chance.choice([DECEMBER, JANUARY, ""])
        public.wait(one.person, one.held, day, OF, desk(), self.changes, now=self.now)

    def answer(self, one: Coming) -> None:
        own = self._own(one, "offered")
        if self.chance.random() < 0.5:
            public.decline(one.person, one.held, own.seen, now=self.now)
        else:
            public.accept(one.person, one.held, own.seen, OF, self.changes, now=self.now)

    def agree(self, one: Coming) -> None:
        own = self._own(one, *STANDING)
        day = slots.day(OF, own.place.day, self.changes)
        assert day
        told = (own.seen, OF, self.changes, slots.begins(day, own.place.number))
        public.agree(one.person, one.held, *told, now=self.now)

    def book(self, one: Coming) -> None:
        told = (bookings.Rules(OF, desk(), self.changes), self._place(), Wanted())
        actions.book(one.staff, one.case, *told, now=self.now)

    def confirm(self, one: Coming) -> None:
        actions.confirm(one.staff, one.case, self._own(one, "asked").seen, now=self.now)

    def move_a_day(self, _one: Coming) -> None:
        day = slots.day(OF, self.chance.choice([DECEMBER, JANUARY]), self.changes)
        assert day
        to = day.on + timedelta(days=self.chance.choice([-1, 1, 7]))
        if to > self.now.date():
            decide(self.office, "clinic_moved", ClinicDayMoved(day.on, to), self.now)

    def let_time_pass(self, _one: Coming) -> None:
        self.now += timedelta(minutes=self.chance.choice([3, 16, 24 * 60]))


def check(town: Town) -> None:
    """What holds at every moment."""
    standing = list(Booking.objects.exclude(state__in=FREE))
    places = [(row.day, row.number, row.seat) for row in standing]
    assert len(places) == len(set(places))
    of_cases = [row for row in standing if row.case_id and not over(row, town)]
    assert len(of_cases) == len({row.case_id for row in of_cases}), "one at a time"
    for one in town.people:
        follows(one, town)


def over(row: Booking, town: Town) -> bool:
    if row.until_at is not None and row.until_at <= town.now:
        return True
    begins = bookings.starts(OF, row, town.changes)
    return begins is None or begins.date() < town.now.date()


def follows(one: Coming, town: Town) -> None:
    """The days of a case are those of its bookings, wherever their days have moved to."""
    mine = Booking.objects.filter(case_id=one.case.id, state__in=STANDING)
    begins = {row.id: bookings.starts(OF, row, town.changes) for row in mine}
    days = {on for kind, on in one.days() if kind == "clinic_day"}
    assert days == {begin.date() for begin in begins.values() if begin}
    moved = any(row.agreed_at != begins[row.id] for row in mine)
    assert ("clinic_moved" in one.kinds()) == moved
    assert ("clinic_asked" in one.kinds()) == any(row.state == "asked" for row in mine)
    assert one.case.next_on == min(on for _, on in one.days())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_holds_after_every_step(
    office: OfficeCard, now: datetime, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = bookings.in_force

    def small(office_id: UUID, on: date) -> bookings.Rules | None:
        found = real(office_id, on)
        return found and bookings.Rules(OF, found.desk, found.changes)

    monkeypatch.setattr(bookings, "in_force", small)
    town = Town(office, now, seed)
    states = set()
    for _ in range(STEPS):
        town.step()
        jobs.sweep(town.now)
        work_through(town.now)
        check(town)
        states |= set(Booking.objects.values_list("state", flat=True))
    assert {"held", "asked", "booked", "cancelled"} <= states
    assert chain.faults(office.id) == []
