"""The interviews of a case (この相談の面談): book, move, cancel, record who came."""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.interviews import FARTHEST_DAYS
from madoguchi.rules.koyomi.hours import Span
from madoguchi.rules.steps.case import State as CaseState
from madoguchi.rules.steps.interview import State, Verb, follows
from madoguchi.tools.forms.fields import Choice, Line
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.web.desk.case import promises
from madoguchi.web.desk.case.acts import check_days
from madoguchi.web.desk.case.cards import facts
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.act_page import Submission, submission_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import key_of, texts_for
from madoguchi.web.kit.interview_form import (
    TIME,
    VISIT,
    as_typed,
    chosen_time,
    time_options,
    wanted,
)
from madoguchi.web.kit.pager import skipped
from madoguchi.web.kit.publications import changes
from madoguchi.web.kit.sanitize import SanitizedText, sanitized
from madoguchi.web.kit.submitted import revision
from madoguchi.work.cases import queries as cases
from madoguchi.work.interviews import actions, queries
from madoguchi.work.interviews.public import InterviewRevision, Wanted
from madoguchi.work.interviews.queries import Planned
from madoguchi.work.record import queries as record
from madoguchi.work.record.public import Because

CONTACTS = ("received", "call", "interview", "letter")
ASKED = ("officer", "language", "support")
AT_INTAKE = ("how", "visit_when")
AHEAD_DAYS = 28
ACTS = ("move", "cancel", "come", "miss", "expect")
STALE = frozenset({"interview.stale", "case.stale"})
NOTHING = Form("visit", ())
CANCEL = Form(
    "desk.interview",
    (
        Choice("cancelled_by", required=True, options=("person", "desk")),
        Line("cancelled_why", required=True, limit=500, guarded=True),
    ),
)
ASKS = {"move": TIME, "cancel": CANCEL}
DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Needs:
    """What the person needs for an interview, as the pages show it."""

    support: tuple[str, ...]
    officer: str
    language: SanitizedText = field(repr=False)
    note: SanitizedText = field(repr=False)


def needs(wanted: Wanted) -> Needs:
    """The needs, with what was typed made safe to look at."""
    return Needs(
        support=tuple(key_of("visit.support", code) for code in wanted.support),
        officer=key_of("visit.officer", wanted.officer) if wanted.officer else "",
        language=sanitized(wanted.language),
        note=sanitized(wanted.note),
    )


@dataclass(frozen=True)
class Row:
    """An interview of the case: when, what for, which verbs are possible now and their forms.

    `over`: its day is over, and what came of it is written down.
    """

    planned: Planned
    needs: Needs
    may: frozenset[str]
    damaged: bool
    move: Filled
    cancel: Filled
    over: bool


def possible(planned: Planned, now: datetime) -> frozenset[str]:
    """The verbs that its state and the time of day leave."""
    state = State(planned.state)
    verbs = {str(verb) for verb in Verb if follows(state, verb)}
    if planned.on > now.date():
        verbs -= {"come", "miss"}
    elif datetime.combine(planned.on, planned.starts, tzinfo=now.tzinfo) > now:
        verbs -= {"miss"}
    else:
        verbs -= {"expect"}
    return frozenset(verbs)


def booking(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The case's interviews and the form of a new one; a post books it."""
    if request.method != "POST":
        return _page(request, case_id, Submission())
    case = cases.find(request.actor, case_id)
    promised = cases.promised(case)
    form = promises.asking(VISIT, promised)
    filled = promises.check(check_days(form.check(form.take(request.POST)), request), promised)
    submission = Submission("book", filled)
    if not filled.ok:
        return _page(request, case_id, submission)
    try:
        actions.book(
            request.actor,
            case,
            request.programme.desk,
            changes(request),
            chosen_time(filled),
            wanted(filled),
            said=promises.said(filled, promised),
            now=request.now,
            idempotency_key=submission_key(request, f"book/{case_id}", filled.typed),
        )
    except Refused as refused:
        return _page(request, case_id, submission.refused_by(refused, STALE))
    return SeeOther(reverse("case-interviews", args=[case_id]))


def act(request: DeskRequest, case_id: UUID, interview_id: UUID, name: str) -> HttpResponse:
    """Do a verb to an interview and show where it was pressed, or say why not."""
    if name not in ACTS:
        raise Absent
    if request.method != "POST":
        return redirect("case-interviews", case_id)
    case = cases.find(request.actor, case_id)
    form = ASKS.get(name, NOTHING)
    filled = form.check(form.take(request.POST))
    submission = Submission(name, filled)
    if not filled.ok and name == "move":
        submission = submission.refused(Reason("interview.choose"))
    if submission.failed:
        return _page(request, case_id, submission, interview_id)
    actor, now = request.actor, request.now
    seen = InterviewRevision(interview_id, revision(request.POST.get("revision", "")))
    key = submission_key(request, f"{name}/{interview_id}/{seen.revision}", filled.typed)
    try:
        if name == "move":
            desk, published, to = request.programme.desk, changes(request), chosen_time(filled)
            actions.move(actor, case, seen, desk, published, to, now=now, idempotency_key=key)
        elif name == "cancel":
            because = Because(filled.value("cancelled_by"), filled.value("cancelled_why"))
            actions.cancel(actor, case, seen, because, now=now, idempotency_key=key)
        elif name == "expect":
            actions.expect(actor, case, seen, now=now, idempotency_key=key)
        else:
            came = name == "come"
            actions.attend(actor, case, seen, came=came, now=now, idempotency_key=key)
    except Refused as refused:
        return _page(request, case_id, submission.refused_by(refused, STALE), interview_id)
    on = request.POST.get("back", "")
    if DAY.fullmatch(on):
        return SeeOther(reverse("interview-day", args=[on]))
    return SeeOther(reverse("case-interviews", args=[case_id]))


def _page(
    request: DeskRequest, case_id: UUID, submission: Submission, pressed_on: UUID | None = None
) -> HttpResponse:
    """The page of the case's interviews; `pressed_on`: of which interview a press was not done."""
    skip = skipped(request, ("interviews",))
    opened = cases.open_case(request.actor, case_id, now=request.now, skip=skip)
    booked = queries.of_case(opened)
    words, first, about = texts_for(request), _first(request), opened.about
    entries = record.entries(opened)
    contact = next((entry for entry in reversed(entries) if entry.kind in CONTACTS), None)
    asked = facts(AT_INTAKE, contact.words if contact else {}, words)  # with the first contact
    wished = (*asked, *facts(ASKED, about, words))
    dues = promises.of(opened)
    form = submission.form if submission.act == "book" else None
    cancelling = submission.form if submission.act == "cancel" else None
    if form is None:
        support, language = about.get("support") or (), about.get("language") or ""
        typed = as_typed(support, language, about.get("officer") or "")
        form = promises.first(VISIT, dues, typed, keeps="meet")
    today = request.now.date()
    rows = [
        Row(
            each.planned,
            needs(each.wanted),
            possible(each.planned, request.now),
            each.damaged,
            TIME.show(mark=each.planned.id.hex),
            (each.planned.id == pressed_on and cancelling) or CANCEL.show(mark=each.planned.id.hex),
            over=each.planned.state != State.BOOKED and each.planned.on < today,
        )
        for each in booked.rows
    ]
    rows.sort(key=lambda row: (row.planned.on, row.planned.starts))
    over = tuple(row for row in reversed(rows) if row.over)
    values = {
        "page": "interviews",
        "case": opened.card,
        "rows": tuple(row for row in rows if not row.over),
        "over": over,
        "over_open": any(row.planned.id == pressed_on for row in over),
        "further": booked.further,
        "skipped": skip,
        "wished": tuple(fact for fact in wished if fact.said.words),
        "form": form,
        "questions": promises.questions(form, dues, today),
        "times": time_options(tuple(_free(request, first)), words, form.words("at")),
        "attempt": submission,
        "pressed_on": pressed_on,
        "grounds": submission.grounds,
        "may": rights.may(request.actor.role, "interview.book", opened.situation),
        "open": opened.card.state != CaseState.CLOSED,
        "given": request.programme.desk.interviews is not None,
        "token": secrets.token_hex(16),
        "first": first,
        "later": (first + timedelta(days=AHEAD_DAYS)).isoformat(),
        "today": first == today,
    }
    return render(request, "desk/interviews/case.html", values, status=submission.status)


def _first(request: DeskRequest) -> date:
    """The day from which times are offered: today, or the one that was asked for."""
    today = request.now.date()
    try:
        asked = date.fromisoformat(request.GET.get("from", ""))
    except ValueError:
        return today
    return min(max(asked, today), today + timedelta(days=FARTHEST_DAYS))


def _free(request: DeskRequest, first: date) -> Iterator[tuple[date, tuple[Span, ...]]]:
    """The days from the first on, with the times that are still free."""
    desk, published = request.programme.desk, changes(request)
    for day in queries.calendar(request.actor, desk, first, AHEAD_DAYS, published):
        today, now = day.on == request.now.date(), request.now.time()
        free = (each.span for each in day.times if each.free)
        yield day.on, tuple(span for span in free if not (today and span.ends <= now))
