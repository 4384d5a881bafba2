"""Somebody with a place at the lawyer's, for tests of what comes after the booking."""

from datetime import datetime
from uuid import UUID

from madoguchi.rules import slots
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.load import programme
from madoguchi.rules.slots import ClinicDay
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.clinic.models import Booking
from madoguchi.work.notices.models import Notice
from madoguchi.work.notices.public import changes

REF = "2026-12-19"  # the third Saturday after the tests' Monday, 30 November


def decided(office: OfficeCard, kind: str, now: datetime, **change: object) -> None:
    """A decision of the desk's about its days."""
    number = Notice.objects.count() + 1
    Notice.objects.create(
        office_id=office.id, number=number, kind=kind, on=now.date(), at=now, change=change
    )


def published(office: OfficeCard, now: datetime) -> ClinicDay:
    """The days of fiscal 2026 are published; the one of December."""
    decided(office, "clinic_year", now, fiscal_year=2026)
    return the_day(office)


def the_day(office: OfficeCard, ref: str = REF) -> ClinicDay:
    """A day as it is by now."""
    clinic = programme(office.slug).clinic
    assert clinic
    found = slots.day(clinic, ref, changes(office.id))
    assert found
    return found


def booked(
    office: OfficeCard,
    case_id: UUID | None,
    number: int,
    now: datetime,
    state: str = "booked",
    ref: str = REF,
) -> Booking:
    """A place of a slot is taken."""
    return Booking.objects.create(
        office_id=office.id,
        case_id=case_id,
        day=ref,
        number=number,
        state=state,
        channel="desk",
        agreed_at=slots.begins(the_day(office, ref), number),
        at=now,
    )


def around(office: OfficeCard, now: datetime) -> tuple[ClinicDay, ClinicDay]:
    """The last day that is over and the next one to come, both published."""
    clinic = programme(office.slug).clinic
    assert clinic
    year = fiscal_year(now.date())
    for one in (year - 1, year, year + 1):
        decided(office, "clinic_year", now, fiscal_year=one)
    told = changes(office.id)
    found = [day for one in (year - 1, year, year + 1) for day in slots.days(clinic, one, told)]
    over = [day for day in found if day.on < now.date()]
    return over[-1], next(day for day in found if day.on > now.date())
