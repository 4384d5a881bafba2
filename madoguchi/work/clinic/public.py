"""What a person may do and read of the clinic (法律相談の予約): hold a place, ask, give it back.

Nobody learns here whose a place is that is taken, nor how many people come.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from madoguchi.rules import slots
from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.desk import Desk
from madoguchi.rules.steps.booking import FREE, State, Verb
from madoguchi.tools.act.action import action
from madoguchi.tools.later.queue import enqueue
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault.visit import Holder
from madoguchi.work.cases import public as cases
from madoguchi.work.clinic.bookings import public as bookings
from madoguchi.work.clinic.bookings.public import (
    BookingRevision,
    Place,
    Rules,
    Wanted,
    taken,
    version,
)
from madoguchi.work.clinic.holds.public import (
    Held,
    carry,
    for_person,
    held,
    held_by,
    hold,
    let_go,
    reached_at,
)
from madoguchi.work.clinic.models import Booking
from madoguchi.work.clinic.waiting.public import (
    Waits,
    accept,
    decline,
    stop_waiting,
    wait,
    waiting,
)

__all__ = [
    "BookingRevision",
    "Held",
    "Own",
    "Place",
    "Waits",
    "Wanted",
    "accept",
    "agree",
    "ask",
    "cancel",
    "carry",
    "change",
    "decline",
    "held",
    "hold",
    "let_go",
    "own",
    "stop_waiting",
    "taken",
    "version",
    "wait",
    "waiting",
]


@dataclass(frozen=True)
class Own:
    """A booking of the person, as their page shows it.

    `agreed_at`: the beginning that they agreed to; where the day begins otherwise by now, they have
    not answered its move yet. `until`: until when an offer can be accepted.
    """

    id: UUID
    place: Place
    state: str
    agreed_at: datetime
    until: datetime | None
    revision: int

    @property
    def seen(self) -> BookingRevision:
        """The booking as the page shows it, for an act on it."""
        return BookingRevision(self.id, self.revision)


@action("clinic.ask")
def ask(
    _actor: Actor,
    held: cases.Holding,
    who: Holder,
    clinic: Clinic,
    desk: Desk,
    changes: tuple[Change, ...],
    wanted: Wanted,
    look_on: date | None,
    *,
    now: datetime,
) -> UUID:
    """The visitor's held place becomes the case's booking: asked for (仮予約), or booked.

    `look_on`: the day on which the desk looks at what is asked for; None where it does so anyway.
    A place whose time is over and that is still free is simply taken.

    Raises:
        Refused: its time is over and it is gone (`clinic.hold_over`), the day moved meanwhile
            (`clinic.moved`), it cannot be booked any more, or there is one already (`clinic.one`).
    """
    bookings.queue(held.office_id)
    offer, row = Rules(clinic, desk, changes), held_by(who)
    place = Place(row.day, row.number)
    bookings.require_none(held, offer, now)
    day = bookings.announced(clinic, place, changes)
    count = bookings.used(held.office_id, held.case_id, day)
    for_person(offer, place, reached_at(row, now), count)
    begins = slots.begins(day, row.number)
    if row.agreed_at != begins:
        raise Refused(Reason("clinic.moved"))
    if begins <= now:
        raise Refused(Reason("clinic.past"))
    bookings.require_people(offer, wanted)
    lapsed = row.state == State.LAPSED
    row.state = State.BOOKED if clinic.booking.online == "book" else State.ASKED
    row.case_id, row.holder, row.at = held.case_id, "", now
    row.until_at = row.agreed_before_at = None
    row.revision += 1
    bookings.write(held.drawer, row, wanted)
    fields = (*bookings.PLACED, "case_id", "holder", "at", "wanted")
    if lapsed:
        try:
            bookings.claim(row, clinic.lawyers, now, fields)
        except Refused as gone:
            raise Refused(Reason("clinic.hold_over")) from gone
    else:
        row.save(update_fields=fields)
    bookings.tell(held.drawer, row.state, begins, now)
    if row.state == State.BOOKED:
        cases.desks_turn(held, day.on, "clinic_day", now, how="booked")
    elif look_on:
        cases.desks_turn(held, look_on, "clinic_asked", now)
    bookings.follow_up(row, now)
    enqueue("clinic.bookings.notice", row.id, at=now)
    return row.id


def own(held: cases.Holding) -> tuple[Own, ...]:
    """The bookings of the person that stand, are offered or took place, in order."""
    found = Booking.of(held.office_id).filter(case_id=held.case_id).exclude(state__in=FREE)
    return tuple(
        Own(
            row.id, Place(row.day, row.number), row.state, row.agreed_at, row.until_at, row.revision
        )
        for row in found.only(*bookings.READABLE).order_by("agreed_at")
    )


@action("clinic.agree")
def agree(
    _actor: Actor,
    held: cases.Holding,
    seen: BookingRevision,
    clinic: Clinic,
    changes: tuple[Change, ...],
    to: datetime,
    *,
    now: datetime,
) -> UUID:
    """Keep one's place though the day moved; `to`: the beginning that the page showed.

    Raises:
        Absent: it is not the person's.
        Refused: the day moved again meanwhile (`clinic.moved`), it was answered already.
    """
    row = bookings.of_case(held, seen)
    begins = bookings.agree(row, clinic, changes, to)
    bookings.tell(held.drawer, "agreed", begins, now)
    enqueue("clinic.bookings.follow", held.case_id, at=now)
    return row.id


@action("clinic.cancel")
def cancel(
    _actor: Actor,
    held: cases.Holding,
    seen: BookingRevision,
    clinic: Clinic,
    changes: tuple[Change, ...],
    look_on: date,
    *,
    now: datetime,
) -> UUID:
    """Give one's place back before it begins; the desk gets a due on the day `look_on`.

    Raises:
        Absent: it is not the person's.
        Refused: it has begun, it changed meanwhile, or it is cancelled already.
    """
    row = bookings.of_case(held, seen)
    begins = bookings.require_ahead(row, clinic, changes, now)
    bookings.step(row, Verb.CANCEL)
    bookings.tell(held.drawer, "cancelled", begins, now)
    cases.desks_turn(held, look_on, "clinic_cancelled", now)
    bookings.follow_up(row, now)
    return row.id


@action("clinic.move")
def change(
    _actor: Actor,
    held: cases.Holding,
    seen: BookingRevision,
    place: Place,
    clinic: Clinic,
    desk: Desk,
    changes: tuple[Change, ...],
    look_on: date,
    *,
    now: datetime,
) -> UUID:
    """Change one's place for another that is free; where the desk confirms, it does so again.

    Raises:
        Absent: it is not the person's.
        Refused: as with `ask` and `cancel`; the place one had stays one's own then.
    """
    bookings.queue(held.office_id)
    row, offer = bookings.of_case(held, seen), Rules(clinic, desk, changes)
    bookings.require_none(held, offer, now, but=row.id)
    was = bookings.require_ahead(row, clinic, changes, now)
    day = bookings.announced(clinic, place, changes)
    count = bookings.used(held.office_id, held.case_id, day, but=row.id)
    for_person(offer, place, now, count)
    state = State.BOOKED if clinic.booking.online == "book" else State.ASKED
    begins = bookings.put(row, offer, place, state, now)
    bookings.tell(held.drawer, "moved", begins, now, was=was)
    if state == State.ASKED:
        cases.desks_turn(held, look_on, "clinic_asked", now)
    else:
        cases.desks_turn(held, begins.date(), "clinic_day", now, how="booked")
    bookings.follow_up(row, now)
    return row.id
