"""The places that may still be had (空いている枠); whose the others are is not said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.rules import slots
from madoguchi.web.kit.column import column
from madoguchi.web.kit.reading import Reading, words_for
from madoguchi.web.kit.standing import changes
from madoguchi.web.kit.visit import OfDay, Offer
from madoguchi.work.clinic import public as bookings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

    from madoguchi.rules.programme.clinic import Clinic
    from madoguchi.rules.slots import ClinicDay, Slot

type Free = Mapping[ClinicDay, tuple[Slot, ...]]


def free(request: HttpRequest) -> Free:
    """The coming days with those slots of each that a person may take now."""
    programme, now = request.programme, request.now  # type: ignore[attr-defined] # set on arrival
    clinic, standing = programme.clinic, changes(request)
    if clinic is None:
        return {}
    coming = slots.coming(clinic, now.date(), standing)
    taken = bookings.taken(request.office.id, [day.ref for day in coming], now)  # type: ignore[attr-defined]
    return {
        day: tuple(
            slot
            for slot in day.slots
            if taken.get((day.ref, slot.number), 0) < clinic.lawyers
            and slots.bookable(
                clinic, programme.desk, day, slot.number, now, "person", standing
            ).answer
            != "no"
        )
        for day in coming
    }


def offered(request: HttpRequest, found: Free) -> tuple[OfDay, ...]:
    """The free places day by day, in words that an `<option>` can hold."""
    clinic, reading = request.programme.clinic, Reading(words_for(request))  # type: ignore[attr-defined] # set on arrival
    return tuple(
        OfDay(
            day_words(clinic, day, reading),
            tuple(
                Offer(value(day, slot.number), reading.clock(slot.starts), chosen=False)
                for slot in free
            ),
        )
        for day, free in found.items()
        if free
    )


def value(day: ClinicDay, number: int) -> str:
    """A place as a form names it, with its beginning: a day that moves meanwhile is noticed."""
    return f"{day.ref}/{number}/{slots.begins(day, number).isoformat()}"


def full(request: HttpRequest, found: Free) -> tuple[Offer, ...]:
    """The coming days without a free place, to be waited for."""
    clinic, reading = request.programme.clinic, Reading(words_for(request))  # type: ignore[attr-defined] # set on arrival
    return tuple(
        Offer(day.ref, day_words(clinic, day, reading), chosen=False)
        for day, free in found.items()
        if not free
    )


def day_words(clinic: Clinic, day: ClinicDay, reading: Reading) -> str:
    """A day by its date, with its venue where there are several."""
    said = reading.day(day.on)
    return f"{said} {clinic.at(day.venue).name.get(column()).words}" if day.venue else said
