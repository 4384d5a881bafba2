"""A free place is offered to who waits for it (空き枠の案内), inside an act on their case."""

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
from madoguchi.work.clinic.bookings import public as rows
from madoguchi.work.clinic.bookings.public import Place, Rules
from madoguchi.work.clinic.models import Booking, Waiting
from madoguchi.work.clinic.waiting.public import OFFERED, WAITING


def give(
    actor: Actor,
    case: Case,
    shared: Drawer,
    waiting_id: UUID,
    offer: Rules,
    place: Place,
    now: datetime,
) -> UUID:
    """Offer a place until the desk's time to answer is over, and tell the person by the safe way.

    Raises:
        Absent: nobody of this case waits there.
        Refused: they have a place, it cannot be booked, or none is left.
    """
    rows.queue(case.office_id)
    row = Waiting.of(case.office_id).filter(pk=waiting_id, case_id=case.id).first()
    if row is None:
        raise Absent
    if row.state != WAITING or row.day not in ("", place.day):
        raise Refused(Reason("clinic.stale"))
    booking = to_offer(case, offer, place, now)
    booking.staff_id = actor.staff_id
    rows.write(shared, booking, rows.Wanted())
    rows.claim(booking, offer.clinic.lawyers, now)
    Waiting.objects.filter(pk=row.pk).update(state=OFFERED)
    rows.tell(shared, "offered", booking.agreed_at, now, staff_id=actor.staff_id)
    dues.tell(case, shared, dues.OFFER, now)
    enqueue("clinic.bookings.apart", booking.id, at=now)
    return booking.id


def to_offer(case: Case, offer: Rules, place: Place, now: datetime) -> Booking:
    """The offer of a place, not saved; whether a seat is left is not checked.

    Raises:
        Refused: the case has a place, or it cannot be booked or answered in time.
    """
    rows.require_none(case, offer, now)
    day = rows.announced(offer.clinic, place, offer.changes)
    count = rows.used(case.office_id, case.id, day)
    rows.require(
        slots.bookable(
            offer.clinic, offer.desk, day, place.number, now, "desk", offer.changes, count
        )
    )
    row = Booking(office_id=case.office_id, case_id=case.id, day=place.day, number=place.number)
    row.state, row.channel, row.at = State.OFFERED, "list", now
    row.agreed_at = slots.begins(day, place.number)
    row.until_at = slots.answer_until(
        offer.clinic, offer.desk, day, place.number, now, offer.changes
    )
    if row.until_at <= now:
        raise Refused(Reason("clinic.past"))
    return row
