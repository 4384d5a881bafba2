"""A place that a visitor holds for some minutes (仮押さえ): one at a time, whoever they are."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F

from madoguchi.rules import slots
from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.desk import Desk
from madoguchi.rules.slots import ClinicDay
from madoguchi.rules.steps.booking import State
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault.fairness import DAY, DayFull, HeldFull
from madoguchi.tools.vault.visit import Holder
from madoguchi.work.cases import public as cases
from madoguchi.work.clinic.bookings import public as bookings
from madoguchi.work.clinic.bookings.public import Place, Rules, taken
from madoguchi.work.clinic.models import Booking

HOLDER = "clinic"  # what a visit's name for its held place is made from


@dataclass(frozen=True)
class Held:
    """A place that nobody else can take until a moment (仮押さえ)."""

    place: Place
    until: datetime


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
    """Hold a place for the visitor for some minutes, instead of the one that they held before.

    Whoever holds it already keeps it until its end, which does not move. `network`: counts against
    the number of places that one network may hold at once; None: not counted.

    Raises:
        Refused: it cannot be booked, no seat is left (`clinic.full`), or the network holds its
            number (`clinic.many`; for today: `clinic.many_today`).
    """
    offer, mine = Rules(clinic, desk, changes), who.bind(HOLDER)
    until = now + timedelta(minutes=clinic.booking.hold_min)
    mine_already = held(who, now)
    if mine_already is None or mine_already.place != place:
        # Before anything is written: in a crowd most find no place. Of those who find one, the
        # database decides.
        for_person(offer, place, now, slots.Used())
        count = taken(at.office_id, [place.day], now).get((place.day, place.number), 0)
        if count >= clinic.lawyers:
            raise Refused(Reason("clinic.full"))
        if network is not None:
            try:
                DAY.hold(at.office_id, network, mine, until, now)
            except HeldFull as full:
                raise Refused(Reason("clinic.many")) from full
            except DayFull as full:
                raise Refused(Reason("clinic.many_today")) from full
    try:
        return _hold(cases.consultee(at.office_id), at, offer, mine, place, until, now=now)
    except Refused:
        if network is not None and mine_already is None:
            DAY.let_go(at.office_id, network, mine, now)
        raise


@action("clinic.hold")
def _hold(
    _actor: Actor,
    at: cases.AtOffice,
    rules: Rules,
    mine: str,
    place: Place,
    until: datetime,
    *,
    now: datetime,
) -> Held:
    bookings.queue(at.office_id)
    day = for_person(rules, place, now, slots.Used())
    before = Booking.of(at.office_id).filter(holder=mine, state=State.HELD)
    same = before.filter(day=place.day, number=place.number, until_at__gt=now)
    begins = slots.begins(day, place.number)
    if found := same.only(*bookings.READABLE).first():
        same.update(agreed_at=begins)  # the day as they see it now
        return Held(place, found.until_at or until)
    before.update(state=State.LAPSED, holder="", revision=F("revision") + 1)
    row = Booking(office_id=at.office_id, day=place.day, number=place.number, at=now)
    row.state, row.channel, row.holder = State.HELD, "web", mine
    row.agreed_at, row.until_at = begins, until
    bookings.claim(row, rules.clinic.lawyers, now)
    return Held(place, until)


def held(who: Holder, now: datetime) -> Held | None:
    """The place that the visitor holds."""
    found = _of(who).filter(state=State.HELD, until_at__gt=now).only(*bookings.READABLE).first()
    return Held(Place(found.day, found.number), found.until_at or now) if found else None


def let_go(who: Holder, at: cases.AtOffice, *, now: datetime, network: str | None = None) -> None:
    """Give the held place back; without effect where none is held, or it became a booking.

    `network`: holds one place less then.
    """
    if held(who, now):
        _let_go(cases.consultee(at.office_id), at, who, now=now)
    if network is not None:
        DAY.let_go(at.office_id, network, who.bind(HOLDER), now)


@action("clinic.hold")
def _let_go(_actor: Actor, _at: cases.AtOffice, who: Holder, *, now: datetime) -> None:  # noqa: ARG001 - the act's form
    _of(who).update(state=State.LAPSED, holder="", revision=F("revision") + 1)


def carry(old: Holder, new: Holder) -> None:
    """Take the held place along where the visit goes on under a new cookie (`visit.renew`)."""
    _of(old).update(holder=new.bind(HOLDER))


def reached_at(row: Booking, now: datetime) -> datetime:
    """When the person counts as having come: when they took the place, or now if it lapsed."""
    held_still = row.state == State.HELD and row.until_at is not None and row.until_at > now
    return row.at.astimezone(now.tzinfo) if held_still else now


def held_by(who: Holder) -> Booking:
    """The place that the visitor holds, or held last, locked for the act.

    Raises:
        Refused: they held none.
    """
    found = _of(who).filter(state__in=(State.HELD, State.LAPSED)).select_for_update()
    row = found.only(*bookings.READABLE).order_by("-at").first()
    if row is None:
        raise Refused(Reason("clinic.hold_over"))
    return row


def for_person(rules: Rules, place: Place, now: datetime, count: slots.Used) -> ClinicDay:
    """The day of a place that a person may book now.

    Raises:
        Refused: they may not.
    """
    day = bookings.announced(rules.clinic, place, rules.changes)
    bookings.require(
        slots.bookable(
            rules.clinic, rules.desk, day, place.number, now, "person", rules.changes, count
        )
    )
    return day


def _of(who: Holder) -> bookings.Rows:
    return Booking.of(who.office_id).filter(holder=who.bind(HOLDER), case_id=None)
