"""One press of a button on the page of one's own booking (一回の操作): of whom, about what."""

import os
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest

from madoguchi.rules import slots
from madoguchi.rules.decision import Absent, Ground, Refused
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault.visit import Holder
from madoguchi.web.kit.seen import revision
from madoguchi.web.kit.standing import changes
from madoguchi.web.portal.book import dates
from madoguchi.web.portal.follow.pending import look_on
from madoguchi.work.cases import public as cases
from madoguchi.work.clinic import public as bookings

ASKED = "token", "booking", "revision", "begins", "at", "day", "waits", "answer"


@dataclass(frozen=True)
class Press:
    """A press by who holds the receipt that the page was of."""

    request: HttpRequest
    who: Holder
    held: cases.Holding
    clinic: Clinic

    @property
    def now(self) -> datetime:
        """When it was pressed."""
        moment: datetime = self.request.now  # type: ignore[attr-defined] # set on arrival
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
        return look_on(self.request)

    def said(self, name: str) -> str:
        """A field of the press."""
        return self.request.POST.get(name, "")[:100]

    def once(self, act: str) -> str:
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
                raise Refused(Ground("clinic.moved"))
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
        found = dates.read(self.said("at"))
        if found is None:
            raise Refused(Ground("own_clinic.choose"))
        place, _ = found
        day = self._day(place)
        if day and dates.value(day, place.number) != self.said("at"):
            raise Refused(Ground("clinic.moved"))
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


def _id(words: str) -> UUID:
    try:
        return UUID(words)
    except ValueError as error:
        raise Absent from error


def new_token() -> str:
    """What makes the buttons of a page its own."""
    return os.urandom(16).hex()
