"""What the worker does for bookings: days that follow, reminders, people to be kept apart.

Nothing is planned far ahead: every few minutes `sweep` looks what has come due by the day as it is
now, so that a day which moves takes its reminders along. Doing it twice is doing it once.
"""

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from madoguchi.rules import slots
from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.programme.read import ProgrammeError
from madoguchi.rules.slots import ClinicDay
from madoguchi.rules.steps.booking import FREE, STANDING, State, Verb
from madoguchi.tools.act.action import action
from madoguchi.tools.later.queue import enqueue, enqueued
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.transaction import transaction
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.forget import forgotten
from madoguchi.work.cases import dues as days
from madoguchi.work.cases import jobs as cases
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.clinic.bookings import dues, parting
from madoguchi.work.clinic.bookings import public as rows
from madoguchi.work.clinic.bookings.dues import BRIEF, OUTCOME
from madoguchi.work.clinic.bookings.public import Offer
from madoguchi.work.clinic.models import Booking, Brief, Waiting
from madoguchi.work.clinic.waiting.public import WAITING


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
        wanted[BRIEF] = slots.brief_on(of.desk, day, of.changes)
    wanted[OUTCOME] = slots.outcome_on(of.desk, day, of.changes)
    days = {kind: on for kind, on in wanted.items() if on <= now.date() and not _set(row, kind, on)}
    return ComeDue(_to_remind(row, day, begins, of, now), days)


def _set(row: Booking, kind: str, on: date) -> bool:
    there = Due.of(row.office_id).filter(kind=kind, on=on)
    return there.filter(case_id__in=[row.case_id]).exists()


def _to_remind(row: Booking, day: ClinicDay, begins: datetime, of: Offer, now: datetime) -> bool:
    """Once, from the day on that the programme says; not who booked later, nor who must answer."""
    on = slots.remind_on(of.clinic, of.desk, day, of.changes)
    if on is None or row.reminded_at is not None or row.agreed_at != begins:
        return False
    booked_on = day_in_japan(row.at)
    return booked_on < on <= now.date() and begins > now


HOLDS_KEPT = timedelta(days=1)  # a hold that is over names its place to who comes back to it


def follow(case_id: UUID, *, now: datetime) -> None:
    """Set a case's days by its bookings; days that are as they should be stay untouched."""
    case = Case.objects.get(pk=case_id)
    if not dues.follows(case, rows.in_force(case.office_id, now.date()), now):
        _follow(_worker(case), case, now=now)


@action("clinic.follow")
def _follow(_actor: Actor, case: Case, *, now: datetime) -> None:
    dues.follow(_afresh(case), now)


def apart(booking_id: UUID, *, now: datetime) -> None:
    """Have the desk look at who would meet on the day of a booking, unless it let them come."""
    row = Booking.objects.filter(pk=booking_id).exclude(state__in=FREE).first()
    if row is None:
        return
    worker = Actor(row.office_id, "worker")
    for case_id in sorted(parting.concerned(worker, row, now=now)):
        _look_apart(worker, Case.objects.get(pk=case_id), now=now)


@action("clinic.apart")
def _look_apart(_actor: Actor, case: Case, *, now: datetime) -> None:
    case = _afresh(case)
    if not days.waiting(case).filter(kind=dues.APART).exists():
        days.add(case, dues.APART, now.date(), "today")
        days.show(case, dues.APART, now)


def look(booking_id: UUID, *, now: datetime) -> None:
    """Do what has come due of one booking: its days, a reminder, the brief, the outcome."""
    row = Booking.objects.filter(pk=booking_id, state__in=STANDING).first()
    of = rows.in_force(row.office_id, now.date()) if row else None
    if row is None or of is None:
        return
    case = _case(row)
    follow(case.id, now=now)
    found = due(row, of, now)
    for kind, on in found.days.items():
        _day(_worker(case), case, kind, on, now=now)
    if found.remind:
        with suppress(unseal.Forgotten):
            cases.adopt(case.id, now=now)
            _remind(_worker(case), case, row.id, now=now)


@action("clinic.follow")
def _day(_actor: Actor, case: Case, kind: str, on: date, *, now: datetime) -> None:
    case = _afresh(case)
    days.add(case, kind, on, "booked")
    days.show(case, kind, now)


@action("clinic.remind")
def _remind(_actor: Actor, case: Case, booking_id: UUID, *, now: datetime) -> None:
    row = Booking.of(case.office_id).select_for_update().get(pk=booking_id)
    if row.reminded_at is None and row.state == State.BOOKED:
        shared, _ = unseal.drawers(case.office_id, case.id)
        dues.tell(_afresh(case), shared, dues.CALL, now)
        row.reminded_at = now
        row.save(update_fields=["reminded_at"])


def sweep(now: datetime) -> None:
    """End what is over, and ask for whatever has come due of bookings and of who waits.

    What is wrong with one office's programme neither stops the worker nor the other offices.
    """
    offices = set(Booking.objects.values_list("office_id", flat=True).distinct())
    waiting = set(Waiting.objects.filter(state=WAITING).values_list("office_id", flat=True))
    for office_id in sorted(offices | waiting):
        try:
            _sweep(office_id, now)
        except ProgrammeError:
            logging.getLogger("madoguchi.worker").exception("clinic")
        if office_id in waiting:
            _idempotency_key("clinic.waiting.offer", office_id, now)


def _sweep(office_id: UUID, now: datetime) -> None:
    with transaction():
        rows.lapse(office_id, now)
        over = Booking.of(office_id).filter(state=State.LAPSED, case_id=None)
        over.filter(at__lt=now - HOLDS_KEPT).delete()
    if of := rows.in_force(office_id, now.date()):
        _free_forgotten(office_id, of, now)
        _look_at_all(office_id, of, now)


def _free_forgotten(office_id: UUID, of: Offer, now: datetime) -> None:
    """Give back the places to come of cases that were forgotten: no verb opens them any more."""
    standing = list(Booking.of(office_id).filter(state__in=STANDING).only(*rows.READABLE))
    gone = forgotten({row.case_id for row in standing if row.case_id})
    for row in standing:
        begins = rows.starts(of.clinic, row, of.changes) or row.agreed_at
        if row.case_id in gone and begins > now:
            case = _case(row)
            _give_back(_worker(case), case, row.id, now=now)


@action("clinic.follow")
def _give_back(_actor: Actor, case: Case, booking_id: UUID, *, now: datetime) -> None:
    """What `cancel` does, without a word in the record: nobody could read it."""
    row = Booking.of(case.office_id).select_for_update().get(pk=booking_id)
    if row.state in STANDING:
        rows.step(row, Verb.CANCEL)
        dues.follow(_afresh(case), now)
        enqueue("clinic.waiting.offer", case.office_id, at=now)


def _look_at_all(office_id: UUID, of: Offer, now: datetime) -> None:
    for row in Booking.of(office_id).filter(state__in=STANDING):
        case = _case(row)
        if due(row, of, now).anything or not dues.follows(case, of, now):
            _idempotency_key("clinic.bookings.look", row.id, now)


def _idempotency_key(name: str, subject_id: UUID, now: datetime) -> None:
    if not enqueued(name, subject_id):
        with transaction():
            enqueue(name, subject_id, at=now)


def _case(row: Booking) -> Case:
    if row.case_id is None:
        raise LookupError
    return Case.objects.get(pk=row.case_id)


def _worker(case: Case) -> Actor:
    return Actor(case.office_id, "worker")


def _afresh(case: Case) -> Case:
    """The row as it is inside the act."""
    return Case.of(case.office_id).get(pk=case.id)
