"""Which seats are open to the lawyer who asks (いま開いている日), read once for a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.web.kit.standing import changes
from madoguchi.work.clinic.sittings import queries, seats

if TYPE_CHECKING:
    from uuid import UUID

    from madoguchi.web.lawyer.door import LawyerRequest
    from madoguchi.work.clinic.sittings.seats import Met, Seat


def mine(request: LawyerRequest) -> tuple[Seat, ...]:
    """The seats of the one date that is open; none outside the days around it."""
    kept = request.__dict__
    if "_seats" not in kept:
        clinic = request.programme.clinic
        kept["_seats"] = seats.open_seats(request.actor, clinic, changes(request), request.now)
    found: tuple[Seat, ...] = kept["_seats"]
    return found


def whom(request: LawyerRequest, booking_id: UUID) -> Met:
    """Whom the lawyer meets under this booking.

    Raises:
        Absent: nobody, or no day is open.
    """
    return queries.meet(request.actor, mine(request), booking_id)
