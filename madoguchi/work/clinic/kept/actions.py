"""Staff's verbs on places that are kept free of bookings (使わない枠): keep one, give it back."""

from datetime import datetime
from uuid import UUID

from madoguchi.rules import slots
from madoguchi.rules.decision import Absent
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.desk import Desk
from madoguchi.rules.steps.booking import State
from madoguchi.tools.act.action import action
from madoguchi.tools.later.ask import later
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic.bookings import public as rows
from madoguchi.work.clinic.bookings.public import Place
from madoguchi.work.clinic.models import Booking


@action("clinic.keep")
def keep(
    actor: Actor,
    at: AtOffice,
    clinic: Clinic,
    desk: Desk,
    changes: tuple[Change, ...],
    place: Place,
    *,
    now: datetime,
) -> UUID:
    """Keep one place of a slot free (使わない枠).

    Raises:
        Refused: there is no such slot to come, or no place is left.
    """
    rows.queue(at.office_id)
    day = rows.announced(clinic, place, changes)
    rows.require(slots.bookable(clinic, desk, day, place.number, now, "desk", changes))
    row = Booking(office_id=at.office_id, day=place.day, number=place.number, state=State.KEPT)
    row.channel, row.staff_id, row.at = "desk", actor.colleague, now
    row.agreed_at = slots.begins(day, place.number)
    rows.claim(row, clinic.lawyers, now)
    return row.id


@action("clinic.release")
def release(actor: Actor, at: AtOffice, kept_id: UUID, *, now: datetime) -> UUID:
    """Give a place back that one has kept.

    Raises:
        Absent: the place is not one's own, or there is none; both look the same.
    """
    rows.queue(at.office_id)
    mine = Booking.of(at.office_id).filter(state=State.KEPT, staff_id=actor.colleague)
    if not mine.filter(pk=kept_id).delete()[0]:
        raise Absent
    later("clinic.waiting.offer", at.office_id, at=now)
    return kept_id
