"""Which seats are open to the lawyer who asks (いま開いている日), read once for a request."""

from uuid import UUID

from django.contrib.auth import logout

from madoguchi.web.kit.standing import changes
from madoguchi.web.lawyer.door import LawyerRequest
from madoguchi.work.clinic.sittings import queries
from madoguchi.work.clinic.sittings.queries import Met, Seat

OPENED = "lawyer_opened"  # in a session: a day was open in it


def mine(request: LawyerRequest) -> tuple[Seat, ...]:
    """The seats of the one date that is open; none outside the days around it.

    The session in which a date was open ends with that date.
    """
    kept = request.__dict__
    if "_seats" not in kept:
        clinic = request.programme.clinic
        kept["_seats"] = queries.open_seats(request.actor, clinic, changes(request), request.now)
        _end_with_it(request, kept["_seats"])
    found: tuple[Seat, ...] = kept["_seats"]
    return found


def _end_with_it(request: LawyerRequest, found: tuple[Seat, ...]) -> None:
    if found:
        request.session[OPENED] = True
    elif request.session.get(OPENED):
        logout(request)


def whom(request: LawyerRequest, booking_id: UUID) -> Met:
    """Whom the lawyer meets under this booking.

    Raises:
        Absent: nobody, or no day is open.
    """
    return queries.meet(request.actor, mine(request), booking_id)
