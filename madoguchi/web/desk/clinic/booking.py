"""The clinic of one case (この相談の法律相談): book a place, change it, say what came of it."""

import secrets
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.steps.booking import State as Booked
from madoguchi.rules.steps.case import State
from madoguchi.web.desk.case.cards import contact
from madoguchi.web.desk.case.facts import facts
from madoguchi.web.desk.clinic import form as forms
from madoguchi.web.desk.clinic.acting import ACTS, asked, book, do, doing, given, here, onward
from madoguchi.web.desk.clinic.apart import Met, met, met_at, of_meeting
from madoguchi.web.desk.clinic.cards import CANCEL, Row, row
from madoguchi.web.desk.clinic.lists import waits
from madoguchi.web.desk.clinic.offers import offered
from madoguchi.web.desk.clinic.ringing import log_told
from madoguchi.web.desk.clinic.tried import Tried, reasons, refusal
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.form import Filled
from madoguchi.web.kit.reading import words_for
from madoguchi.web.kit.standing import changes
from madoguchi.work.cases import queries as cases
from madoguchi.work.clinic.bookings import queries
from madoguchi.work.clinic.public import Wanted

ABOUT = ("name", "phone", "phone_note", "residence")
CONFIRM = "confirm"  # on the telephone: then the person knows, and need not be told again
APART = "clinic.apart"
UNCHOSEN = "clinic.choose"
GONE = frozenset({"clinic.full", "clinic.past", "clinic.no_slot", "clinic.cancelled"})


def booking(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The case's bookings and the form of a new one; a post books it."""
    if request.method != "POST":
        return page(request, case_id, Tried())
    case, clinic = cases.find(request.actor, case_id), given(request)
    filled = forms.check(forms.BOOK.check(forms.BOOK.take(request.POST)), clinic)
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
            log_told(request, case, todo.once)
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
        return forms.explained(attempt.filled)
    return None


def _forms(request: DeskRequest, rows: tuple[Row, ...], attempt: Tried) -> tuple[Filled, Filled]:
    """The form of a new booking and that of a move: as typed, or as they begin."""
    typed = attempt.filled
    if typed and APART in attempt.grounds:
        typed = forms.explained(typed)
    move = typed if typed and attempt.act == "move" else forms.MOVE.show()
    if typed and attempt.act == "book":
        return typed, move
    at = request.GET.get("at", "")
    last = rows[0].wanted if rows else Wanted()
    return forms.BOOK.show(forms.beforehand(last, at if forms.read_place(at) else "")), move
