"""What is missing before the lawyer's day (封筒の書類の準備): consent, brief, print, slot by slot.

No case is opened for it: the columns of bookings, briefs and packs that are not sealed say it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time
from uuid import UUID

from madoguchi.rules import slots
from madoguchi.rules.decision import Absent
from madoguchi.rules.opening import working_day
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.slots import ClinicDay
from madoguchi.rules.steps.booking import OVER, STANDING, State
from madoguchi.tools.act.action import allowed
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.queries import visible
from madoguchi.work.clinic.bookings import public as open_bookings
from madoguchi.work.clinic.bookings import queries as bookings
from madoguchi.work.clinic.bookings.public import Rules
from madoguchi.work.clinic.bookings.queries import Card
from madoguchi.work.clinic.briefs import queries as briefs
from madoguchi.work.clinic.models import Booking, Lawyer, Pack, Sitting

PRINTED = (*STANDING, State.CAME, State.LATE)  # for whom an envelope is made


@dataclass(frozen=True)
class Missing:
    """What is missing for one place, without a name; of these three, True means missing."""

    booking_id: UUID
    starts: time
    consent: bool
    brief: bool
    print: bool

    @property
    def any(self) -> bool:
        return self.consent or self.brief or self.print


@dataclass(frozen=True)
class Print:
    """A pack as it was printed last; `stale`: booking or brief changed since, and it is needed.

    That somebody came changes nothing in it; once the outcome is written nobody needs it.
    """

    at: datetime
    staff_id: UUID
    stale: bool


@dataclass(frozen=True)
class Paper:
    """One taken place of a day that the colleague may list, and the state of its papers.

    `brief`: the state of the newest version, empty where nobody asked the person yet; `number`: of
    that version, 0 for none. `may`: which of `VERBS` the colleague may do for this case.
    """

    card: Card
    seat: int
    brief: str
    number: int
    printed: Print | None
    outcome_at: datetime | None
    may: frozenset[str] = field(default_factory=frozenset)

    @property
    def to_print(self) -> bool:
        """Whether an envelope is made for it."""
        return self.card.state in PRINTED


@dataclass(frozen=True)
class Seat:
    """One place of a slot: somebody's papers, free, or taken (`shut`) and not to be listed."""

    paper: Paper | None = None
    shut: bool = False


@dataclass(frozen=True)
class Slot:
    """One slot of a day with its places."""

    slot: slots.Slot
    seats: tuple[Seat, ...]


VERBS = ("clinic.brief", "clinic.pack", "clinic.sheet", "clinic.outcome")


def of_day(
    actor: Actor, clinic: Clinic, day: ClinicDay, changes: tuple[Change, ...], *, now: datetime
) -> tuple[Slot, ...]:
    """The slots of a day with the state of their papers.

    Raises:
        Absent: for a role that has no calendar.
    """
    found = bookings.of_day(actor, clinic, day, changes, now=now)
    cards = [seat.card for line in found for seat in line.seats if seat.card]
    ids = [card.id for card in cards]
    booked = {row.id: row for row in Booking.of(actor.office_id).filter(pk__in=ids)}
    states = briefs.states(actor.office_id, ids)
    packs = _packs(actor.office_id, ids)
    cases = Case.of(actor.office_id).filter(pk__in={card.case_id for card in cards})
    may = {case.pk: frozenset(v for v in VERBS if allowed(actor, v, case)) for case in cases}
    papers: dict[UUID, Paper] = {}
    for card in cards:
        row, (number, state) = booked[card.id], states.get(card.id, (0, ""))
        printed = _print(packs.get(card.id), row, number, day)
        papers[card.id] = Paper(
            card, row.seat, state, number, printed, row.outcome_at, may[card.case_id]
        )
    return tuple(
        Slot(
            line.slot,
            tuple(Seat(papers[s.card.id] if s.card else None, s.shut) for s in line.seats),
        )
        for line in found
    )


def _packs(office_id: UUID, booking_ids: Iterable[UUID]) -> dict[UUID, Pack]:
    """The newest print of each booking."""
    found = Pack.of(office_id).filter(booking_id__in=tuple(booking_ids)).order_by("at")
    return {pack.booking_id: pack for pack in found}


def _print(pack: Pack | None, row: Booking, brief_number: int, day: ClinicDay) -> Print | None:
    if pack is None:
        return None
    begins = slots.begins(day, row.number) if day.slot(row.number) else None
    same = pack.brief_number == brief_number and pack.agreed_at == begins
    if row.state not in OVER:
        same = same and pack.revision == row.revision
    return Print(pack.at, pack.staff_id, stale=row.outcome_at is None and not same)


def missing(office_id: UUID, day: ClinicDay) -> tuple[Missing, ...]:
    """What is missing for each place of a day at which somebody is expected."""
    standing = Booking.of(office_id).filter(day=day.ref, state__in=STANDING)
    expected = [row for row in standing.order_by("number", "seat") if day.slot(row.number)]
    ids = [row.id for row in expected]
    states, packs = briefs.states(office_id, ids), _packs(office_id, ids)
    found: list[Missing] = []
    for row in expected:
        number, state = states.get(row.id, (0, ""))
        printed = _print(packs.get(row.id), row, number, day)
        lack = Missing(
            row.id,
            slots.begins(day, row.number).time(),
            consent=not state,
            brief=state in ("", briefs.AGREED),
            print=printed is None or printed.stale,
        )
        found.append(lack)
    return tuple(found)


def due_now(offer: Rules, now: datetime) -> tuple[ClinicDay, ...]:
    """The days whose packs must be ready: from the working day before until they end."""
    next_on = working_day(offer.desk, now.date(), 1, offer.changes)
    coming = slots.coming(offer.clinic, now.date(), offer.changes)
    return tuple(
        day for day in coming if day.on <= next_on and slots.finishes(day, len(day.slots)) > now
    )


def unprinted(office_id: UUID, now: datetime) -> frozenset[UUID]:
    """The cases whose envelope must be ready by now and was not printed since the last change.

    Not to be shown as they are: `may_know_of_one` says whether a colleague may be told of any.
    """
    offer = open_bookings.in_force(office_id, now.date())
    if offer is None:
        return frozenset()
    rows = [
        place.booking_id
        for day in due_now(offer, now)
        for place in missing(office_id, day)
        if place.print
    ]
    found = Booking.of(office_id).filter(pk__in=rows)
    return frozenset(filter(None, found.values_list("case_id", flat=True)))


def may_know_of_one(actor: Actor, case_ids: Collection[UUID]) -> bool:
    """Whether the colleague may list one of these cases; no query where there are none."""
    return bool(case_ids) and visible(actor).filter(pk__in=case_ids).exists()


def sitting(office_id: UUID, day: ClinicDay) -> dict[int, str]:
    """Which lawyer sits at which seat on a day."""
    seats = dict(Sitting.of(office_id).filter(day=day.ref).values_list("lawyer_id", "seat"))
    names = Lawyer.of(office_id).filter(pk__in=seats).values_list("id", "name")
    return {seats[lawyer_id]: name for lawyer_id, name in names}


@dataclass(frozen=True)
class Placed:
    """A booking of a case, for the pages that write about it.

    `starts`: by the days as they are now; None where its day or slot is gone.
    """

    id: UUID
    case_id: UUID
    day: str
    number: int
    seat: int
    state: str
    revision: int
    starts: datetime | None
    outcome_at: datetime | None


def placed(actor: Actor, clinic: Clinic, changes: tuple[Change, ...], booking_id: UUID) -> Placed:
    """The booking; whether the actor may know of it is decided when they open its case.

    Raises:
        Absent: there is none, or it is of no case.
    """
    row = Booking.of(actor.office_id).filter(pk=booking_id, case_id__isnull=False).first()
    if row is None or row.case_id is None:
        raise Absent
    return Placed(
        row.id,
        row.case_id,
        row.day,
        row.number,
        row.seat,
        row.state,
        row.revision,
        open_bookings.starts(clinic, row, changes),
        row.outcome_at,
    )
