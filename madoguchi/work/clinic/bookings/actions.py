"""Staff's verbs on bookings: book, confirm, move, cancel, say who came."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from madoguchi.rules import slots
from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.desk import Desk
from madoguchi.rules.steps import case as case_steps
from madoguchi.rules.steps.booking import STANDING, State, Verb
from madoguchi.tools.act.action import action
from madoguchi.tools.later.queue import enqueue
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases.models import Case
from madoguchi.work.clinic.bookings import dues, parting
from madoguchi.work.clinic.bookings import public as rows
from madoguchi.work.clinic.bookings.parting import Meeting
from madoguchi.work.clinic.bookings.public import Offer, Place, Seen, Wanted
from madoguchi.work.clinic.models import Booking

type How = Literal["came", "late", "absent"]
VERBS: dict[How, Verb] = {"came": Verb.COME, "late": Verb.COME_LATE, "absent": Verb.MISS}


@dataclass(frozen=True)
class Nevertheless:
    """Whom the person would meet, and why they come nevertheless."""

    met: tuple[Meeting, ...] = ()
    reason: str = field(default="", repr=False)


def book(
    actor: Actor,
    case: Case,
    clinic: Clinic,
    desk: Desk,
    changes: tuple[Change, ...],
    place: Place,
    wanted: Wanted,
    reason: str = "",
    *,
    now: datetime,
    idempotency_key: str | None = None,
) -> UUID:
    """Book a place for the person; its day becomes one of the case's days.

    Raises:
        Refused: the case is closed or has a place already, it cannot be booked, none is left; the
            person would meet somebody (`clinic.apart`: say why they come nevertheless).
    """
    offer = Offer(clinic, desk, changes)
    met = parting.meetings(actor, case, offer, place, wanted, now=now)
    why = Nevertheless(met, reason)
    return _book(actor, case, offer, place, wanted, why, now=now, idempotency_key=idempotency_key)


@action("clinic.book")
def _book(
    actor: Actor,
    case: Case,
    offer: Offer,
    place: Place,
    wanted: Wanted,
    why: Nevertheless,
    *,
    now: datetime,
) -> UUID:
    row = _row(actor, case, offer, place, now)
    _seat(actor, case, row, offer, wanted, why, "booked", now)
    dues.settle(case, now)
    return row.id


def walk_in(
    actor: Actor,
    case: Case,
    clinic: Clinic,
    desk: Desk,
    changes: tuple[Change, ...],
    place: Place,
    wanted: Wanted,
    reason: str = "",
    *,
    now: datetime,
    idempotency_key: str | None = None,
) -> UUID:
    """Give a free place to a person who came without a booking (当日の受付), from the paper form.

    Raises:
        Refused: as with `book`, or the day is to come, or over for too long.
    """
    offer = Offer(clinic, desk, changes)
    met = parting.meetings(actor, case, offer, place, wanted, now=now)
    why = Nevertheless(met, reason)
    return _walk_in(
        actor, case, offer, place, wanted, why, now=now, idempotency_key=idempotency_key
    )


@action("clinic.attend")
def _walk_in(
    actor: Actor,
    case: Case,
    offer: Offer,
    place: Place,
    wanted: Wanted,
    why: Nevertheless,
    *,
    now: datetime,
) -> UUID:
    day = rows.announced(offer.clinic, place, offer.changes)
    if not slots.received(day, now.date()):
        raise Refused(Reason("clinic.not_today"))
    row = _row(actor, case, offer, place, now, min(now, slots.begins(day, place.number)))
    row.state, row.channel = State.CAME, "walk_in"
    _seat(actor, case, row, offer, wanted, why, "walked_in", now)
    dues.settle(case, now, dues.OUTCOME)
    return row.id


def _row(
    actor: Actor,
    case: Case,
    offer: Offer,
    place: Place,
    now: datetime,
    came_at: datetime | None = None,
) -> Booking:
    """A new booking of a case that may have one, inside its act; the case is held.

    `came_at`: when they stood there, who is written down afterwards.

    Raises:
        Refused: the case is closed or has a place already, or it cannot be booked.
    """
    _require_open(case)
    cases.hold(case)
    rows.queue(case.office_id)
    rows.require_none(case, offer, now)
    _require_bookable(case, offer, place, came_at or now)
    return _new(actor, case, offer, place, now)


def _require_open(case: Case) -> None:
    if case.state == case_steps.State.CLOSED:
        raise Refused(Reason("clinic.case_closed"))


def _require_bookable(
    case: Case, offer: Offer, place: Place, now: datetime, but: UUID | None = None
) -> None:
    day = rows.announced(offer.clinic, place, offer.changes)
    count = rows.used(case.office_id, case.id, day, but)
    said = slots.bookable(
        offer.clinic, offer.desk, day, place.number, now, "desk", offer.changes, count
    )
    rows.require(said)


def _new(actor: Actor, case: Case, offer: Offer, place: Place, now: datetime) -> Booking:
    row = Booking(office_id=case.office_id, case_id=case.id, day=place.day, number=place.number)
    row.state, row.channel, row.staff_id, row.at = State.BOOKED, "desk", actor.colleague, now
    day = rows.announced(offer.clinic, place, offer.changes)
    row.agreed_at = slots.begins(day, place.number)
    return row


def _seat(
    actor: Actor,
    case: Case,
    row: Booking,
    offer: Offer,
    wanted: Wanted,
    why: Nevertheless,
    told: str,
    now: datetime,
) -> None:
    rows.require_people(offer, wanted)
    parting.require_apart(why.met, why.reason)
    shared, staff = unseal.drawers(case.office_id, case.id)
    rows.write(shared, row, wanted)
    rows.claim(row, offer.clinic.lawyers, now)
    rows.tell(shared, told, row.agreed_at, now, staff_id=actor.staff_id)
    parting.write_reason(staff, why.met, why.reason, staff_id=actor.staff_id, now=now)
    _then(case, row, now)


def _then(case: Case, row: Booking, now: datetime) -> None:
    enqueue("clinic.bookings.follow", case.id, at=now)
    if row.state in STANDING:
        enqueue("clinic.bookings.apart", row.id, at=now)
    enqueue("clinic.waiting.offer", case.office_id, at=now)


def confirm(
    actor: Actor,
    case: Case,
    seen: Seen,
    reason: str = "",
    *,
    now: datetime,
    idempotency_key: str | None = None,
) -> UUID:
    """The place that was asked for is booked; the person is told by their safe way.

    Raises:
        Absent: it is none of this case.
        Refused: it moved on meanwhile, or is not asked for any more; the person would meet
            somebody, as with `book`.
    """
    met = _met_there(actor, case, seen, now)
    return _confirm(
        actor, case, seen, Nevertheless(met, reason), now=now, idempotency_key=idempotency_key
    )


def _met_there(actor: Actor, case: Case, seen: Seen, now: datetime) -> tuple[Meeting, ...]:
    """Whom the person would meet at the place that they asked for."""
    row = Booking.of(case.office_id).filter(pk=seen.id, case_id=case.id).first()
    offer = rows.in_force(case.office_id, now.date())
    if row is None or offer is None:
        return ()  # the act itself says no
    return parting.meetings(actor, case, offer, Place(row.day, row.number), Wanted(), now=now)


@action("clinic.confirm")
def _confirm(actor: Actor, case: Case, seen: Seen, why: Nevertheless, *, now: datetime) -> UUID:
    cases.hold(case)
    row = rows.of_case(case, seen)
    rows.step(row, Verb.CONFIRM)
    parting.require_apart(why.met, why.reason)
    shared, staff = unseal.drawers(case.office_id, case.id)
    _tell(actor, case, row, "confirmed", now)
    parting.write_reason(staff, why.met, why.reason, staff_id=actor.staff_id, now=now)
    dues.settle(case, now)
    dues.tell(case, shared, dues.CALL, now)
    return row.id


def move(
    actor: Actor,
    case: Case,
    seen: Seen,
    clinic: Clinic,
    desk: Desk,
    changes: tuple[Change, ...],
    place: Place,
    reason: str = "",
    *,
    now: datetime,
    idempotency_key: str | None = None,
) -> UUID:
    """Move a booking to another place; what was asked for is booked with it.

    Raises:
        Absent: it is none of this case.
        Refused: it moved on meanwhile, it cannot be booked, no place is left; the person would meet
            somebody.
    """
    offer = Offer(clinic, desk, changes)
    met = parting.meetings(actor, case, offer, place, Wanted(), now=now)
    return _move(
        actor,
        case,
        seen,
        offer,
        place,
        Nevertheless(met, reason),
        now=now,
        idempotency_key=idempotency_key,
    )


@action("clinic.move")
def _move(
    actor: Actor,
    case: Case,
    seen: Seen,
    offer: Offer,
    place: Place,
    why: Nevertheless,
    *,
    now: datetime,
) -> UUID:
    cases.hold(case)
    rows.queue(case.office_id)
    row = rows.of_case(case, seen)
    rows.require_none(case, offer, now, but=row.id)
    _require_bookable(case, offer, place, now, row.id)
    parting.require_apart(why.met, why.reason)
    was = rows.starts(offer.clinic, row, offer.changes) or row.agreed_at.astimezone(now.tzinfo)
    rows.put(row, offer, place, State.BOOKED, now)
    shared, staff = unseal.drawers(case.office_id, case.id)
    rows.tell(shared, "moved", row.agreed_at, now, staff_id=actor.staff_id, was=was)
    parting.write_reason(staff, why.met, why.reason, staff_id=actor.staff_id, now=now)
    dues.settle(case, now)
    _then(case, row, now)
    return row.id


@action("clinic.cancel")
def cancel(
    actor: Actor, case: Case, seen: Seen, to: datetime | None = None, *, now: datetime
) -> UUID:
    """Give a place back; it is free again, or goes to who waits for it.

    `to`: the beginning that the page showed.

    Raises:
        Absent: it is none of this case.
        Refused: it or its day moved on meanwhile, or it does not stand.
    """
    offer = rows.in_force(case.office_id, now.date()) if to else None
    cases.hold(case)
    row = rows.of_case(case, seen)
    if offer and rows.starts(offer.clinic, row, offer.changes) not in (None, to):
        raise Refused(Reason("clinic.moved"))
    rows.step(row, Verb.CANCEL)
    _tell(actor, case, row, "cancelled", now)
    dues.settle(case, now, dues.CANCELLED)
    _then(case, row, now)
    return row.id


@action("clinic.agree")
def answered(
    actor: Actor, case: Case, seen: Seen, to: datetime | None = None, *, now: datetime
) -> UUID:
    """Write down that the person keeps their place on the day that moved.

    `to`: the beginning that the page showed.

    Raises:
        Absent: it is none of this case.
        Refused: it moved on meanwhile, the day is off, or they agreed already.
    """
    offer = _standing(case, now)
    cases.hold(case)
    row = rows.of_case(case, seen)
    there = rows.starts(offer.clinic, row, offer.changes)
    rows.agreed(row, offer.clinic, offer.changes, to or there or now)
    _tell(actor, case, row, "agreed", now)
    dues.settle(case, now)
    return row.id


@action("clinic.attend")
def attend(actor: Actor, case: Case, seen: Seen, how: How, *, now: datetime) -> UUID:
    """Say that the person came, came late, or did not come; a wrong press is put right.

    Raises:
        Absent: it is none of this case.
        Refused: it is another day's, it has not begun, or it does not stand.
    """
    offer = _standing(case, now)
    cases.hold(case)
    row = rows.of_case(case, seen)
    begins = rows.starts(offer.clinic, row, offer.changes) or row.agreed_at.astimezone(now.tzinfo)
    if begins.date() > now.date() or (begins > now and how != "came"):
        raise Refused(Reason("clinic.not_begun"))
    rows.step(row, VERBS[how])
    shared, _ = unseal.drawers(case.office_id, case.id)
    rows.tell(shared, row.state, begins, now, staff_id=actor.staff_id)
    dues.settle(case, now, dues.MISSED if how == "absent" else dues.OUTCOME)
    return row.id


def _standing(case: Case, now: datetime) -> Offer:
    offer = rows.in_force(case.office_id, now.date())
    if offer is None:
        raise Refused(Reason("clinic.none"))
    return offer


def _tell(actor: Actor, case: Case, row: Booking, told: str, now: datetime) -> None:
    shared, _ = unseal.drawers(case.office_id, case.id)
    at = row.agreed_at.astimezone(now.tzinfo)
    rows.tell(shared, told, at, now, staff_id=actor.staff_id)
