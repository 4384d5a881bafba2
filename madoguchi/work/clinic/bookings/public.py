"""One place of a clinic's day (予約の枠): who may take it, and the rows behind it.

A place that is held or offered belongs to somebody until a moment. Whoever claims a place ends
what is over in the same transaction; which seat is free then the database decides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Max, Q, QuerySet, Sum

from madoguchi.rules import slots
from madoguchi.rules.decision import Absent, Decision, Reason, Refused
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.desk import Desk
from madoguchi.rules.slots import ClinicDay
from madoguchi.rules.steps.booking import FREE, STANDING, TEMPORARY, State, Verb, after
from madoguchi.tools.act.action import Subject
from madoguchi.tools.later.queue import enqueue
from madoguchi.tools.office.public import by_id
from madoguchi.tools.transaction import lock
from madoguchi.tools.vault.cipher import Tampered, Unreadable
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.clinic.models import Booking
from madoguchi.work.notices import public as notices
from madoguchi.work.record import public as record

READABLE = (
    *("id", "office_id", "case_id", "day", "number", "seat", "state", "agreed_at", "until_at"),
    *("holder", "at", "revision"),
)
PLACED = (
    *("day", "number", "seat", "state", "agreed_at", "agreed_before_at", "until_at", "revision"),
)
CONSULTED = (*STANDING, State.CAME, State.LATE)  # what counts of what is free of charge


@dataclass(frozen=True)
class Place:
    """One slot of a day: the day as it was first announced (`day`), the slot's number from 1."""

    day: str
    number: int


@dataclass(frozen=True)
class BookingRevision:
    """A booking as a page showed it; an act is refused where its revision has changed since."""

    id: UUID
    revision: int


@dataclass(frozen=True)
class Wanted:
    """What the person wants of the lawyer. `names_ok`: they agreed that names go there before."""

    subject: str = field(default="", repr=False)
    other_party: str = field(default="", repr=False)
    people: int = 1
    names_ok: bool = False
    note: str = field(default="", repr=False)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**{name: stored[name] for name in cls.__dataclass_fields__ if name in stored})

    @classmethod
    def read(cls, shared: Drawer, row: Booking) -> Self | None:
        """What is wanted of a booking; None where it cannot be read."""
        try:
            return (
                cls.from_json(shared.open("booking", row.id, row.wanted)) if row.wanted else cls()
            )
        except (Tampered, Unreadable):
            return None


@dataclass(frozen=True)
class Rules:
    """The rules by which places are given: the programme's clinic and desk, and the decisions."""

    clinic: Clinic
    desk: Desk
    changes: tuple[Change, ...] = ()


def in_force(office_id: UUID, on: date) -> Rules | None:
    """What holds for an office on a day, for work without a page; None without a clinic."""
    programme = notices.in_force(by_id(office_id), on)
    if programme.clinic is None:
        return None
    return Rules(programme.clinic, programme.desk, notices.changes(office_id))


def turn(office_id: UUID) -> str:
    """The lock that whoever takes a place of an office holds: they go one after another."""
    return f"clinic/{office_id}"


type Rows = QuerySet[Booking]


def taken(office_id: UUID, refs: Iterable[str], now: datetime) -> Mapping[tuple[str, int], int]:
    """How many places of each slot of these days are taken up, and nothing of whose they are."""
    rows = Booking.of(office_id).filter(day__in=tuple(refs)).exclude(state__in=FREE)
    counted = rows.exclude(over(now)).values("day", "number").annotate(many=Count("id"))
    return {(row["day"], row["number"]): row["many"] for row in counted}


def version(office_id: UUID) -> str:
    """A mark that changes with whatever may change which places are free."""
    rows = Booking.of(office_id).aggregate(
        all=Count("id"),
        revisions=Sum("revision"),
        newest=Max("at"),
        free=Count("id", filter=Q(state__in=FREE)),
    )
    return f"{rows['all']}/{rows['revisions']}/{rows['newest']}/{rows['free']}"


def over(now: datetime) -> Q:
    """Whether the time is over for which a place was held or offered; without an end it is."""
    return Q(state__in=TEMPORARY) & (Q(until_at__lte=now) | Q(until_at=None))


def announced(clinic: Clinic, place: Place, changes: tuple[Change, ...]) -> ClinicDay:
    """The day of a place.

    Raises:
        Refused: there is no such day, or it has no such slot.
    """
    day = slots.day(clinic, place.day, changes)
    if day is None:
        raise Refused(Reason("clinic.no_day"))
    if day.slot(place.number) is None:
        raise Refused(Reason("clinic.no_slot"))
    return day


def starts(clinic: Clinic, row: Booking, changes: tuple[Change, ...]) -> datetime | None:
    """When a booking begins by now; None where its day or slot is there no longer."""
    day = slots.day(clinic, row.day, changes)
    if day is None or day.slot(row.number) is None:
        return None
    return slots.begins(day, row.number)


def require(decision: Decision) -> None:
    """Raise Refused if a rule says no; where a human has to be asked, the desk asks.

    Raises:
        Refused: with the reasons that are not met.
    """
    if decision.answer == "no":
        decision.require()


def used(office_id: UUID, case_id: UUID, day: ClinicDay, but: UUID | None = None) -> slots.Used:
    """How often this case was consulted or has a place; a case is one matter.

    `but`: a booking that does not count.
    """
    rows = Booking.of(office_id).filter(case_id=case_id, state__in=CONSULTED)
    if but:
        rows = rows.exclude(pk=but)
    refs = list(rows.values_list("day", flat=True))
    year = [ref for ref in refs if _fiscal_year(ref) == _fiscal_year(day.ref)]
    return slots.Used(person=len(refs), matter=len(refs), year=len(year))


def _fiscal_year(ref: str) -> int | None:
    """None for a day that there is not: it counts to no year, and `verify` names it."""
    on = slots.announced_on(ref)
    return fiscal_year(on) if on else None


def queue(office_id: UUID) -> None:
    """Wait for one's turn to take a place, before anything of the act is written."""
    lock(turn(office_id))


def claim(row: Booking, lawyers: int, now: datetime, fields: Iterable[str] | None = None) -> None:
    """Save the row at the first free seat of its place; `fields`: of a row that is stored already.

    Raises:
        Refused: no seat is left.
    """
    lapse(row.office_id, now, day=row.day, number=row.number)
    for seat in range(1, lawyers + 1):
        row.seat = seat
        try:
            with transaction.atomic():
                row.save(update_fields=fields)
        except IntegrityError:
            continue
        return
    raise Refused(Reason("clinic.full"))


def lapse(office_id: UUID, now: datetime, **among: object) -> int:
    """End what is held or offered no longer, and give back how many; the cases' days follow."""
    rows = Booking.of(office_id).filter(over(now), **among)
    cases = set(rows.values_list("case_id", flat=True))
    count = rows.update(state=State.LAPSED, revision=F("revision") + 1)
    for case_id in filter(None, cases):
        enqueue("clinic.bookings.follow", case_id, at=now)
    return count


def of_case(subject: Subject, seen: BookingRevision) -> Booking:
    """The case's booking, locked for the act.

    Raises:
        Absent: it is not this case's.
        Refused: it changed since it was seen.
    """
    row = _locked(subject, seen)
    if row.revision != seen.revision:
        raise Refused(Reason("clinic.stale"))
    return row


def offered(subject: Subject, seen: BookingRevision, now: datetime) -> Booking:
    """The place that is offered to the case, locked for the act.

    Raises:
        Absent: it is not this case's.
        Refused: the offer was answered already, or its time is over.
    """
    row = _locked(subject, seen)
    in_time = row.until_at is not None and row.until_at > now
    if row.state == State.LAPSED or (row.state == State.OFFERED and not in_time):
        raise Refused(Reason("clinic.no_offer"))
    if row.state != State.OFFERED:
        raise Refused(Reason("clinic.answered"))
    return row


def accept(
    subject: Subject,
    seen: BookingRevision,
    clinic: Clinic,
    changes: tuple[Change, ...],
    now: datetime,
    to: datetime | None = None,
) -> Booking:
    """Book the place that was offered for its case; `to`: the beginning that the page showed.

    Raises:
        Absent, Refused: as with `offered`, or its day is off, moved since or has begun.
    """
    row = offered(subject, seen, now)
    begins = standing_begin(row, clinic, changes)
    if to not in (None, begins):
        raise Refused(Reason("clinic.moved"))
    if begins <= now:
        raise Refused(Reason("clinic.begun"))
    step(row, Verb.ACCEPT, until_at=None, agreed_at=begins)
    enqueue("clinic.bookings.apart", row.id, at=now)
    return row


def _locked(subject: Subject, seen: BookingRevision) -> Booking:
    rows = Booking.of(subject.office_id).select_for_update().only(*READABLE)
    row = rows.filter(pk=seen.id, case_id=subject.case_id).first()
    if row is None or subject.case_id is None:
        raise Absent
    return row


def require_none(subject: Subject, rules: Rules, now: datetime, but: UUID | None = None) -> None:
    """Raise Refused if the case has a place to come already, other than `but`.

    Raises:
        Refused: it has one.
    """
    rows = Booking.of(subject.office_id).filter(case_id=subject.case_id)
    rows = rows.filter(state__in=(*STANDING, State.OFFERED)).exclude(over(now))
    if but:
        rows = rows.exclude(pk=but)
    for row in rows.only(*READABLE):
        day = slots.day(rules.clinic, row.day, rules.changes)
        if day is not None and not day.cancelled and day.on >= now.date():
            raise Refused(Reason("clinic.one"))


def agree(
    row: Booking,
    clinic: Clinic,
    changes: tuple[Change, ...],
    to: datetime,
    before: datetime | None = None,
) -> datetime:
    """Write down that the person keeps their place on the day as it is now; when it begins.

    `before`: what they had agreed to, where the answer may be taken back.

    Raises:
        Refused: it begins at another time than `to`, the day is off, or they agreed already.
    """
    begins = standing_begin(row, clinic, changes)
    if begins != to:
        raise Refused(Reason("clinic.moved"))
    if row.agreed_at == begins:
        raise Refused(Reason("clinic.answered"))
    step(row, Verb.AGREE, agreed_at=begins, agreed_before_at=before)
    return begins


def standing_begin(row: Booking, clinic: Clinic, changes: tuple[Change, ...]) -> datetime:
    """When a booking begins, if its day takes place.

    Raises:
        Refused: the day is off, or its slot is gone.
    """
    day = announced(clinic, Place(row.day, row.number), changes)
    if day.cancelled:
        raise Refused(Reason("clinic.cancelled"))
    return slots.begins(day, row.number)


def require_ahead(
    row: Booking, clinic: Clinic, changes: tuple[Change, ...], now: datetime
) -> datetime:
    """The beginning of a booking that has not begun; on a day that is off, the agreed one.

    Raises:
        Refused: it has begun.
    """
    day = slots.day(clinic, row.day, changes)
    begins = starts(clinic, row, changes)
    if begins is None or day is None or day.cancelled:
        return row.agreed_at.astimezone(now.tzinfo)
    if begins <= now:
        raise Refused(Reason("clinic.begun"))
    return begins


def require_people(rules: Rules, wanted: Wanted) -> None:
    """Raise Refused if more people come than a group may have.

    Raises:
        Refused: more, or none.
    """
    most = rules.clinic.booking.people_most
    if not 1 <= wanted.people <= most:
        raise Refused(Reason("clinic.people", values={"most": most}))


def put(row: Booking, rules: Rules, place: Place, state: State, now: datetime) -> datetime:
    """Move a booking to another place, or to its own day as it is now; when it begins there.

    Raises:
        Refused: it does not stand any more, or no seat is left.
    """
    after(State(row.state), Verb.MOVE)
    day = announced(rules.clinic, place, rules.changes)
    row.day, row.number, row.state = place.day, place.number, state
    row.agreed_at = slots.begins(day, place.number)
    row.agreed_before_at = None
    row.revision += 1
    claim(row, rules.clinic.lawyers, now, PLACED)
    return row.agreed_at


def step(row: Booking, verb: Verb, **changed: object) -> None:
    """Move a booking to its next state, and set and save what else changes of it.

    Raises:
        Refused: the verb is not possible in its state.
    """
    row.state = after(State(row.state), verb)
    row.revision += 1
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=["state", "revision", *changed])


def follow_up(row: Booking, now: datetime) -> None:
    """Enqueue what the worker does after a case took a place or gave it back."""
    if row.case_id is not None:
        enqueue("clinic.bookings.follow", row.case_id, at=now)
    if row.state in STANDING:
        enqueue("clinic.bookings.apart", row.id, at=now)
    enqueue("clinic.waiting.offer", row.office_id, at=now)


def write(drawer: Drawer, row: Booking, wanted: Wanted) -> None:
    """Seal what is wanted into the row, which the caller saves."""
    row.wanted = drawer.seal("booking", row.id, asdict(wanted))


def tell(
    drawer: Drawer,
    step: str,
    starts_at: datetime,
    now: datetime,
    *,
    staff_id: UUID | None = None,
    was: datetime | None = None,
    because: record.Because | None = None,
) -> None:
    """Write into the record what happened to a booking; `was`: the beginning before it moved."""

    def moment(at: datetime) -> dict[str, str]:
        local = at.astimezone(now.tzinfo)
        return {"on": local.date().isoformat(), "starts": f"{local:%H:%M}"}

    details = {"step": step, **moment(starts_at), "was": moment(was) if was else {}}
    if because:
        details |= because.words()
    record.write(drawer, "clinic", details, staff_id=staff_id, now=now)
