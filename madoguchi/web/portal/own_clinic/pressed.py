"""One press of a button on the page of one's own booking (一回の操作): of whom, about what."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from madoguchi.rules import slots
from madoguchi.rules.decision import Absent, Ground, Refused
from madoguchi.web.kit.standing import changes
from madoguchi.web.portal.follow.pending import look_on
from madoguchi.work.cases import public as cases
from madoguchi.work.clinic import public as bookings

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest

    from madoguchi.rules.programme.changes import Change
    from madoguchi.rules.programme.clinic import Clinic
    from madoguchi.tools.office.actor import Actor
    from madoguchi.tools.vault.visit import Holder

REVISION = re.compile(r"\d{1,9}")
PLACE = re.compile(r"([\w-]{1,40})/(\d{1,3})/(\S+)", re.ASCII)
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
        if REVISION.fullmatch(self.said("revision")) is None:
            raise Absent
        seen = bookings.Seen(_id(self.said("booking")), int(self.said("revision")))
        for one in bookings.own(self.held):
            if one.seen == seen:
                self._require(one.place, self.said("begins"))
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
        found = PLACE.fullmatch(self.said("at"))
        if found is None:
            raise Refused(Ground("own_clinic.choose"))
        place = bookings.Place(found[1], int(found[2]))
        self._require(place, found[3])
        return place

    def waits(self) -> UUID:
        """The row of the waiting list.

        Raises:
            Absent: no page of ours sent it.
        """
        return _id(self.said("waits"))

    def _require(self, place: bookings.Place, shown: str) -> None:
        day = slots.day(self.clinic, place.day, self.changes)
        if day and day.slot(place.number) and _begins(day, place.number) != shown:
            raise Refused(Ground("clinic.moved"))


def _begins(day: slots.ClinicDay, number: int) -> str:
    return slots.begins(day, number).isoformat()


def _id(words: str) -> UUID:
    try:
        return UUID(words)
    except ValueError as error:
        raise Absent from error


def new_token() -> str:
    """What makes the buttons of a page its own."""
    return os.urandom(16).hex()
