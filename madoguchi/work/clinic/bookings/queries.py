"""What staff read of bookings: a day, those of one case, who has not answered, whom to call.

A day names only cases that the colleague may list. Every other taken place looks the same: one that
a colleague keeps or a visitor holds, a booking of a case that is denied to them, a secret one.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from madoguchi.rules import rights, slots
from madoguchi.rules.decision import Absent
from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.slots import ClinicDay, Slot
from madoguchi.rules.steps.booking import FREE, STANDING, State
from madoguchi.tools.act.action import action, allowed
from madoguchi.tools.bounds import Some, some
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.work.cases import public as cases
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.cases.queries import UNREADABLE, CaseCard, OpenedCase, cards_of, visible
from madoguchi.work.clinic.bookings import public as bookings
from madoguchi.work.clinic.bookings.dues import CALLS
from madoguchi.work.clinic.bookings.public import BookingRevision, Place, Wanted
from madoguchi.work.clinic.models import Booking, Waiting
from madoguchi.work.clinic.waiting.public import WAITING


@dataclass(frozen=True)
class Card:
    """A booking of a case that the colleague may list; `revision` is the booking's own.

    `starts`: when it begins as the days are now, None where its day or slot is gone. `off`: its day
    does not take place. `agreed_before_at`, `written_at`: as in the booking.
    """

    id: UUID
    case_id: UUID
    short_name: str
    assignee_id: UUID | None
    contact: str
    place: Place
    state: str
    channel: str
    starts: datetime | None
    agreed_at: datetime
    until_at: datetime | None
    asked_at: datetime
    revision: int
    case_revision: int
    off: bool = False
    agreed_before_at: datetime | None = None
    written_at: datetime | None = None

    @property
    def seen(self) -> BookingRevision:
        """The booking as the page shows it, for an act on it."""
        return BookingRevision(self.id, self.revision)

    @property
    def standing(self) -> bool:
        """Whether somebody is expected still."""
        return self.state in STANDING

    @property
    def takes_place(self) -> bool:
        """Whether its day and its slot are there."""
        return not self.off and self.starts is not None

    @property
    def moved(self) -> bool:
        """Whether it begins at another time than the person agreed to: they have not answered."""
        return self.standing and not self.off and self.starts != self.agreed_at

    @property
    def retractable(self) -> bool:
        """Whether the desk wrote down that they keep the place, and may take that back."""
        return self.takes_place and not self.moved and self.agreed_before_at is not None

    @property
    def state_key(self) -> str:
        """The text key of its state."""
        return f"desk.clinic.state.{self.state}"


@dataclass(frozen=True)
class Seat:
    """One place of a slot: somebody's, not to be used (`shut`), or free.

    `own`: the id of the place that this colleague keeps free.
    """

    card: Card | None = None
    shut: bool = False
    own: UUID | None = None

    @property
    def free(self) -> bool:
        """Whether it can be booked."""
        return not self.shut and self.card is None


@dataclass(frozen=True)
class Row:
    """One slot of a day with its places."""

    slot: Slot
    seats: tuple[Seat, ...]

    @property
    def free(self) -> int:
        """How many places are left."""
        return sum(seat.free for seat in self.seats)


@dataclass(frozen=True)
class OfCase:
    """A booking of an opened case, with what the person wants.

    `damaged`: that cannot be read, and is empty here.
    """

    card: Card
    wanted: Wanted = field(repr=False)
    damaged: bool = False


@dataclass(frozen=True)
class Waiter:
    """A case on the waiting list that the colleague may list; `day` empty: any day."""

    id: UUID
    case_id: UUID
    short_name: str
    assignee_id: UUID | None
    contact: str
    day: str
    at: datetime


@dataclass(frozen=True)
class Call:
    """A case to be called: why (the due's kind), since when, how contact is safe, its bookings."""

    case_id: UUID
    short_name: str
    contact: str
    kind: str
    on: date
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Needs:
    """What a booking is about and how contact is safe, as far as the colleague may read it.

    `number`: whether the person can open their page.
    """

    wanted: Wanted = field(repr=False)
    wishes: cases.Wishes
    about: Mapping[str, Any] = field(repr=False)
    number: bool

    @property
    def name(self) -> str:
        return str(self.about.get("name", ""))


def of_day(
    actor: Actor, clinic: Clinic, day: ClinicDay, changes: tuple[Change, ...], *, now: datetime
) -> tuple[Row, ...]:
    """The slots of a day, each with its places.

    Raises:
        Absent: for a role that has no calendar.
    """
    found = [row for row in _of_days(actor, [day.ref], now) if day.slot(row.number)]
    cards = {card.id: card for card in _cards(actor, found, clinic, changes, now)}
    return tuple(
        Row(slot, _seats(actor, clinic, [r for r in found if r.number == slot.number], cards))
        for slot in day.slots
    )


def lost(
    actor: Actor, clinic: Clinic, day: ClinicDay, changes: tuple[Change, ...], *, now: datetime
) -> tuple[Card, ...]:
    """The bookings of a day whose slot no longer exists."""
    found = [row for row in _of_days(actor, [day.ref], now) if day.slot(row.number) is None]
    return _cards(actor, found, clinic, changes, now)


def of_case(
    opened: OpenedCase, clinic: Clinic, changes: tuple[Change, ...], *, now: datetime
) -> Some[OfCase]:
    """The bookings of an opened case, the latest first, as far as a page reads them."""
    card = opened.card
    rows = Booking.of(opened.shared.office_id).filter(case_id=card.id).exclude(wanted=b"")
    found = some(rows.order_by("-at", "-id"), "wanted", opened.skip.get("bookings", 0))
    read = ((row, Wanted.read(opened.shared, row)) for row in found.rows)
    cards = tuple(
        OfCase(_card(row, card, clinic, changes, now), wanted or Wanted(), damaged=wanted is None)
        for row, wanted in read
    )
    return Some(cards, found.further)


def unanswered(
    actor: Actor, clinic: Clinic, changes: tuple[Change, ...], *, now: datetime
) -> tuple[Card, ...]:
    """The bookings to come whose day moved or is off, and whose person has not answered yet."""
    _require_calendar(actor)
    standing = Booking.of(actor.office_id).filter(state__in=STANDING)
    cards = _cards(actor, list(standing.order_by("day", "number", "seat")), clinic, changes, now)
    today = now.date()
    return tuple(
        card
        for card in cards
        if (card.moved or card.off) and day_in_japan(card.starts or card.agreed_at) >= today
    )


def waiting(
    actor: Actor, *, ref: str | None = None, case_id: UUID | None = None, skip: int = 0
) -> Some[Waiter]:
    """Who waits, in turn: for this day or for any; or what this case waits for."""
    _require_calendar(actor)
    rows = Waiting.of(actor.office_id).filter(state=WAITING)
    if ref is not None:
        rows = rows.filter(day__in=(ref, ""))
    if case_id is not None:
        rows = rows.filter(case_id=case_id)
    found = some(rows.order_by("at", "id"), skip=skip)
    known = _known(actor, found.rows)
    waiters = tuple(
        Waiter(
            row.id, row.case_id, card.short_name, card.assignee_id, card.contact, row.day, row.at
        )
        for row in found.rows
        if (card := known.get(row.case_id))
    )
    return Some(waiters, found.further)


def calls(
    actor: Actor,
    clinic: Clinic,
    changes: tuple[Change, ...],
    *,
    case_id: UUID | None = None,
    skip: int = 0,
    now: datetime,
) -> Some[Call]:
    """Whom to tell what by now: offers, moves, wishes to confirm, reminders without mail."""
    _require_calendar(actor)
    rows = Due.of(actor.office_id).filter(kind__in=CALLS, done_at__isnull=True, on__lte=now.date())
    if case_id is not None:
        rows = rows.filter(case_id=case_id)
    found = some(rows.order_by("on", "id"), skip=skip)
    known = _known(actor, found.rows)
    standing = Booking.of(actor.office_id).filter(
        case_id__in=known, state__in=(*STANDING, State.OFFERED)
    )
    booked = some(standing.defer("wanted").order_by("agreed_at", "id")).rows
    cards = _cards(actor, list(booked), clinic, changes, now)
    lines = tuple(
        Call(
            due.case_id,
            known[due.case_id].short_name,
            known[due.case_id].contact,
            due.kind,
            due.on,
            tuple(card for card in cards if card.case_id == due.case_id),
        )
        for due in found.rows
        if due.case_id in known
    )
    return Some(lines, found.further)


def needs(actor: Actor, cards: Sequence[Card], *, now: datetime) -> Mapping[UUID, Needs]:
    """What these bookings are about, by their ids; one line for each case that is opened."""
    wanted = {card.id for card in cards}
    found: dict[UUID, Needs] = {}
    ids = {card.case_id for card in cards}
    for case in Case.of(actor.office_id).filter(pk__in=ids).order_by("id"):
        if allowed(actor, "clinic.prepare", case):
            with suppress(unseal.Forgotten, *UNREADABLE):
                found |= _needs(actor, case, wanted, now=now)
    return found


@action("clinic.prepare")
def _needs(_actor: Actor, case: Case, ids: set[UUID], *, now: datetime) -> dict[UUID, Needs]:  # noqa: ARG001 - the act's form
    shared, _ = unseal.drawers(case.office_id, case.id)
    wishes, about = cases.wishes(shared), cases.about(shared)
    number = cases.has_number(case.channel, about)
    found = Booking.of(case.office_id).filter(case_id=case.id, pk__in=ids)
    read = ((row.id, Wanted.read(shared, row)) for row in found)
    return {row_id: Needs(wanted, wishes, about, number) for row_id, wanted in read if wanted}


type Known = Mapping[UUID | None, CaseCard]


def _require_calendar(actor: Actor) -> None:
    if not rights.may(actor.role, "clinic.list", "office"):
        raise Absent


def _of_days(actor: Actor, refs: Sequence[str], now: datetime) -> list[Booking]:
    """What takes up a place on these days at this moment."""
    _require_calendar(actor)
    found = Booking.of(actor.office_id).filter(day__in=refs).exclude(state__in=FREE)
    return list(found.exclude(bookings.over(now)).order_by("number", "seat"))


def _known(actor: Actor, found: Iterable[Any]) -> Known:
    """Those of the rows' cases that the colleague may list."""
    may_list = visible(actor).filter(pk__in={row.case_id for row in found})
    return {card.id: card for card in cards_of(may_list)}


def _cards(
    actor: Actor,
    found: Sequence[Booking],
    clinic: Clinic,
    changes: tuple[Change, ...],
    now: datetime,
) -> tuple[Card, ...]:
    known = _known(actor, found)
    named = [row for row in found if row.case_id in known]
    return tuple(_card(row, known[row.case_id], clinic, changes, now) for row in named)


def _seats(
    actor: Actor, clinic: Clinic, found: Sequence[Booking], cards: Mapping[UUID, Card]
) -> tuple[Seat, ...]:
    """The places of one slot; their order does not give away at which seat somebody is."""
    named = [Seat(cards[row.id]) for row in found if row.id in cards]
    own = [
        Seat(shut=True, own=row.id)
        for row in found
        if row.state == State.KEPT and row.staff_id == actor.staff_id
    ]
    others = [Seat(shut=True)] * (len(found) - len(named) - len(own))
    return (*named, *own, *others, *[Seat()] * (clinic.lawyers - len(found)))


def _card(
    row: Booking, case: CaseCard, clinic: Clinic, changes: tuple[Change, ...], now: datetime
) -> Card:
    if row.case_id is None:
        raise LookupError
    day = slots.day(clinic, row.day, changes)
    until = row.until_at.astimezone(now.tzinfo) if row.until_at else None
    return Card(
        row.id,
        row.case_id,
        case.short_name,
        case.assignee_id,
        case.contact,
        Place(row.day, row.number),
        row.state,
        row.channel,
        bookings.starts(clinic, row, changes),
        row.agreed_at.astimezone(now.tzinfo),
        until,
        row.at.astimezone(now.tzinfo),
        row.revision,
        case.revision,
        day is None or day.cancelled,
        row.agreed_before_at,
        row.written_at.astimezone(now.tzinfo) if row.written_at else None,
    )
