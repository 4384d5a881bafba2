"""Staff's verbs on the waiting list: put somebody on it, offer a place, write down the answer."""

from datetime import datetime
from uuid import UUID

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.steps import case as case_steps
from madoguchi.rules.steps.booking import Verb
from madoguchi.tools.act.action import action
from madoguchi.tools.later.queue import enqueue
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases.models import Case
from madoguchi.work.clinic.bookings import dues
from madoguchi.work.clinic.bookings import public as bookings
from madoguchi.work.clinic.bookings.actions import log_call
from madoguchi.work.clinic.bookings.public import BookingRevision, Place, Rules
from madoguchi.work.clinic.waiting import public
from madoguchi.work.clinic.waiting.giving import give
from madoguchi.work.record.actions import Contact


@action("clinic.wait")
def wait(
    _actor: Actor,
    case: Case,
    day: str,
    rules: Rules,
    *,
    now: datetime,
) -> UUID:
    """Put the person on the list of a day (empty: of any); who waits already keeps their turn.

    Raises:
        Refused: the case is closed or has a place, there is no such day, the desk keeps no list.
    """
    if case.state == case_steps.State.CLOSED:
        raise Refused(Reason("clinic.case_closed"))
    bookings.require_none(case, rules, now)
    found = public.put_down(case, day, rules.clinic, rules.changes, now)
    dues.follow(case, now)
    enqueue("clinic.waiting.offer", case.office_id, at=now)
    return found


@action("clinic.wait")
def stop_waiting(_actor: Actor, case: Case, waiting_id: UUID, *, now: datetime) -> UUID:
    """Take the person off the list.

    Raises:
        Absent: it is no row of this case.
    """
    public.leave(case, waiting_id)
    dues.follow(case, now)
    return waiting_id


@action("clinic.offer")
def offer(
    actor: Actor,
    case: Case,
    waiting_id: UUID,
    rules: Rules,
    place: Place,
    *,
    now: datetime,
) -> UUID:
    """Offer a free place to somebody who waits, whoever's turn it is.

    Raises:
        Absent: nobody of this case waits there.
        Refused: they have a place, it cannot be booked, or none is left.
    """
    cases.hold(case)
    shared, _ = unseal.drawers(case.office_id, case.id)
    return give(actor, case, shared, waiting_id, rules, place, now)


@action("clinic.accept")
def accept(
    actor: Actor,
    case: Case,
    seen: BookingRevision,
    clinic: Clinic,
    changes: tuple[Change, ...],
    to: datetime | None = None,
    told: Contact | None = None,
    *,
    now: datetime,
) -> UUID:
    """Write down that the person takes the place that was offered; it is booked.

    `to`: the beginning that the page showed. `told`: the call in which they said so.

    Raises:
        Absent: the booking is not this case's.
        Refused: it was answered already, its time is over, the day is off or moved meanwhile; the
            newest wish forbids the call.
    """
    cases.hold(case)
    row = bookings.accept(case, seen, clinic, changes, now, to)
    shared, _ = unseal.drawers(case.office_id, case.id)
    bookings.tell(shared, "accepted", row.agreed_at, now, staff_id=actor.staff_id)
    dues.settle(case, now)
    log_call(actor, case, told, now)
    return row.id


@action("clinic.decline")
def decline(
    actor: Actor, case: Case, seen: BookingRevision, told: Contact | None = None, *, now: datetime
) -> UUID:
    """Write down that the person does not take it; it is offered to the next who waits.

    Raises:
        Absent, Refused: as with `accept`.
    """
    cases.hold(case)
    row = bookings.offered(case, seen, now)
    bookings.step(row, Verb.DECLINE, until_at=None)
    shared, _ = unseal.drawers(case.office_id, case.id)
    bookings.tell(shared, "declined", row.agreed_at, now, staff_id=actor.staff_id)
    dues.settle(case, now)
    log_call(actor, case, told, now)
    enqueue("clinic.waiting.offer", case.office_id, at=now)
    return row.id
