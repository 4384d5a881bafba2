"""A person's own booking with the lawyer (自分の予約): page, buttons, and a file for a calendar.

A refusal is answered with what holds by now.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from uuid import UUID

from django.http import HttpResponse
from django.urls import path

from madoguchi.rules import slots
from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.steps.case import NO_CONTACT
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault.visit import Holder
from madoguchi.web.kit.column import column
from madoguchi.web.kit.formatting import texts_for
from madoguchi.web.kit.publications import changes
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.kit.submitted import revision
from madoguchi.web.portal.book import places
from madoguchi.web.portal.book.places import listed
from madoguchi.web.portal.follow import session
from madoguchi.web.portal.own_clinic.cards import (
    appointment,
    full,
    may_book,
    own_bookings,
    time_options,
    waiting_entries,
)
from madoguchi.web.portal.safety.visitor import draw, newcomer, private, see, visitor
from madoguchi.work.cases import public as cases
from madoguchi.work.clinic import public as bookings
from madoguchi.work.clinic.sittings import public as sittings

FIELDS = "token", "booking", "revision", "begins", "at", "day", "waits", "answer"
SEEN_BY_OTHERS = "no"
DONE = "kept", "changed", "cancelled", "accepted", "declined", "waiting", "left"
NOTES = {f"clinic_{done}": f"own_clinic.note_{done}" for done in DONE}


@dataclass(frozen=True)
class Press:
    """A press of a button by who holds the receipt of its page."""

    request: OfficeRequest
    who: Holder
    held: cases.Holding
    clinic: Clinic

    @property
    def actor(self) -> Actor:
        return cases.consultee(self.who.office_id)

    @property
    def changes(self) -> tuple[Change, ...]:
        return changes(self.request)

    @property
    def look_on(self) -> date:
        """The day on which the desk next reads."""
        return session.look_on(self.request)

    def value(self, name: str) -> str:
        """The value of a field; empty where it was not sent."""
        return self.request.POST.get(name, "")[:100]

    def idempotency_key(self, act: str) -> str:
        """A key for what this button of this page does at most once."""
        values = "/".join(self.value(name) for name in FIELDS)
        return self.who.bind(f"clinic/{act}/{self.held.drawer.mark}/{values}")

    def shown_booking(self) -> bookings.BookingRevision:
        """The booking as the page showed it.

        Raises:
            Absent: no page of ours sent it.
            Refused: its day moved since, which no revision tells: it touches no booking.
        """
        number = revision(self.value("revision"))
        if number < 0:
            raise Absent
        shown = bookings.BookingRevision(_id(self.value("booking")), number)
        for own in bookings.own(self.held):
            day = self._day(own.place) if own.seen == shown else None
            begins = slots.begins(day, own.place.number).isoformat() if day else ""
            if begins not in ("", self.value("begins")):
                raise Refused(Reason("clinic.moved"))
        return shown

    def shown_beginning(self) -> datetime:
        """The beginning that the page showed.

        Raises:
            Absent: no page of ours sent it.
        """
        try:
            begins = datetime.fromisoformat(self.value("begins"))
        except ValueError as error:
            raise Absent from error
        if begins.tzinfo is None:
            raise Absent
        return begins

    def place(self) -> bookings.Place:
        """The place that was chosen, as the page showed it.

        Raises:
            Refused: none was, or its day moved since.
        """
        found = places.read_place(self.value("at"))
        if found is None:
            raise Refused(Reason("own_clinic.choose"))
        place, _ = found
        day = self._day(place)
        if day and places.value_of(day, place.number) != self.value("at"):
            raise Refused(Reason("clinic.moved"))
        return place

    def _day(self, place: bookings.Place) -> slots.ClinicDay | None:
        """The day of a place, where it has that slot by now."""
        day = slots.day(self.clinic, place.day, self.changes)
        return day if day and day.slot(place.number) else None


@private
def own_clinic(request: OfficeRequest) -> HttpResponse:
    """The person's bookings, what they wait for, and the places they may change to."""
    who = newcomer(request)
    held = session.recall(who, request.now)
    return see("follow") if held is None else page(request, who, held)


@private
def calendar(request: OfficeRequest) -> HttpResponse:
    """The appointment as .ics, for somebody who says that nobody else looks at the device."""
    who = newcomer(request)
    held = session.recall(who, request.now)
    held = session.meant(request, held) if request.method == "POST" else None
    clinic = request.programme.clinic
    if held is None or clinic is None or request.POST.get("others") != SEEN_BY_OTHERS:
        return see("own-clinic")
    try:
        shown = Press(request, who, held, clinic).shown_booking()
    except (Absent, Refused):  # moved or cancelled meanwhile: the page says how it is
        return see("own-clinic")
    own = own_bookings(request, held, changes(request))
    found = [booking for booking in own if booking.seen == shown and booking.settled]
    if not found:
        return see("own-clinic")
    title = texts_for(request).get("own_clinic.event", column()).words
    answer = HttpResponse(
        appointment(found[0], title, request.now),
        content_type="text/calendar; charset=utf-8",
    )
    answer["Content-Disposition"] = 'attachment; filename="yotei.ics"'
    return answer


def act_view(act: Callable[[Press], str]) -> Callable[[OfficeRequest], HttpResponse]:
    """The view of an act; the act gives the code of the note for the next page.

    A closed receipt changes nothing and says so. A refusal shows the page as it is by now, which is
    the next choice.
    """

    @private
    @wraps(act)
    def view(request: OfficeRequest) -> HttpResponse:
        if request.method != "POST":
            return see("own-clinic")
        now = request.now
        who = visitor(request)
        held = session.meant(request, session.recall(who, now))
        clinic = request.programme.clinic
        if who is None or held is None or clinic is None:
            return draw(request, "portal/own_clinic/closed.html")
        try:
            note = act(Press(request, who, held, clinic))
        except Refused as refused:
            return page(request, who, held, tuple(reason.code for reason in refused.reasons))
        except Absent:
            return page(request, who, held, ("clinic.stale",))
        session.note(who, f"clinic_{note}", now)
        return see("own-clinic")

    return view


@act_view
def keep(press: Press) -> str:
    """Keeps the place on the day as the page showed it: one click."""
    bookings.agree(
        press.actor,
        press.held,
        press.shown_booking(),
        press.clinic,
        press.changes,
        press.shown_beginning(),
        now=press.request.now,
        idempotency_key=press.idempotency_key("keep"),
    )
    return "kept"


@act_view
def change(press: Press) -> str:
    """Changes the place for another free press."""
    desk = press.request.programme.desk
    bookings.change(
        press.actor,
        press.held,
        press.shown_booking(),
        press.place(),
        press.clinic,
        desk,
        press.changes,
        press.look_on,
        now=press.request.now,
        idempotency_key=press.idempotency_key("change"),
    )
    return "changed"


@act_view
def cancel(press: Press) -> str:
    """Gives the place back."""
    bookings.cancel(
        press.actor,
        press.held,
        press.shown_booking(),
        press.clinic,
        press.changes,
        press.look_on,
        now=press.request.now,
        idempotency_key=press.idempotency_key("cancel"),
    )
    return "cancelled"


@act_view
def answer(press: Press) -> str:
    """Takes the place that is offered, or does not."""
    idempotency_key = press.idempotency_key("answer")
    if press.value("answer") == "yes":
        bookings.accept(
            press.actor,
            press.held,
            press.shown_booking(),
            press.clinic,
            press.changes,
            now=press.request.now,
            idempotency_key=idempotency_key,
        )
        return "accepted"
    if press.value("answer") != "no":
        raise Absent
    bookings.decline(
        press.actor,
        press.held,
        press.shown_booking(),
        now=press.request.now,
        idempotency_key=idempotency_key,
    )
    return "declined"


@act_view
def wait(press: Press) -> str:
    """Joins the waiting list of a day, or of any."""
    desk = press.request.programme.desk
    bookings.wait(
        press.actor,
        press.held,
        press.value("day"),
        press.clinic,
        desk,
        press.changes,
        now=press.request.now,
        idempotency_key=press.idempotency_key("wait"),
    )
    return "waiting"


@act_view
def leave(press: Press) -> str:
    """Leaves the waiting list."""
    bookings.stop_waiting(
        press.actor,
        press.held,
        _id(press.value("waits")),
        now=press.request.now,
        idempotency_key=press.idempotency_key("leave"),
    )
    return "left"


def _id(words: str) -> UUID:
    try:
        return UUID(words)
    except ValueError as error:
        raise Absent from error


def page(
    request: OfficeRequest, who: Holder, held: cases.Holding, reasons: tuple[str, ...] = ()
) -> HttpResponse:
    """The page as things stand, after a refusal with its reasons."""
    clinic, now = request.programme.clinic, request.now
    if clinic is None:
        return see("follow")
    decided, words = changes(request), texts_for(request)
    own, days = own_bookings(request, held, decided), listed(request, None, "")
    waiting = waiting_entries(request, held, decided)
    free_to_wait = not any(booking.placed for booking in own) and all(entry.on for entry in waiting)
    may_wait = clinic.booking.waiting and free_to_wait
    silent = (waiting or may_wait) and cases.wishes(held.drawer).effective_rule == NO_CONTACT
    cards = {
        "own": own,
        "waits": waiting,
        "silent": silent,
        "advice": sittings.advice(held),
        "may_wait": may_wait,
        "may_book": may_book(request, own, decided) and not any(each.stands for each in own),
        "full": full(days, words),
        "times": time_options(days, words),
        "bring": clinic.booking.bring,
        "grounds": tuple(f"ground.{code}" for code in reasons),
        "note": "" if reasons else NOTES.get(session.take_note(who, now), ""),
        "mark": held.drawer.mark,
        "token": os.urandom(16).hex(),
    }
    return draw(request, "portal/own_clinic/page.html", cards, 422 if reasons else 200)


urlpatterns = [
    path("s/f/l/", own_clinic, name="own-clinic"),
    path("s/f/l/k/", keep, name="own-clinic-keep"),
    path("s/f/l/c/", change, name="own-clinic-change"),
    path("s/f/l/x/", cancel, name="own-clinic-cancel"),
    path("s/f/l/o/", answer, name="own-clinic-answer"),
    path("s/f/l/w/", wait, name="own-clinic-wait"),
    path("s/f/l/e/", leave, name="own-clinic-leave"),
    path("s/f/l/t/", calendar, name="own-clinic-calendar"),
]
