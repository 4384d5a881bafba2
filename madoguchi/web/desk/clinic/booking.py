"""The clinic of one case (この相談の法律相談): its bookings, whom they would meet, its waiting."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from madoguchi.rules import rights, slots
from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.slots import Slot
from madoguchi.rules.steps.booking import State as Booked
from madoguchi.rules.steps.case import State
from madoguchi.tools.forms.form import Filled
from madoguchi.web.desk.case.cards import contact, facts
from madoguchi.web.desk.clinic import acts
from madoguchi.web.desk.clinic.acts import (
    ACTS,
    Tried,
    asked,
    book,
    do,
    doing,
    given,
    here,
    onward,
    reasons,
    refusal,
)
from madoguchi.web.desk.clinic.calls import log_told
from madoguchi.web.desk.clinic.cards import CANCEL, Row, offered, row, waits
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.act_page import submission_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import words_for
from madoguchi.web.kit.publications import changes
from madoguchi.work.cases import queries as cases
from madoguchi.work.cases.queries import Found
from madoguchi.work.clinic.bookings import parting, queries
from madoguchi.work.clinic.bookings.parting import Meeting
from madoguchi.work.clinic.bookings.public import Offer
from madoguchi.work.clinic.public import Place, Wanted
from madoguchi.work.clinic.waiting import actions

GROUNDS = frozenset({"clinic.apart", "clinic.adjacent"})
ABOUT = ("name", "phone", "phone_note", "residence")
CONFIRM = "confirm"  # on the telephone: then the person knows, and need not be told again
APART = "clinic.apart"
UNCHOSEN = "clinic.choose"
GONE = frozenset({"clinic.full", "clinic.past", "clinic.no_slot", "clinic.cancelled"})


@dataclass(frozen=True)
class Met:
    """Somebody who comes on the same day, at which slot, and why they should not meet."""

    meeting: Meeting
    slot: Slot | None

    @property
    def whys(self) -> tuple[str, ...]:
        """The text keys of the reasons."""
        return tuple(f"desk.clinic.apart.{link}" for link in sorted(self.meeting.links))


def booking(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The case's bookings and the form of a new one; a post books it."""
    if request.method != "POST":
        return page(request, case_id, Tried())
    case, clinic = cases.find(request.actor, case_id), given(request)
    filled = acts.check_people(acts.BOOK.check(acts.BOOK.take(request.POST)), clinic)
    if not filled.ok:
        return page(request, case_id, Tried("book", filled=filled))
    try:
        book(request, case, filled)
    except Refused as refused:
        return page(request, case_id, refusal("book", None, filled, refused))
    return SeeOther(here(case_id))


def act(request: DeskRequest, case_id: UUID, booking_id: UUID, name: str) -> HttpResponse:
    """Do a verb to a booking and show where it was pressed, or say why not."""
    if name not in ACTS:
        raise Absent
    if request.method != "POST":
        return redirect("case-clinic", case_id)
    case, filled = cases.find(request.actor, case_id), asked(name, request)
    if not filled.ok:
        return page(request, case_id, refusal(name, booking_id, filled, Refused(UNCHOSEN)))
    todo = doing(request, case, booking_id, name, filled)
    try:
        do(todo)
        if name == CONFIRM and onward(request, "") == reverse("clinic-calls"):
            log_told(request, case, todo.idempotency_key)
    except Refused as refused:
        return page(request, case_id, refusal(name, booking_id, filled, refused))
    return SeeOther(onward(request, here(case_id)))


@require_POST
def look(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """Say whom the person would meet as they are booked now: that opens cases, one line each."""
    return page(request, case_id, Tried(), looked=True)


def page(
    request: DeskRequest, case_id: UUID, attempt: Tried, *, looked: bool = False
) -> HttpResponse:
    """The page of the case's bookings, with what was tried in vain; `looked`: whom they meet."""
    clinic, standing, now = given(request), changes(request), request.now
    opened = cases.open_case(request.actor, case_id, now=now)
    rows = tuple(
        row(one, clinic, standing, now)
        for one in queries.of_case(opened, clinic, standing, now=now)
    )
    form, move = _forms(request, rows, attempt)
    chosen = (move if attempt.act == "move" else form).words("at")
    days = offered(request, clinic, chosen)
    role, situation = request.actor.role, opened.situation
    cards = {
        "page": "clinic-year",
        "case": opened.card,
        "contact": contact(opened, words_for(request)),
        "about": facts(ABOUT, opened.about, words_for(request)),
        "rows": rows,
        "one": any(one.card.standing or one.card.state == Booked.OFFERED for one in rows),
        "form": form,
        "move": move,
        "confirming": _confirming(attempt),
        "days": days,
        "meetings": _meetings(request, case_id, rows, attempt, looked=looked),
        "looked": looked,
        "watched": any(due.kind == "clinic_apart" for due in opened.dues),
        "explains": APART in attempt.grounds,
        "left": any(one.offers for one in days),
        "clinic": clinic,
        "attempt": attempt,
        "grounds": reasons(attempt.why),
        "gone": bool(GONE & set(attempt.grounds)),
        "may": rights.may(role, "clinic.book", situation),
        "open": opened.card.state != State.CLOSED,
        "list": clinic.booking.waiting,
        "waits": waits(request, case_id, days),
        "cancelling": CANCEL,
        "token": secrets.token_hex(16),
    }
    return render(request, "desk/clinic/case.html", cards, status=attempt.status)


def _meetings(
    request: DeskRequest, case_id: UUID, rows: tuple[Row, ...], attempt: Tried, *, looked: bool
) -> tuple[Met, ...]:
    """Whom the person would meet: as the form was filled, or where they are booked."""
    case = cases.find(request.actor, case_id)
    booked = next((one for one in rows if one.card.standing), None)
    if booked and (looked or (attempt.act == CONFIRM and of_meeting(attempt))):
        return met_at(request, case, booked.card.place, booked.wanted)
    return met(request, case, attempt)


def _confirming(attempt: Tried) -> Filled | None:
    """The form that asks why what was asked for is confirmed nevertheless."""
    if attempt.act == CONFIRM and APART in attempt.grounds and attempt.filled:
        return acts.explained(attempt.filled)
    return None


def _forms(request: DeskRequest, rows: tuple[Row, ...], attempt: Tried) -> tuple[Filled, Filled]:
    """The form of a new booking and that of a move: as typed, or as they begin."""
    typed = attempt.filled
    if typed and APART in attempt.grounds:
        typed = acts.explained(typed)
    move = typed if typed and attempt.act == "move" else acts.MOVE.show()
    if typed and attempt.act == "book":
        return typed, move
    at = request.GET.get("at", "")
    last = rows[0].wanted if rows else Wanted()
    return acts.BOOK.show(acts.beforehand(last, at if acts.read_place(at) else "")), move


@require_POST
def wait(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """Put the person on the list of a day, or of any."""
    case, standing = cases.find(request.actor, case_id), changes(request)
    day = request.POST.get("wait_day", "")
    try:
        actions.wait(
            request.actor,
            case,
            day,
            given(request),
            request.programme.desk,
            standing,
            now=request.now,
            idempotency_key=submission_key(request, f"wait/{case_id}", {"wait_day": [day]}),
        )
    except Refused as refused:
        return page(request, case_id, refusal("wait", None, None, refused))
    return SeeOther(here(case_id))


@require_POST
def stop(request: DeskRequest, case_id: UUID, waiting_id: UUID) -> HttpResponse:
    """Take the person off the list; who is off it already stays off it."""
    case = cases.find(request.actor, case_id)
    actions.stop_waiting(request.actor, case, waiting_id, now=request.now)
    return SeeOther(here(case_id))


@require_POST
def offer(request: DeskRequest, case_id: UUID, waiting_id: UUID) -> HttpResponse:
    """Offer a free place to somebody who waits, and show the day again."""
    case = cases.find(request.actor, case_id)
    filled = acts.TIME.check(acts.TIME.take(request.POST))
    if not filled.ok:
        return page(request, case_id, refusal("offer", None, filled, Refused(UNCHOSEN)))
    try:
        actions.offer(
            request.actor,
            case,
            waiting_id,
            given(request),
            request.programme.desk,
            changes(request),
            acts.place_of(filled),
            now=request.now,
            idempotency_key=submission_key(request, f"offer/{waiting_id}", filled.typed),
        )
    except Refused as refused:
        return page(request, case_id, refusal("offer", None, filled, refused))
    return SeeOther(onward(request, here(case_id)))


def of_meeting(tried: Tried) -> bool:
    """Whether an act was refused because the person would meet somebody."""
    return bool(GROUNDS & set(tried.grounds))


def met(request: DeskRequest, case: Found, tried: Tried) -> tuple[Met, ...]:
    """Whom the person would meet, where that is why an act was refused; it opens their cases."""
    if not of_meeting(tried) or tried.filled is None:
        return ()
    wanted = acts.wanted(tried.filled) if tried.act == "book" else Wanted()
    return met_at(request, case, acts.place_of(tried.filled), wanted)


def met_at(request: DeskRequest, case: Found, place: Place, wanted: Wanted) -> tuple[Met, ...]:
    """Whom the person would meet at a place; it opens the cases of that day."""
    clinic, standing = given(request), changes(request)
    offer = Offer(clinic, request.programme.desk, standing)
    found = parting.meetings(request.actor, case, offer, place, wanted, now=request.now)
    day = slots.day(clinic, place.day, standing)
    return tuple(Met(one, day.slot(one.place.number) if day else None) for one in found)
