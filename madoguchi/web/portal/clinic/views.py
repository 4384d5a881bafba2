"""The lawyer's free consultation: which days, how to book; the same as .ics and JSON."""

from collections.abc import Iterable
from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.web.kit.finished import finished
from madoguchi.web.kit.reading import words_for
from madoguchi.web.kit.standing import changes
from madoguchi.web.portal.clinic.dates import Row, published, rows
from madoguchi.web.portal.page import Cards, information
from madoguchi.work.clinic import public as places


@information("clinic", "portal/clinic/page.html", places.version)
def clinic(request: HttpRequest) -> Cards:
    """The page: coming days first, then what was published before."""
    today = request.now.date()  # type: ignore[attr-defined] # set on arrival
    found = rows(request)
    booking = getattr(request.programme.clinic, "booking", None)  # type: ignore[attr-defined]
    return {
        "coming": by_year(row for row in found if row.day.on >= today),
        "past": by_year(row for row in found if row.day.on < today),
        "asked": [f"clinic.asked_{name}" for name in booking.asked] if booking else [],
    }


def by_year(days: Iterable[Row]) -> dict[str, list[Row]]:
    """The days under their fiscal year in words, the newest year first."""
    years: dict[int, list[Row]] = {}
    for row in days:
        years.setdefault(row.year, []).append(row)
    newest_first = sorted(years.items(), reverse=True)
    return {f"{wareki_fiscal_year(year)}（{year}年度）": found for year, found in newest_first}


@require_safe
@finished
def calendar(request: HttpRequest) -> HttpResponse:
    """The coming days as .ics; an entry is called 予定 and tells nobody what it is.

    An entry keeps its name when its day is moved or cancelled: a calendar that has it changes it.
    """
    office = request.office  # type: ignore[attr-defined] # set on arrival
    entries = Calendar()
    entries.add("prodid", "-//madoguchi//dates//JA")
    entries.add("version", "2.0")
    decided, today = len(changes(request)), request.now.date()  # type: ignore[attr-defined]
    for day in (day for day in published(request) if day.on >= today):
        entry = Event()
        entry.add("uid", f"{day.ref}@{office.id}")
        entry.add("sequence", decided)
        entry.add("dtstamp", request.now)  # type: ignore[attr-defined]
        zone = request.now.tzinfo  # type: ignore[attr-defined]
        entry.add("dtstart", datetime.combine(day.on, day.starts, zone))
        entry.add("dtend", datetime.combine(day.on, day.ends, zone))
        entry.add("summary", words_for(request).get("clinic.event").words)
        if day.cancelled:
            entry.add("status", "CANCELLED")
        entries.add_component(entry)
    entries.add_missing_timezones()
    return HttpResponse(entries.to_ical(), content_type="text/calendar; charset=utf-8")


def _data(request: HttpRequest) -> HttpResponse:
    """All published days as JSON; `booking` says what the page says of it, null where nothing."""
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


data = require_safe(finished(_data, places.version))
