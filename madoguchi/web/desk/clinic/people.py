"""Whom a change of a day meets (変更の連絡): how to reach them, what to say, what they answered."""

import secrets
from dataclasses import dataclass
from datetime import time
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.opening import working_day
from madoguchi.rules.slots import ClinicDay
from madoguchi.rules.slots import day as day_of
from madoguchi.rules.steps.booking import STANDING, State
from madoguchi.tools.forms.fields import Choice, Story
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.clinic.acts import shown_begin
from madoguchi.web.desk.clinic.wording import venue_name
from madoguchi.web.desk.clinic.year import may
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.settings.standing import standing
from madoguchi.web.kit.act_page import submission_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import Formatter, words_for
from madoguchi.web.kit.publications import changes
from madoguchi.web.kit.submitted import revision
from madoguchi.work.cases import queries as cases
from madoguchi.work.cases.public import Wishes
from madoguchi.work.cases.queries import Found
from madoguchi.work.clinic import queries as clinic_queries
from madoguchi.work.clinic.bookings import queries
from madoguchi.work.clinic.bookings.queries import Card
from madoguchi.work.clinic.public import Seen
from madoguchi.work.record import actions as answering
from madoguchi.work.record import queries as record

EXPECTED = (*STANDING, State.OFFERED)  # who has to be told of a change
SILENT = ("mail_only", "wait")  # nobody calls them
TOLD = Form(
    "desk.clinic_days",
    (
        Choice("answer", required=True, options=clinic_queries.ANSWERS),
        Story("note", limit=4000, rows=2, guarded=True),
    ),
)
MESSAGE = Form(
    "desk.clinic_days", (Story("message_text", required=True, limit=4000, rows=5, guarded=True),)
)
LOOK_AGAIN_DAYS = 2  # working days until somebody looks whether there was an answer


@dataclass(frozen=True)
class Reach:
    """How one person may be reached: safe hours, whose name is said, whether a mail may come."""

    hours: tuple[str, ...]
    name_desk: bool
    mail: bool


@dataclass(frozen=True)
class Person:
    """One person with a place of the day; `now`: when their slot begins, None where it is gone.

    `mine`: the colleague looks after the case, and may write to them.
    """

    card: Card
    assignee: str
    mine: bool
    now: time | None
    reach: Reach | None

    @property
    def contact(self) -> str:
        """The text key of how contact is safe."""
        return f"desk.contact.{self.card.contact_rule}"

    @property
    def otherwise(self) -> bool:
        """Whether the slot begins at another time of day than they agreed to."""
        return self.now is not None and self.now != self.card.agreed_at.time()

    @property
    def state(self) -> str:
        """The text key of what the place is: booked, asked for, offered."""
        return f"desk.clinic_days.place.{self.card.state}"

    @property
    def silent(self) -> bool:
        return self.card.contact_rule in SILENT

    @property
    def answered(self) -> bool:
        """Whether they know when it begins, and keep the place."""
        return not (self.card.moved or self.card.off)


@dataclass(frozen=True)
class People:
    """Everybody whom the change meets, as far as the colleague may know of them."""

    all: tuple[Person, ...]
    others: bool
    opened: bool


@require_http_methods(["GET", "HEAD", "POST"])
def told(request: DeskRequest, ref: str) -> HttpResponse:
    """Whom the day's change meets, with a script for each; a post opens how they may be reached."""
    return _page(request, ref)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: DeskRequest, ref: str, case_id: UUID, booking_id: UUID) -> HttpResponse:
    """Write to somebody who is not called; the mail, where one may come, says nothing of it."""
    if request.method != "POST":
        return redirect("clinic-told", ref)
    day = _day(request, ref)
    case = cases.find(request.actor, case_id)
    filled = MESSAGE.check(MESSAGE.take(request.POST))
    if not filled.ok:
        return _page(request, ref, tried=(booking_id, filled))
    key = submission_key(request, f"write/{booking_id}", filled.typed)
    desk, today = request.programme.desk, request.now.date()
    look = working_day(desk, today, LOOK_AGAIN_DAYS, changes(request))
    try:
        answering.answer(
            request.actor,
            case,
            filled.value("message_text"),
            min(look, max(day.on, today)),
            now=request.now,
            idempotency_key=key,
        )
    except Refused as refused:
        return _page(request, ref, refused.reasons, tried=(booking_id, filled))
    return SeeOther(reverse("clinic-told", args=[ref]))


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: DeskRequest, ref: str, case_id: UUID, booking_id: UUID) -> HttpResponse:
    """Write down a call and what the person said, once; then the list again."""
    if request.method != "POST":
        return redirect("clinic-told", ref)
    day = _day(request, ref)
    case = cases.find(request.actor, case_id)
    filled = TOLD.check(TOLD.take(request.POST))
    if not filled.ok:
        return _page(request, ref, tried=(booking_id, filled))
    try:
        _write_down(request, day, case, booking_id, filled)
    except Refused as refused:
        return _page(request, ref, refused.reasons, tried=(booking_id, filled))
    return SeeOther(reverse("clinic-told", args=[ref]))


def _write_down(
    request: DeskRequest, day: ClinicDay, case: Found, booking_id: UUID, filled: Filled
) -> None:
    said = filled.value("answer")
    sent = request.POST.get("revision", "")
    seen = Seen(booking_id, revision(sent))
    note = filled.value("note").strip()
    words = words_for(request).get(f"desk.clinic_days.logged.{said}", "ja").words
    unreached = None
    if said == "nobody":
        opened = cases.open_case(request.actor, case.id, now=request.now)
        unreached = record.unreached(record.entries(opened))
    text, to = "\n".join(filter(None, (words, note))), shown_begin(request)
    call = clinic_queries.Call(said, text, day.on, unreached, to)
    key = submission_key(request, f"told/{booking_id}/{sent}", filled.typed)
    clinic_queries.tell(request.actor, case, seen, call, now=request.now, idempotency_key=key)


def _day(request: DeskRequest, ref: str) -> ClinicDay:
    """The day of the address.

    Raises:
        Absent: there is none, or the colleague has no clinic.
    """
    here = standing(request)
    clinic = here.programme.clinic
    found = day_of(clinic, ref, here.changes) if clinic else None
    if found is None or not found.published or not may(request, "clinic.list"):
        raise Absent
    return found


def _page(
    request: DeskRequest,
    ref: str,
    reasons: tuple[Reason, ...] = (),
    tried: tuple[UUID, Filled] | None = None,
) -> HttpResponse:
    day, clinic = _day(request, ref), request.programme.clinic
    reach = request.method == "POST" and request.POST.get("do") == "reach"
    met = people(request, day, None if day.cancelled else day, reach=reach)
    place = venue_name(clinic, day.venue) if clinic else ""
    form = tried[1] if tried else TOLD.show()
    calling = form.form is TOLD
    cards = {
        "page": "clinic-year",
        "day": day,
        "people": met,
        "rows": tuple(
            (
                one,
                _words(request, "script", day, one, place),
                _words(request, "written", day, one, place),
            )
            for one in met.all
        ),
        "tried": tried[0] if tried else None,
        "form": form,
        "calling": form if calling else TOLD.show(),
        "message": None if calling else form.card["message_text"],
        "fresh": TOLD.show(),
        "grounds": tuple((reason.code, dict(reason.values)) for reason in reasons),
        "token": secrets.token_hex(16),
    }
    wrong = tried is not None and not tried[1].ok
    status = 409 if reasons else 422 if wrong else 200
    return render(request, "desk/clinic/told.html", cards, status=status)


def _words(request: DeskRequest, what: str, day: ClinicDay, one: Person, place: str) -> str:
    """What to say or to write to one person about the change."""
    words, was = words_for(request), one.card.agreed_at
    read = Formatter(words)
    values = {
        "was": read.day(was.date(), year=False),
        "on": read.day(day.on, year=False),
        "at": read.clock(one.now or was),
        "place": place,
    }
    part = "off" if day.cancelled else "moved" if one.now else "gone"
    return words.get(f"desk.clinic_days.{what}.{part}", "ja", **values).words


def people(
    request: DeskRequest, old: ClinicDay, new: ClinicDay | None, *, reach: bool = False
) -> People:
    """Whom it meets; with `reach`, how each may be reached: that opens cases, one line each."""
    cards, others = _met(request, old)
    names = {one.id: one.name for one in colleagues(request.office.id, request.now)}
    found = queries.needs(request.actor, cards, now=request.now) if reach else {}
    met = tuple(
        Person(
            card,
            names.get(card.assignee_id, "") if card.assignee_id else "",
            card.assignee_id == request.actor.staff_id,
            slot.starts if new and (slot := new.slot(card.place.number)) else None,
            _reach(request, found[card.id].wishes) if card.id in found else None,
        )
        for card in cards
    )
    return People(met, others, reach)


def _met(request: DeskRequest, day: ClinicDay) -> tuple[tuple[Card, ...], bool]:
    """Those with a place, by slot; and whether places are taken of which one is told no more."""
    clinic, standing = request.programme.clinic, changes(request)
    if clinic is None:
        return (), False
    slots = queries.of_day(request.actor, clinic, day, standing, now=request.now)
    lost = queries.lost(request.actor, clinic, day, standing, now=request.now)
    seats = [seat for slot in slots for seat in slot.seats]
    cards = [seat.card for seat in seats if seat.card]
    expected = tuple(card for card in (*cards, *lost) if card.state in EXPECTED)
    return expected, any(seat.shut and not seat.own for seat in seats)


def _reach(request: DeskRequest, wishes: Wishes) -> Reach:
    words = words_for(request)
    hours = tuple(words.get(f"consult.hours.{hour}").words for hour in wishes.hours)
    return Reach(hours, wishes.name_desk, wishes.mail)
