"""A free place is offered to who waits for it (空き枠の案内), inside an act on their case."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from madoguchi.rules import slots
from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.steps.booking import State
from madoguchi.tools.later.queue import enqueue
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases.models import Case
from madoguchi.work.clinic.bookings import dues
from madoguchi.work.clinic.bookings import public as bookings
from madoguchi.work.clinic.bookings.public import Place, Rules
from madoguchi.work.clinic.models import Booking, Waiting
from madoguchi.work.clinic.waiting.public import OFFERED, WAITING


def give(
    actor: Actor,
    case: Case,
    shared: Drawer,
    waiting_id: UUID,
    rules: Rules,
    place: Place,
    now: datetime,
) -> UUID:
    """Offer a place until the desk's time to answer is over, and tell the person by the safe way.

    Raises:
        Absent: nobody of this case waits there.
        Refused: they have a place, it cannot be booked, or none is left.
    """
    bookings.queue(case.office_id)
    row = Waiting.of(case.office_id).filter(pk=waiting_id, case_id=case.id).first()
    if row is None:
        raise Absent
    if row.state != WAITING or row.day not in ("", place.day):
        raise Refused(Reason("clinic.stale"))
    booking = to_offer(case, rules, place, now)
    booking.staff_id = actor.staff_id
    bookings.write(shared, booking, _last_wanted(shared))
    bookings.claim(booking, rules.clinic.lawyers, now)
    Waiting.objects.filter(pk=row.pk).update(state=OFFERED)
    bookings.tell(shared, "offered", booking.agreed_at, now, staff_id=actor.staff_id)
    dues.tell(case, shared, dues.OFFER, now)
    enqueue("clinic.bookings.apart", booking.id, at=now)
    return booking.id


def _last_wanted(shared: Drawer) -> bookings.Wanted:
    """What was wanted of the last booking, the other party too; an agreement is asked for anew."""
    rows = Booking.of(shared.office_id).filter(case_id=shared.case_id).exclude(wanted=b"")
    last = rows.order_by("-at", "id").first()
    wanted = bookings.Wanted.read(shared, last) if last else None
    return replace(wanted or bookings.Wanted(), names_ok=False)


def to_offer(case: Case, rules: Rules, place: Place, now: datetime) -> Booking:
    """The offer of a place, not saved; whether a seat is left is not checked.

    Raises:
        Refused: the case has a place, or it cannot be booked or answered in time.
    """
    bookings.require_none(case, rules, now)
    day = bookings.announced(rules.clinic, place, rules.changes)
    count = bookings.used(case.office_id, case.id, day)
    bookings.require(
        slots.bookable(
            rules.clinic, rules.desk, day, place.number, now, "desk", rules.changes, count
        )
    )
    row = Booking(office_id=case.office_id, case_id=case.id, day=place.day, number=place.number)
    row.state, row.channel, row.at = State.OFFERED, "list", now
    row.agreed_at = slots.begins(day, place.number)
    row.until_at = slots.answer_until(
        rules.clinic, rules.desk, day, place.number, now, rules.changes
    )
    if row.until_at <= now:
        raise Refused(Reason("clinic.past"))
    return row
