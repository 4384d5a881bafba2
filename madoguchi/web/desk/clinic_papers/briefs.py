"""The brief for the lawyer (相談の要点) and the outcome (相談の結果) of a booking."""

import secrets
from contextlib import suppress
from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.koyomi.wareki import wareki
from madoguchi.rules.steps.outcome import NEXT_OF_RESULT, Result, offered, what_follows
from madoguchi.tools.forms.days import DayLine, dated
from madoguchi.tools.forms.fields import Choice, Choices, Line, Story
from madoguchi.tools.forms.form import Filled, Form, Typed
from madoguchi.web.desk.case import promises
from madoguchi.web.desk.case.acts import check_days
from madoguchi.web.desk.case.cards import STORY, facts
from madoguchi.web.desk.clinic.acts import clinic_of
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.act_page import Submission, submission_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import texts_for
from madoguchi.web.kit.publications import changes
from madoguchi.web.kit.sanitize import sanitized
from madoguchi.web.kit.submitted import revision
from madoguchi.work.cases import queries as cases
from madoguchi.work.cases.queries import OpenedCase
from madoguchi.work.clinic.bookings import queries as bookings
from madoguchi.work.clinic.bookings.public import BookingRevision
from madoguchi.work.clinic.briefs import actions as brief_actions
from madoguchi.work.clinic.briefs import queries as brief_queries
from madoguchi.work.clinic.briefs.actions import MOST
from madoguchi.work.clinic.briefs.queries import WORDS, BriefText, Version
from madoguchi.work.clinic.packs import queries as packs
from madoguchi.work.clinic.packs.queries import Placed
from madoguchi.work.clinic.sittings import actions as outcome_actions
from madoguchi.work.clinic.sittings import public as sittings
from madoguchi.work.clinic.sittings.actions import Consultation
from madoguchi.work.record import queries as record

STALE = ("clinic.stale", "clinic.brief_stale", "case.stale")
YES_NO = ("yes", "no")
BRIEF = Form(
    "desk.brief",
    (
        Choice("agreed", required=True, hint=True, options=YES_NO),
        Choice("how", required=True, options=("phone", "counter", "receipt", "letter")),
        DayLine("on", required=True),
        Choice("names", required=True, hint=True, options=YES_NO),
        Story("happened", hint=True, limit=MOST, rows=6, guarded=True),
        Story("done", limit=MOST, rows=4, guarded=True),
        Story("asks", limit=MOST, rows=4, guarded=True),
    ),
)
CAME = ("came", "late", "absent")


def brief(request: DeskRequest, booking_id: UUID) -> HttpResponse:
    """The newest version and the form of the next one; a post writes it once."""
    booking = booking_of(request, booking_id)
    row, today = cases.find(request.actor, booking.case_id), request.now.date()
    if not rights.may(request.actor.role, "clinic.brief", row.situation(request.actor)):
        raise Absent
    if request.method != "POST":
        return _brief_page(request, booking, Submission())
    filled = check_brief(BRIEF.check(BRIEF.take(request.POST)), today)
    submission = Submission("brief", filled)
    if not filled.ok:
        return _brief_page(request, booking, submission)
    seen = revision(request.POST.get("revision", ""))
    details = BriefText(
        agreed=filled.value("agreed") == "yes",
        how=filled.value("how"),
        on=filled.value("on"),
        names=filled.value("names") == "yes",
        **{name: filled.value(name) for name in WORDS},
    )
    try:
        brief_actions.write(
            request.actor,
            row,
            booking_id,
            details,
            seen,
            now=request.now,
            idempotency_key=submission_key(request, f"brief/{booking_id}/{seen}", filled.typed),
        )
    except Refused as refused:
        return _brief_page(request, booking, submission.refused_by(refused, STALE))
    return SeeOther(reverse("clinic-packs", args=[booking.day]))


def _brief_page(request: DeskRequest, booking: Placed, submission: Submission) -> HttpResponse:
    opened = cases.open_case(request.actor, booking.case_id, now=request.now)
    version = brief_queries.newest(opened.staff, booking.id)
    form = submission.form or BRIEF.show(_first_typed(request, booking, opened, version))
    details = record.details(record.entries(opened))
    values = {
        "page": "clinic-year",
        "case": opened.card,
        "booking": booking,
        "version": version,
        "form": form,
        "story": tuple(
            fact for fact in facts(STORY, details, texts_for(request)) if fact.said.words
        ),
        "text": sanitized(str(details.get("text", ""))),
        "grounds": submission.grounds,
        "number": version.number if version else 0,
        "token": secrets.token_hex(16),
    }
    return render(request, "desk/clinic_papers/brief.html", values, status=submission.status)


def _first_typed(
    request: DeskRequest, booking: Placed, opened: OpenedCase, version: Version | None
) -> Typed:
    """The form of the next version: the last one, or what was said when the place was booked."""
    if version:
        details = version.text
        return {
            "agreed": ["yes" if details.agreed else "no"],
            "names": ["yes" if details.names else "no"],
            "how": [details.how],
            "on": [details.on.isoformat()],
            **{name: [getattr(details, name)] for name in WORDS},
        }
    rows = bookings.of_case(opened, clinic_of(request), changes(request), now=request.now)
    wanted = next((row.wanted for row in rows.rows if row.card.id == booking.id), None)
    typed = {"on": [request.now.date().isoformat()]}
    if wanted is None:
        return typed
    asks = "\n".join(filter(None, (wanted.subject, wanted.note)))
    return {**typed, "asks": [asks], "names": ["yes" if wanted.names_ok else "no"]}


def outcome(request: DeskRequest, booking_id: UUID) -> HttpResponse:
    """The form of the outcome; a post writes it once and leads to the case."""
    booking = booking_of(request, booking_id)
    row = cases.find(request.actor, booking.case_id)
    if not rights.may(request.actor.role, "clinic.outcome", row.situation(request.actor)):
        raise Absent
    if request.method != "POST":
        return _outcome_page(request, booking, Submission())
    promised = cases.promised(row)
    form = promises.asking(outcome_form(clinic_of(request).may_take), promised)
    filled = check_outcome(form.check(form.take(request.POST)), request)
    filled = promises.check(filled, promised)
    submission = Submission("outcome", filled)
    if not filled.ok:
        return _outcome_page(request, booking, submission)
    seen = BookingRevision(booking_id, revision(request.POST.get("revision", "")))
    details = Consultation(
        how=filled.value("came"),
        results=tuple(Result(code) for code in filled.value("result")),
        note=filled.value("note"),
        advice=filled.value("told"),
        next_on=filled.value("next_on"),
        why=filled.value("next_why"),
    )
    try:
        outcome_actions.write(
            request.actor,
            row,
            seen,
            details,
            said=promises.said(filled, promised),
            now=request.now,
            idempotency_key=submission_key(
                request, f"outcome/{booking_id}/{seen.revision}", filled.typed
            ),
        )
    except Refused as refused:
        return _outcome_page(request, booking, submission.refused_by(refused, STALE))
    return SeeOther(reverse("case", args=[booking.case_id]))


def _outcome_page(request: DeskRequest, booking: Placed, submission: Submission) -> HttpResponse:
    opened = cases.open_case(request.actor, booking.case_id, now=request.now)
    may_take, state = clinic_of(request).may_take, booking.state
    typed = {"came": [state] if state in CAME else [], **_written(opened, booking)}
    dues = promises.of(opened)
    form = submission.form or promises.first(outcome_form(may_take), dues, typed)
    values = {
        "page": "clinic-year",
        "case": opened.card,
        "booking": booking,
        "form": form,
        "questions": promises.questions(form, dues, request.now.date()),
        "nexts": tuple(
            (f"desk.consulted.result.{code}", NEXT_OF_RESULT[code]) for code in offered(may_take)
        ),
        "may_take": {"yes": "yes", "no": "no"}.get(may_take, "ask"),
        "begun": booking.starts is None or booking.starts <= request.now,
        "grounds": submission.grounds,
        "token": secrets.token_hex(16),
    }
    return render(request, "desk/clinic_papers/outcome.html", values, status=submission.status)


def _written(opened: OpenedCase, booking: Placed) -> Typed:
    """The outcome as it was written last; nothing where there is none, or it cannot be read."""
    entries = record.entries(opened)
    found = (each.words for each in entries if each.kind == "consulted" and not each.damaged)
    last = next((words for words in found if words.get("booking") == str(booking.id)), None)
    if last is None:
        return {}
    advice = None
    with suppress(*cases.UNREADABLE):
        advice = sittings.newest(opened.shared).get(booking.id)
    results = [*map(Result, last["results"])]
    nexts = {then.due for then in what_follows(results)[:1]}
    own = next((due for due in opened.dues if due.kind in nexts and due.how == "chosen"), None)
    return {
        "result": [*map(str, results)],
        "note": [last["text"]],
        "told": [advice.text if advice else ""],
        "next_on": [wareki(own.on)] if own else [],
        "next_why": [own.why] if own else [],
    }


def booking_of(request: DeskRequest, booking_id: UUID) -> Placed:
    """The booking of an address.

    Raises:
        Absent: there is none.
    """
    return packs.placed(request.actor, clinic_of(request), changes(request), booking_id)


def check_brief(filled: Filled, today: date) -> Filled:
    """The form, checked: consent lies in the past; without consent nothing else is filled in."""
    filled = dated(filled, today)
    if filled.value("agreed") == "no":
        for name in WORDS:
            if filled.words(name).strip():
                filled = filled.refuse(name, "brief_refused")
        if filled.value("names") == "yes":
            filled = filled.refuse("names", "brief_names")
    return filled


def outcome_form(may_take: str) -> Form:
    """The form of an outcome, with the results that the city lets be chosen."""
    return Form(
        "desk.consulted",
        (
            Choice("came", required=True, options=CAME),
            Choices("result", hint=True, options=tuple(offered(may_take))),
            Story("note", hint=True, limit=MOST, rows=4, guarded=True),
            Story("told", hint=True, limit=MOST, rows=4, guarded=True),
            DayLine("next_on", hint=True, when="ahead", staffed=True),
            Line("next_why", limit=500, guarded=True),
        ),
    )


def check_outcome(filled: Filled, request: DeskRequest) -> Filled:
    """The form, checked: only who came has results, and mere advice excludes other results."""
    filled = check_days(filled, request)
    results, came = filled.value("result"), filled.value("came")
    if came == "absent":
        if results:
            filled = filled.refuse("result", "outcome_absent")
        if filled.words("told").strip():
            filled = filled.refuse("told", "outcome_absent")
    elif came and not results:
        filled = filled.refuse("result", "choose_some")
    if Result.ADVISED in results and len(results) > 1:
        filled = filled.refuse("result", "outcome_only_advice")
    return filled
