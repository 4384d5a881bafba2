"""What comes due of a booking by its day as it is now: a reminder, the brief, the outcome."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from madoguchi.rules import reminding, slots
from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.slots import ClinicDay
from madoguchi.rules.steps.booking import State
from madoguchi.work.cases.models import Due
from madoguchi.work.clinic.bookings.dues import BRIEF, OUTCOME
from madoguchi.work.clinic.bookings.public import Offer
from madoguchi.work.clinic.models import Booking, Brief


@dataclass(frozen=True)
class ComeDue:
    """Whether the person is to be reminded, and the days to be set, by kind."""

    remind: bool = False
    days: Mapping[str, date] = field(default_factory=dict)

    @property
    def anything(self) -> bool:
        """Whether there is something to do."""
        return self.remind or bool(self.days)


def due(row: Booking, of: Offer, now: datetime) -> ComeDue:
    """What is to be done by now of a booking that stands; what was done once is not done again.

    A day is set once for each date on which it falls: who dealt with it is not asked again.
    """
    day = slots.day(of.clinic, row.day, of.changes)
    if row.state != State.BOOKED or day is None or day.cancelled or day.slot(row.number) is None:
        return ComeDue()
    begins = slots.begins(day, row.number)
    wanted: dict[str, date] = {}
    if begins > now and not Brief.of(row.office_id).filter(booking_id=row.id).exists():
        wanted[BRIEF] = reminding.brief_on(of.desk, day, of.changes)
    wanted[OUTCOME] = reminding.outcome_on(of.desk, day, of.changes)
    days = {kind: on for kind, on in wanted.items() if on <= now.date() and not _set(row, kind, on)}
    return ComeDue(_to_remind(row, day, begins, of, now), days)


def _set(row: Booking, kind: str, on: date) -> bool:
    there = Due.of(row.office_id).filter(kind=kind, on=on)
    return there.filter(case_id__in=[row.case_id]).exists()


def _to_remind(row: Booking, day: ClinicDay, begins: datetime, of: Offer, now: datetime) -> bool:
    """Once, from the day on that the programme says; not who booked later, nor who must answer."""
    on = reminding.remind_on(of.clinic, of.desk, day, of.changes)
    if on is None or row.reminded_at is not None or row.agreed_at != begins:
        return False
    booked_on = day_in_japan(row.at)
    return booked_on < on <= now.date() and begins > now
