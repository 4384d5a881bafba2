"""What there is to count of the lawyer's clinic (法律相談の集計); no case is opened for it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from madoguchi.rules.figures.tally import Consultation
from madoguchi.rules.koyomi.dates import day_in_japan, fiscal_year
from madoguchi.rules.slots import ClinicDay, days
from madoguchi.rules.steps.booking import State
from madoguchi.tools.office.public import by_id
from madoguchi.work.cases.models import Case
from madoguchi.work.clinic.models import Booking
from madoguchi.work.notices.public import changes, in_force

CAME = {
    State.CAME: "attended",
    State.LATE: "attended",
    State.ABSENT: "absent",
    State.BOOKED: "unsaid",
}

type Counted = tuple[tuple[Consultation, ...], tuple[date, ...]]


def count(office_id: UUID, year: int, now: datetime, without: frozenset[UUID]) -> Counted:
    """The consultations of a fiscal year's days, and the day of each place that there was.

    A day counts where it takes place, with every place that it has. Were one that a colleague kept
    free left out, the number would tell it from one of a case that is hidden. Whoever only asked
    for a place, or cancelled it, has booked none.
    """
    clinic = in_force(by_id(office_id), now.date()).clinic
    if clinic is None:
        return (), ()
    standing = changes(office_id)
    near = (day for one in (year - 1, year, year + 1) for day in days(clinic, one, standing))
    held = {
        day.ref: day
        for day in near
        if day.published and not day.cancelled and fiscal_year(day.on) == year
    }
    rows = list(Booking.of(office_id).filter(day__in=held).order_by("day", "number", "seat"))
    return _booked(office_id, rows, held, without), _offered(held, clinic.lawyers)


def _booked(
    office_id: UUID,
    rows: Sequence[Booking],
    held: Mapping[str, ClinicDay],
    without: frozenset[UUID],
) -> tuple[Consultation, ...]:
    there = {row.case_id for row in rows if row.case_id} - without
    known = frozenset(Case.of(office_id).filter(pk__in=there).values_list("id", flat=True))
    return tuple(
        Consultation(row.case_id, held[row.day].on, CAME[State(row.state)], _waited(row, held))
        for row in rows
        if row.case_id in known and row.state in CAME
    )


def _waited(row: Booking, held: Mapping[str, ClinicDay]) -> int:
    """From the day on which the place was asked for; somebody who walks in waits for none."""
    return max(0, (held[row.day].on - day_in_japan(row.at)).days)


def _offered(held: Mapping[str, ClinicDay], lawyers: int) -> tuple[date, ...]:
    return tuple(day.on for day in held.values() for _ in range(len(day.slots) * lawyers))
