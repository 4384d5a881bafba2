"""The lawyer's free consultation (公表した日程): which days, how to book; as page, .ics and JSON.

Only published days are shown, each as free or full: never how many come, nor who.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.http import HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.words import Words
from madoguchi.rules.slots import ClinicDay, begins, days, window, years
from madoguchi.tools.transaction import AWAY
from madoguchi.web.kit.finished import cached_page
from madoguchi.web.kit.formatting import Formatter, texts_for
from madoguchi.web.kit.publications import changes
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.page import Cards, information
from madoguchi.work.clinic import public as places
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


@information("clinic", "portal/clinic/page.html", places.version)
def clinic(request: OfficeRequest) -> Cards:
    """The page: coming days first, then what was published before."""
    today = request.now.date()
    found = rows(request)
    booking = getattr(request.programme.clinic, "booking", None)
    return {
        "some_full": any(row.state == "full" for row in found),
        "coming": by_year(request, (row for row in found if row.day.on >= today)),
        "past": by_year(request, (row for row in found if row.day.on < today)),
        "asked": [f"clinic.asked_{name}" for name in booking.asked] if booking else [],
        "not_held": not_held(request, found),
    }


@require_safe
@cached_page
def calendar(request: OfficeRequest) -> HttpResponse:
    """The coming days as .ics; an entry is called 予定, so that nobody sees what it is.

    An entry keeps its name when its day is moved or cancelled: a calendar that has it changes it.
    """
    office = request.office
    entries = Calendar()
    entries.add("prodid", "-//madoguchi//dates//JA")
    entries.add("version", "2.0")
    decided, today = len(changes(request)), request.now.date()
    for day in (day for day in published(request) if day.on >= today):
        entry = Event()
        entry.add("uid", f"{day.ref}@{office.id}")
        entry.add("sequence", decided)
        entry.add("dtstamp", request.now)
        zone = request.now.tzinfo
        entry.add("dtstart", datetime.combine(day.on, day.starts, zone))
        entry.add("dtend", datetime.combine(day.on, day.ends, zone))
        entry.add("summary", texts_for(request).get("clinic.event").words)
        if day.cancelled:
            entry.add("status", "CANCELLED")
        entries.add_component(entry)
    entries.add_missing_timezones()
    return HttpResponse(entries.to_ical(), content_type="text/calendar; charset=utf-8")


def _data(request: OfficeRequest) -> HttpResponse:
    """All published days as JSON; `booking` is the state that the page shows, null for none."""
    days = [
        {
            "ref": day.ref,
            "on": day.on.isoformat(),
            "venue": day.venue,
            "cancelled": day.cancelled,
            "moved_from": day.moved_from and day.moved_from.isoformat(),
            "booking": row.state,
            "slots": [
                {"starts": f"{slot.starts:%H:%M}", "ends": f"{slot.ends:%H:%M}"}
                for slot in day.slots
            ],
        }
        for row in rows(request)
        for day in (row.day,)
    ]
    return JsonResponse(days, safe=False, json_dumps_params={"ensure_ascii": False})


data = require_safe(cached_page(_data, places.version))


def by_year(request: OfficeRequest, days: Iterable[Row]) -> dict[str, list[Row]]:
    """The days under their fiscal year in words, the newest year first."""
    years: dict[int, list[Row]] = {}
    for row in days:
        years.setdefault(row.year, []).append(row)
    newest_first = sorted(years.items(), reverse=True)
    words = Formatter(texts_for(request))
    return {words.fiscal_year(year): found for year, found in newest_first}


def not_held(request: OfficeRequest, found: Iterable[Row]) -> str:
    """The earlier fiscal years of which no day is known here, though one before has some."""
    known = {row.year for row in found}
    gone = fiscal_year(request.now.date())
    words = Formatter(texts_for(request))
    return words.text("comma").join(
        words.fiscal_year(year)
        for year in range(min(known, default=gone), gone)
        if year not in known
    )


def rows(request: OfficeRequest) -> tuple[Row, ...]:
    """The published days with whether each can be booked."""
    clinic = request.programme.clinic
    if clinic is None:
        return ()
    found = published(request)
    refs = [day.ref for day in found if _comes(request, day)]
    try:
        in_use = taken(request.office.id, refs, request.now) if refs else {}
    except AWAY:  # without the database no day says whether it is free
        refs, in_use = [], {}
    return tuple(
        Row(
            day,
            clinic.at(day.venue).name if clinic.venue else None,
            _state(request, clinic, day, in_use) if day.ref in refs else None,
        )
        for day in found
    )


def coming(request: OfficeRequest) -> tuple[Row, ...]:
    """The published days from today on that take place."""
    return tuple(row for row in rows(request) if _comes(request, row.day))


def published(request: OfficeRequest) -> tuple[ClinicDay, ...]:
    """The published days of all fiscal years that may concern anybody, in order."""
    clinic = request.programme.clinic
    if clinic is None:
        return ()
    decided = changes(request)
    fiscal_years = years(clinic, request.now.date(), decided)
    found = [day for year in fiscal_years for day in days(clinic, year, decided) if day.published]
    return tuple(sorted(found, key=lambda day: (day.on, day.starts, day.ref)))


def _comes(request: OfficeRequest, day: ClinicDay) -> bool:
    return day.on >= request.now.date() and not day.cancelled


def _state(
    request: OfficeRequest, clinic: Clinic, day: ClinicDay, in_use: Mapping[tuple[str, int], int]
) -> State:
    """`in_use`: how many places are taken, by the day's ref and the slot's number."""
    now, today = request.now, request.now.date()
    booking = window(clinic, request.programme.desk, day, changes(request))
    if booking and booking.first_on and today < booking.first_on:
        return "early"
    ahead = [slot.number for slot in day.slots if begins(day, slot.number) > now]
    if not ahead or (booking and today > booking.last_on):
        return "shut"
    left = any(in_use.get((day.ref, number), 0) < clinic.lawyers for number in ahead)
    return "free" if left else "full"


urlpatterns = [
    path("clinic/", clinic, name="clinic"),
    path("clinic/dates.ics", calendar, name="clinic-ics"),
    path("clinic/dates.json", data, name="clinic-json"),
]
