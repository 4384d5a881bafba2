"""The waiting list (キャンセル待ち): wait for a day or for any, accept what is offered, or not."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from madoguchi.rules import slots
from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.desk import Desk
from madoguchi.rules.steps.booking import Verb
from madoguchi.tools.act.action import Subject, action
from madoguchi.tools.later.queue import enqueue
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases import public as cases
from madoguchi.work.clinic.bookings import public as bookings
from madoguchi.work.clinic.bookings.public import BookingRevision
from madoguchi.work.clinic.models import Waiting

WAITING, OFFERED, LEFT = "waiting", "offered", "left"
SAID = "waiting"  # the label under which a person says that they wait


@dataclass(frozen=True)
class Waits:
    """A row of the waiting list: somebody waits for a place on a day, or on any (`day` empty)."""

    id: UUID
    day: str
    at: datetime


def waiting(held: cases.Holding) -> tuple[Waits, ...]:
    """The days for which the person waits, in the order in which they asked."""
    found = Waiting.of(held.office_id).filter(case_id=held.case_id, state=WAITING)
    return tuple(Waits(*row) for row in found.order_by("at").values_list("id", "day", "at"))


@action("clinic.wait")
def wait(
    _actor: Actor,
    held: cases.Holding,
    day: str,
    clinic: Clinic,
    desk: Desk,
    changes: tuple[Change, ...],
    *,
    now: datetime,
) -> UUID:
    """Wait for a place of a day (empty: of any); who waits already waits on in their turn.

    Raises:
        Refused: the desk keeps no list, there is no such day to come, or they have a place.
    """
    bookings.require_none(held, bookings.Rules(clinic, desk, changes), now)
    found = put_down(held, day, clinic, changes, now, held.drawer)
    enqueue("clinic.waiting.offer", held.office_id, at=now)
    enqueue("clinic.bookings.follow", held.case_id, at=now)
    return found


def put_down(
    subject: Subject,
    day: str,
    clinic: Clinic,
    changes: tuple[Change, ...],
    now: datetime,
    drawer: Drawer | None = None,
) -> UUID:
    """Put the subject's case on the list; a row that waits already is kept, with its turn.

    Whoever waits for another day does not wait any more for one that is off. `drawer`: the
    person's own, who says so in it; None for the desk, whose word the row is by itself.

    Raises:
        Refused: the desk keeps no list, or there is no such day to come.
    """
    if not clinic.booking.waiting:
        raise Refused(Reason("clinic.no_list"))
    if day and day not in {each.ref for each in slots.coming(clinic, now.date(), changes)}:
        raise Refused(Reason("clinic.no_day"))
    if subject.case_id is None:
        raise Absent
    waits = Waiting.of(subject.office_id).filter(case_id=subject.case_id, state=WAITING)
    row = waits.filter(day=day).first()
    if row is None:
        row = Waiting(office_id=subject.office_id, case_id=subject.case_id, day=day, at=now)
        row.said = drawer.seal(SAID, row.id, {"day": day}) if drawer else None
        row.save(force_insert=True)
    elif drawer is None and row.said == b"":  # which nobody said
        row.said = None
        row.save(update_fields=["said"])
    for other in waits.exclude(day__in=(day, "")):
        announced = slots.day(clinic, other.day, changes)
        if announced is not None and announced.cancelled:
            other.state = LEFT
            other.save(update_fields=["state"])
    return row.id


@action("clinic.wait")
def stop_waiting(_actor: Actor, held: cases.Holding, waiting_id: UUID, *, now: datetime) -> UUID:
    """Leave the list; without effect for a row that was left already.

    Raises:
        Absent: it is not the person's row.
    """
    leave(held, waiting_id)
    enqueue("clinic.bookings.follow", held.case_id, at=now)
    return waiting_id


def leave(subject: Subject, waiting_id: UUID) -> None:
    """End a row of the list, if it waits still.

    Raises:
        Absent: it is no row of the subject's case.
    """
    if subject.case_id is None:
        raise Absent
    row = Waiting.of(subject.office_id).filter(pk=waiting_id, case_id=subject.case_id)
    if not row.exists():
        raise Absent
    row.filter(state=WAITING).update(state=LEFT)


@action("clinic.accept")
def accept(
    _actor: Actor,
    held: cases.Holding,
    seen: BookingRevision,
    clinic: Clinic,
    changes: tuple[Change, ...],
    *,
    now: datetime,
) -> UUID:
    """Take the place that is offered; it is booked from now on.

    Raises:
        Absent: it is not the person's.
        Refused: it was answered already (`clinic.answered`), its time is over (`clinic.no_offer`),
            or the day is off.
    """
    row = bookings.accept(held, seen, clinic, changes, now)
    bookings.tell(held.drawer, "accepted", row.agreed_at, now)
    cases.desks_turn(held, day_in_japan(row.agreed_at), "clinic_day", now, how="booked")
    enqueue("clinic.bookings.follow", held.case_id, at=now)
    return row.id


@action("clinic.decline")
def decline(_actor: Actor, held: cases.Holding, seen: BookingRevision, *, now: datetime) -> UUID:
    """Do not take the place that is offered; the next one is asked.

    Raises:
        Absent, Refused: as with `accept`.
    """
    row = bookings.offered(held, seen, now)
    bookings.step(row, Verb.DECLINE, until_at=None)
    bookings.tell(held.drawer, "declined", row.agreed_at, now)
    enqueue("clinic.bookings.follow", held.case_id, at=now)
    enqueue("clinic.waiting.offer", held.office_id, at=now)
    return row.id
