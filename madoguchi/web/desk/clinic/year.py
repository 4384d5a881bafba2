"""The clinic's fiscal year at the desk (年度の日程): every day, who sits, how full it is."""

from collections import Counter
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.slots import ClinicDay, begins, days
from madoguchi.rules.sound import Standing
from madoguchi.web.desk.clinic.wording import venue_name
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.settings.standing import standing
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic import public, queries
from madoguchi.work.clinic.bookings import queries as bookings
from madoguchi.work.clinic.queries import LawyerCard

FARTHEST_YEARS = 2


@dataclass(frozen=True)
class Row:
    """One day of the year; `waiting`: how many have not answered a change yet."""

    day: ClinicDay
    venue: str
    lawyers: tuple[LawyerCard, ...]
    taken: int
    places: int
    waiting: int
    begun: bool

    @property
    def beware(self) -> str:
        """The text key of what to beware of; empty where the day's holiday has a name, or none."""
        return "desk.clinic_days.year_end" if self.day.at_year_end and not self.day.holiday else ""

    @property
    def changes(self) -> bool:
        """Whether it may still be moved or cancelled."""
        return self.day.published and not self.day.cancelled and not self.begun


@require_safe
def year(request: DeskRequest) -> HttpResponse:
    """The days of one fiscal year; those of a year that is not public are drafts."""
    if not rights.may(request.actor.role, "clinic.list", "office"):
        raise Absent
    here = standing(request)
    this, shown = fiscal_year(here.today), asked_year(request)
    clinic = here.programme.clinic
    rows = year_rows(request, here, clinic, shown) if clinic else ()
    cards = {
        "page": "clinic-year",
        "clinic": clinic,
        "year": shown,
        "name": wareki_fiscal_year(shown),
        "rows": rows,
        "drafts": _drafts(clinic, rows),
        "earlier": shown - 1 if shown > this - FARTHEST_YEARS else None,
        "later": shown + 1 if shown < this + FARTHEST_YEARS else None,
        "this": this,
        "may": may(request, "clinic.publish"),
        "venues": bool(clinic and clinic.venue),
        "lawyers_may": may(request, "clinic.lawyer"),
    }
    return render(request, "desk/clinic/year.html", cards)


def asked_year(request: DeskRequest) -> int:
    """The fiscal year of the address, this one where it names none.

    Raises:
        Absent: it lies too far away.
    """
    this = fiscal_year(request.now.date())
    said = request.GET.get("year", str(this))
    if not said.isdecimal() or abs(int(said[:4]) - this) > FARTHEST_YEARS:
        raise Absent
    return int(said[:4])


def year_rows(request: DeskRequest, here: Standing, clinic: Clinic, shown: int) -> tuple[Row, ...]:
    """The days of a fiscal year with who sits and how full each is."""
    found = days(clinic, shown, here.changes)
    refs = [day.ref for day in found]
    sits = queries.sitting(request.actor, AtOffice(request.office.id), refs)
    taken = public.taken(request.office.id, refs, request.now)
    waiting = Counter(
        card.place.day
        for card in bookings.unanswered(request.actor, clinic, tuple(here.changes), now=request.now)
    )
    return tuple(
        Row(
            day,
            venue_name(clinic, day.venue),
            tuple(sits.get(day.ref, {}).values()),
            sum(many for (ref, _), many in taken.items() if ref == day.ref),
            len(day.slots) * clinic.lawyers,
            waiting[day.ref],
            begins(day, 1) <= request.now,
        )
        for day in found
    )


def may(request: DeskRequest, verb: str) -> bool:
    """Whether the colleague may do a thing to the office's days."""
    return rights.may(request.actor.role, verb, "office")


def _drafts(clinic: Clinic | None, rows: tuple[Row, ...]) -> tuple[tuple[str, str, int], ...]:
    """The venues whose year is not public yet: key, name, how many days."""
    found: dict[str, int] = {}
    for row in rows:
        if not row.day.published:
            found[row.day.venue] = found.get(row.day.venue, 0) + 1
    return (
        tuple((key, venue_name(clinic, key), many) for key, many in found.items()) if clinic else ()
    )
