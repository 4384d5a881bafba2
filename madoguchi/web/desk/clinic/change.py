"""A day is moved, cancelled or added (日程の変更): the form, who is affected, the notice."""

import secrets
from contextlib import suppress
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.programme.changes import ClinicDayAdded, ClinicDayCancelled, ClinicDayMoved
from madoguchi.rules.slots import ClinicDay, DayDecision
from madoguchi.rules.slots import day as day_of
from madoguchi.rules.validity import InForce
from madoguchi.tools.act.action import done_before
from madoguchi.tools.forms.days import DayLine, dated
from madoguchi.tools.forms.form import Filled, Form, Typed
from madoguchi.web.desk.alarms import forget_proposed
from madoguchi.web.desk.clinic import wording
from madoguchi.web.desk.clinic.people import people
from madoguchi.web.desk.clinic.wording import Kind, of_day, venue_name
from madoguchi.web.desk.clinic.year import may
from madoguchi.web.desk.frame import DeskRequest, go_on
from madoguchi.web.desk.settings.in_force import current
from madoguchi.web.desk.settings.kinds import SpansLine
from madoguchi.web.kit.act_page import submission_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import texts_for
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic import actions, decisions
from madoguchi.work.notices import public as notices

WHERE_TO = (DayLine("now_on", required=True, when="near"), SpansLine("spans", hint=True))
STALE = "clinic_day.stale"


@dataclass(frozen=True)
class Act:
    """A way to change the days: its verb, and the form of its first page; some ask nothing."""

    name: Kind
    verb: str
    form: Form


MOVE = Act("move", "clinic.move_day", Form("desk.clinic_days", WHERE_TO))
CANCEL = Act("cancel", "clinic.cancel_day", Form("desk.clinic_days", ()))
ADD = Act("add", "clinic.add_day", Form("desk.clinic_days", WHERE_TO))


@dataclass(frozen=True)
class DayChange:
    """A change that is being made: of which day (empty: a new one), at which venue.

    `filled`: the form of the first page.
    """

    act: Act
    in_force: InForce
    ref: str
    venue: str
    filled: Filled

    @property
    def day(self) -> ClinicDay | None:
        """The day as it is now."""
        clinic = self.in_force.programme.clinic
        return day_of(clinic, self.ref, self.in_force.changes) if clinic and self.ref else None

    @property
    def address(self) -> str:
        return reverse(f"clinic-{self.act.name}", args=[self.ref] if self.ref else [])

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The answers of the first page, to be sent on."""
        typed = self.filled.typed.items()
        return (*((name, text) for name, texts in typed for text in texts), ("venue", self.venue))


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: DeskRequest, ref: str) -> HttpResponse:
    """Move a day: the form; the look at who is affected; then proposed."""
    return _change(request, MOVE, ref)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: DeskRequest, ref: str) -> HttpResponse:
    """Cancel a day: the look at who is affected; then proposed."""
    return _change(request, CANCEL, ref)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: DeskRequest) -> HttpResponse:
    """Add a day: the form; the look; then proposed."""
    return _change(request, ADD, "")


def _change(request: DeskRequest, act: Act, ref: str) -> HttpResponse:
    """The form, the look at a change that may be decided, a sample of it, or the act itself."""
    change, button = _of_address(request, act, ref), request.POST.get("do", "")
    notice = wording.typed(request)
    typed = {**change.filled.typed, **notice, "venue": [change.venue]}
    key = submission_key(request, f"{act.name}/{ref}", typed)
    after = reverse("clinic-year")  # where it waits for a second
    if done_before(request.actor, act.verb, key):
        return SeeOther(after)
    first_page = act.form.fields and (request.method != "POST" or button == "back")
    if first_page or not change.filled.ok:
        return _form(request, change)
    try:
        decision = _decision(request, change)
    except Refused as refused:
        return _form(request, change, refused.reasons)
    if "title" in request.POST:
        filled = wording.NOTICE.check(notice)
    else:
        filled = wording.NOTICE.show(_first_notice(request, change, decision))
    if button == "sample" and filled.ok:
        pairs = (*change.pairs, ("do", "look"))
        return wording.sample(request, change.in_force, decision, filled, change.address, pairs)
    if button != "do" or not filled.ok:
        return _look(request, change, decision, filled)
    actor, at, now = request.actor, AtOffice(request.office.id), request.now
    said = wording.notice(request, filled)
    try:
        match decision:
            case ClinicDayMoved(now_on=on, hours=hours):
                actions.move(actor, at, ref, on, hours, said, now=now, idempotency_key=key)
            case ClinicDayCancelled():
                actions.cancel_day(actor, at, ref, said, now=now, idempotency_key=key)
            case ClinicDayAdded():
                actions.add_day(actor, at, decision, said, now=now, idempotency_key=key)
        forget_proposed(request.office.id)
    except Refused as refused:
        return _look(request, change, decision, filled, refused.reasons)
    return go_on(request, after, "desk.done.proposed")


def _of_address(request: DeskRequest, act: Act, ref: str) -> DayChange:
    """The change that the address and the form speak of.

    Raises:
        Absent: the colleague may not, or there is no such day or venue.
    """
    in_force = current(request)
    clinic = in_force.programme.clinic
    if not may(request, act.verb) or clinic is None:
        raise Absent
    typed = {each.name: request.POST.getlist(each.name) for each in act.form.fields}
    posted = request.method == "POST"
    filled = act.form.show()
    if posted:
        filled = dated(act.form.check(act.form.take(typed)), request.now.date())
    change = DayChange(act, in_force, ref, request.POST.get("venue", ""), filled)
    known = {"", *(venue.key for venue in clinic.venue)}
    if change.venue not in known or (ref and change.day is None):
        raise Absent
    return change


def _decision(request: DeskRequest, change: DayChange) -> DayDecision:
    """What would be decided, if the rules allow it now.

    Raises:
        Refused: they do not.
    """
    at, now = AtOffice(request.office.id), request.now
    if change.act is CANCEL:
        return decisions.cancelling(change.in_force, change.ref, now)
    on = change.filled.value("now_on")
    hours = change.filled.value("spans") or ""
    if change.act is MOVE:
        return decisions.moving(change.in_force, at, change.ref, on, hours, now)
    return decisions.adding(change.in_force, ClinicDayAdded(on, hours, change.venue), now)


def _first_notice(request: DeskRequest, change: DayChange, decision: DayDecision) -> Typed:
    """The words of the notice to begin with."""
    clinic = change.in_force.programme.clinic
    new = decisions.after(change.in_force, change.ref, decision)
    was = change.day or new
    if clinic is None or new is None or was is None:
        raise Absent
    title, body = of_day(texts_for(request), clinic, change.act.name, was, new)
    return {"title": [title], "body": [body]}


def _kept_notice(request: DeskRequest, change: DayChange) -> tuple[tuple[str, str], ...]:
    """The notice, where the officer changed its words: another date does not throw it away."""
    if "title" not in request.POST or not change.filled.ok:
        return ()
    typed = wording.typed(request)
    with suppress(Refused):
        if typed == _first_notice(request, change, _decision(request, change)):
            return ()
    return tuple((name, text) for name, texts in typed.items() for text in texts)


def _form(
    request: DeskRequest, change: DayChange, reasons: tuple[Reason, ...] = ()
) -> HttpResponse:
    clinic = change.in_force.programme.clinic
    values = {
        **_shared(change),
        "form": change.filled,
        "grounds": reasons,
        "venues": tuple((each.key, each.name.ja) for each in clinic.venue) if clinic else (),
        "venue": change.venue,
        "kept": _kept_notice(request, change),
    }
    status = 422 if reasons else change.filled.status
    return render(request, "desk/clinic/where_to.html", values, status=status)


def _look(
    request: DeskRequest,
    change: DayChange,
    decision: DayDecision,
    filled: Filled,
    reasons: tuple[Reason, ...] = (),
) -> HttpResponse:
    """Before and after, who is affected, and the notice to the public."""
    new, old = decisions.after(change.in_force, change.ref, decision), change.day
    clinic = change.in_force.programme.clinic
    stale = any(reason.code == STALE for reason in reasons)
    opens = request.POST.get("do") == "reach"
    values = {
        **_shared(change),
        "old": old,
        "new": None if change.act is CANCEL else new,
        "called": venue_name(clinic, new.venue) if clinic and clinic.venue and new else "",
        "where": change.pairs,
        "form": filled,
        "people": people(request, old, new, reach=opens) if old else None,
        "grounds": reasons,
        "token": request.POST.get("token") or secrets.token_hex(16),
        "revision": notices.version(request.office.id),
        **wording.samples(),
    }
    status = 409 if stale else 422 if reasons else filled.status
    return render(request, "desk/clinic/look.html", values, status=status)


def _shared(change: DayChange) -> dict[str, object]:
    """What both pages show."""
    return {
        "page": "clinic-year",
        "act": change.act.name,
        "title": f"desk.clinic_days.{change.act.name}_title",
        "address": change.address,
        "day": change.day,
        "asks": bool(change.act.form.fields),
    }
