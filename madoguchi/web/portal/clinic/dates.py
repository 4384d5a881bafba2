"""The clinic's public dates: published ones only, moved and cancelled ones told (公表した日程).

Whether a day is free or full is said, never how many come, nor who.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.http import HttpRequest

from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.words import Words
from madoguchi.rules.slots import ClinicDay, begins, days, window, years
from madoguchi.tools.write import AWAY
from madoguchi.web.kit.standing import changes
from madoguchi.work.clinic.public import taken

type State = Literal["free", "full", "early", "shut"]


@dataclass(frozen=True)
class Row:
    """A public day; `state`: whether it can be booked, None where it does not come any more."""

    day: ClinicDay
    venue: Words | None
    state: State | None

    @property
    def year(self) -> int:
        """The fiscal year in which it takes place."""
        return fiscal_year(self.day.on)


def published(request: HttpRequest) -> tuple[ClinicDay, ...]:
    """The published days of all fiscal years that may concern anybody, in order."""
    clinic, today = request.programme.clinic, _today(request)  # type: ignore[attr-defined] # set on arrival
    if clinic is None:
        return ()
    standing = changes(request)
    told = years(clinic, today, standing)
    found = [day for year in told for day in days(clinic, year, standing) if day.published]
    return tuple(sorted(found, key=lambda day: (day.on, day.starts, day.ref)))


def rows(request: HttpRequest) -> tuple[Row, ...]:
    """The published days with whether each can be booked."""
    clinic, found = request.programme.clinic, published(request)  # type: ignore[attr-defined]
    refs = [day.ref for day in found if _comes(request, day)]
    places = _taken(request, refs)
    return tuple(
        Row(
            day,
            clinic.at(day.venue).name if clinic.venue else None,
            None if places is None or day.ref not in refs else _state(request, clinic, day, places),
        )
        for day in found
    )


def coming(request: HttpRequest) -> tuple[Row, ...]:
    """Those of them from today on that take place."""
    return tuple(row for row in rows(request) if _comes(request, row.day))


def _taken(request: HttpRequest, refs: Sequence[str]) -> Mapping[tuple[str, int], int] | None:
    """How many places are taken of each slot; None while the database is away."""
    try:
        return taken(request.office.id, refs, request.now) if refs else {}  # type: ignore[attr-defined]
    except AWAY:
        return None


def _comes(request: HttpRequest, day: ClinicDay) -> bool:
    return day.on >= _today(request) and not day.cancelled


def _state(
    request: HttpRequest, clinic: Clinic, day: ClinicDay, places: Mapping[tuple[str, int], int]
) -> State:
    now: datetime = request.now  # type: ignore[attr-defined] # set on arrival
    desk, standing = request.programme.desk, changes(request)  # type: ignore[attr-defined]
    open_from = window(clinic, desk, day, standing)
    if open_from and open_from.first_on and now.date() < open_from.first_on:
        return "early"
    ahead = [slot.number for slot in day.slots if begins(day, slot.number) > now]
    if not ahead or (open_from and now.date() > open_from.last_on):
        return "shut"
    return "free" if _left(clinic, day, places, ahead) else "full"


def _left(
    clinic: Clinic, day: ClinicDay, places: Mapping[tuple[str, int], int], ahead: Sequence[int]
) -> bool:
    return any(places.get((day.ref, number), 0) < clinic.lawyers for number in ahead)


def _today(request: HttpRequest) -> date:
    today: date = request.now.date()  # type: ignore[attr-defined] # set on arrival
    return today
