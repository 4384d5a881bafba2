"""Publish a fiscal year's days (日程の公表): looked at where that is needed, with who sits."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi.rules.decision import Absent, Ground, Refused
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.programme.changes import ClinicYearPublished
from madoguchi.rules.slots import ClinicDay, days, is_published
from madoguchi.rules.sound import Standing
from madoguchi.tools.act.action import done_before
from madoguchi.web.desk.clinic.saying import SAYING, said, sample, samples, typed
from madoguchi.web.desk.clinic.wording import of_year, venue_name
from madoguchi.web.desk.clinic.year import FARTHEST_YEARS, may
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.interviews.attempt import once
from madoguchi.web.desk.settings.standing import standing
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.form import Filled
from madoguchi.web.kit.reading import words_for
from madoguchi.web.kit.standing import changes
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic import actions, decisions, queries
from madoguchi.work.clinic.queries import LawyerCard
from madoguchi.work.notices import public as notices

LOOKS = ("open", "leave")
STALE = frozenset({"clinic_day.stale", "clinic_day.published", "clinic_day.other_dates"})


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
        """Whether somebody must look."""
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
        return _page(request, year, venue, drafts, SAYING.show(_first(request, year, drafts)))
    words = typed(request)
    key = once(request, f"publish/{year}/{venue}", {**words, **_chosen(request)})
    if done_before(request.actor, "clinic.publish", key):
        return SeeOther(_after(year))
    back = request.POST.get("do") == "back"
    filled = SAYING.show(words) if back else SAYING.check(words)
    if back or not filled.ok or any(each.wrong for each in drafts):
        return _page(request, year, venue, drafts, filled)
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
            once=key,
        )
    except Refused as refused:
        return _page(request, year, venue, drafts, filled, refused.grounds)
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


def _page(
    request: DeskRequest,
    year: int,
    venue: str,
    drafts: tuple[Draft, ...],
    filled: Filled,
    grounds: tuple[Ground, ...] = (),
) -> HttpResponse:
    clinic = request.programme.clinic
    stale = any(ground.code in STALE for ground in grounds)
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
        "lawyers": _lawyers(request),
        "form": filled,
        "grounds": tuple((ground.code, dict(ground.values)) for ground in grounds),
        "token": secrets.token_hex(16),
        "revision": notices.version(request.office.id),
        **samples(),
    }
    status = 409 if stale else 422 if grounds or missing else filled.status
    return render(request, "desk/clinic/publish.html", cards, status=status)


def _lawyers(request: DeskRequest) -> tuple[LawyerCard, ...]:
    today = request.now.date()
    found = queries.roster(request.actor, AtOffice(request.office.id), today)
    return tuple(each for each in found if each.sits(today))
