"""What the worker does for bookings: dues that follow, reminders, people to be kept apart.

Nothing is planned ahead: every few minutes `sweep` looks what has come due by the days as they are
now, so that a day which moves takes its reminders along. All of it may run twice without harm.
"""

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from madoguchi.rules import slots
from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.programme.read import ProgrammeError
from madoguchi.rules.slots import ClinicDay
from madoguchi.rules.steps.booking import FREE, STANDING, State, Verb
from madoguchi.tools.act.action import action
from madoguchi.tools.bounds import Portions
from madoguchi.tools.later.queue import enqueue, enqueued
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.transaction import transaction
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.forget import forgotten
from madoguchi.work.cases import danger
from madoguchi.work.cases import dues as days
from madoguchi.work.cases import jobs as cases
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.clinic.bookings import dues, parting
from madoguchi.work.clinic.bookings import public as bookings
from madoguchi.work.clinic.bookings.dues import BRIEF, OUTCOME
from madoguchi.work.clinic.bookings.public import Rules
from madoguchi.work.clinic.models import Booking, Brief, Waiting
from madoguchi.work.clinic.waiting.public import WAITING

AT_A_TIME = 100  # bookings of a sweep; then the worker does jobs
HOLDS_KEPT = timedelta(days=1)  # who comes back to a hold that is over is told which place it was


@dataclass(frozen=True)
class ComeDue:
    """Whether the person is to be reminded, and the days of the dues to be set, by kind."""

    remind: bool = False
    days: Mapping[str, date] = field(default_factory=dict)


def due(row: Booking, rules: Rules, now: datetime) -> ComeDue:
    """What has to be done by now for a booking; what was done once is not done again.

    A due is set once for each date on which it falls: whoever dealt with it is not asked again.
    """
    day = slots.day(rules.clinic, row.day, rules.changes)
    if row.state != State.BOOKED or day is None or day.cancelled or day.slot(row.number) is None:
        return ComeDue()
    begins = slots.begins(day, row.number)
    wanted: dict[str, date] = {}
    if begins > now and not Brief.of(row.office_id).filter(booking_id=row.id).exists():
        wanted[BRIEF] = slots.brief_on(rules.desk, day, rules.changes)
    wanted[OUTCOME] = slots.outcome_on(rules.desk, day, rules.changes)
    days: dict[str, date] = {}
    for kind, on in wanted.items():
        was_set = Due.of(row.office_id).filter(kind=kind, on=on, case_id__in=[row.case_id])
        if on <= now.date() and not was_set.exists():
            days[kind] = on
    return ComeDue(_to_remind(row, day, begins, rules, now), days)


def _to_remind(row: Booking, day: ClinicDay, begins: datetime, rules: Rules, now: datetime) -> bool:
    """Once, from the day that the programme names; not who booked later, nor who must answer."""
    on = slots.remind_on(rules.clinic, rules.desk, day, rules.changes)
    if on is None or row.agreed_at != begins:
        return False
    booked_on = day_in_japan(row.at)
    return booked_on < on <= now.date() and begins > now and not _reminded(row, now)


def _reminded(row: Booking, now: datetime) -> bool:
    """Whether the person was reminded of this beginning, or of anything today.

    What else of the row the portal may write: made up, it would mail a person each time.
    """
    own = Booking.of(row.office_id).filter(case_id__in=[row.case_id])
    today = datetime.combine(now.date(), time(), now.tzinfo)
    return row.reminded_of == row.agreed_at or own.filter(reminded_at__gte=today).exists()


def follow(case_id: UUID, *, now: datetime) -> None:
    """Set a case's dues by its bookings; where they are right already, no act and no line."""
    case = Case.objects.get(pk=case_id)
    if not dues.follows(case, bookings.in_force(case.office_id, now.date())):
        _follow(_worker(case), case, now=now)


@action("clinic.follow")
def _follow(_actor: Actor, case: Case, *, now: datetime) -> None:
    dues.follow(_reread(case), now)


def apart(booking_id: UUID, *, now: datetime) -> None:
    """Have the desk look at who would meet on the day of a booking, unless it let them come."""
    row = Booking.objects.filter(pk=booking_id).exclude(state__in=FREE).first()
    if row is None:
        return
    worker = Actor(row.office_id, "worker")
    concerned = parting.concerned(worker, row, now=now)
    for case in Case.objects.filter(pk__in=concerned).order_by("opened_at", "id"):
        _look_apart(worker, case, now=now)


def notice(booking_id: UUID, *, now: datetime) -> None:
    """Look whether what the person wrote for the lawyer holds words that mean danger."""
    row = Booking.objects.filter(pk=booking_id).first()
    if row is not None and row.case_id and row.wanted:
        danger.notice(row.case_id, row.id, lambda own: own.open("booking", row.id, row.wanted), now)


@action("clinic.apart")
def _look_apart(_actor: Actor, case: Case, *, now: datetime) -> None:
    case = _reread(case)
    if not days.waiting(case).filter(kind=dues.APART).exists():
        days.add(case, dues.APART, now.date(), "today")
        days.show(case, dues.APART, now)


def look(booking_id: UUID, *, now: datetime) -> None:
    """Do what has come due for one booking: its dues, a reminder, the brief, the outcome."""
    row = Booking.objects.filter(pk=booking_id, state__in=STANDING).first()
    offer = bookings.in_force(row.office_id, now.date()) if row else None
    if row is None or offer is None:
        return
    case = _case(row)
    follow(case.id, now=now)
    found = due(row, offer, now)
    for kind, on in found.days.items():
        _add_due(_worker(case), case, kind, on, now=now)
    if found.remind:
        with suppress(unseal.Forgotten):
            cases.adopt(case.id, now=now)
            _remind(_worker(case), case, row.id, now=now)


@action("clinic.follow")
def _add_due(_actor: Actor, case: Case, kind: str, on: date, *, now: datetime) -> None:
    case = _reread(case)
    days.add(case, kind, on, "booked")
    days.show(case, kind, now)


@action("clinic.remind")
def _remind(_actor: Actor, case: Case, booking_id: UUID, *, now: datetime) -> None:
    row = Booking.of(case.office_id).select_for_update().get(pk=booking_id)
    if row.state == State.BOOKED and not _reminded(row, now):
        shared, _ = unseal.drawers(case.office_id, case.id)
        dues.tell(_reread(case), shared, dues.CALL, now)
        row.reminded_at, row.reminded_of = now, row.agreed_at
        row.save(update_fields=["reminded_at", "reminded_of"])


_standing = Portions(AT_A_TIME)


def sweep(now: datetime) -> bool:
    """End what is over, and enqueue whatever has come due for bookings and the waiting list.

    Of the bookings the next portion is looked at; gives back whether more are left. Those of
    requests that the office has not taken over come later, with the job for them. A mistake in one
    office's programme stops neither the worker nor the other offices.
    """
    if _standing.after is None:
        _begin(now)
    rows = Booking.objects.filter(~unseal.untaken("case_id"), state__in=STANDING)
    by_office: dict[UUID, list[Booking]] = {}
    for row in _standing.next(rows):
        by_office.setdefault(row.office_id, []).append(row)
    for office_id, own in sorted(by_office.items()):
        try:
            _look_at(office_id, own, now)
        except ProgrammeError:
            logging.getLogger("madoguchi.worker").exception("clinic")
    return _standing.after is not None


def _begin(now: datetime) -> None:
    offices = set(Booking.objects.values_list("office_id", flat=True).distinct())
    for office_id in sorted(offices):
        with transaction():
            bookings.lapse(office_id, now)
            over = Booking.of(office_id).filter(state=State.LAPSED, case_id=None)
            over.filter(at__lt=now - HOLDS_KEPT).delete()
    waiting = set(Waiting.objects.filter(state=WAITING).values_list("office_id", flat=True))
    for office_id in sorted(waiting):
        _enqueue("clinic.waiting.offer", office_id, now)


def _look_at(office_id: UUID, rows: Sequence[Booking], now: datetime) -> None:
    offer = bookings.in_force(office_id, now.date())
    if offer is None:
        return
    _free_forgotten(rows, offer, now)
    for row in Booking.of(office_id).filter(pk__in=[row.pk for row in rows], state__in=STANDING):
        found = due(row, offer, now)
        if found.remind or found.days or not dues.follows(_case(row), offer):
            _enqueue("clinic.bookings.look", row.id, now)


def _free_forgotten(standing: Sequence[Booking], rules: Rules, now: datetime) -> None:
    """Give back the places to come of cases that were forgotten: no act opens them any more."""
    gone = forgotten({row.case_id for row in standing if row.case_id})
    for row in standing:
        begins = bookings.starts(rules.clinic, row, rules.changes) or row.agreed_at
        if row.case_id in gone and begins > now:
            case = _case(row)
            _give_back(_worker(case), case, row.id, now=now)


@action("clinic.follow")
def _give_back(_actor: Actor, case: Case, booking_id: UUID, *, now: datetime) -> None:
    """As `cancel`, without an entry in the record: nobody could read it."""
    row = Booking.of(case.office_id).select_for_update().get(pk=booking_id)
    if row.state in STANDING:
        bookings.step(row, Verb.CANCEL)
        dues.follow(_reread(case), now)
        enqueue("clinic.waiting.offer", case.office_id, at=now)


def _enqueue(name: str, subject_id: UUID, now: datetime) -> None:
    """Enqueue a job in a transaction of its own, unless it waits already."""
    if not enqueued(name, subject_id):
        with transaction():
            enqueue(name, subject_id, at=now)


def _case(row: Booking) -> Case:
    if row.case_id is None:
        raise LookupError
    return Case.objects.get(pk=row.case_id)


def _worker(case: Case) -> Actor:
    return Actor(case.office_id, "worker")


def _reread(case: Case) -> Case:
    """The row as it is now that the act holds the case's lock."""
    return Case.of(case.office_id).get(pk=case.id)
