"""Calendars at random (暦): clinics of every shape, and what a desk may decide about their days."""

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise
from random import Random

from madoguchi.rules.koyomi.hours import Span, Week
from madoguchi.rules.programme.changes import (
    Change,
    ClinicDayAdded,
    ClinicDayCancelled,
    ClinicDayMoved,
    ClinicYearPublished,
)
from madoguchi.rules.programme.clinic import Clinic, Venue
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.words import Words
from madoguchi.rules.slots import ClinicDay, Slot, days

WEEKS = (
    "3rd sat 9:00-12:00",
    "fri 15:00-16:00",
    "1st,3rd wed 10:00-12:00, 13:00-16:30",
    "mon-fri 13:00-17:15",
    "2nd sat 9:00-12:00; 4th sun 13:00-15:00",
    "10th,31st 9:00-12:00",
)
HOURS = ("", "", "9:00-11:00", "13:00-16:00", "9:00-10:30, 14:00-15:30")
YEAR = 2026


def clinic(random: Random) -> Clinic:
    """A clinic of some shape: its week, lengths, breaks, venue."""
    given = programme("shibukawa").clinic
    assert given is not None
    north = Venue("kita", Words("北"), Words("北"), Week.from_text(random.choice(WEEKS)))
    return replace(
        given,
        year=(),
        hours=Week.from_text(random.choice(WEEKS)),
        slot_min=random.choice((10, 20, 30, 45, 60)),
        break_min=random.choice((0, 0, 5, 10)),
        slots_per_day=random.choice((None, None, 2, 4)),
        venue=random.choice(((), (north,))),
    )


def changes(random: Random, here: Clinic, most: int = 8) -> tuple[Change, ...]:
    """Decisions in a row, sensible ones and others, about days that were there or not."""
    decided: list[Change] = [ClinicYearPublished(YEAR, venue=key) for key in here.venues]
    dates = [day.on for day in days(here, YEAR, decided)] or [date(YEAR, 4, 1)]
    for _ in range(random.randrange(most)):
        there, some = random.choice(dates), random.choice(dates)
        other = random.choice((_near(random, there), some))
        dates.append(other)
        venue, hours = random.choice(here.venues), random.choice(HOURS)
        decided.append(
            random.choice(
                (
                    ClinicDayMoved(there, other, hours, venue),
                    ClinicDayMoved(there, other, "", venue),
                    ClinicDayCancelled(there, venue),
                    ClinicDayAdded(other, hours, venue),
                )
            )
        )
    return tuple(decided)


def _near(random: Random, day: date) -> date:
    return day + timedelta(days=random.randrange(-10, 11))


def faults(day: ClinicDay, slots: tuple[Slot, ...] | None = None) -> list[str]:
    """What is wrong with the slots of a day, or with others in their place: nothing may be."""
    slots = day.slots if slots is None else slots
    minutes = [(_minute(slot.starts), _minute(slot.ends)) for slot in slots]
    inside = all(
        any(span.starts_min <= begin < end <= span.ends_min for span in day.spans)
        for begin, end in minutes
    )
    found = {
        "outside": not inside,
        "doubled": len(set(minutes)) != len(minutes),
        "overlapping": any(before[1] > after[0] for before, after in pairwise(minutes)),
        "length": any(end - begin != day.slot_min for begin, end in minutes),
        "numbers": [slot.number for slot in slots] != list(range(1, len(minutes) + 1)),
    }
    return [name for name, wrong in found.items() if wrong]


def careless(day: ClinicDay) -> tuple[Slot, ...]:
    """The control: slots one after the other from the day's beginning, whatever its hours are."""
    first, last = day.spans[0].starts_min, day.spans[-1].ends_min
    step = day.slot_min + day.break_min
    cut = [Span(start, start + day.slot_min) for start in range(first, last, step)]
    return tuple(Slot(number, span.starts, span.ends) for number, span in enumerate(cut, start=1))


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
