"""Who waits (キャンセル待ち), as a case's page and a day's page show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from madoguchi.rules import slots
from madoguchi.web.desk.clinic.acting import given
from madoguchi.web.kit.standing import changes
from madoguchi.work.clinic.bookings import queries

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from madoguchi.web.desk.frame import DeskRequest
    from madoguchi.work.clinic.bookings.queries import Waiter


@dataclass(frozen=True)
class Wait:
    """Somebody waits; `on`: for which day as it is now, None for any."""

    waiter: Waiter
    on: date | None


def waits(request: DeskRequest, case_id: UUID) -> tuple[Wait, ...]:
    """What this case waits for."""
    clinic, standing = given(request), changes(request)
    days = {day.ref: day.on for day in slots.coming(clinic, request.now.date(), standing)}
    return tuple(
        Wait(one, days.get(one.day))
        for one in queries.waiting(request.actor)
        if one.case_id == case_id and (not one.day or one.day in days)
    )
