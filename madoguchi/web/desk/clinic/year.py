"""The clinic's fiscal year (年度の日程): every day, who sits, how full it is; its publishing."""

import secrets
from collections import Counter
from contextlib import suppress
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
from madoguchi.rules.validity import InForce
from madoguchi.tools.act.action import done_before
from madoguchi.tools.forms.form import Filled
from madoguchi.web.desk.alarms import forget_proposed
from madoguchi.web.desk.clinic import wording
from madoguchi.web.desk.clinic.wording import NOTICE, venue_name
from madoguchi.web.desk.frame import DeskRequest, go_on
from madoguchi.web.desk.settings.in_force import current, waiting
from madoguchi.web.kit.act_page import submission_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import texts_for
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
    """A day of the year; `waiting`: how many have not answered a change yet."""

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
    """The days of a fiscal year; those of a year that is not public are drafts."""
    if not rights.may(request.actor.role, "clinic.list", "office"):
        raise Absent
    in_force = current(request)
    clinic, this = in_force.programme.clinic, fiscal_year(in_force.today)
    typed = request.GET.get("year", str(this))
    if not typed.isdecimal() or abs(int(typed[:4]) - this) > FARTHEST_YEARS:
        raise Absent
    shown = int(typed[:4])
    rows = _rows(request, in_force, clinic, shown) if clinic else ()
    drafts = Counter(row.day.venue for row in rows if not row.day.published)
    values = {
        "page": "clinic-year",
        "clinic": clinic,
        "year": shown,
        "name": wareki_fiscal_year(shown),
        "rows": rows,
        "drafts": tuple(
            (venue, venue_name(clinic, venue), count) for venue, count in drafts.items() if clinic
        ),
        "earlier": shown - 1 if shown > this - FARTHEST_YEARS else None,
        "later": shown + 1 if shown < this + FARTHEST_YEARS else None,
        "this": this,
        "may": may(request, "clinic.publish"),
        "venues": bool(clinic and clinic.venue),
        "lawyers_may": may(request, "clinic.lawyer"),
        "waiting": tuple(each for each in waiting(request, in_force) if each.subject == "clinic"),
    }
    return render(request, "desk/clinic/year.html", values)


def _rows(request: DeskRequest, in_force: InForce, clinic: Clinic, year: int) -> tuple[Row, ...]:
    """The days of a fiscal year with who sits and how full each is."""
    found = days(clinic, year, in_force.changes)
    refs = [day.ref for day in found]
    sits = queries.sitting(request.actor, AtOffice(request.office.id), refs)
    taken = public.taken(request.office.id, refs, request.now)
    unanswered = Counter(
        card.place.day
        for card in bookings.unanswered(
            request.actor, clinic, tuple(in_force.changes), now=request.now
        )
    )
    return tuple(
        Row(
            day,
            venue_name(clinic, day.venue),
            tuple(sits.get(day.ref, {}).values()),
            sum(count for (ref, _), count in taken.items() if ref == day.ref),
            len(day.slots) * clinic.lawyers,
            unanswered[day.ref],
            begins(day, 1) <= request.now,
        )
        for day in found
    )


def may(request: DeskRequest, verb: str) -> bool:
    """Whether the colleague has the right to the verb at the office."""
    return rights.may(request.actor.role, verb, "office")


@dataclass(frozen=True)
class Draft:
    """A day that would be published: what was chosen for it, and the lawyer's id.

    `wrong`: it lies on a holiday or at the year's end, and nothing was chosen.
    """

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
    """The days as they would be public; a post shows a sample, or proposes them once."""
    if not may(request, "clinic.publish"):
        raise Absent
    in_force = current(request)
    venue = (request.POST if request.method == "POST" else request.GET).get("venue", "")
    drafts = _drafts(request, in_force, year, venue)
    if request.method != "POST":
        coming, today = (draft.day for draft in drafts), request.now.date()
        title, body = wording.of_year(texts_for(request), year, coming, today)
        first = NOTICE.show({"title": [title], "body": [body]})
        return _publish_page(request, year, venue, drafts, first)
    typed, choices, button = wording.typed(request), _choices(request), request.POST.get("do")
    key = submission_key(request, f"publish/{year}/{venue}", {**typed, **choices})
    after = f"{reverse('clinic-year')}?year={year}"
    if done_before(request.actor, "clinic.publish", key):
        return SeeOther(after)
    filled = NOTICE.show(typed) if button == "back" else NOTICE.check(typed)
    if button == "back" or not filled.ok or any(draft.wrong for draft in drafts):
        return _publish_page(request, year, venue, drafts, filled)
    plan = _plan(year, venue, drafts)
    if button == "sample":
        pairs = [(name, text) for name, texts in choices.items() for text in texts]
        change = ClinicYearPublished(year, plan.dates, venue)
        address = reverse("clinic-publish", args=[year])
        return wording.sample(request, in_force, change, filled, address, (*pairs, ("do", "back")))
    try:
        actions.publish(
            request.actor,
            AtOffice(request.office.id),
            plan,
            wording.notice(request, filled),
            now=request.now,
            idempotency_key=key,
        )
        forget_proposed(request.office.id)
    except Refused as refused:
        return _publish_page(request, year, venue, drafts, filled, refused.reasons)
    return go_on(request, after, "desk.done.proposed")


def _drafts(request: DeskRequest, in_force: InForce, year: int, venue: str) -> tuple[Draft, ...]:
    """The days of a year that is not public yet, with what was chosen for each.

    Raises:
        Absent: there is no such venue, or the year lies too far away.
    """
    clinic = in_force.programme.clinic
    if clinic is None or abs(year - fiscal_year(in_force.today)) > FARTHEST_YEARS:
        raise Absent
    if venue and venue not in {each.key for each in clinic.venue}:
        raise Absent
    drafts = []
    for day in days(clinic, year, in_force.changes):
        if day.venue == venue and not day.published:
            look = request.POST.get(f"look-{day.on.isoformat()}", "")
            lawyer = request.POST.get(f"lawyer-{day.on.isoformat()}", "")
            wrong = request.method == "POST" and decisions.flagged(day) and look not in LOOKS
            drafts.append(Draft(day, look if look in LOOKS else "", lawyer, wrong))
    return tuple(drafts)


def _choices(request: DeskRequest) -> dict[str, list[str]]:
    """What was chosen for each day, as it was submitted."""
    names = sorted(name for name in request.POST if name.startswith(("look-", "lawyer-", "venue")))
    return {name: request.POST.getlist(name) for name in names}


def _plan(year: int, venue: str, drafts: tuple[Draft, ...]) -> decisions.Year:
    kept, lawyers = [draft for draft in drafts if draft.look != "leave"], {}
    for draft in kept:
        with suppress(ValueError):  # nobody was chosen
            lawyers[draft.day.on] = UUID(draft.lawyer)
    return decisions.Year(
        year,
        tuple(draft.day.on for draft in kept),
        venue,
        looked=frozenset(draft.day.on for draft in kept if draft.look == "open"),
        without=frozenset(draft.day.on for draft in drafts if draft.look == "leave"),
        lawyers=lawyers,
    )


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
    missing = tuple(draft for draft in drafts if draft.wrong)
    values = {
        "page": "clinic-year",
        "year": year,
        "name": wareki_fiscal_year(year),
        "venue": venue,
        "called": venue_name(clinic, venue) if clinic and clinic.venue else "",
        "drafts": drafts,
        "public": bool(clinic and is_published(clinic, year, changes(request), venue)),
        "missing": missing,
        "lawyers": tuple(lawyer for lawyer in roster if lawyer.sits(today)),
        "form": filled,
        "grounds": reasons,
        "token": secrets.token_hex(16),
        "revision": notices.version(request.office.id),
        **wording.samples(),
    }
    status = 409 if stale else 422 if reasons or missing else filled.status
    return render(request, "desk/clinic/publish.html", values, status=status)
