"""What a lawyer reads (弁護士の閲覧): the day, whom to check for a conflict, brief and files.

Each reading is an act with its own audit line. Nothing of another day, lawyer or case is shown, not
even that it exists: a place that is free, that is kept, or whose case is denied looks the same.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from madoguchi.rules import slots
from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.slots import ClinicDay
from madoguchi.rules.steps.booking import OVER, State
from madoguchi.tools.act.action import action, done_before
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import files, unseal
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases import public as cases
from madoguchi.work.cases.models import Access, Case
from madoguchi.work.clinic.bookings.public import Wanted
from madoguchi.work.clinic.bookings.queries import Card
from madoguchi.work.clinic.briefs import queries as briefs
from madoguchi.work.clinic.briefs.queries import Version
from madoguchi.work.clinic.models import Booking, Lawyer, Sitting
from madoguchi.work.evidence import public as evidence
from madoguchi.work.evidence.models import Item
from madoguchi.work.evidence.public import FileCard

ROLE, SITTING, DENIED = "lawyer", "sitting", "denied"
BEFORE = timedelta(days=3)  # names are looked through for a conflict on the working day before
AFTER = timedelta(days=14)  # what came of it is written down, and asked about by the desk
MET = (State.BOOKED, *OVER)  # a place that is only asked for or offered is nobody's yet


@dataclass(frozen=True)
class Seat:
    """One lawyer's seat on one day, the subject of the act of looking at it; `on`: today."""

    office_id: UUID
    day: ClinicDay
    seat: int
    on: date
    case_id: None = None

    def situation(self, actor: Actor) -> str:
        """`sitting` for the lawyer whose seat it is."""
        mine = _sittings(actor, self.on).filter(day=self.day.ref, seat=self.seat)
        return SITTING if mine.exists() else DENIED


@dataclass(frozen=True)
class Appointment:
    """Somebody who comes to that seat, the subject of acts that concern them."""

    seat: Seat
    case_id: UUID
    booking_id: UUID
    number: int

    @property
    def office_id(self) -> UUID:
        return self.seat.office_id

    def situation(self, actor: Actor) -> str:
        """`sitting` for the lawyer whom they meet; never for one on the case's deny list."""
        if (
            not appointments(self.seat, actor)
            .filter(pk=self.booking_id, case_id=self.case_id)
            .exists()
        ):
            return DENIED
        return self.seat.situation(actor)


def open_seats(
    actor: Actor, clinic: Clinic | None, changes: Sequence[Change], now: datetime
) -> tuple[Seat, ...]:
    """The lawyer's seats on the one date that is open to them now; empty where there is none.

    Of several dates near enough it is today or the next to come, else the latest that is over.
    """
    if actor.role != ROLE or clinic is None:
        return ()
    today = now.date()
    near = [
        Seat(actor.office_id, day, row.seat, today)
        for row in _sittings(actor, today)
        if (day := slots.day(clinic, row.day, changes))
        and (day.published and not day.cancelled)
        and day.on - BEFORE <= today <= day.on + AFTER
    ]
    dates = {seat.day.on for seat in near}
    on = min(dates, key=lambda each: (each < today, abs(each - today)), default=None)
    mine = [seat for seat in near if seat.day.on == on]
    return tuple(sorted(mine, key=lambda seat: (seat.day.starts, seat.day.ref)))


def find(seats: Sequence[Seat], actor: Actor, booking_id: UUID) -> Appointment | None:
    """Whom the lawyer meets under this booking; None where it is not at one of these seats."""
    for seat in seats:
        row = appointments(seat, actor).filter(pk=booking_id).first()
        if row is not None and row.case_id is not None and seat.day.slot(row.number):
            return Appointment(seat, row.case_id, row.id, row.number)
    return None


def appointments(seat: Seat, actor: Actor) -> QuerySet[Booking]:
    """The bookings of a seat, without cases whose deny list names the lawyer."""
    denied = Access.of(seat.office_id).filter(staff_id=actor.colleague, kind="deny")
    rows = Booking.of(seat.office_id).filter(day=seat.day.ref, seat=seat.seat, state__in=MET)
    return rows.exclude(case_id__in=denied.values("case_id"))


def _sittings(actor: Actor, today: date) -> QuerySet[Sitting]:
    holds = Q(ended_on__isnull=True) | Q(ended_on__gte=today)
    own = Lawyer.of(actor.office_id).filter(holds, account_id=actor.colleague)
    return Sitting.of(actor.office_id).filter(lawyer_id__in=own.values("id"))


type Sent = FileCard  # for the lawyer's window, which may import no other room of work

CLEAR, DECLINE = "clinic.clear", "clinic.decline_case"
FROM_PERSON = {"drawer": "shared", "locked": False}  # files that surely came from the person
PICTURES = ("jpeg", "png", "gif", "webp")  # a browser shows them and runs nothing of them


@dataclass(frozen=True)
class Row:
    """One slot of the day; without a booking nothing is known of it.

    `written`: its outcome is written down. `declined`: this lawyer said that they cannot meet the
    person.
    """

    starts: time
    ends: time
    booking_id: UUID | None = None
    short_name: str = ""
    files: int = 0
    state: str = ""
    written: bool = False
    declined: bool = False


@dataclass(frozen=True)
class Sheet:
    """A day with its slots."""

    day: ClinicDay
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Names:
    """Who comes and against whom; `agreed`: the person agreed that the lawyer learns it before."""

    agreed: bool
    person: str = field(default="", repr=False)
    kana: str = field(default="", repr=False)
    other_party: str = field(default="", repr=False)


@dataclass(frozen=True)
class Consultee:
    """What a lawyer may read of one person; without a brief no file is named either."""

    names: Names
    brief: Version | None
    files: tuple[FileCard, ...]
    state: str
    revision: int
    written_at: datetime | None


def sheet(actor: Actor, seats: Sequence[Seat], *, now: datetime) -> tuple[Sheet, ...]:
    """The lawyer's day, one line for each place at which they sit.

    Raises:
        Absent: no day is open to them.
    """
    if not seats:
        raise Absent
    return tuple(_sheet(actor, seat, now=now) for seat in seats)


def appointment(actor: Actor, seats: Sequence[Seat], booking_id: UUID) -> Appointment:
    """Whom the lawyer meets, for an act.

    Raises:
        Absent: the booking is not at one of these seats, or no day is open.
    """
    found = find(seats, actor, booking_id)
    if found is None:
        raise Absent
    return found


@action("clinic.sit")
def _sheet(actor: Actor, seat: Seat, *, now: datetime) -> Sheet:  # noqa: ARG001 - the act's form
    rows = {row.number: row for row in appointments(seat, actor)}
    ids = [row.case_id for row in rows.values() if row.case_id]
    names = dict(Case.of(seat.office_id).filter(pk__in=ids).values_list("id", "short_name"))
    sent = Item.of(seat.office_id).filter(case_id__in=ids, **FROM_PERSON)
    file_counts = dict(sent.values_list("case_id").annotate(Count("id")))
    # Whom the lawyer declined is denied to them since then, and not among the rows above.
    all_rows = Booking.of(seat.office_id).filter(day=seat.day.ref, seat=seat.seat, state__in=MET)
    gone = {
        number
        for booking_id, number in all_rows.values_list("id", "number")
        if declined(actor, booking_id)
    }
    found: list[Row] = []
    for slot in seat.day.slots:
        booked = rows.get(slot.number)
        if slot.number in gone:
            row = Row(slot.starts, slot.ends, declined=True)
        elif booked is None or booked.case_id is None:
            row = Row(slot.starts, slot.ends)
        else:
            row = Row(
                slot.starts,
                slot.ends,
                booked.id,
                names[booked.case_id],
                file_counts.get(booked.case_id, 0),
                booked.state,
                booked.outcome_at is not None,
            )
        found.append(row)
    return Sheet(seat.day, tuple(found))


def declined(actor: Actor, booking_id: UUID) -> bool:
    """Whether the lawyer declined this booking's person."""
    return done_before(actor, DECLINE, declined_key(actor, booking_id))


def unmet(actor: Actor, cards: Sequence[Card]) -> frozenset[UUID]:
    """The bookings whose lawyer, as they sit now, cannot meet the person: nobody does."""
    rows = Booking.of(actor.office_id).filter(pk__in=[card.id for card in cards], state__in=MET)
    booked = list(rows.values_list("id", "day", "seat"))
    days = {day for _, day, _ in booked}
    roster = Lawyer.of(actor.office_id).exclude(account_id=None).values_list("id", "account_id")
    accounts = dict(roster)
    sits = {
        (row.day, row.seat): accounts.get(row.lawyer_id)
        for row in Sitting.of(actor.office_id).filter(day__in=days)
    }
    lawyers = ((booking_id, sits.get((day, seat))) for booking_id, day, seat in booked)
    return frozenset(
        booking_id
        for booking_id, account in lawyers
        if account and declined(Actor(actor.office_id, ROLE, account), booking_id)
    )


def declined_key(actor: Actor, booking_id: UUID) -> str:
    """The idempotency key under which a lawyer declines a booking's person."""
    return hashlib.sha256(f"{actor.staff_id}/{booking_id}".encode()).hexdigest()


@action("clinic.names")
def names(_actor: Actor, who: Appointment, *, now: datetime) -> Names:  # noqa: ARG001 - the act's form
    """Whom to check for a conflict of interest (利益相反): only with the person's consent."""
    return named(who, *unseal.drawers(who.office_id, who.case_id))


def named(who: Appointment, shared: Drawer, staff: Drawer) -> Names:
    """The names, out of the case's open drawers."""
    row = Booking.of(who.office_id).get(pk=who.booking_id)
    wanted = (
        Wanted.from_json(shared.open("booking", row.id, row.wanted)) if row.wanted else Wanted()
    )
    if not briefs.names_for_lawyer(staff, row.id, wanted=wanted.names_ok):
        return Names(agreed=False)
    person = cases.about(shared)
    return Names(
        agreed=True,
        person=str(person.get("name") or ""),
        kana=str(person.get("kana") or ""),
        other_party=wanted.other_party,
    )


def checked_key(actor: Actor, who: Appointment, shown: Names) -> str:
    """The idempotency key under which a lawyer says: no conflict with exactly these names."""
    names_ = json.dumps([shown.agreed, shown.person, shown.kana, shown.other_party])
    return hashlib.sha256(f"{actor.staff_id}/{who.booking_id}/{names_}".encode()).hexdigest()


def require_checked(actor: Actor, who: Appointment, *drawers: Drawer) -> None:
    """Raise Refused unless the lawyer agreed to meet this person, by the names as they are now.

    Raises:
        Refused: they did not, or the names are others by now.
    """
    if not done_before(actor, CLEAR, checked_key(actor, who, named(who, *drawers))):
        raise Refused(Reason("clinic.unchecked"))


@action("clinic.brief_read")
def consultee(actor: Actor, who: Appointment, *, now: datetime) -> Consultee:  # noqa: ARG001 - the act's form
    """The newest brief and the files that came, once the names were checked for a conflict.

    Raises:
        Refused: they were not checked; nothing was read then.
    """
    shared, staff = unseal.drawers(who.office_id, who.case_id)
    require_checked(actor, who, shared, staff)
    brief = briefs.for_lawyer(staff, who.booking_id)
    cards = tuple(card for card in evidence.cards(shared) if not card.locked)
    row = Booking.of(who.office_id).get(pk=who.booking_id)
    return Consultee(
        named(who, shared, staff),
        brief,
        cards if brief else (),
        row.state,
        row.revision,
        row.outcome_at,
    )


@action("clinic.view")
def view(
    actor: Actor,
    who: Appointment,
    file_id: UUID,
    *,
    now: datetime,  # noqa: ARG001 - the act's form
) -> tuple[FileCard, Iterator[bytes]]:
    """A picture that the person sent, for the screen; its audit line precedes the first byte.

    Raises:
        Absent: no such file in this case, it is locked, no picture, or no brief lets it be seen.
        Refused: the names were not checked for a conflict.
    """
    row = Item.of(who.office_id).filter(case_id=who.case_id, pk=file_id, **FROM_PERSON).first()
    if row is None:
        raise Absent
    shared, staff = unseal.drawers(who.office_id, who.case_id)
    require_checked(actor, who, shared, staff)
    if briefs.for_lawyer(staff, who.booking_id) is None:
        raise Absent
    about = files.About.from_json(shared.open("item", row.id, row.about))
    if about.looks not in PICTURES:
        raise Absent
    return evidence.card(row, about), files.read(row.id, about)
