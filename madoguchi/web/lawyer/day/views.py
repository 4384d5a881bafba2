"""The lawyer's day: who comes when, as far as they may know it (担当日の一覧)."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_safe

from madoguchi.rules.programme.words import Words
from madoguchi.web.lawyer.door import LawyerRequest, open_seats
from madoguchi.work.clinic.sittings import queries
from madoguchi.work.clinic.sittings.queries import AFTER, Sheet


@dataclass(frozen=True)
class Day:
    """The slots of a day, and where it takes place."""

    card: Sheet
    place: Words | None


@require_safe
def home(_request: LawyerRequest) -> HttpResponse:
    """To the day."""
    return redirect("lawyer-day")


@require_safe
def day(request: LawyerRequest) -> HttpResponse:
    """The slots of the day that is open; outside of its days there is nothing."""
    if not (seats := open_seats(request)):
        return render(request, "lawyer/day/nothing.html", status=404)
    sheets, clinic = queries.sheet(request.actor, seats, now=request.now), request.programme.clinic
    days = []
    for sheet in sheets:
        place = None
        if clinic is not None:  # at the day's venue, or at the clinic's own place
            venues = {venue.key: venue.place for venue in clinic.venue}
            place = venues.get(sheet.day.venue, clinic.place)
        days.append(Day(sheet, place))
    on = sheets[0].day.on
    values = {"sheets": tuple(days), "on": on, "last_on": on + AFTER}
    return render(request, "lawyer/day/page.html", values)


urlpatterns = [
    path("", home, name="lawyer-home"),
    path("day/", day, name="lawyer-day"),
]
