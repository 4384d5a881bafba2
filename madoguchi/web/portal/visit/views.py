"""An interview booked by its person (面談の予約): free times, what they need, giving it back."""

import hashlib
import json
import os
from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.urls import path

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.interviews import bookable, days_for
from madoguchi.rules.koyomi.hours import Span
from madoguchi.tools.forms.form import Filled
from madoguchi.tools.vault.visit import Holder
from madoguchi.web.kit import interview_form
from madoguchi.web.kit.formatting import texts_for
from madoguchi.web.kit.publications import changes
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.kit.submitted import revision
from madoguchi.web.portal.follow import session
from madoguchi.web.portal.page import Calm, calm, heard
from madoguchi.web.portal.safety.visitor import draw, newcomer, private, see, welcome
from madoguchi.work.cases import public as cases
from madoguchi.work.interviews import public as interviews


@private
def visit(request: OfficeRequest) -> HttpResponse:
    """The person's interviews and the times they may choose; a post books one.

    What was typed waits while the receipt is closed, and is offered again where it was refused.
    """
    now = request.now
    who = newcomer(request)
    held = session.recall(who, now)
    if request.method != "POST":
        return see("follow") if held is None else _page(request, who, held)
    held, typed = session.meant(request, held), interview_form.VISIT.take(request.POST)
    if held is None:
        session.keep(request, who.beside, None, typed)
        return welcome(see("follow"), who)
    filled = interview_form.VISIT.check(typed)
    if not filled.ok:
        return _page(request, who, held, filled)
    desk, mark = request.programme.desk, held.drawer.mark
    content = f"{request.POST.get('token', '')}/{mark}/{json.dumps(filled.typed)}"
    try:
        interviews.book(
            cases.consultee(who.office_id),
            held,
            desk,
            changes(request),
            interview_form.chosen_time(filled),
            interview_form.wanted(filled),
            session.look_on(request),
            now=now,
            idempotency_key=who.bind(f"visit/{hashlib.sha256(content.encode()).hexdigest()}"),
        )
    except Refused as refused:
        return _page(request, who, held, filled, tuple(reason.code for reason in refused.reasons))
    session.take_back(who.beside, mark, typed, now)
    if lines := _calm(request, filled):  # at once: what is sealed of it this window reads no more
        return _page(request, who, held, booked=lines)
    session.note(who, "visit", now)
    return see("follow")


@private
def cancel(request: OfficeRequest) -> HttpResponse:
    """Gives an interview of the person back."""
    now = request.now
    who = newcomer(request)
    held = session.recall(who, now)
    held = session.meant(request, held) if request.method == "POST" else None
    if held is None:
        return see("follow")
    shown = revision(request.POST.get("revision", ""))
    try:
        interview_id = UUID(request.POST.get("interview", ""))
    except ValueError:
        return see("follow")
    if shown < 0:  # no page of ours sent it
        return see("follow")
    try:
        interviews.cancel(
            cases.consultee(who.office_id),
            held,
            interviews.InterviewRevision(interview_id, shown),
            session.look_on(request),
            now=now,
            idempotency_key=session.idempotency_key(who, f"visit/{interview_id}/{shown}", now),
        )
    except Refused as refused:
        return _page(request, who, held, None, tuple(reason.code for reason in refused.reasons))
    except Absent:
        return see("follow")
    session.note(who, "visit_cancelled", now)
    return see("follow")


def _page(
    request: OfficeRequest,
    who: Holder,
    held: cases.Holding,
    filled: Filled | None = None,
    reasons: tuple[str, ...] = (),
    *,
    booked: Calm | None = None,
) -> HttpResponse:
    """The page; `filled`: what was refused, `booked`: the lines for what was booked just now."""
    now, programme = request.now, request.programme
    form = filled or _prefilled(who, held, request)
    desk_interviews = programme.desk.interviews
    cards: dict[str, object] = {
        "calm": booked or (filled and _calm(request, filled)),
        "booked": bool(booked),
        "form": form,
        "own": tuple(one for one in interviews.own(held) if one.on >= now.date()),
        "booking": bool(desk_interviews and desk_interviews.by_citizens),
        "times": interview_form.time_options(_free(request), texts_for(request), form.words("at")),
        "grounds": tuple(f"ground.{code}" for code in reasons),
        "mark": held.drawer.mark,
        "token": os.urandom(16).hex(),
        "desk": programme.desk,
    }
    status = 422 if reasons or not form.ok else 200
    return draw(request, "portal/visit/page.html", cards, status)


def _calm(request: OfficeRequest, filled: Filled) -> Calm | None:
    """The lines for what was typed, where its words mean danger."""
    return calm(request, heard(request, *filled.form.written(filled.typed)))


def _prefilled(who: Holder, held: cases.Holding, request: OfficeRequest) -> Filled:
    """The form as it was typed before the receipt closed, or with what the request asked for."""
    now = request.now
    draft = session.written(who.beside, held.drawer.mark, now)
    if draft and "at" in draft["answers"]:
        return interview_form.VISIT.show(draft["answers"])
    about = cases.about(held.drawer)
    support, language = about.get("support") or (), about.get("language") or ""
    typed = interview_form.as_typed(support, language, about.get("officer") or "")
    return interview_form.VISIT.show(typed)


def _free(request: OfficeRequest) -> Iterator[tuple[date, tuple[Span, ...]]]:
    """The days with the times that are not full; whose the others are is not shown."""
    desk, now, decided = request.programme.desk, request.now, changes(request)
    days = tuple(days_for(desk, now.date(), decided))
    if not days or desk.interviews is None:
        return
    taken = interviews.taken(request.office.id, days[0][0], days[-1][0])
    for on, spans in days:
        free = (
            span
            for span in spans
            if taken.get((on, span.starts), 0) < desk.interviews.places
            and bookable(desk, on, span.starts, now, "person", decided).answer == "yes"
        )
        yield on, tuple(free)


urlpatterns = [
    path("s/f/v/", visit, name="visit"),
    path("s/f/v/x/", cancel, name="visit-cancel"),
]
