"""What staff do with bookings: book, confirm, move, cancel, record who came.

An act that may bring two people together first looks whom the person would meet: that opens the
other cases, each in an act of its own, and must be over before the act's own transaction begins.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from madoguchi.rules import slots
from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.steps import case as case_steps
from madoguchi.rules.steps.booking import State, Verb
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases.models import Case
from madoguchi.work.clinic.bookings import dues, parting
from madoguchi.work.clinic.bookings import public as bookings
from madoguchi.work.clinic.bookings.parting import Meeting
from madoguchi.work.clinic.bookings.public import BookingRevision, Place, Rules, Wanted
from madoguchi.work.clinic.models import Booking

type How = Literal["came", "late", "absent"]
VERBS: dict[How, Verb] = {"came": Verb.COME, "late": Verb.COME_LATE, "absent": Verb.MISS}


def book(
    actor: Actor,
    case: Case,
    rules: Rules,
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
    met = parting.meetings(actor, case, rules, place, wanted, now=now)

    @action("clinic.book")
    def act(actor: Actor, case: Case, *, now: datetime) -> UUID:
        row = _new(actor, case, rules, place, now)
        _write(actor, case, row, rules, wanted, met, reason, "booked", now)
        dues.settle(case, now)
        return row.id

    return act(actor, case, now=now, idempotency_key=idempotency_key)


def walk_in(
    actor: Actor,
    case: Case,
    rules: Rules,
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
    met = parting.meetings(actor, case, rules, place, wanted, now=now)

    @action("clinic.attend")
    def act(actor: Actor, case: Case, *, now: datetime) -> UUID:
        day = bookings.announced(rules.clinic, place, rules.changes)
        if not slots.received(day, now.date()):
            raise Refused(Reason("clinic.not_today"))
        came_at = min(now, slots.begins(day, place.number))  # who is typed in afterwards
        row = _new(actor, case, rules, place, now, came_at)
        row.state, row.channel = State.CAME, "walk_in"
        _write(actor, case, row, rules, wanted, met, reason, "walked_in", now)
        dues.settle(case, now, dues.OUTCOME)
        return row.id

    return act(actor, case, now=now, idempotency_key=idempotency_key)


def _new(
    actor: Actor,
    case: Case,
    rules: Rules,
    place: Place,
    now: datetime,
    came_at: datetime | None = None,
) -> Booking:
    """A booking, not saved yet, of a case that may have one; `came_at` stands for `now` there.

    Raises:
        Refused: the case is closed or has a place already, or it cannot be booked.
    """
    if case.state == case_steps.State.CLOSED:
        raise Refused(Reason("clinic.case_closed"))
    cases.hold(case)
    bookings.queue(case.office_id)
    bookings.require_none(case, rules, now)
    day = _require_bookable(case, rules, place, came_at or now)
    row = Booking(office_id=case.office_id, case_id=case.id, day=place.day, number=place.number)
    row.state, row.channel, row.staff_id, row.at = State.BOOKED, "desk", actor.colleague, now
    row.agreed_at = slots.begins(day, place.number)
    return row


def _require_bookable(
    case: Case, rules: Rules, place: Place, now: datetime, but: UUID | None = None
) -> slots.ClinicDay:
    """The day of a place that the desk may book for the case, apart from its booking `but`."""
    day = bookings.announced(rules.clinic, place, rules.changes)
    count = bookings.used(case.office_id, case.id, day, but)
    bookings.require(
        slots.bookable(
            rules.clinic, rules.desk, day, place.number, now, "desk", rules.changes, count
        )
    )
    return day


def _write(
    actor: Actor,
    case: Case,
    row: Booking,
    rules: Rules,
    wanted: Wanted,
    met: tuple[Meeting, ...],
    reason: str,
    step: str,
    now: datetime,
) -> None:
    """Save a new booking with its entries, where nothing speaks against it."""
    bookings.require_people(rules, wanted)
    parting.require_apart(met, reason)
    shared, staff = unseal.drawers(case.office_id, case.id)
    bookings.write(shared, row, wanted)
    bookings.claim(row, rules.clinic.lawyers, now)
    bookings.tell(shared, step, row.agreed_at, now, staff_id=actor.staff_id)
    parting.write_reason(staff, met, reason, staff_id=actor.staff_id, now=now)
    bookings.follow_up(row, now)


def confirm(
    actor: Actor,
    case: Case,
    seen: BookingRevision,
    reason: str = "",
    *,
    now: datetime,
    idempotency_key: str | None = None,
) -> UUID:
    """Book the place that was asked for; the person hears of it by their safe way.

    Raises:
        Absent: the booking is not this case's.
        Refused: it moved on meanwhile, or is not asked for any more; the person would meet
            somebody, as with `book`.
    """
    asked = Booking.of(case.office_id).filter(pk=seen.id, case_id=case.id).first()
    offer = bookings.in_force(case.office_id, now.date())
    met: tuple[Meeting, ...] = ()
    if asked and offer:  # else the act itself says no
        place = Place(asked.day, asked.number)
        met = parting.meetings(actor, case, offer, place, Wanted(), now=now)

    @action("clinic.confirm")
    def act(actor: Actor, case: Case, *, now: datetime) -> UUID:
        cases.hold(case)
        row = bookings.of_case(case, seen)
        bookings.step(row, Verb.CONFIRM)
        parting.require_apart(met, reason)
        shared, staff = unseal.drawers(case.office_id, case.id)
        bookings.tell(shared, "confirmed", row.agreed_at, now, staff_id=actor.staff_id)
        parting.write_reason(staff, met, reason, staff_id=actor.staff_id, now=now)
        dues.settle(case, now)
        dues.tell(case, shared, dues.CALL, now)
        return row.id

    return act(actor, case, now=now, idempotency_key=idempotency_key)


def move(
    actor: Actor,
    case: Case,
    seen: BookingRevision,
    rules: Rules,
    place: Place,
    reason: str = "",
    *,
    now: datetime,
    idempotency_key: str | None = None,
) -> UUID:
    """Move a booking to another place; what was asked for is booked with it.

    Raises:
        Absent: the booking is not this case's.
        Refused: it moved on meanwhile, it cannot be booked, no place is left; the person would meet
            somebody.
    """
    met = parting.meetings(actor, case, rules, place, Wanted(), now=now)

    @action("clinic.move")
    def act(actor: Actor, case: Case, *, now: datetime) -> UUID:
        cases.hold(case)
        bookings.queue(case.office_id)
        row = bookings.of_case(case, seen)
        bookings.require_none(case, rules, now, but=row.id)
        _require_bookable(case, rules, place, now, row.id)
        parting.require_apart(met, reason)
        was = bookings.starts(rules.clinic, row, rules.changes) or row.agreed_at
        bookings.put(row, rules, place, State.BOOKED, now)
        shared, staff = unseal.drawers(case.office_id, case.id)
        bookings.tell(shared, "moved", row.agreed_at, now, staff_id=actor.staff_id, was=was)
        parting.write_reason(staff, met, reason, staff_id=actor.staff_id, now=now)
        dues.settle(case, now)
        bookings.follow_up(row, now)
        return row.id

    return act(actor, case, now=now, idempotency_key=idempotency_key)


@action("clinic.cancel")
def cancel(
    actor: Actor, case: Case, seen: BookingRevision, to: datetime | None = None, *, now: datetime
) -> UUID:
    """Give a place back; it is free again, or goes to who waits for it.

    `to`: the beginning that the page showed.

    Raises:
        Absent: the booking is not this case's.
        Refused: it or its day moved on meanwhile, or it does not stand.
    """
    offer = bookings.in_force(case.office_id, now.date()) if to else None
    cases.hold(case)
    row = bookings.of_case(case, seen)
    if offer and bookings.starts(offer.clinic, row, offer.changes) not in (None, to):
        raise Refused(Reason("clinic.moved"))
    bookings.step(row, Verb.CANCEL)
    shared, _ = unseal.drawers(case.office_id, case.id)
    bookings.tell(shared, "cancelled", row.agreed_at, now, staff_id=actor.staff_id)
    dues.settle(case, now, dues.CANCELLED)
    bookings.follow_up(row, now)
    return row.id


@action("clinic.agree")
def agree(
    actor: Actor, case: Case, seen: BookingRevision, to: datetime | None = None, *, now: datetime
) -> UUID:
    """Write down that the person keeps their place on the day that moved.

    `to`: the beginning that the page showed.

    Raises:
        Absent: the booking is not this case's.
        Refused: it moved on meanwhile, the day is off, or they agreed already.
    """
    offer = _require_offer(case, now)
    cases.hold(case)
    row = bookings.of_case(case, seen)
    begins = bookings.starts(offer.clinic, row, offer.changes)
    bookings.agree(row, offer.clinic, offer.changes, to or begins or now)
    shared, _ = unseal.drawers(case.office_id, case.id)
    bookings.tell(shared, "agreed", row.agreed_at, now, staff_id=actor.staff_id)
    dues.settle(case, now)
    return row.id


@action("clinic.attend")
def attend(actor: Actor, case: Case, seen: BookingRevision, how: How, *, now: datetime) -> UUID:
    """Record that the person came, came late, or did not come; a wrong press is corrected by it.

    Raises:
        Absent: the booking is not this case's.
        Refused: it is another day's, it has not begun, or it does not stand.
    """
    offer = _require_offer(case, now)
    cases.hold(case)
    row = bookings.of_case(case, seen)
    begins = bookings.starts(offer.clinic, row, offer.changes) or row.agreed_at.astimezone(
        now.tzinfo
    )
    if begins.date() > now.date() or (begins > now and how != "came"):
        raise Refused(Reason("clinic.not_begun"))
    bookings.step(row, VERBS[how])
    shared, _ = unseal.drawers(case.office_id, case.id)
    bookings.tell(shared, row.state, begins, now, staff_id=actor.staff_id)
    dues.settle(case, now, dues.MISSED if how == "absent" else dues.OUTCOME)
    return row.id


def _require_offer(case: Case, now: datetime) -> Rules:
    offer = bookings.in_force(case.office_id, now.date())
    if offer is None:
        raise Refused(Reason("clinic.none"))
    return offer
