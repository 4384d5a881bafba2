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
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.work.cases import public as cases
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.cases.queries import OpenedCase, visible
from madoguchi.work.clinic.bookings import public as bookings
from madoguchi.work.clinic.bookings.dues import CALLS
from madoguchi.work.clinic.bookings.public import BookingRevision, Place, Wanted
from madoguchi.work.clinic.models import Booking, Waiting
from madoguchi.work.clinic.waiting.public import WAITING


@dataclass(frozen=True)
class Card:
    """A booking of a case that the colleague may list.

    `starts`: when it begins as the days are now, None where its day or slot is gone. `off`: its day
    does not take place.
    """

    id: UUID
    case_id: UUID
    short_name: str
    assignee_id: UUID | None
    contact_rule: str
    place: Place
    state: str
    channel: str
    starts: datetime | None
    agreed_at: datetime
    until_at: datetime | None
    asked_at: datetime
    revision: int
    off: bool = False

    @property
    def seen(self) -> BookingRevision:
        """The booking as the page shows it, for an act on it."""
        return BookingRevision(self.id, self.revision)

    @property
    def standing(self) -> bool:
        """Whether somebody is expected still."""
        return self.state in STANDING

    @property
    def moved(self) -> bool:
        """Whether it begins at another time than the person agreed to: they have not answered."""
        return self.standing and not self.off and self.starts != self.agreed_at

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
    """A booking of an opened case, with what the person wants."""

    card: Card
    wanted: Wanted = field(repr=False)


@dataclass(frozen=True)
class Waiter:
    """A case on the waiting list that the colleague may list; `day` empty: any day."""

    id: UUID
    case_id: UUID
    short_name: str
    day: str
    at: datetime


@dataclass(frozen=True)
class Call:
    """A case to be called: why (the due's kind), since when, how contact is safe, its bookings."""

    case_id: UUID
    short_name: str
    contact_rule: str
    kind: str
    on: date
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Needs:
    """What a booking is about and how contact is safe, as far as the colleague may read it."""

    wanted: Wanted = field(repr=False)
    wishes: cases.Wishes
    name: str = field(repr=False)


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
) -> tuple[OfCase, ...]:
    """All bookings of an opened case, the latest first."""
    card = opened.card
    found = Booking.of(opened.shared.office_id).filter(case_id=card.id).exclude(wanted=b"")
    name = (card.short_name, card.assignee_id, card.contact_rule)
    return tuple(
        OfCase(
            _card(row, name, clinic, changes, now),
            Wanted.from_json(opened.shared.open("booking", row.id, row.wanted)),
        )
        for row in found.order_by("-at", "-id")
    )


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


def waiting(actor: Actor, refs: Iterable[str] = ()) -> tuple[Waiter, ...]:
    """Who waits, in turn: for these days or for any; without days, all who wait."""
    _require_calendar(actor)
    found = Waiting.of(actor.office_id).filter(state=WAITING)
    if wanted := tuple(refs):
        found = found.filter(day__in=(*wanted, ""))
    known = _known(actor, found)
    return tuple(
        Waiter(row.id, row.case_id, known[row.case_id][0], row.day, row.at)
        for row in found.order_by("at", "id")
        if row.case_id in known
    )


def calls(
    actor: Actor, clinic: Clinic, changes: tuple[Change, ...], *, now: datetime
) -> tuple[Call, ...]:
    """Whom to tell what by now: offers, moves, wishes to confirm, reminders without mail."""
    _require_calendar(actor)
    found = Due.of(actor.office_id).filter(kind__in=CALLS, done_at__isnull=True, on__lte=now.date())
    dues = list(found.order_by("on", "id"))
    known = _known(actor, dues)
    standing = Booking.of(actor.office_id).filter(
        case_id__in=known, state__in=(*STANDING, State.OFFERED)
    )
    cards = _cards(actor, list(standing.order_by("agreed_at")), clinic, changes, now)
    return tuple(
        Call(
            due.case_id,
            known[due.case_id][0],
            known[due.case_id][2],
            due.kind,
            due.on,
            tuple(card for card in cards if card.case_id == due.case_id),
        )
        for due in dues
        if due.case_id in known
    )


def needs(actor: Actor, cards: Sequence[Card], *, now: datetime) -> Mapping[UUID, Needs]:
    """What these bookings are about, by their ids; one line for each case that is opened."""
    wanted = {card.id for card in cards}
    found: dict[UUID, Needs] = {}
    ids = {card.case_id for card in cards}
    for case in Case.of(actor.office_id).filter(pk__in=ids).order_by("id"):
        if allowed(actor, "clinic.prepare", case):
            with suppress(unseal.Forgotten):
                found |= _needs(actor, case, wanted, now=now)
    return found


@action("clinic.prepare")
def _needs(_actor: Actor, case: Case, ids: set[UUID], *, now: datetime) -> dict[UUID, Needs]:  # noqa: ARG001 - the act's form
    shared, _ = unseal.drawers(case.office_id, case.id)
    wishes, name = cases.wishes(shared), str(cases.about(shared).get("name", ""))
    found = Booking.of(case.office_id).filter(case_id=case.id, pk__in=ids)
    return {
        row.id: Needs(Wanted.from_json(shared.open("booking", row.id, row.wanted)), wishes, name)
        for row in found
    }


type Name = tuple[str, UUID | None, str]
type Known = Mapping[UUID | None, Name]


def _require_calendar(actor: Actor) -> None:
    if not rights.may(actor.role, "clinic.list", "office"):
        raise Absent


def _of_days(actor: Actor, refs: Sequence[str], now: datetime) -> list[Booking]:
    """What takes up a place on these days at this moment."""
    _require_calendar(actor)
    found = Booking.of(actor.office_id).filter(day__in=refs).exclude(state__in=FREE)
    return list(found.exclude(bookings.over(now)).order_by("number", "seat"))


def _known(actor: Actor, found: Iterable[Any]) -> Known:
    """Name, assignee and contact rule of those of the rows' cases that the colleague may list."""
    listed = visible(actor).filter(pk__in={row.case_id for row in found})
    values = listed.values_list("id", "short_name", "assignee_id", "contact_rule")
    return {case_id: (name, assignee, rule) for case_id, name, assignee, rule in values}


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
    row: Booking, name: Name, clinic: Clinic, changes: tuple[Change, ...], now: datetime
) -> Card:
    if row.case_id is None:
        raise LookupError
    day = slots.day(clinic, row.day, changes)
    until = row.until_at.astimezone(now.tzinfo) if row.until_at else None
    return Card(
        row.id,
        row.case_id,
        *name,
        Place(row.day, row.number),
        row.state,
        row.channel,
        bookings.starts(clinic, row, changes),
        row.agreed_at.astimezone(now.tzinfo),
        until,
        row.at.astimezone(now.tzinfo),
        row.revision,
        day is None or day.cancelled,
    )
