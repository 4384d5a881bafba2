"""The interviews of one case (この相談の面談): book one, move or cancel it, say who came."""

import re
import secrets
from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.interviews import FARTHEST_DAYS
from madoguchi.rules.koyomi.hours import Span
from madoguchi.rules.steps.case import State
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.interviews.attempt import Attempt, once
from madoguchi.web.desk.interviews.cards import row, wished
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.form import Filled, Form
from madoguchi.web.kit.reading import words_for
from madoguchi.web.kit.seen import revision
from madoguchi.web.kit.standing import changes
from madoguchi.web.kit.visit import TIME, VISIT, as_typed, offered, wanted, when
from madoguchi.work.cases import queries as cases
from madoguchi.work.cases.queries import Found, OpenedCase
from madoguchi.work.interviews import actions, queries
from madoguchi.work.interviews.public import Seen

AHEAD_DAYS = 28
ACTS = ("move", "cancel", "come", "miss")
NOTHING = Form("visit", ())
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def booking(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The case's interviews and the form of a new one; a post books it."""
    if request.method != "POST":
        return _page(request, case_id, Attempt())
    case = cases.find(request.actor, case_id)
    filled = VISIT.check(VISIT.take(request.POST))
    if not filled.ok:
        return _page(request, case_id, Attempt("book", filled=filled))
    try:
        actions.book(
            request.actor,
            case,
            request.programme.desk,
            changes(request),
            when(filled),
            wanted(filled),
            now=request.now,
            once=once(request, f"book/{case_id}", filled.typed),
        )
    except Refused as refused:
        return _page(request, case_id, Attempt("book", None, filled, _codes(refused)))
    return SeeOther(reverse("case-interviews", args=[case_id]))


def act(request: DeskRequest, case_id: UUID, interview_id: UUID, name: str) -> HttpResponse:
    """Do a verb to an interview and show where it was pressed, or say why not."""
    if name not in ACTS:
        raise Absent
    if request.method != "POST":
        return redirect("case-interviews", case_id)
    case = cases.find(request.actor, case_id)
    filled = TIME.check(TIME.take(request.POST)) if name == "move" else NOTHING.check({})
    if not filled.ok:
        return _page(request, case_id, Attempt(name, interview_id, filled, ("interview.choose",)))
    try:
        _do(request, case, interview_id, name, filled)
    except Refused as refused:
        return _page(request, case_id, Attempt(name, interview_id, filled, _codes(refused)))
    on = request.POST.get("back", "")
    return SeeOther(reverse("interview-day", args=[on]) if DAY.fullmatch(on) else _here(case_id))


def _here(case_id: UUID) -> str:
    return reverse("case-interviews", args=[case_id])


def _do(request: DeskRequest, case: Found, interview_id: UUID, name: str, filled: Filled) -> UUID:
    seen = Seen(interview_id, revision(request.POST.get("revision", "")))
    key = once(request, f"{name}/{interview_id}/{seen.revision}", filled.typed)
    actor, now = request.actor, request.now
    if name == "move":
        desk, standing, to = request.programme.desk, changes(request), when(filled)
        return actions.move(actor, case, seen, desk, standing, to, now=now, once=key)
    if name == "cancel":
        return actions.cancel(actor, case, seen, now=now, once=key)
    return actions.attend(actor, case, seen, came=name == "come", now=now, once=key)


def _codes(refused: Refused) -> tuple[str, ...]:
    return tuple(ground.code for ground in refused.grounds)


def _page(request: DeskRequest, case_id: UUID, attempt: Attempt) -> HttpResponse:
    opened = cases.open_case(request.actor, case_id, now=request.now)
    words, first = words_for(request), _first(request)
    form = attempt.filled if attempt.act == "book" and attempt.filled else _beforehand(opened)
    free = tuple(_free(request, first))
    cards = {
        "page": "interviews",
        "case": opened.card,
        "rows": tuple(row(one, request.now) for one in queries.of_case(opened)),
        "wished": wished(opened, words),
        "form": form,
        "move": TIME.show(),
        "times": offered(free, words, form.words("at")),
        "attempt": attempt,
        "grounds": tuple(f"ground.{code}" for code in attempt.grounds),
        "may": rights.may(request.actor.role, "interview.book", opened.situation),
        "open": opened.card.state != State.CLOSED,
        "given": request.programme.desk.interviews is not None,
        "token": secrets.token_hex(16),
        "first": first,
        "later": (first + timedelta(days=AHEAD_DAYS)).isoformat(),
        "today": first == request.now.date(),
    }
    return render(request, "desk/interviews/case.html", cards, status=attempt.status)


def _first(request: DeskRequest) -> date:
    """The day from which times are offered: today, or the one that was asked for."""
    today = request.now.date()
    try:
        asked = date.fromisoformat(request.GET.get("from", ""))
    except ValueError:
        return today
    return min(max(asked, today), today + timedelta(days=FARTHEST_DAYS))


def _free(request: DeskRequest, first: date) -> Iterator[tuple[date, tuple[Span, ...]]]:
    """The days from the first one on, with the times at which somebody may still come."""
    desk, standing = request.programme.desk, changes(request)
    for day in queries.calendar(request.actor, desk, first, AHEAD_DAYS, standing):
        today, now = day.on == request.now.date(), request.now.time()
        yield (
            day.on,
            tuple(t.span for t in day.times if t.free and not (today and t.span.ends <= now)),
        )


def _beforehand(opened: OpenedCase) -> Filled:
    """The form with what the person said of it already."""
    told = opened.about
    support, language = told.get("support") or (), told.get("language") or ""
    return VISIT.show(as_typed(support, language, told.get("officer") or ""))
