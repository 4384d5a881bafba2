"""Clinics of every shape, decided about at random: what holds whatever is decided."""

import time
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as some

from madoguchi.rules.koyomi.dates import JAPAN
from madoguchi.rules.programme.changes import (
    Change,
    ClinicDayAdded,
    ClinicDayCancelled,
    ClinicDayMoved,
    DeskClosed,
)
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.slots import ClinicDay, bookable, coming, day, days, name
from madoguchi.rules.validity import InForce, objections
from tests.rules import calendars

SEEDS = some.integers(0, 10**9)
DESK = programme("shibukawa").desk
LONG_AGO = datetime(2020, 1, 1, tzinfo=JAPAN)
MANY, SOME = settings(max_examples=150), settings(max_examples=25)


@MANY
@given(SEEDS)
def test_every_slot_lies_in_its_day_and_is_there_once(seed: int) -> None:
    random = Random(seed)
    here = calendars.clinic(random)
    for found in days(here, calendars.YEAR, calendars.changes(random, here)):
        assert calendars.faults(found) == []


def test_a_fault_would_be_seen() -> None:
    """The control: slots that do not heed the end of their day, and doubled ones."""
    here = replace(calendars.clinic(Random(1)), slot_min=45, slots_per_day=None, break_min=10)
    found = days(here, calendars.YEAR)[0]
    assert "outside" in calendars.faults(found, calendars.careless(found))
    assert {"doubled", "numbers"} <= set(calendars.faults(found, found.slots * 2))


@MANY
@given(SEEDS)
def test_a_day_is_found_by_its_name_whatever_is_decided(seed: int) -> None:
    random = Random(seed)
    here = calendars.clinic(random)
    decided = calendars.changes(random, here)
    first = {found.ref for found in days(here, calendars.YEAR)}
    now = {found.ref: found for found in days(here, calendars.YEAR, decided)}
    assert first <= set(now)
    for ref, found in now.items():
        assert day(here, ref, decided) == found
        first_on = found.moved_from or found.on
        assert ref == name(first_on, found.venue)
        assert found.moved_from != found.on


@MANY
@given(SEEDS)
def test_two_days_of_a_venue_are_never_on_one_date(seed: int) -> None:
    random = Random(seed)
    here = calendars.clinic(random)
    found = days(here, calendars.YEAR, calendars.changes(random, here))
    assert max(Counter((each.venue, each.on) for each in found).values()) == 1


@SOME
@given(SEEDS)
def test_what_is_cancelled_is_never_booked_and_never_comes(seed: int) -> None:
    random = Random(seed)
    here = calendars.clinic(random)
    decided = calendars.changes(random, here)
    found = days(here, calendars.YEAR, decided)
    coming_refs = {each.ref for each in coming(here, date(2020, 1, 1), decided)}
    for each in found:
        said = bookable(here, DESK, each, 1, LONG_AGO, "desk", decided)
        assert (each.ref in coming_refs) == (said.answer == "yes" or not each.slots)
        assert said.answer == "no" or not each.cancelled


@SOME
@given(SEEDS)
def test_what_is_found_valid_does_what_it_says_and_the_rest_is_refused(seed: int) -> None:
    """Each decision is judged as it stands at its moment; nothing sound is left undone."""
    random = Random(seed)
    here = calendars.clinic(random)
    whole = replace(programme("shibukawa"), clinic=here)
    decided: tuple[Change, ...] = ()
    for change in calendars.changes(random, here):
        standing = InForce(whole, texts("shibukawa"), decided, date(2026, 4, 1))
        before = days(here, calendars.YEAR, decided)
        if objections(standing, change):
            continue
        decided = (*decided, change)
        after = days(here, calendars.YEAR, decided)
        assert _done(change, after)
        assert len(after) - len(before) <= int(isinstance(change, ClinicDayAdded))
        assert {each.ref for each in before} <= {each.ref for each in after}


def _done(change: Change, after: tuple[ClinicDay, ...]) -> bool:
    match change:
        case ClinicDayMoved(now_on=on, venue=venue):
            return any((each.on, each.venue) == (on, venue) for each in after)
        case ClinicDayCancelled(on=on, venue=venue):
            return any((each.on, each.venue) == (on, venue) and each.cancelled for each in after)
        case ClinicDayAdded(on=on, venue=venue):
            fits = on.year == calendars.YEAR or on.month < 4
            there = [each for each in after if (each.on, each.venue) == (on, venue)]
            return not fits or all(each.published and not each.cancelled for each in there)
        case _:
            return True


def test_a_year_is_quick_and_then_quicker() -> None:
    here = calendars.clinic(Random(4))
    decided = (*calendars.changes(Random(4), here), *[DeskClosed(date(2026, 5, 1))] * 200)
    fresh = [replace(here, apart_slots=number) for number in range(20, 25)]
    cold = [_seconds(each, decided) for each in fresh]
    warm = [_seconds(each, decided) for each in fresh]
    assert min(cold) <= 0.005
    assert min(warm) <= 0.0001


def _seconds(here: Clinic, decided: tuple[Change, ...]) -> float:
    began = time.process_time()
    days(here, calendars.YEAR, decided)
    return time.process_time() - began
