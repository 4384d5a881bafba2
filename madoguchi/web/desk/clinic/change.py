"""A day is moved, cancelled or added (日程の変更): where to, whom it meets, what is said."""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.programme.changes import ClinicDayAdded, ClinicDayCancelled, ClinicDayMoved
from madoguchi.rules.slots import ClinicDay, DayDecision
from madoguchi.rules.slots import day as day_of
from madoguchi.rules.validity import Standing
from madoguchi.tools.act.action import done_before
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.web.desk.clinic import wording
from madoguchi.web.desk.clinic.people import people
from madoguchi.web.desk.clinic.wording import What, of_day, venue_name
from madoguchi.web.desk.clinic.year import may
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.settings.kinds import DayLine, SpansLine
from madoguchi.web.desk.settings.standing import standing
from madoguchi.web.kit.act_page import submission_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import words_for
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic import actions, decisions
from madoguchi.work.notices import public as notices

WHERE_TO = (DayLine("now_on", required=True, hint=True), SpansLine("spans", hint=True))
STALE = "clinic_day.stale"


@dataclass(frozen=True)
class Act:
    """One way to change the days: its verb, its first questions; without any, none is asked."""

    name: What
    verb: str
    form: Form


MOVE = Act("move", "clinic.move_day", Form("desk.clinic_days", WHERE_TO))
CANCEL = Act("cancel", "clinic.cancel_day", Form("desk.clinic_days", ()))
ADD = Act("add", "clinic.add_day", Form("desk.clinic_days", WHERE_TO))


@dataclass(frozen=True)
class Doing:
    """A change on its way: of which day (none: a new one), what was typed, at which venue."""

    act: Act
    here: Standing
    ref: str
    venue: str
    where: Filled

    @property
    def day(self) -> ClinicDay | None:
        """The day as it stands."""
        clinic = self.here.programme.clinic
        return day_of(clinic, self.ref, self.here.changes) if clinic and self.ref else None

    @property
    def address(self) -> str:
        return reverse(f"clinic-{self.act.name}", args=[self.ref] if self.ref else [])


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: DeskRequest, ref: str) -> HttpResponse:
    """Move a day: the form; the look at whom it meets; then done."""
    return _change(request, MOVE, ref)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: DeskRequest, ref: str) -> HttpResponse:
    """Cancel a day: the look at whom it meets; then done."""
    return _change(request, CANCEL, ref)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: DeskRequest) -> HttpResponse:
    """Add a day: the form; the look; then done."""
    return _change(request, ADD, "")


def _change(request: DeskRequest, act: Act, ref: str) -> HttpResponse:
    doing = _doing(request, act, ref)
    if done_before(request.actor, act.verb, _key(request, doing)):
        return SeeOther(_after(doing))
    begins = act.form.fields and (request.method != "POST" or request.POST.get("do") == "back")
    if begins or not doing.where.ok:
        return _form(request, doing)
    try:
        decision = _decision(request, doing)
    except Refused as refused:
        return _form(request, doing, refused.reasons)
    return _go(request, doing, decision)


def _go(request: DeskRequest, doing: Doing, decision: DayDecision) -> HttpResponse:
    """The look at a change that may be decided, a sample of it, or the act itself."""
    todo, filled = request.POST.get("do", ""), _said(request, doing, decision)
    if todo == "sample" and filled.ok:
        beside = (*_where_typed(doing), ("do", "look"))
        return wording.sample(request, doing.here, decision, filled, doing.address, beside)
    if todo != "do" or not filled.ok:
        return _look(request, doing, decision, filled)
    try:
        _do(request, doing, decision, filled)
    except Refused as refused:
        return _look(request, doing, decision, filled, refused.reasons)
    return SeeOther(_after(doing))


def _doing(request: DeskRequest, act: Act, ref: str) -> Doing:
    """The change that the address and the form speak of.

    Raises:
        Absent: the colleague may not, or there is no such day or venue.
    """
    here = standing(request)
    clinic = here.programme.clinic
    if not may(request, act.verb) or clinic is None:
        raise Absent
    posted = request.method == "POST"
    typed = {each.name: request.POST.getlist(each.name) for each in act.form.fields}
    where = act.form.check(act.form.take(typed)) if posted else act.form.show()
    doing = Doing(act, here, ref, request.POST.get("venue", ""), where)
    known = {"", *(each.key for each in clinic.venue)}
    if doing.venue not in known or (ref and doing.day is None):
        raise Absent
    return doing


def _decision(request: DeskRequest, doing: Doing) -> DayDecision:
    """What would be decided, where it may be as things stand.

    Raises:
        Refused: it may not be.
    """
    at, now = AtOffice(request.office.id), request.now
    if doing.act is CANCEL:
        return decisions.cancelling(doing.here, doing.ref, now)
    on = date.fromisoformat(doing.where.value("now_on"))
    hours = doing.where.value("spans") or ""
    if doing.act is MOVE:
        return decisions.moving(doing.here, at, doing.ref, on, hours, now)
    return decisions.adding(doing.here, ClinicDayAdded(on, hours, doing.venue), now)


def _do(request: DeskRequest, doing: Doing, decision: DayDecision, filled: Filled) -> None:
    at, said, key = AtOffice(request.office.id), wording.said(request, filled), _key(request, doing)
    actor, now = request.actor, request.now
    match decision:
        case ClinicDayMoved(now_on=on, hours=hours):
            actions.move(actor, at, doing.ref, on, hours, said, now=now, idempotency_key=key)
        case ClinicDayCancelled():
            actions.cancel_day(actor, at, doing.ref, said, now=now, idempotency_key=key)
        case ClinicDayAdded():
            actions.add_day(actor, at, decision, said, now=now, idempotency_key=key)


def _key(request: DeskRequest, doing: Doing) -> str:
    """The key under which what was typed is done once."""
    typed = {**doing.where.typed, **wording.typed(request), "venue": [doing.venue]}
    return submission_key(request, f"{doing.act.name}/{doing.ref}", typed)


def _after(doing: Doing) -> str:
    """Whom to tell now; after a day was added, the year."""
    if doing.ref:
        return reverse("clinic-told", args=[doing.ref])
    return reverse("clinic-year")


def _said(request: DeskRequest, doing: Doing, decision: DayDecision) -> Filled:
    """The notice as typed; as it begins where none was typed yet."""
    if "title" in request.POST:
        return wording.SAYING.check(wording.typed(request))
    return wording.SAYING.show(_first(request, doing, decision))


def _first(request: DeskRequest, doing: Doing, decision: DayDecision) -> dict[str, list[str]]:
    """The words of the notice to begin with."""
    clinic = doing.here.programme.clinic
    new = decisions.after(doing.here, doing.ref, decision)
    was = doing.day or new
    if clinic is None or new is None or was is None:
        raise Absent
    title, body = of_day(words_for(request), clinic, doing.act.name, was, new)
    return {"title": [title], "body": [body]}


def _kept(request: DeskRequest, doing: Doing) -> tuple[tuple[str, str], ...]:
    """The notice, where it was written anew: another date does not throw it away."""
    if "title" not in request.POST or not doing.where.ok:
        return ()
    typed = wording.typed(request)
    with suppress(Refused):
        if typed == _first(request, doing, _decision(request, doing)):
            return ()
    return tuple((name_, word) for name_, all_ in typed.items() for word in all_)


def _where_typed(doing: Doing) -> tuple[tuple[str, str], ...]:
    """The answers of the first page, to be sent on."""
    found = [(name_, word) for name_, all_ in doing.where.typed.items() for word in all_]
    return (*found, ("venue", doing.venue))


def _form(request: DeskRequest, doing: Doing, reasons: tuple[Reason, ...] = ()) -> HttpResponse:
    clinic = doing.here.programme.clinic
    cards = {
        **_around(doing),
        "form": doing.where,
        "grounds": _codes(reasons),
        "venues": tuple((each.key, each.name.ja) for each in clinic.venue) if clinic else (),
        "venue": doing.venue,
        "kept": _kept(request, doing),
    }
    status = 422 if reasons else doing.where.status
    return render(request, "desk/clinic/where_to.html", cards, status=status)


def _look(
    request: DeskRequest,
    doing: Doing,
    decision: DayDecision,
    filled: Filled,
    reasons: tuple[Reason, ...] = (),
) -> HttpResponse:
    """Before and after, whom it meets, and the words for the public."""
    new, old = decisions.after(doing.here, doing.ref, decision), doing.day
    clinic = doing.here.programme.clinic
    stale = any(reason.code == STALE for reason in reasons)
    opens = request.POST.get("do") == "reach"
    cards = {
        **_around(doing),
        "old": old,
        "new": None if doing.act is CANCEL else new,
        "called": venue_name(clinic, new.venue) if clinic and clinic.venue and new else "",
        "where": _where_typed(doing),
        "form": filled,
        "people": people(request, old, new, reach=opens) if old else None,
        "grounds": _codes(reasons),
        "token": request.POST.get("token") or secrets.token_hex(16),
        "revision": notices.version(request.office.id),
        **wording.samples(),
    }
    status = 409 if stale else 422 if reasons else filled.status
    return render(request, "desk/clinic/look.html", cards, status=status)


def _around(doing: Doing) -> dict[str, object]:
    return {
        "page": "clinic-year",
        "act": doing.act.name,
        "title": f"desk.clinic_days.{doing.act.name}_title",
        "address": doing.address,
        "day": doing.day,
        "asks": bool(doing.act.form.fields),
    }


def _codes(reasons: tuple[Reason, ...]) -> tuple[tuple[str, dict[str, object]], ...]:
    return tuple((reason.code, dict(reason.values)) for reason in reasons)
