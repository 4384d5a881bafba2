"""Which clinic days and slots exist: by standing rule, published dates and the day's decisions."""

from dataclasses import dataclass, replace
from datetime import date, time
from functools import lru_cache

from madoguchi.rules.koyomi.dates import fiscal_year_days
from madoguchi.rules.koyomi.holidays import holiday_name
from madoguchi.rules.koyomi.hours import Span, Week
from madoguchi.rules.programme.changes import (
    Change,
    ClinicDayCancelled,
    ClinicDayMoved,
    ClinicYearPublished,
)
from madoguchi.rules.programme.clinic import Clinic


@dataclass(frozen=True, slots=True)
class Slot:
    """One consultation of a clinic day (相談枠)."""

    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class ClinicDay:
    """One day of the clinic (開催日). Unpublished days are drafts that only the desk sees.

    ``holiday`` names the national holiday it falls on and ``at_year_end`` says that it lies between
    28 December and 4 January: a warning for the desk, never a reason to leave the day out.
    """

    on: date
    spans: tuple[Span, ...]
    slot_min: int
    slots_per_day: int | None
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
        cut = [
            Slot(*_times(start, self.slot_min))
            for span in self.spans
            for start in range(span.starts_min, span.ends_min - self.slot_min + 1, self.slot_min)
        ]
        return tuple(cut[: self.slots_per_day])


@lru_cache(maxsize=256)
def days(
    clinic: Clinic, fiscal_year: int, changes: tuple[Change, ...] = ()
) -> tuple[ClinicDay, ...]:
    """The clinic days of a fiscal year, in order, moved and cancelled ones marked.

    A moved day stays in the fiscal year in which it was announced.

    >>> from madoguchi.rules.programme.load import programme
    >>> found = days(programme("shibukawa").clinic, 2024)
    >>> len(found), found[0].on.isoformat(), [slot.starts.hour for slot in found[0].slots]
    (12, '2024-04-20', [9, 9, 10, 11])
    """
    by_day = {day.on: day for day in _standing(clinic, fiscal_year, changes)}
    for change in changes:
        if isinstance(change, ClinicDayMoved) and change.was_on in by_day:
            was = by_day.pop(change.was_on)
            by_day[change.now_on] = replace(
                was, on=change.now_on, moved_from=was.moved_from or was.on
            )
        elif isinstance(change, ClinicDayCancelled) and change.on in by_day:
            by_day[change.on] = replace(by_day[change.on], cancelled=True)
    return tuple(by_day[on] for on in sorted(by_day))


def _standing(clinic: Clinic, year: int, changes: tuple[Change, ...]) -> tuple[ClinicDay, ...]:
    table = clinic.published(year)
    published = table is not None or ClinicYearPublished(year) in changes
    dates = table.dates if table else _by_rule(clinic.days_by, clinic.hours, year)
    return tuple(
        ClinicDay(
            on=on,
            spans=clinic.hours.spans_on(on) or clinic.spans,
            slot_min=clinic.slot_min,
            slots_per_day=clinic.slots_per_day,
            published=published,
        )
        for on in dates
    )


@lru_cache(maxsize=64)
def _by_rule(days_by: str, hours: Week, year: int) -> tuple[date, ...]:
    if days_by == "dates":
        return ()
    return tuple(day for day in fiscal_year_days(year) if hours.spans_on(day))


def _times(start_min: int, length_min: int) -> tuple[time, time]:
    span = Span(start_min, start_min + length_min)
    return span.starts, span.ends
