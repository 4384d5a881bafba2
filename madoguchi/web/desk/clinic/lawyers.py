"""The roster of lawyers (担当弁護士の名簿) and who of them sits on a day."""

import secrets
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.slots import ClinicDay
from madoguchi.rules.slots import day as day_of
from madoguchi.tools.forms.days import DayLine, dated
from madoguchi.tools.forms.fields import Line
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.tools.signin.colleagues import lawyer_accounts
from madoguchi.web.desk.clinic.year import may
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.settings.in_force import current
from madoguchi.web.kit.act_page import submission_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic import actions, queries

NEW = Form(
    "desk.clinic_days",
    (Line("lawyer_name", required=True, limit=100), Line("firm", hint=True, limit=100)),
)
ENDING = Form("desk.clinic_days", (DayLine("last_on", required=True, when="near"),))


@require_http_methods(["GET", "HEAD", "POST"])
def lawyers(request: DeskRequest) -> HttpResponse:
    """The roster; a post puts somebody on it."""
    _require(request)
    if request.method != "POST":
        return _roster(request, NEW.show())
    filled = NEW.check(NEW.take(_typed(request, NEW)))
    if not filled.ok:
        return _roster(request, filled)
    chosen = _id(request.POST.get("account", ""))
    accounts = lawyer_accounts(request.office.id, request.now)
    account = chosen if chosen in {each.id for each in accounts} else None
    name, firm = filled.words("lawyer_name"), filled.words("firm")
    try:
        actions.name_lawyer(
            request.actor,
            AtOffice(request.office.id),
            name,
            firm,
            account,
            now=request.now,
            idempotency_key=submission_key(request, "lawyer", filled.typed),
        )
    except Refused as refused:
        return _roster(request, filled, refused.reasons)
    return SeeOther(reverse("clinic-lawyers"))


@require_POST
def end(request: DeskRequest, lawyer_id: UUID) -> HttpResponse:
    """Say until when a lawyer sits."""
    _require(request)
    filled = dated(ENDING.check(ENDING.take(_typed(request, ENDING))), request.now.date())
    if not filled.ok:
        return _roster(request, NEW.show(), ending=(lawyer_id, filled))
    last_on = filled.value("last_on")
    try:
        actions.end_lawyer(
            request.actor, AtOffice(request.office.id), lawyer_id, last_on, now=request.now
        )
    except Refused as refused:
        return _roster(request, NEW.show(), refused.reasons, (lawyer_id, filled))
    return SeeOther(reverse("clinic-lawyers"))


@require_http_methods(["GET", "HEAD", "POST"])
def seats(request: DeskRequest, ref: str) -> HttpResponse:
    """Who sits on a day; a post changes it."""
    _require(request)
    in_force = current(request)
    clinic = in_force.programme.clinic
    day = day_of(clinic, ref, in_force.changes) if clinic else None
    if day is None:
        raise Absent
    if request.method != "POST":
        return _seats(request, day)
    chosen = {
        seat: lawyer_id
        for seat in _numbers(request)
        if (lawyer_id := _id(request.POST.get(f"seat-{seat}", "")))
    }
    at = AtOffice(request.office.id)
    try:
        actions.seat_lawyer(request.actor, at, ref, chosen, now=request.now)
    except Refused as refused:
        return _seats(request, day, refused.reasons)
    year = fiscal_year(day.moved_from or day.on)
    return SeeOther(f"{reverse('clinic-year')}?year={year}")


def _require(request: DeskRequest) -> None:
    if not may(request, "clinic.lawyer"):
        raise Absent


def _typed(request: DeskRequest, form: Form) -> dict[str, list[str]]:
    """What was typed into the form's own fields; the page has more of them."""
    return {each.name: request.POST.getlist(each.name) for each in form.fields}


def _numbers(request: DeskRequest) -> range:
    """The seats of a day: as many as lawyers may sit at once."""
    clinic = request.programme.clinic
    return range(1, (clinic.lawyers if clinic else 0) + 1)


def _id(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


def _roster(
    request: DeskRequest,
    filled: Filled,
    reasons: tuple[Reason, ...] = (),
    ending: tuple[UUID, Filled] | None = None,
) -> HttpResponse:
    today = request.now.date()
    found = queries.roster(request.actor, AtOffice(request.office.id), today)
    values = {
        "page": "clinic-year",
        "roster": tuple((lawyer, lawyer.sits(today)) for lawyer in found),
        "form": filled,
        "ending": ending[0] if ending else None,
        "ends": (ending[1] if ending else ENDING.show()).card["last_on"],
        "accounts": lawyer_accounts(request.office.id, request.now),
        "account": request.POST.get("account", ""),
        "grounds": reasons,
        "token": secrets.token_hex(16),
    }
    wrong = ending is not None and not ending[1].ok
    status = 422 if reasons or wrong else filled.status
    return render(request, "desk/clinic/lawyers.html", values, status=status)


def _seats(request: DeskRequest, day: ClinicDay, reasons: tuple[Reason, ...] = ()) -> HttpResponse:
    at = AtOffice(request.office.id)
    sits = queries.sitting(request.actor, at, [day.ref]).get(day.ref, {})
    found = queries.roster(request.actor, at, request.now.date())
    offered = tuple(each for each in found if each.sits(day.on) or each in sits.values())
    seats = tuple(
        (seat, request.POST.get(f"seat-{seat}") or (str(sits[seat].id) if seat in sits else ""))
        for seat in _numbers(request)
    )
    values = {
        "page": "clinic-year",
        "day": day,
        "year": fiscal_year(day.moved_from or day.on),
        "lawyers": offered,
        "seats": seats,
        "grounds": reasons,
    }
    return render(request, "desk/clinic/seats.html", values, status=422 if reasons else 200)
