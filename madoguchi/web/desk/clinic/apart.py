"""Whom the person would meet (離しておきたい予約), as far as this colleague may read of them."""

from dataclasses import dataclass

from madoguchi.rules import slots
from madoguchi.rules.slots import Slot
from madoguchi.web.desk.clinic import form as forms
from madoguchi.web.desk.clinic.acting import given
from madoguchi.web.desk.clinic.tried import Tried
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.standing import changes
from madoguchi.work.cases.queries import Found
from madoguchi.work.clinic.bookings import parting
from madoguchi.work.clinic.bookings.parting import Meeting
from madoguchi.work.clinic.bookings.public import Offer
from madoguchi.work.clinic.public import Place, Wanted

GROUNDS = frozenset({"clinic.apart", "clinic.adjacent"})


@dataclass(frozen=True)
class Met:
    """Somebody who comes on the same day, at which slot, and why they should not meet."""

    meeting: Meeting
    slot: Slot | None

    @property
    def whys(self) -> tuple[str, ...]:
        """The text keys of the reasons."""
        return tuple(f"desk.clinic.apart.{link}" for link in sorted(self.meeting.links))


def of_meeting(tried: Tried) -> bool:
    """Whether an act was refused because the person would meet somebody."""
    return bool(GROUNDS & set(tried.grounds))


def met(request: DeskRequest, case: Found, tried: Tried) -> tuple[Met, ...]:
    """Whom the person would meet, where that is why an act was refused; it opens their cases."""
    if not of_meeting(tried) or tried.filled is None:
        return ()
    wanted = forms.wanted(tried.filled) if tried.act == "book" else Wanted()
    return met_at(request, case, forms.place(tried.filled), wanted)


def met_at(request: DeskRequest, case: Found, place: Place, wanted: Wanted) -> tuple[Met, ...]:
    """Whom the person would meet at a place; it opens the cases of that day."""
    clinic, standing = given(request), changes(request)
    offer = Offer(clinic, request.programme.desk, standing)
    found = parting.meetings(request.actor, case, offer, place, wanted, now=request.now)
    day = slots.day(clinic, place.day, standing)
    return tuple(Met(one, day.slot(one.place.number) if day else None) for one in found)
