"""What a lawyer with an account meets (担当の席): the people of their own seat, for some days.

The rights of a lawyer are rows of the database: who sits, who has booked that seat, who is on a
case's deny list. They are asked anew inside every act, so that what changed a moment ago holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from madoguchi.rules import slots
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.slots import ClinicDay
from madoguchi.rules.steps.booking import OVER, State
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases.models import Access
from madoguchi.work.clinic.models import Booking, Lawyer, Sitting

ROLE, SITTING, DENIED = "lawyer", "sitting", "denied"
BEFORE = timedelta(days=3)  # names are looked through for a conflict on the working day before
AFTER = timedelta(days=14)  # what came of it is written down, and asked about by the desk
MET = (State.BOOKED, *OVER)  # a place that is only asked for or offered is nobody's yet


@dataclass(frozen=True)
class Seat:
    """One lawyer's seat on one day: the subject of looking at the day."""

    office_id: UUID
    day: ClinicDay
    seat: int
    on: date
    case_id: None = None

    def situation(self, actor: Actor) -> str:
        """`sitting` for the lawyer whose seat it is."""
        mine = _sittings(actor, self.on).filter(day=self.day.ref, seat=self.seat)
        return SITTING if mine.exists() else DENIED


@dataclass(frozen=True)
class Met:
    """Somebody who comes to that seat: the subject of whatever concerns one of them."""

    seat: Seat
    case_id: UUID
    booking_id: UUID
    number: int

    @property
    def office_id(self) -> UUID:
        """The office."""
        return self.seat.office_id

    def situation(self, actor: Actor) -> str:
        """`sitting` for the lawyer whom they meet; never for one on the case's deny list."""
        if not met(self.seat, actor).filter(pk=self.booking_id, case_id=self.case_id).exists():
            return DENIED
        return self.seat.situation(actor)


def open_seats(
    actor: Actor, clinic: Clinic | None, changes: Sequence[Change], now: datetime
) -> tuple[Seat, ...]:
    """The lawyer's seats of one date, the only one that is open to them now; else none.

    Of several that are near, today or the next one to come, else the latest that was.
    """
    if actor.role != ROLE or clinic is None:
        return ()
    today = now.date()
    near = [
        Seat(actor.office_id, day, row.seat, today)
        for row in _sittings(actor, today)
        if (day := slots.day(clinic, row.day, changes)) and _near(day, today)
    ]
    dates = {seat.day.on for seat in near}
    on = min(dates, key=lambda each: (each < today, abs(each - today)), default=None)
    mine = [seat for seat in near if seat.day.on == on]
    return tuple(sorted(mine, key=lambda seat: (seat.day.starts, seat.day.ref)))


def find(seats: Sequence[Seat], actor: Actor, booking_id: UUID) -> Met | None:
    """Whom the lawyer meets under this booking; None for whomever they do not."""
    for seat in seats:
        row = met(seat, actor).filter(pk=booking_id).first()
        if row is not None and row.case_id is not None and seat.day.slot(row.number):
            return Met(seat, row.case_id, row.id, row.number)
    return None


def met(seat: Seat, actor: Actor) -> QuerySet[Booking]:
    """The bookings of a seat, without cases whose deny list names the lawyer."""
    denied = Access.of(seat.office_id).filter(staff_id=actor.colleague, kind="deny")
    rows = Booking.of(seat.office_id).filter(day=seat.day.ref, seat=seat.seat, state__in=MET)
    return rows.exclude(case_id__in=denied.values("case_id"))


def _near(day: ClinicDay, today: date) -> bool:
    """Whether today is among the days on which this one is open: from 00:00 to 24:00 in Japan."""
    return day.published and not day.cancelled and day.on - BEFORE <= today <= day.on + AFTER


def _sittings(actor: Actor, today: date) -> QuerySet[Sitting]:
    holds = Q(ended_on__isnull=True) | Q(ended_on__gte=today)
    own = Lawyer.of(actor.office_id).filter(holds, account_id=actor.colleague)
    return Sitting.of(actor.office_id).filter(lawyer_id__in=own.values("id"))
