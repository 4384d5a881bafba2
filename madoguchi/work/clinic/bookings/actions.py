"""What staff do with bookings: book, confirm, move, cancel, record who came.

An act that may bring two people together first looks whom the person would meet: that opens the
other cases, each in an act of its own, and must be over before the act's own transaction begins.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from madoguchi.rules import slots
from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.steps import case as case_steps
from madoguchi.rules.steps.booking import State, Verb
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.cipher import Tampered, Unreadable
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import dues as case_dues
from madoguchi.work.cases.models import Case
from madoguchi.work.clinic.bookings import dues, parting
from madoguchi.work.clinic.bookings import public as bookings
from madoguchi.work.clinic.bookings.parting import Meeting
from madoguchi.work.clinic.bookings.public import BookingRevision, Place, Rules, Wanted
from madoguchi.work.clinic.models import Booking
from madoguchi.work.record import actions as record
from madoguchi.work.record import promises
from madoguchi.work.record import public as record_public
from madoguchi.work.record.promises import NOTHING_SAID, Ending, Said
from madoguchi.work.record.public import Because

CONSULTED = "consulted"  # the kind of an outcome's entry in the staff drawer
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
    arrangement: str = "",
    said: Said = NOTHING_SAID,
    now: datetime,
    idempotency_key: str | None = None,
) -> UUID:
    """Book a place for the person; its day becomes one of the case's days.

    `arrangement`: how they are kept apart from whom they would meet, for who works on the day.

    Raises:
        Refused: the case is closed or has a place already, it cannot be booked, none is left; the
            person would meet somebody (`clinic.apart`: say why they come nevertheless).
    """
    met = parting.meetings(actor, case, rules, place, wanted, now=now)

    @action("clinic.book")
    def act(actor: Actor, case: Case, *, now: datetime) -> UUID:
        row = _new(actor, case, rules, place, now)
        _write(actor, case, row, rules, wanted, met, (reason, arrangement), "booked", said, now)
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
    arrangement: str = "",
    said: Said = NOTHING_SAID,
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
        _write(actor, case, row, rules, wanted, met, (reason, arrangement), "walked_in", said, now)
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
    apart: tuple[str, str],
    step: str,
    said: Said,
    now: datetime,
) -> None:
    """Save a new booking with its entries, where nothing speaks against it.

    `apart`: why people come on one day nevertheless, and how they are kept apart.
    """
    bookings.require_people(rules, wanted)
    parting.require_apart(met, apart[0])
    shared, staff = unseal.drawers(case.office_id, case.id)
    bookings.write(shared, row, wanted)
    bookings.claim(row, rules.clinic.lawyers, now)
    bookings.tell(shared, step, row.agreed_at, now, staff_id=actor.staff_id)
    parting.write_reason(staff, met, *apart, staff_id=actor.staff_id, now=now)
    promises.end(actor, case, (shared, staff), said, now)
    bookings.follow_up(row, now)


def confirm(
    actor: Actor,
    case: Case,
    seen: BookingRevision,
    reason: str = "",
    told: record.Contact | None = None,
    *,
    arrangement: str = "",
    now: datetime,
    idempotency_key: str | None = None,
) -> UUID:
    """Book the place that was asked for; the person hears of it by their safe way.

    `told`: the call in which they were told, written into the record with it.

    Raises:
        Absent: the booking is not this case's.
        Refused: it moved on meanwhile, or is not asked for any more; its day is off or its slot
            gone; the person would meet somebody, as with `book`; the newest wish forbids the call.
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
        rules = _require_offer(case, now)
        begins = bookings.standing_begin(row, rules.clinic, rules.changes)
        parting.require_apart(met, reason)
        shared, staff = unseal.drawers(case.office_id, case.id)
        bookings.tell(shared, "confirmed", begins, now, staff_id=actor.staff_id)
        parting.write_reason(staff, met, reason, arrangement, staff_id=actor.staff_id, now=now)
        dues.settle(case, now)
        dues.tell(case, shared, dues.CALL, now)
        log_call(actor, case, told, now)
        return row.id

    return act(actor, case, now=now, idempotency_key=idempotency_key)


def log_call(actor: Actor, case: Case, told: record.Contact | None, now: datetime) -> None:
    """Write down the call in which a booking was answered, if it was one; no second is needed.

    Raises:
        Refused: as `record.log` says.
    """
    if told:
        calls = case_dues.waiting(case).filter(kind=dues.CALL).values_list("pk", flat=True)
        said = {due_id: Ending("kept") for due_id in calls}
        record.log(actor, case, told, said=said | record.calls_made(case), now=now)


def move(
    actor: Actor,
    case: Case,
    seen: BookingRevision,
    rules: Rules,
    place: Place,
    reason: str = "",
    *,
    arrangement: str = "",
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
        parting.write_reason(staff, met, reason, arrangement, staff_id=actor.staff_id, now=now)
        dues.settle(case, now)
        bookings.follow_up(row, now)
        return row.id

    return act(actor, case, now=now, idempotency_key=idempotency_key)


@action("clinic.cancel")
def cancel(
    actor: Actor,
    case: Case,
    seen: BookingRevision,
    to: datetime | None = None,
    because: Because | None = None,
    *,
    now: datetime,
) -> UUID:
    """Give a place back; it is free again, or goes to who waits for it.

    `to`: the beginning that the page showed. `because`: who wished it and why.

    Raises:
        Absent: the booking is not this case's.
        Refused: it or its day moved on meanwhile, or it does not stand.
    """
    offer = bookings.in_force(case.office_id, now.date())
    cases.hold(case)
    row = bookings.of_case(case, seen)
    begins = bookings.starts(offer.clinic, row, offer.changes) if offer else None
    if to and begins not in (None, to):
        raise Refused(Reason("clinic.moved"))
    bookings.step(row, Verb.CANCEL)
    shared, staff = unseal.drawers(case.office_id, case.id)
    at, writer = begins or row.agreed_at, actor.staff_id
    bookings.tell(shared, "cancelled", at, now, staff_id=writer)
    if because:
        step = "cancelled_because"
        bookings.tell(staff, step, at, now, staff_id=writer, because=because)
    dues.settle(case, now, dues.CANCELLED)
    bookings.follow_up(row, now)
    return row.id


@action("clinic.agree")
def agree(
    actor: Actor,
    case: Case,
    seen: BookingRevision,
    to: datetime | None = None,
    told: record.Contact | None = None,
    *,
    now: datetime,
) -> UUID:
    """Write down that the person keeps their place on the day that moved.

    `to`: the beginning that the page showed. `told`: the call in which they said so.

    Raises:
        Absent: the booking is not this case's.
        Refused: it moved on meanwhile, the day is off, they agreed already, or the newest wish
            forbids the call.
    """
    offer = _require_offer(case, now)
    cases.hold(case)
    row = bookings.of_case(case, seen)
    begins = bookings.starts(offer.clinic, row, offer.changes)
    bookings.agree(row, offer.clinic, offer.changes, to or begins or now, row.agreed_at)
    shared, _ = unseal.drawers(case.office_id, case.id)
    bookings.tell(shared, "agreed", row.agreed_at, now, staff_id=actor.staff_id)
    dues.settle(case, now)
    log_call(actor, case, told, now)
    return row.id


@action("clinic.take_back")
def take_back(actor: Actor, case: Case, seen: BookingRevision, *, now: datetime) -> UUID:
    """Take back that the person keeps their place on the day that moved (押しまちがい).

    They have not answered again: the desk tells them, and their page says that the day moved.

    Raises:
        Absent: the booking is not this case's.
        Refused: it moved on meanwhile, it has begun, or no answer was written down by the desk.
    """
    offer = _require_offer(case, now)
    cases.hold(case)
    row = bookings.of_case(case, seen)
    answered, before = row.agreed_at, row.agreed_before_at
    if before is None:
        raise Refused(Reason("clinic.take_back"))
    if bookings.standing_begin(row, offer.clinic, offer.changes) != answered:
        raise Refused(Reason("clinic.moved"))
    if answered <= now:
        raise Refused(Reason("clinic.take_back_begun"))
    bookings.step(row, Verb.TAKE_BACK, agreed_at=before, agreed_before_at=None)
    shared, _ = unseal.drawers(case.office_id, case.id)
    bookings.tell(shared, "taken_back", answered, now, staff_id=actor.staff_id)
    dues.follow(case, now)
    return row.id


@action("clinic.attend")
def attend(actor: Actor, case: Case, seen: BookingRevision, how: How, *, now: datetime) -> UUID:
    """Record that the person came, came late, or did not come; a wrong press is corrected by it.

    What was written down of somebody who did not come is no outcome once they came; it is again
    where that was the wrong press.

    Raises:
        Absent: the booking is not this case's.
        Refused: it is another day's, it has not begun, or it does not stand; it is said that they
            did not come, and what came of it is written down.
    """
    offer = _require_offer(case, now)
    cases.hold(case)
    row = bookings.of_case(case, seen)
    begins = bookings.starts(offer.clinic, row, offer.changes) or row.agreed_at.astimezone(
        now.tzinfo
    )
    if begins.date() > now.date() or (begins > now and how != "came"):
        raise Refused(Reason("clinic.not_begun"))
    shared, staff = unseal.drawers(case.office_id, case.id)
    last, missed_at = last_outcome(staff, row), None
    if last and last.words["state"] == State.ABSENT:
        missed_at = last.at
    written = row.outcome_at is not None and missed_at is None
    if how == "absent" and written:
        raise Refused(Reason("clinic.has_outcome"))
    kept_at = row.outcome_at if written else missed_at if how == "absent" else None
    bookings.step(row, VERBS[how], outcome_at=kept_at)
    bookings.tell(shared, row.state, begins, now, staff_id=actor.staff_id)
    after = "" if written else dues.OUTCOME
    dues.settle(case, now, dues.MISSED if how == "absent" else after)
    return row.id


@dataclass(frozen=True)
class WrittenOutcome:
    """An outcome of a booking as the record has it."""

    at: datetime
    words: Mapping[str, Any] = field(repr=False)


def last_outcome(staff: Drawer, row: Booking) -> WrittenOutcome | None:
    """The last outcome of a booking that can be read."""
    for entry in record_public.readable(staff).filter(kind=CONSULTED).order_by("-number"):
        try:
            words = staff.open("entry", entry.id, entry.words)
        except (Tampered, Unreadable):
            continue
        if words.get("booking") == str(row.id):
            return WrittenOutcome(entry.at, words)
    return None


@action("clinic.attend")
def expect(actor: Actor, case: Case, seen: BookingRevision, *, now: datetime) -> UUID:
    """Take back that the person came before it began (押しまちがい): they are expected again.

    Raises:
        Absent: the booking is not this case's.
        Refused: it has begun, then who did not come is said to have been absent; or nobody came.
    """
    offer = _require_offer(case, now)
    cases.hold(case)
    row = bookings.of_case(case, seen)
    begins = bookings.starts(offer.clinic, row, offer.changes) or row.agreed_at
    if begins <= now:
        raise Refused(Reason("clinic.expect_begun"))
    bookings.step(row, Verb.EXPECT)
    shared, _ = unseal.drawers(case.office_id, case.id)
    bookings.tell(shared, "expected", begins, now, staff_id=actor.staff_id)
    case_dues.pass_on(case, dues.AFTERWARDS, now)
    dues.follow(case, now)
    return row.id


def _require_offer(case: Case, now: datetime) -> Rules:
    offer = bookings.in_force(case.office_id, now.date())
    if offer is None:
        raise Refused(Reason("clinic.none"))
    return offer
