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
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault.visit import Holder
from madoguchi.web.kit.column import column
from madoguchi.web.kit.formatting import words_for
from madoguchi.web.kit.publications import changes
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.kit.submitted import revision
from madoguchi.web.portal.book import places
from madoguchi.web.portal.book.places import listed
from madoguchi.web.portal.follow import session
from madoguchi.web.portal.own_clinic.cards import appointment, full, may_book, mine, offered, waits
from madoguchi.web.portal.safety.visitor import draw, newcomer, private, see, visitor
from madoguchi.work.cases import public as cases
from madoguchi.work.clinic import public as bookings
from madoguchi.work.clinic.sittings import public as sittings

ASKED = "token", "booking", "revision", "begins", "at", "day", "waits", "answer"
SEEN_BY_OTHERS = "no"
DONE = "kept", "changed", "cancelled", "accepted", "declined", "waiting", "left"
NOTES = {f"clinic_{done}": f"own_clinic.note_{done}" for done in DONE}


@dataclass(frozen=True)
class Press:
    """A press by who holds the receipt that the page was of."""

    request: OfficeRequest
    who: Holder
    held: cases.Holding
    clinic: Clinic

    @property
    def now(self) -> datetime:
        """When it was pressed."""
        moment: datetime = self.request.now
        return moment

    @property
    def actor(self) -> Actor:
        """The person."""
        return cases.consultee(self.who.office_id)

    @property
    def changes(self) -> tuple[Change, ...]:
        """The day's decisions."""
        return changes(self.request)

    @property
    def look_on(self) -> date:
        """When the desk next reads."""
        return session.look_on(self.request)

    def said(self, name: str) -> str:
        """A field of the press."""
        return self.request.POST.get(name, "")[:100]

    def idempotency_key(self, act: str) -> str:
        """A key for what this button of this page does at most once."""
        told = "/".join(self.said(name) for name in ASKED)
        return self.who.bind(f"clinic/{act}/{self.held.drawer.mark}/{told}")

    def seen(self) -> bookings.Seen:
        """The booking as the page showed it.

        Raises:
            Absent: no page of ours sent it.
            Refused: its day moved since, which no revision tells: it touches no booking.
        """
        number = revision(self.said("revision"))
        if number < 0:
            raise Absent
        seen = bookings.Seen(_id(self.said("booking")), number)
        for one in bookings.own(self.held):
            if one.seen == seen and self._begins(one) not in ("", self.said("begins")):
                raise Refused(Reason("clinic.moved"))
        return seen

    def shown(self) -> datetime:
        """The beginning that the page showed.

        Raises:
            Absent: no page of ours sent it.
        """
        try:
            shown = datetime.fromisoformat(self.said("begins"))
        except ValueError as error:
            raise Absent from error
        if shown.tzinfo is None:
            raise Absent
        return shown

    def place(self) -> bookings.Place:
        """The place that was chosen, as the page showed it.

        Raises:
            Refused: none was, or its day moved since.
        """
        found = places.read_place(self.said("at"))
        if found is None:
            raise Refused(Reason("own_clinic.choose"))
        place, _ = found
        day = self._day(place)
        if day and places.value_of(day, place.number) != self.said("at"):
            raise Refused(Reason("clinic.moved"))
        return place

    def waits(self) -> UUID:
        """The row of the waiting list.

        Raises:
            Absent: no page of ours sent it.
        """
        return _id(self.said("waits"))

    def _begins(self, own: bookings.Own) -> str:
        """When a booking begins by now; empty where its day or slot is no more."""
        day = self._day(own.place)
        return slots.begins(day, own.place.number).isoformat() if day else ""

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
        seen = Press(request, who, held, clinic).seen()
    except (Absent, Refused):  # moved or cancelled meanwhile: the page says how it is
        return see("own-clinic")
    found = [
        one for one in mine(request, held, changes(request)) if one.seen == seen and one.settled
    ]
    if not found:
        return see("own-clinic")
    title = words_for(request).get("own_clinic.event", column()).words
    answer = HttpResponse(
        appointment(found[0], title, request.now),
        content_type="text/calendar; charset=utf-8",
    )
    answer["Content-Disposition"] = 'attachment; filename="yotei.ics"'
    return answer


def press(act: Callable[[Press], str]) -> Callable[[OfficeRequest], HttpResponse]:
    """A view of the act; it comes back with the note of what was done.

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


@press
def keep(one: Press) -> str:
    """Keeps the place on the day as the page showed it: one click."""
    bookings.agree(
        one.actor,
        one.held,
        one.seen(),
        one.clinic,
        one.changes,
        one.shown(),
        now=one.now,
        idempotency_key=one.idempotency_key("keep"),
    )
    return "kept"


@press
def change(one: Press) -> str:
    """Changes the place for another free one."""
    desk = one.request.programme.desk
    bookings.change(
        one.actor,
        one.held,
        one.seen(),
        one.place(),
        one.clinic,
        desk,
        one.changes,
        one.look_on,
        now=one.now,
        idempotency_key=one.idempotency_key("change"),
    )
    return "changed"


@press
def cancel(one: Press) -> str:
    """Gives the place back."""
    bookings.cancel(
        one.actor,
        one.held,
        one.seen(),
        one.clinic,
        one.changes,
        one.look_on,
        now=one.now,
        idempotency_key=one.idempotency_key("cancel"),
    )
    return "cancelled"


@press
def answer(one: Press) -> str:
    """Takes the place that is offered, or does not."""
    idempotency_key = one.idempotency_key("answer")
    if one.said("answer") == "yes":
        bookings.accept(
            one.actor,
            one.held,
            one.seen(),
            one.clinic,
            one.changes,
            now=one.now,
            idempotency_key=idempotency_key,
        )
        return "accepted"
    if one.said("answer") != "no":
        raise Absent
    bookings.decline(one.actor, one.held, one.seen(), now=one.now, idempotency_key=idempotency_key)
    return "declined"


@press
def wait(one: Press) -> str:
    """Joins the waiting list of a day, or of any."""
    desk = one.request.programme.desk
    bookings.wait(
        one.actor,
        one.held,
        one.said("day"),
        one.clinic,
        desk,
        one.changes,
        now=one.now,
        idempotency_key=one.idempotency_key("wait"),
    )
    return "waiting"


@press
def leave(one: Press) -> str:
    """Leaves the waiting list."""
    bookings.stop_waiting(
        one.actor, one.held, one.waits(), now=one.now, idempotency_key=one.idempotency_key("leave")
    )
    return "left"


def _id(words: str) -> UUID:
    try:
        return UUID(words)
    except ValueError as error:
        raise Absent from error


def new_token() -> str:
    """What makes the buttons of a page its own."""
    return os.urandom(16).hex()


def page(
    request: OfficeRequest, who: Holder, held: cases.Holding, reasons: tuple[str, ...] = ()
) -> HttpResponse:
    """The page as things stand, after a refusal with its reasons."""
    clinic, now = request.programme.clinic, request.now
    if clinic is None:
        return see("follow")
    standing = changes(request)
    own, found = mine(request, held, standing), listed(request, None, "")
    waiting = waits(request, held, standing)
    free_to = not any(one.placed for one in own) and all(one.on for one in waiting)
    cards = {
        "own": own,
        "waits": waiting,
        "advice": sittings.advice(held),
        "may_wait": clinic.booking.waiting and free_to,
        "may_book": may_book(request, own, standing) and not any(one.stands for one in own),
        "full": full(found, words_for(request)),
        "times": offered(found, words_for(request)),
        "bring": clinic.booking.bring,
        "grounds": tuple(f"ground.{code}" for code in reasons),
        "note": "" if reasons else NOTES.get(session.take_note(who, now), ""),
        "mark": held.drawer.mark,
        "token": new_token(),
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
