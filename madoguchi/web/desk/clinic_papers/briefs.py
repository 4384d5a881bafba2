"""What the lawyer is told of a booking (相談の要点), and what came of it (相談の結果)."""

import secrets
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.steps.outcome import NEXT_OF_RESULT, Result, offered
from madoguchi.tools.forms.days import ahead, passed
from madoguchi.tools.forms.fields import Choice, Choices, Line, Story
from madoguchi.tools.forms.form import Filled, Form, Typed
from madoguchi.web.desk.case.cards import STORY, facts
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.act_page import submission_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import words_for
from madoguchi.web.kit.publications import changes
from madoguchi.web.kit.sanitize import sanitized
from madoguchi.web.kit.submitted import revision
from madoguchi.work.cases import queries as cases
from madoguchi.work.cases.queries import Found, OpenedCase
from madoguchi.work.clinic.bookings import queries as bookings
from madoguchi.work.clinic.bookings.public import Seen
from madoguchi.work.clinic.briefs import actions as brief_actions
from madoguchi.work.clinic.briefs import queries as brief_queries
from madoguchi.work.clinic.briefs.actions import MOST
from madoguchi.work.clinic.briefs.queries import WORDS, BriefText, Version
from madoguchi.work.clinic.packs import queries as packs
from madoguchi.work.clinic.packs.queries import Placed
from madoguchi.work.clinic.sittings import actions as outcome_actions
from madoguchi.work.clinic.sittings.actions import Consultation
from madoguchi.work.record import queries as record

STALE = ("clinic.stale", "clinic.brief_stale", "case.stale")
YES_NO = ("yes", "no")
BRIEF = Form(
    "desk.brief",
    (
        Choice("agreed", required=True, hint=True, options=YES_NO),
        Choice("how", required=True, options=("phone", "counter", "receipt", "letter")),
        Line("on", required=True, hint=True, limit=40, width="middle"),
        Choice("names", required=True, hint=True, options=YES_NO),
        Story("happened", hint=True, limit=MOST, rows=6, guarded=True),
        Story("done", limit=MOST, rows=4, guarded=True),
        Story("asks", limit=MOST, rows=4, guarded=True),
    ),
)
CAME = ("came", "late", "absent")


@dataclass(frozen=True)
class About:
    """A booking and its opened case."""

    booking: Placed
    opened: OpenedCase


def brief(request: DeskRequest, booking_id: UUID) -> HttpResponse:
    """The newest version and the form of the next one; a post writes it once."""
    booking = booking_of(request, booking_id)
    row = case_of(request, booking)
    if not rights.may(request.actor.role, "clinic.brief", row.situation(request.actor)):
        raise Absent
    if request.method != "POST":
        return _brief_page(request, open_booking(request, booking))
    filled = check_brief(BRIEF.check(BRIEF.take(request.POST)), request.now.date())
    if not filled.ok:
        return _brief_page(request, open_booking(request, booking), filled)
    seen = revision(request.POST.get("revision", ""))
    try:
        brief_actions.write(
            request.actor,
            row,
            booking_id,
            brief_of(filled, request.now.date()),
            seen,
            now=request.now,
            idempotency_key=submission_key(request, f"brief/{booking_id}/{seen}", filled.typed),
        )
    except Refused as refused:
        codes = tuple(reason.code for reason in refused.reasons)
        return _brief_page(request, open_booking(request, booking), filled, codes)
    return SeeOther(reverse("clinic-packs", args=[booking.day]))


def _brief_page(
    request: DeskRequest,
    shown: About,
    filled: Filled | None = None,
    reasons: tuple[str, ...] = (),
) -> HttpResponse:
    version = brief_queries.newest(shown.opened.staff, shown.booking.id)
    form = filled or BRIEF.show(_beforehand(request, shown, version))
    entries = record.details(record.entries(shown.opened))
    cards = {
        "page": "clinic-year",
        "case": shown.opened.card,
        "booking": shown.booking,
        "version": version,
        "form": form,
        "story": tuple(
            fact for fact in facts(STORY, entries, words_for(request)) if fact.said.words
        ),
        "text": sanitized(str(entries.get("text", ""))),
        "grounds": tuple(f"ground.{code}" for code in reasons),
        "number": version.number if version else 0,
        "token": secrets.token_hex(16),
    }
    status = 409 if set(STALE) & set(reasons) else 422 if reasons else form.status
    return render(request, "desk/clinic_papers/brief.html", cards, status=status)


def _beforehand(request: DeskRequest, shown: About, version: Version | None) -> Typed:
    """The form of the next version: the last one, or what was said when the place was booked."""
    if version:
        return typed_brief(version.text)
    clinic = clinic_of(request)
    rows = bookings.of_case(shown.opened, clinic, changes(request), now=request.now)
    wanted = next((one.wanted for one in rows if one.card.id == shown.booking.id), None)
    typed = {"on": [request.now.date().isoformat()]}
    if wanted is None:
        return typed
    asks = "\n".join(filter(None, (wanted.subject, wanted.note)))
    return {**typed, "asks": [asks], "names": ["yes" if wanted.names_ok else "no"]}


def outcome(request: DeskRequest, booking_id: UUID) -> HttpResponse:
    """The form of the outcome; a post writes it once and leads to the case."""
    booking = booking_of(request, booking_id)
    row = case_of(request, booking)
    if not rights.may(request.actor.role, "clinic.outcome", row.situation(request.actor)):
        raise Absent
    if request.method != "POST":
        return _outcome_page(request, open_booking(request, booking))
    form = outcome_form(clinic_of(request).may_take)
    filled = check_outcome(form.check(form.take(request.POST)), request.now.date())
    if not filled.ok:
        return _outcome_page(request, open_booking(request, booking), filled)
    seen = Seen(booking_id, revision(request.POST.get("revision", "")))
    try:
        outcome_actions.write(
            request.actor,
            row,
            seen,
            outcome_of(filled, request.now.date()),
            now=request.now,
            idempotency_key=submission_key(
                request, f"outcome/{booking_id}/{seen.revision}", filled.typed
            ),
        )
    except Refused as refused:
        codes = tuple(reason.code for reason in refused.reasons)
        return _outcome_page(request, open_booking(request, booking), filled, codes)
    return SeeOther(reverse("case", args=[booking.case_id]))


def _outcome_page(
    request: DeskRequest,
    shown: About,
    filled: Filled | None = None,
    reasons: tuple[str, ...] = (),
) -> HttpResponse:
    may_take, state = clinic_of(request).may_take, shown.booking.state
    form = filled or outcome_form(may_take).show({"came": [state] if state in CAME else []})
    cards = {
        "page": "clinic-year",
        "case": shown.opened.card,
        "booking": shown.booking,
        "form": form,
        "nexts": tuple(
            (f"desk.consulted.result.{one}", NEXT_OF_RESULT[one]) for one in offered(may_take)
        ),
        "may_take": {"yes": "yes", "no": "no"}.get(may_take, "ask"),
        "begun": shown.booking.starts is None or shown.booking.starts <= request.now,
        "grounds": tuple(f"ground.{code}" for code in reasons),
        "token": secrets.token_hex(16),
    }
    status = 409 if set(STALE) & set(reasons) else 422 if reasons else form.status
    return render(request, "desk/clinic_papers/outcome.html", cards, status=status)


def clinic_of(request: DeskRequest) -> Clinic:
    """The city's clinic.

    Raises:
        Absent: it has none.
    """
    if request.programme.clinic is None:
        raise Absent
    return request.programme.clinic


def booking_of(request: DeskRequest, booking_id: UUID) -> Placed:
    """The booking of an address.

    Raises:
        Absent: there is none.
    """
    return packs.placed(request.actor, clinic_of(request), changes(request), booking_id)


def case_of(request: DeskRequest, booking: Placed) -> Found:
    return cases.find(request.actor, booking.case_id)


def open_booking(request: DeskRequest, booking: Placed) -> About:
    """The booking with its case opened; one line.

    Raises:
        Absent: not for this colleague.
    """
    return About(booking, cases.open_case(request.actor, booking.case_id, now=request.now))


def typed_brief(brief: BriefText) -> Typed:
    """A brief as its form shows it."""
    said = {"agreed": brief.agreed, "names": brief.names}
    return {
        **{name: ["yes" if yes else "no"] for name, yes in said.items()},
        "how": [brief.how],
        "on": [brief.on.isoformat()],
        **{name: [getattr(brief, name)] for name in WORDS},
    }


def check_brief(filled: Filled, today: date) -> Filled:
    """A consent is of today or earlier; without one nothing is written."""
    filled, _ = passed(filled, "on", today)
    if filled.value("agreed") == "no":
        for name in WORDS:
            if filled.words(name).strip():
                filled = filled.refuse(name, "brief_refused")
        if filled.value("names") == "yes":
            filled = filled.refuse("names", "brief_names")
    return filled


def brief_of(filled: Filled, today: date) -> BriefText:
    """The brief, from a form that is whole."""
    _, on = passed(filled, "on", today)
    return BriefText(
        agreed=filled.value("agreed") == "yes",
        how=filled.value("how"),
        on=on or today,
        names=filled.value("names") == "yes",
        **{name: filled.value(name) for name in WORDS},
    )


def outcome_form(may_take: str) -> Form:
    """The form of an outcome, with the results that the city lets be chosen."""
    return Form(
        "desk.consulted",
        (
            Choice("came", required=True, options=CAME),
            Choices("result", hint=True, options=tuple(offered(may_take))),
            Story("note", hint=True, limit=MOST, rows=4, guarded=True),
            Story("told", hint=True, limit=MOST, rows=4, guarded=True),
            Line("next_on", hint=True, limit=40, width="middle"),
            Line("next_why", limit=500, guarded=True),
        ),
    )


def check_outcome(filled: Filled, today: date) -> Filled:
    """Who came has results, who did not has none; advice alone stands alone."""
    filled, _ = ahead(filled, "next_on", today)
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


def outcome_of(filled: Filled, today: date) -> Consultation:
    """What the sheet says, from a form that is whole."""
    _, next_on = ahead(filled, "next_on", today)
    return Consultation(
        how=filled.value("came"),
        results=tuple(Result(one) for one in filled.value("result")),
        note=filled.value("note"),
        advice=filled.value("told"),
        next_on=next_on,
        why=filled.value("next_why"),
    )
