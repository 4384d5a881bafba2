"""The lawyer's day: who comes when, as far as they may know it (担当日の一覧)."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_safe

from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.words import Words
from madoguchi.web.lawyer.door import LawyerRequest, mine
from madoguchi.work.clinic.sittings import queries
from madoguchi.work.clinic.sittings.queries import AFTER, Sheet


@dataclass(frozen=True)
class Held:
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
    if not (seats := mine(request)):
        return render(request, "lawyer/day/nothing.html", status=404)
    sheets = queries.sheet(request.actor, seats, now=request.now)
    on = sheets[0].day.on
    cards = {
        "sheets": tuple(Held(sheet, _place(request.programme.clinic, sheet)) for sheet in sheets),
        "on": on,
        "last_on": on + AFTER,
    }
    return render(request, "lawyer/day/page.html", cards)


def _place(clinic: Clinic | None, sheet: Sheet) -> Words | None:
    """Where the day takes place: at its venue, or at the clinic's own place."""
    if clinic is None:
        return None
    venues = {venue.key: venue.place for venue in clinic.venue}
    return venues.get(sheet.day.venue, clinic.place)


urlpatterns = [
    path("", home, name="lawyer-home"),
    path("day/", day, name="lawyer-day"),
]
