"""What a person may do and read of the clinic (法律相談の予約): hold a place, ask, give it back.

Nobody learns here whose a place is that is taken, nor how many people come.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import F

from madoguchi.rules import slots
from madoguchi.rules.decision import Ground, Refused
from madoguchi.rules.steps.booking import FREE, STANDING, State, Verb
from madoguchi.tools.act.action import action
from madoguchi.tools.later.ask import later
from madoguchi.tools.vault.shares import DAY, DayFull, HeldFull
from madoguchi.work.cases import public as cases
from madoguchi.work.clinic.bookings import public as rows
from madoguchi.work.clinic.bookings.public import Offer, Place, Seen, Wanted, taken, version
from madoguchi.work.clinic.models import Booking
from madoguchi.work.clinic.waiting.public import (
    Waits,
    accept,
    decline,
    stop_waiting,
    wait,
    waiting,
)

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from madoguchi.rules.programme.changes import Change
    from madoguchi.rules.programme.clinic import Clinic
    from madoguchi.rules.programme.desk import Desk
    from madoguchi.rules.slots import ClinicDay
    from madoguchi.tools.office.actor import Actor
    from madoguchi.tools.vault.visit import Holder

__all__ = [
    "Held",
    "Own",
    "Place",
    "Seen",
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

HOLDER = "clinic"  # what a visit's name for its held place is made from


@dataclass(frozen=True)
class Held:
    """A place that nobody else can take until a moment (仮押さえ)."""

    place: Place
    until: datetime


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
    def seen(self) -> Seen:
        """What a page says it saw."""
        return Seen(self.id, self.revision)


def hold(
    who: Holder,
    at: cases.AtOffice,
    clinic: Clinic,
    desk: Desk,
    changes: tuple[Change, ...],
    place: Place,
    *,
    now: datetime,
    network: str | None = None,
) -> Held:
    """Keep a place for the visitor for some minutes, instead of the one that they held before.

    Whoever holds it already keeps it until its end, which does not move. `network`: where one is
    named, it may hold so many places at once and no more.

    Raises:
        Refused: it cannot be booked, no seat is left (`clinic.full`), or the network holds its
            number (`clinic.many`; for today: `clinic.many_today`).
    """
    offer, mine = Offer(clinic, desk, changes), who.bind(HOLDER)
    until = now + timedelta(minutes=clinic.booking.hold_min)
    mine_already = held(who, now)
    if mine_already is None or mine_already.place != place:
        _look(at, offer, place, now)
        if network is not None:
            _of_network(at, network, mine, until, now)
    try:
        return _hold(cases.consultee(at.office_id), at, offer, mine, place, until, now=now)
    except Refused:
        if network is not None and mine_already is None:
            DAY.let_go(at.office_id, network, mine, now)
        raise


def _look(at: cases.AtOffice, offer: Offer, place: Place, now: datetime) -> None:
    """See whether a place is left, before anything is written: in a crowd most find none.

    Of those who find one the database decides.
    """
    _for_person(offer, place, now, slots.Used())
    there = taken(at.office_id, [place.day], now).get((place.day, place.number), 0)
    if there >= offer.clinic.lawyers:
        raise Refused(Ground("clinic.full"))


def _of_network(
    at: cases.AtOffice, network: str, mine: str, until: datetime, now: datetime
) -> None:
    try:
        DAY.hold(at.office_id, network, mine, until, now)
    except HeldFull as full:
        raise Refused(Ground("clinic.many")) from full
    except DayFull as full:
        raise Refused(Ground("clinic.many_today")) from full


@action("clinic.hold")
def _hold(
    _actor: Actor,
    at: cases.AtOffice,
    offer: Offer,
    mine: str,
    place: Place,
    until: datetime,
    *,
    now: datetime,
) -> Held:
    rows.queue(at.office_id)
    day = _for_person(offer, place, now, slots.Used())
    before = Booking.of(at.office_id).filter(holder=mine, state=State.HELD)
    same = before.filter(day=place.day, number=place.number, until_at__gt=now)
    begins = slots.begins(day, place.number)
    if found := same.only(*rows.READABLE).first():
        same.update(agreed_at=begins)  # the day as they see it now
        return Held(place, found.until_at or until)
    before.update(state=State.LAPSED, holder="", revision=F("revision") + 1)
    row = Booking(office_id=at.office_id, day=place.day, number=place.number, at=now)
    row.state, row.channel, row.holder = State.HELD, "web", mine
    row.agreed_at, row.until_at = begins, until
    rows.claim(row, offer.clinic.lawyers, now)
    return Held(place, until)


def held(who: Holder, now: datetime) -> Held | None:
    """The place that the visitor holds."""
    found = _of(who).filter(state=State.HELD, until_at__gt=now).only(*rows.READABLE).first()
    return Held(Place(found.day, found.number), found.until_at or now) if found else None


def let_go(who: Holder, at: cases.AtOffice, *, now: datetime, network: str | None = None) -> None:
    """Give the held place back; nothing where none is held, or where it was asked for by now.

    `network`: where one is named, it holds one place less.
    """
    if held(who, now):
        _let_go(cases.consultee(at.office_id), at, who, now=now)
    if network is not None:
        DAY.let_go(at.office_id, network, who.bind(HOLDER), now)


@action("clinic.hold")
def _let_go(_actor: Actor, _at: cases.AtOffice, who: Holder, *, now: datetime) -> None:  # noqa: ARG001 - the act's form
    _of(who).update(state=State.LAPSED, holder="", revision=F("revision") + 1)


def carry(old: Holder, new: Holder) -> None:
    """The visit goes on under a new cookie (`visit.renew`), and so does the place it holds."""
    _of(old).update(holder=new.bind(HOLDER))


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

    The desk looks at what is asked for by the day; none where it does anyway. A place whose time is
    over and that is still free is simply taken.

    Raises:
        Refused: its time is over and it is gone (`clinic.hold_over`), the day moved meanwhile
            (`clinic.moved`), it cannot be booked any more, or there is one already (`clinic.one`).
    """
    rows.queue(held.office_id)
    offer, row = Offer(clinic, desk, changes), _held_by(who)
    place = Place(row.day, row.number)
    rows.require_none(held, offer, now)
    day = rows.announced(clinic, place, changes)
    count = rows.used(held.office_id, held.case_id, day)
    _for_person(offer, place, _reached_at(row, now), count)
    begins = slots.begins(day, row.number)
    if row.agreed_at != begins:
        raise Refused(Ground("clinic.moved"))
    if begins <= now:
        raise Refused(Ground("clinic.past"))
    _book(held, row, offer, wanted, now)
    rows.tell(held.drawer, row.state, begins, now)
    if row.state == State.BOOKED:
        cases.touch(held, day.on, "clinic_day", now, how="booked")
    elif look_on:
        cases.touch(held, look_on, "clinic_asked", now)
    _then(held, row, now)
    return row.id


def _reached_at(row: Booking, now: datetime) -> datetime:
    """Whose place is held came in time when they took it; whose time is over comes now."""
    held_still = row.state == State.HELD and row.until_at is not None and row.until_at > now
    return row.at.astimezone(now.tzinfo) if held_still else now


def _held_by(who: Holder) -> Booking:
    found = _of(who).filter(state__in=(State.HELD, State.LAPSED)).select_for_update()
    row = found.only(*rows.READABLE).order_by("-at").first()
    if row is None:
        raise Refused(Ground("clinic.hold_over"))
    return row


def _book(held: cases.Holding, row: Booking, offer: Offer, wanted: Wanted, now: datetime) -> None:
    """Make the held row the case's; one that lapsed is claimed anew."""
    rows.require_people(offer, wanted)
    lapsed = row.state == State.LAPSED
    row.state = State.BOOKED if offer.clinic.booking.online == "book" else State.ASKED
    row.case_id, row.holder, row.at = held.case_id, "", now
    row.until_at = row.reminded_at = None
    row.revision += 1
    rows.write(held.drawer, row, wanted)
    fields = (*rows.PLACED, "case_id", "holder", "at", "wanted")
    if not lapsed:
        row.save(update_fields=fields)
        return
    try:
        rows.claim(row, offer.clinic.lawyers, now, fields)
    except Refused as gone:
        raise Refused(Ground("clinic.hold_over")) from gone


def own(held: cases.Holding) -> tuple[Own, ...]:
    """The bookings of the person that stand, are offered or took place, in order."""
    found = Booking.of(held.office_id).filter(case_id=held.case_id).exclude(state__in=FREE)
    return tuple(
        Own(
            row.id, Place(row.day, row.number), row.state, row.agreed_at, row.until_at, row.revision
        )
        for row in found.only(*rows.READABLE).order_by("agreed_at")
    )


@action("clinic.agree")
def agree(
    _actor: Actor,
    held: cases.Holding,
    seen: Seen,
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
    row = rows.of_case(held, seen)
    begins = rows.agreed(row, clinic, changes, to)
    rows.tell(held.drawer, "agreed", begins, now)
    later("clinic.bookings.follow", held.case_id, at=now)
    return row.id


@action("clinic.cancel")
def cancel(
    _actor: Actor,
    held: cases.Holding,
    seen: Seen,
    clinic: Clinic,
    changes: tuple[Change, ...],
    look_on: date,
    *,
    now: datetime,
) -> UUID:
    """Give one's place back before it begins; the desk hears of it.

    Raises:
        Absent: it is not the person's.
        Refused: it has begun, it moved on meanwhile, or it does not stand any more.
    """
    row = rows.of_case(held, seen)
    begins = rows.require_ahead(row, clinic, changes, now)
    rows.step(row, Verb.CANCEL)
    rows.tell(held.drawer, "cancelled", begins, now)
    cases.touch(held, look_on, "clinic_cancelled", now)
    _then(held, row, now)
    return row.id


@action("clinic.move")
def change(
    _actor: Actor,
    held: cases.Holding,
    seen: Seen,
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
    rows.queue(held.office_id)
    row, offer = rows.of_case(held, seen), Offer(clinic, desk, changes)
    rows.require_none(held, offer, now, but=row.id)
    was = rows.require_ahead(row, clinic, changes, now)
    day = rows.announced(clinic, place, changes)
    count = rows.used(held.office_id, held.case_id, day, but=row.id)
    _for_person(offer, place, now, count)
    state = State.BOOKED if clinic.booking.online == "book" else State.ASKED
    begins = rows.put(row, offer, place, state, now)
    rows.tell(held.drawer, "moved", begins, now, was=was)
    if state == State.ASKED:
        cases.touch(held, look_on, "clinic_asked", now)
    else:
        cases.touch(held, begins.date(), "clinic_day", now, how="booked")
    _then(held, row, now)
    return row.id


def _for_person(offer: Offer, place: Place, now: datetime, count: slots.Used) -> ClinicDay:
    """The day of a place that a person may book now.

    Raises:
        Refused: they may not.
    """
    day = rows.announced(offer.clinic, place, offer.changes)
    rows.require(
        slots.bookable(
            offer.clinic, offer.desk, day, place.number, now, "person", offer.changes, count
        )
    )
    return day


def _then(held: cases.Holding, row: Booking, now: datetime) -> None:
    """What the worker does after a place was taken or given back."""
    later("clinic.bookings.follow", held.case_id, at=now)
    if row.state in STANDING:
        later("clinic.bookings.apart", row.id, at=now)
    later("clinic.waiting.offer", held.office_id, at=now)


def _of(who: Holder) -> rows.Rows:
    return Booking.of(who.office_id).filter(holder=who.bind(HOLDER), case_id=None)
