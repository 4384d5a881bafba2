"""What the worker does for bookings: days that follow, reminders, people to be kept apart.

Nothing is planned far ahead: every few minutes `sweep` looks what has come due by the day as it is
now, so that a day which moves takes its reminders along. Doing it twice is doing it once.
"""

import logging
from contextlib import suppress
from datetime import date, datetime, timedelta
from uuid import UUID

from madoguchi.rules.programme.read import ProgrammeError
from madoguchi.rules.steps.booking import FREE, STANDING, State, Verb
from madoguchi.tools.act.action import action
from madoguchi.tools.later.ask import asked, later
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.forget import forgotten
from madoguchi.tools.write import write
from madoguchi.work.cases import dues as days
from madoguchi.work.cases import jobs as cases
from madoguchi.work.cases.models import Case
from madoguchi.work.clinic.bookings import coming, dues, parting, reach
from madoguchi.work.clinic.bookings import public as rows
from madoguchi.work.clinic.bookings.public import Offer
from madoguchi.work.clinic.models import Booking, Waiting
from madoguchi.work.clinic.waiting.public import WAITING

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
    found = coming.due(row, of, now)
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
        reach.tell(_afresh(case), shared, dues.CALL, now)
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
            _once("clinic.waiting.offer", office_id, now)


def _sweep(office_id: UUID, now: datetime) -> None:
    with write():
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
        later("clinic.waiting.offer", case.office_id, at=now)


def _look_at_all(office_id: UUID, of: Offer, now: datetime) -> None:
    for row in Booking.of(office_id).filter(state__in=STANDING):
        case = _case(row)
        if coming.due(row, of, now).anything or not dues.follows(case, of, now):
            _once("clinic.bookings.look", row.id, now)


def _once(name: str, subject_id: UUID, now: datetime) -> None:
    if not asked(name, subject_id):
        with write():
            later(name, subject_id, at=now)


def _case(row: Booking) -> Case:
    if row.case_id is None:
        raise LookupError
    return Case.objects.get(pk=row.case_id)


def _worker(case: Case) -> Actor:
    return Actor(case.office_id, "worker")


def _afresh(case: Case) -> Case:
    """The row as it is inside the act."""
    return Case.of(case.office_id).get(pk=case.id)
