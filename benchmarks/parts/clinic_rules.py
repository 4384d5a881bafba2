"""The rules of the clinic: a year's days, ten thousand calendars, ten thousand bookings apart."""

import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

from benchmarks.parts.clinic_people import Booked, book, met
from benchmarks.parts.report import Figure
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.clinic import Clinic

os.environ.setdefault(
    "MADOGUCHI_PROGRAMMES", str(Path(__file__).resolve().parents[2] / "tests" / "programmes")
)

from madoguchi.rules import clinic_year, slots
from madoguchi.rules.koyomi.dates import fiscal_year_days
from madoguchi.rules.programme.changes import ClinicYearPublished, DeskClosed
from madoguchi.rules.programme.load import programme
from tests.rules import calendars

COLD_BAR_MS, WARM_BAR_MS = 5.0, 0.1
ROUNDS = 50
MANY = 10_000


def figures(*, short: bool) -> list[Figure]:
    """The lines of the table."""
    many = MANY // 20 if short else MANY
    return [*_days(), _calendars(many), *_apart(many)]


def _days() -> list[Figure]:
    """A year's days made anew and found again, with two hundred other decisions of the desk."""
    given = programme("shibukawa").clinic
    assert given is not None
    others = [DeskClosed(date(2026, 5, 1))] * 200
    changes: tuple[Change, ...] = (*others, ClinicYearPublished(2026))
    fresh = [replace(given, apart_slots=number + 2) for number in range(ROUNDS)]
    bare = _median_ms(lambda _: sum(1 for _ in fiscal_year_days(2026)), fresh)
    cold = _median_ms(lambda here: _anew(here, changes), fresh)
    warm = _median_ms(lambda here: slots.days(here, 2026, changes), fresh)
    found = _median_ms(lambda here: slots.day(here, "2026-12-19", changes), fresh)
    floor = f"the year's 365 dates bare {bare:.3f} ms"
    return [
        _quick("a year's days, made anew", cold, COLD_BAR_MS, f"{floor}, ratio {cold / bare:.1f}"),
        _quick(
            "a year's days, found again", warm, WARM_BAR_MS, f"{floor}, ratio {warm / bare:.2f}"
        ),
        _quick("one day by its name, found again", found, WARM_BAR_MS, floor),
    ]


def _anew(here: Clinic, changes: Sequence[Change]) -> None:
    clinic_year._in_week.cache_clear()  # noqa: SLF001 - or only the first round would be made anew
    slots.days(here, 2026, changes)


def _quick(what: str, took_ms: float, bar_ms: float, beside: str) -> Figure:
    return Figure(what, f"{took_ms:.3f} ms", beside, f"≤ {bar_ms} ms", took_ms <= bar_ms)


def _median_ms(work: Callable[[Clinic], object], clinics: Sequence[Clinic]) -> float:
    times = []
    for here in clinics:
        began = time.perf_counter()
        work(here)
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def _calendars(many: int) -> Figure:
    """Calendars of every shape after decisions at random: no slot outside its day, none doubled."""
    count, wrong, control = 0, 0, 0
    for seed in range(many):
        random = Random(seed)
        here = calendars.clinic(random)
        for day in slots.days(here, calendars.YEAR, calendars.changes(random, here)):
            count += len(day.slots)
            wrong += bool(calendars.faults(day))
            control += bool(calendars.faults(day, calendars.careless(day)))
    return Figure(
        f"{many:,} random calendars with {count:,} slots",
        f"{wrong} days with a slot outside or doubled",
        f"cut without heed to the day's end and its pauses: {control:,} days",
        "0",
        wrong == 0 < control,
    )


def _apart(many: int) -> list[Figure]:
    """Bookings of people with links: none on one day without a reason, none side by side."""
    kept, loose = book(many, heed=True), book(many, heed=False)
    told = [each for each in kept if each.reason]
    return [
        Figure(
            f"{many:,} bookings with links: meetings on one day without a reason",
            str(_without_reason(kept)),
            f"booked without the check: {_without_reason(loose):,}; with a reason: {len(told):,}",
            "0",
            _without_reason(kept) == 0 < _without_reason(loose),
        ),
        Figure(
            "of them side by side, with a reason or not",
            str(_side_by_side(kept)),
            f"booked without the check: {_side_by_side(loose):,}",
            "0",
            _side_by_side(kept) == 0 < _side_by_side(loose),
        ),
    ]


def _without_reason(booked: Sequence[Booked]) -> int:
    return sum(not (one.reason or other.reason) for one, other in met(booked))


def _side_by_side(booked: Sequence[Booked]) -> int:
    return sum(abs(one.number - other.number) <= 1 for one, other in met(booked))
