"""Who waits (キャンセル待ち), as a case's page and a day's page show it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from madoguchi.web.desk.clinic.offers import OfDay, Offer
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.work.clinic.bookings import queries
from madoguchi.work.clinic.bookings.queries import Waiter


@dataclass(frozen=True)
class Wait:
    """Somebody waits; `on`: for which day as it is now, None for any; `offers`: what is free."""

    waiter: Waiter
    on: date | None
    offers: tuple[Offer, ...]


def waits(request: DeskRequest, case_id: UUID, days: tuple[OfDay, ...]) -> tuple[Wait, ...]:
    """What this case waits for, of the days to come, each with the places that are free."""
    there = {one.day.ref: one for one in days}
    every = tuple(offer for one in days for offer in one.offers)
    return tuple(
        Wait(
            one,
            there[one.day].day.on if one.day else None,
            there[one.day].offers if one.day else every,
        )
        for one in queries.waiting(request.actor)
        if one.case_id == case_id and (not one.day or one.day in there)
    )
