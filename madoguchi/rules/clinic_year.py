"""The clinic days of one fiscal year (開催日): by standing rule, published dates and decisions."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time
from functools import lru_cache

from madoguchi.rules.koyomi.dates import fiscal_year, fiscal_year_days, holiday_name
from madoguchi.rules.koyomi.hours import Span, Week, spans_from_text
from madoguchi.rules.programme.changes import (
    Change,
    ClinicDayAdded,
    ClinicDayCancelled,
    ClinicDayMoved,
    ClinicYearPublished,
)
from madoguchi.rules.programme.clinic import Clinic

type DayDecision = ClinicDayMoved | ClinicDayCancelled | ClinicDayAdded
type ClinicChange = ClinicYearPublished | DayDecision

FIRST_YEAR, LAST_YEAR = 1950, 2150
"""The fiscal years of which the holidays are known; no other has a clinic day."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One consultation of a clinic day (相談枠), counted from 1."""

    number: int
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class ClinicDay:
    """One day of the clinic (開催日). Unpublished days are drafts that only the desk sees.

    ``ref`` names it for good: the date on which it was first announced, and the key of a venue that
    is not the main one (``2026-12-19_kita``). ``moved_from``: that date, where the day now is on
    another. ``holiday`` names the national holiday it falls on and ``at_year_end`` says that it
    lies between 28 December and 4 January: a warning for the desk, never a reason to leave it out.
    """

    ref: str
    on: date
    venue: str
    spans: tuple[Span, ...]
    slot_min: int
    slots_per_day: int | None
    break_min: int
    published: bool
    moved_from: date | None = None
    cancelled: bool = False

    @property
    def starts(self) -> time:
        """The beginning of the first slot."""
        return self.spans[0].starts

    @property
    def ends(self) -> time:
        """The end of the day's clinic."""
        return self.spans[-1].ends

    @property
    def holiday(self) -> str | None:
        """The name of the national holiday on this day, or None."""
        return holiday_name(self.on)

    @property
    def at_year_end(self) -> bool:
        """Whether the day lies in the days around New Year."""
        return (self.on.month, self.on.day) >= (12, 28) or (self.on.month, self.on.day) <= (1, 4)

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The slots that fit, one after the other, at most ``slots_per_day``."""
        return _cut(self.spans, self.slot_min, self.break_min, self.slots_per_day)

    def slot(self, number: int) -> Slot | None:
        """The slot of that number, or None where the day has no such slot (any more)."""
        return self.slots[number - 1] if 1 <= number <= len(self.slots) else None


def name(first_on: date, venue: str = "") -> str:
    """The name of the day first announced for a date.

    >>> from datetime import date
    >>> name(date(2026, 12, 19)), name(date(2026, 12, 19), "kita")
    ('2026-12-19', '2026-12-19_kita')
    """
    return f"{first_on.isoformat()}_{venue}" if venue else first_on.isoformat()


@lru_cache(maxsize=256)
def year_days(
    clinic: Clinic, year: int, changes: tuple[ClinicChange, ...]
) -> tuple[ClinicDay, ...]:
    """The days of all venues in order; made once for a clinic and what was decided about it."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return ()
    found = [
        day for venue in clinic.venues for day in _at_venue(clinic, venue, year, changes).values()
    ]
    return tuple(sorted(found, key=lambda day: (day.on, day.venue)))


def _at_venue(
    clinic: Clinic, venue: str, year: int, changes: tuple[ClinicChange, ...]
) -> dict[date, ClinicDay]:
    """The days of a venue by the date on which each is now."""
    announced = clinic.published(year, venue) or publication(year, venue, changes)
    dates = announced.dates if announced else ()
    if not dates and (week := clinic.week(venue)):
        dates = tuple(day for day in _in_week(week, year) if clinic.lasts_on(day))
    by_date = {
        on: _day(clinic, venue, on, _hours(clinic, venue, on), published=announced is not None)
        for on in dates
        if fiscal_year(on) == year
    }
    for change in changes:
        if change.venue != venue:
            continue
        match change:
            case ClinicDayMoved():
                _move(clinic, by_date, change)
            case ClinicDayCancelled(on=on) if on in by_date:
                by_date[on] = replace(by_date[on], cancelled=True)
            case ClinicDayAdded(on=on) if fiscal_year(on) == year:
                _add(clinic, by_date, change)
            case _:
                pass
    return by_date


def _move(clinic: Clinic, by_date: dict[date, ClinicDay], change: ClinicDayMoved) -> None:
    was = by_date.get(change.was_on)
    if was is None or (change.now_on in by_date and change.now_on != change.was_on):
        return
    del by_date[change.was_on]
    first_on = was.moved_from or was.on
    by_date[change.now_on] = replace(
        was,
        on=change.now_on,
        spans=_hours(clinic, was.venue, first_on, change.hours),
        moved_from=None if change.now_on == first_on else first_on,
    )


def _add(clinic: Clinic, by_date: dict[date, ClinicDay], change: ClinicDayAdded) -> None:
    """One more day; or the cancelled day of that date, which takes place again."""
    there = by_date.get(change.on)
    if there is not None and there.cancelled:
        spans = _hours(clinic, there.venue, there.moved_from or there.on, change.hours)
        by_date[change.on] = replace(there, spans=spans, published=True, cancelled=False)
    elif there is None and all(change.on != day.moved_from for day in by_date.values()):
        spans = _hours(clinic, change.venue, change.on, change.hours)
        by_date[change.on] = _day(clinic, change.venue, change.on, spans, published=True)


def publication(year: int, venue: str, changes: Iterable[Change]) -> ClinicYearPublished | None:
    """The desk's publication; the first one, for bookings name the days that it announced."""
    return next(
        (
            each
            for each in changes
            if isinstance(each, ClinicYearPublished)
            and (each.fiscal_year, each.venue) == (year, venue)
        ),
        None,
    )


@lru_cache(maxsize=64)
def _in_week(week: Week, year: int) -> tuple[date, ...]:
    return tuple(day for day in fiscal_year_days(year) if week.spans_on(day))


def _day(
    clinic: Clinic, venue: str, on: date, spans: tuple[Span, ...], *, published: bool
) -> ClinicDay:
    return ClinicDay(
        ref=name(on, venue),
        on=on,
        venue=venue,
        spans=spans,
        slot_min=clinic.slot_min,
        slots_per_day=clinic.slots_per_day,
        break_min=clinic.break_min,
        published=published,
    )


def _hours(clinic: Clinic, venue: str, first_on: date, decided: str = "") -> tuple[Span, ...]:
    """The decided hours, or the standing ones of the date on which the day was first announced."""
    if decided:
        return spans_from_text(decided)
    week = clinic.at(venue).hours or clinic.hours
    return week.spans_on(first_on) or week.lines[0].spans


@lru_cache(maxsize=256)
def _cut(
    spans: tuple[Span, ...], slot_min: int, break_min: int, most: int | None
) -> tuple[Slot, ...]:
    """The slots of a day, a break between two of them; each stretch begins anew."""
    cut = [
        Span(start, start + slot_min)
        for span in spans
        for start in range(span.starts_min, span.ends_min - slot_min + 1, slot_min + break_min)
    ]
    return tuple(
        Slot(number, span.starts, span.ends) for number, span in enumerate(cut[:most], start=1)
    )
