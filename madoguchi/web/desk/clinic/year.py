"""The clinic's fiscal year (年度の日程): every day, who sits, how full it is; its publishing."""

import secrets
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.programme.changes import ClinicYearPublished
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.slots import ClinicDay, begins, days, is_published
from madoguchi.rules.validity import Standing
from madoguchi.tools.act.action import done_before
from madoguchi.tools.forms.form import Filled
from madoguchi.web.desk.clinic.wording import (
    SAYING,
    of_year,
    said,
    sample,
    samples,
    typed,
    venue_name,
)
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.settings.standing import standing
from madoguchi.web.kit.act_page import submission_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import words_for
from madoguchi.web.kit.publications import changes
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic import actions, decisions, public, queries
from madoguchi.work.clinic.bookings import queries as bookings
from madoguchi.work.clinic.queries import LawyerCard
from madoguchi.work.notices import public as notices

FARTHEST_YEARS = 2
LOOKS = ("open", "leave")
STALE = frozenset({"clinic_day.stale", "clinic_day.published", "clinic_day.other_dates"})


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
        "drafts": _unpublished(clinic, rows),
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


def _unpublished(clinic: Clinic | None, rows: tuple[Row, ...]) -> tuple[tuple[str, str, int], ...]:
    """The venues whose year is not public yet: key, name, how many days."""
    found: dict[str, int] = {}
    for row in rows:
        if not row.day.published:
            found[row.day.venue] = found.get(row.day.venue, 0) + 1
    return (
        tuple((key, venue_name(clinic, key), many) for key, many in found.items()) if clinic else ()
    )


@dataclass(frozen=True)
class Draft:
    """One day that would be published: what was chosen for it, by whom it might be held."""

    day: ClinicDay
    look: str
    lawyer: str
    wrong: bool = False

    @property
    def iso(self) -> str:
        """The date as the fields' names have it."""
        return self.day.on.isoformat()

    @property
    def flagged(self) -> bool:
        return decisions.flagged(self.day)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: DeskRequest, year: int) -> HttpResponse:
    """The days as they would be public; a post shows a sample, or publishes them once."""
    if not may(request, "clinic.publish"):
        raise Absent
    here = standing(request)
    venue = (request.POST if request.method == "POST" else request.GET).get("venue", "")
    drafts = _drafts(request, here, year, venue)
    if request.method != "POST":
        return _publish_page(
            request, year, venue, drafts, SAYING.show(_first(request, year, drafts))
        )
    words = typed(request)
    key = submission_key(request, f"publish/{year}/{venue}", {**words, **_chosen(request)})
    if done_before(request.actor, "clinic.publish", key):
        return SeeOther(_after(year))
    back = request.POST.get("do") == "back"
    filled = SAYING.show(words) if back else SAYING.check(words)
    if back or not filled.ok or any(each.wrong for each in drafts):
        return _publish_page(request, year, venue, drafts, filled)
    return _go(request, here, _plan(year, venue, drafts), drafts, filled, key)


def _go(
    request: DeskRequest,
    here: Standing,
    plan: decisions.Year,
    drafts: tuple[Draft, ...],
    filled: Filled,
    key: str,
) -> HttpResponse:
    """The sample of a whole year, or the act itself."""
    year, venue = plan.fiscal_year, plan.venue
    if request.POST.get("do") == "sample":
        chosen = [(name, word) for name, all_ in _chosen(request).items() for word in all_]
        change = ClinicYearPublished(year, plan.dates, venue)
        address, beside = reverse("clinic-publish", args=[year]), (*chosen, ("do", "back"))
        return sample(request, here, change, filled, address, beside)
    try:
        actions.publish(
            request.actor,
            AtOffice(request.office.id),
            plan,
            said(request, filled),
            now=request.now,
            idempotency_key=key,
        )
    except Refused as refused:
        return _publish_page(request, year, venue, drafts, filled, refused.reasons)
    return SeeOther(_after(year))


def _after(year: int) -> str:
    return f"{reverse('clinic-year')}?year={year}"


def _drafts(request: DeskRequest, here: Standing, year: int, venue: str) -> tuple[Draft, ...]:
    """The days of a year that is not public yet, with what was chosen for each.

    Raises:
        Absent: there is no such venue, or the year lies too far away.
    """
    clinic = here.programme.clinic
    if clinic is None or abs(year - fiscal_year(here.today)) > FARTHEST_YEARS:
        raise Absent
    if venue and venue not in {each.key for each in clinic.venue}:
        raise Absent
    found = (day for day in days(clinic, year, here.changes) if day.venue == venue)
    return tuple(_draft(request, day) for day in found if not day.published)


def _draft(request: DeskRequest, day: ClinicDay) -> Draft:
    look = request.POST.get(f"look-{day.on.isoformat()}", "")
    lawyer = request.POST.get(f"lawyer-{day.on.isoformat()}", "")
    missing = request.method == "POST" and decisions.flagged(day) and look not in LOOKS
    return Draft(day, look if look in LOOKS else "", lawyer, missing)


def _chosen(request: DeskRequest) -> dict[str, list[str]]:
    """What was chosen day by day, as it was sent."""
    names = sorted(name for name in request.POST if name.startswith(("look-", "lawyer-", "venue")))
    return {name: request.POST.getlist(name) for name in names}


def _plan(year: int, venue: str, drafts: tuple[Draft, ...]) -> decisions.Year:
    kept = [each for each in drafts if each.look != "leave"]
    return decisions.Year(
        year,
        tuple(each.day.on for each in kept),
        venue,
        looked=frozenset(each.day.on for each in kept if each.look == "open"),
        without=frozenset(each.day.on for each in drafts if each.look == "leave"),
        lawyers={each.day.on: found for each in kept if (found := _id(each.lawyer))},
    )


def _id(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None


def _first(request: DeskRequest, year: int, drafts: tuple[Draft, ...]) -> dict[str, list[str]]:
    """The notice as it begins: the days of the year, one a line."""
    held = (each.day for each in drafts)
    title, body = of_year(words_for(request), year, held, request.now.date())
    return {"title": [title], "body": [body]}


def _publish_page(
    request: DeskRequest,
    year: int,
    venue: str,
    drafts: tuple[Draft, ...],
    filled: Filled,
    reasons: tuple[Reason, ...] = (),
) -> HttpResponse:
    clinic, today = request.programme.clinic, request.now.date()
    roster = queries.roster(request.actor, AtOffice(request.office.id), today)
    stale = any(reason.code in STALE for reason in reasons)
    missing = tuple(each for each in drafts if each.wrong)
    cards = {
        "page": "clinic-year",
        "year": year,
        "name": wareki_fiscal_year(year),
        "venue": venue,
        "called": venue_name(clinic, venue) if clinic and clinic.venue else "",
        "drafts": drafts,
        "public": bool(clinic and is_published(clinic, year, changes(request), venue)),
        "missing": missing,
        "lawyers": tuple(each for each in roster if each.sits(today)),
        "form": filled,
        "grounds": tuple((reason.code, dict(reason.values)) for reason in reasons),
        "token": secrets.token_hex(16),
        "revision": notices.version(request.office.id),
        **samples(),
    }
    status = 409 if stale else 422 if reasons or missing else filled.status
    return render(request, "desk/clinic/publish.html", cards, status=status)
