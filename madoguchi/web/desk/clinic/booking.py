"""The clinic of a case (この相談の法律相談): bookings, whom they would meet, the waiting list."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from madoguchi.rules import rights, slots
from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.slots import Slot
from madoguchi.rules.steps.booking import State as Booked
from madoguchi.rules.steps.case import State
from madoguchi.tools.forms.form import Filled
from madoguchi.web.desk.case import promises
from madoguchi.web.desk.case.acts import check_days
from madoguchi.web.desk.case.cards import Planned, contact, facts
from madoguchi.web.desk.clinic import acts
from madoguchi.web.desk.clinic.acts import ACTS, book, clinic_of, onward, perform, shown_begin
from madoguchi.web.desk.clinic.cards import Row, offered, row, waits
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.act_page import Submission, submission_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import texts_for
from madoguchi.web.kit.pager import skipped
from madoguchi.web.kit.publications import changes
from madoguchi.web.kit.submitted import revision
from madoguchi.work.cases import queries as cases
from madoguchi.work.clinic.bookings import parting, queries
from madoguchi.work.clinic.bookings.parting import Meeting
from madoguchi.work.clinic.public import BookingRevision, Place, Wanted
from madoguchi.work.clinic.waiting import actions

APART, ADJACENT = "clinic.apart", "clinic.adjacent"
ABOUT = ("name", "phone", "phone_note", "residence")
CONFIRM = "confirm"
UNCHOSEN = "clinic.choose"
STALE = frozenset({"clinic.stale", "case.stale"})
GONE = frozenset({"clinic.full", "clinic.past", "clinic.no_slot", "clinic.cancelled"})


@dataclass(frozen=True)
class Met:
    """Somebody who comes on the same day and should not be met: at which slot, and why."""

    meeting: Meeting
    slot: Slot | None

    @property
    def whys(self) -> tuple[str, ...]:
        """The text keys of the reasons."""
        return tuple(f"desk.clinic.apart.{link}" for link in sorted(self.meeting.links))


def booking(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The case's bookings and the form of a new one; a post books it."""
    if request.method != "POST":
        return page(request, case_id, Submission())
    case, clinic = cases.find(request.actor, case_id), clinic_of(request)
    promised = cases.promised(case)
    form = promises.asking(acts.BOOK, promised)
    filled = promises.check(check_days(form.check(form.take(request.POST)), request), promised)
    most, people = clinic.booking.people_most, filled.value("people")
    if isinstance(people, int) and people > most:
        filled = filled.refuse("people", "range", least=1, most=most)
    submission = Submission("book", filled)
    if not filled.ok:
        return page(request, case_id, submission)
    try:
        book(request, case, filled, promises.said(filled, promised))
    except Refused as refused:
        return page(request, case_id, submission.refused_by(refused, STALE))
    return SeeOther(reverse("case-clinic", args=[case_id]))


def act(request: DeskRequest, case_id: UUID, booking_id: UUID, name: str) -> HttpResponse:
    """Do a verb to a booking and show where it was pressed, or say why not."""
    if name not in ACTS:
        raise Absent
    if request.method != "POST":
        return redirect("case-clinic", case_id)
    case, form = cases.find(request.actor, case_id), acts.ASKS.get(name, acts.NOTHING)
    filled = form.check(form.take(request.POST))
    submission = Submission(name, filled)
    if not filled.ok and name != "cancel":
        submission = submission.refused(Reason(UNCHOSEN))
    if submission.failed:
        return page(request, case_id, submission, booking_id)
    seen = BookingRevision(booking_id, revision(request.POST.get("revision", "")))
    key = submission_key(request, f"{name}/{seen.id}/{seen.revision}", filled.typed)
    try:
        begins_at = shown_begin(request.POST.get("to", ""))
        perform(request, case, seen, name, filled, key, begins_at)
    except Refused as refused:
        return page(request, case_id, submission.refused_by(refused, STALE), booking_id)
    return SeeOther(onward(request, reverse("case-clinic", args=[case_id])))


@require_POST
def look(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """Show whom the person would meet as booked now: that opens cases, one audit line each."""
    return page(request, case_id, Submission(), looked=True)


def page(
    request: DeskRequest,
    case_id: UUID,
    submission: Submission,
    pressed_on: UUID | None = None,
    *,
    looked: bool = False,
) -> HttpResponse:
    """The page of the case's bookings.

    `submission`: what was not done, and on which booking (`pressed_on`). `looked`: whom the person
    would meet is shown.
    """
    clinic, published, now = clinic_of(request), changes(request), request.now
    skip = skipped(request, ("bookings",))
    opened = cases.open_case(request.actor, case_id, now=now, skip=skip)
    found = queries.of_case(opened, clinic, published, now=now)
    rows = tuple(row(each, clinic, published, now) for each in found.rows)
    codes = {reason.code for reason in submission.reasons}
    filled = submission.form
    if filled and APART in codes:
        filled = acts.explained(filled)
    move = filled if filled and submission.act == "move" else acts.MOVE.show()
    dues = promises.of(opened)
    form = filled if filled and submission.act == "book" else _first_form(request, rows, dues)
    days = offered(request, clinic, (move if submission.act == "move" else form).words("at"))
    role, situation = request.actor.role, opened.situation
    safe = contact(opened, texts_for(request))
    values = {
        "page": "clinic-year",
        "case": opened.card,
        "contact": safe,
        "about": facts(ABOUT, opened.about, texts_for(request), silent=safe.silent),
        "rows": rows,
        "further": found.further,
        "skipped": skip,
        "one": any(row.card.standing or row.card.state == Booked.OFFERED for row in rows),
        "form": form,
        "questions": promises.questions(form, dues, now.date()),
        "move": move,
        "confirming": filled if submission.act == CONFIRM and APART in codes else None,
        "days": days,
        "meetings": _meetings(request, case_id, rows, submission, looked=looked),
        "looked": looked,
        "watched": any(due.kind == "clinic_apart" for due in opened.dues),
        "declined": any(due.kind == "clinic_declined" for due in opened.dues),
        "explains": APART in codes,
        "left": any(day.offers for day in days),
        "clinic": clinic,
        "attempt": submission,
        "pressed_on": pressed_on,
        "grounds": submission.reasons,
        "gone": bool(GONE & codes),
        "may": rights.may(role, "clinic.book", situation),
        "open": opened.card.state != State.CLOSED,
        "list": clinic.booking.waiting,
        "waits": waits(request, case_id, days),
        "token": secrets.token_hex(16),
    }
    return render(request, "desk/clinic/case.html", values, status=submission.status)


def _first_form(request: DeskRequest, rows: tuple[Row, ...], dues: tuple[Planned, ...]) -> Filled:
    """The form of a new booking: as it was the last time; an agreement is asked for anew."""
    last, at = rows[0].wanted if rows else Wanted(), request.GET.get("at", "")
    texts = {
        "other_party": last.other_party,
        "subject": last.subject,
        "note": last.note,
        "at": at if acts.read_place(at) else "",
    }
    typed = {name: [text] for name, text in texts.items() if text}
    typed = {"people": [str(last.people)], **typed}
    return promises.first(acts.BOOK, dues, typed, keeps="clinic")


def _meetings(
    request: DeskRequest,
    case_id: UUID,
    rows: tuple[Row, ...],
    submission: Submission,
    *,
    looked: bool,
) -> tuple[Met, ...]:
    """Whom the person would meet: as the form was filled, or where they are booked.

    It opens the cases of that day; none where that is neither asked for nor why an act was refused.
    """
    filled = submission.form
    refused = any(reason.code in (APART, ADJACENT) for reason in submission.reasons)
    booked = next((row for row in rows if row.card.standing), None)
    if booked and (looked or (submission.act == CONFIRM and refused)):
        place, wanted = booked.card.place, booked.wanted
    elif refused and filled:
        place = acts.place_of(filled)
        wanted = acts.wanted(filled) if submission.act == "book" else Wanted()
    else:
        return ()
    return met(request, case_id, place, wanted)


def met(request: DeskRequest, case_id: UUID, place: Place, wanted: Wanted) -> tuple[Met, ...]:
    """Whom the person would meet at a place; it opens the cases of that day."""
    case, offer, wanted = (
        cases.find(request.actor, case_id),
        acts.offer(request),
        wanted or Wanted(),
    )
    found = parting.meetings(request.actor, case, offer, place, wanted, now=request.now)
    day = slots.day(offer.clinic, place.day, offer.changes)
    return tuple(Met(each, day.slot(each.place.number) if day else None) for each in found)


@require_POST
def wait(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """Put the person on the list of a day, or of any."""
    case, day = cases.find(request.actor, case_id), request.POST.get("wait_day", "")
    try:
        actions.wait(
            request.actor,
            case,
            day,
            acts.offer(request),
            now=request.now,
            idempotency_key=submission_key(request, f"wait/{case_id}", {"wait_day": [day]}),
        )
    except Refused as refused:
        return page(request, case_id, Submission("wait").refused_by(refused, STALE))
    return SeeOther(reverse("case-clinic", args=[case_id]))


@require_POST
def stop(request: DeskRequest, case_id: UUID, waiting_id: UUID) -> HttpResponse:
    """Take the person off the list; who is off it already stays off it."""
    case = cases.find(request.actor, case_id)
    actions.stop_waiting(request.actor, case, waiting_id, now=request.now)
    return SeeOther(reverse("case-clinic", args=[case_id]))


@require_POST
def offer(request: DeskRequest, case_id: UUID, waiting_id: UUID) -> HttpResponse:
    """Offer a free place to somebody who waits, and show the day again."""
    case = cases.find(request.actor, case_id)
    filled = acts.TIME.check(acts.TIME.take(request.POST))
    submission = Submission("offer", filled)
    if not filled.ok:
        return page(request, case_id, submission.refused(Reason(UNCHOSEN)))
    try:
        actions.offer(
            request.actor,
            case,
            waiting_id,
            acts.offer(request),
            acts.place_of(filled),
            now=request.now,
            idempotency_key=submission_key(request, f"offer/{waiting_id}", filled.typed),
        )
    except Refused as refused:
        return page(request, case_id, submission.refused_by(refused, STALE))
    return SeeOther(onward(request, reverse("case-clinic", args=[case_id])))
