"""What the person may do and read here: which times are free, book one, cancel it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from typing import Any, Self
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count

from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.interviews import bookable, slot
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.desk import Desk
from madoguchi.rules.steps.interview import State, Verb, after
from madoguchi.tools.act.action import Subject, action
from madoguchi.tools.later.queue import enqueue
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault.cipher import Tampered, Unreadable
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases import public as cases
from madoguchi.work.interviews.models import Interview
from madoguchi.work.record import public as record

READABLE = "id", "office_id", "case_id", "on", "starts", "ends", "place", "state", "revision"


@dataclass(frozen=True)
class When:
    """A day and a time of it."""

    on: date
    starts: time


@dataclass(frozen=True)
class InterviewRevision:
    """An interview as a page showed it."""

    id: UUID
    revision: int


@dataclass(frozen=True)
class Wanted:
    """What the person needs for the interview: help, a language, whom they would rather meet."""

    support: tuple[str, ...] = ()
    language: str = field(default="", repr=False)
    officer: str = ""
    note: str = field(default="", repr=False)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(tuple(stored["support"]), stored["language"], stored["officer"], stored["note"])

    @classmethod
    def read(cls, shared: Drawer, row: Interview) -> Self | None:
        """What is wanted of an interview; None where it cannot be read."""
        try:
            return cls.from_json(shared.open("interview", row.id, row.wanted))
        except (Tampered, Unreadable):
            return None


@dataclass(frozen=True)
class Booked:
    """An interview of the person, as their page shows it."""

    id: UUID
    on: date
    starts: time
    ends: time
    revision: int

    @property
    def seen(self) -> InterviewRevision:
        """The interview as the page shows it, for an act on it."""
        return InterviewRevision(self.id, self.revision)


def taken(office_id: UUID, first: date, last: date) -> Mapping[tuple[date, time], int]:
    """How many places are taken up at each time of these days, and nothing of whose they are."""
    rows = Interview.of(office_id).filter(on__gte=first, on__lte=last)
    counted = rows.exclude(state=State.CANCELLED).values("on", "starts").annotate(many=Count("id"))
    return {(row["on"], row["starts"]): row["many"] for row in counted}


def own(held: cases.Holding) -> tuple[Booked, ...]:
    """The interviews that the person has booked or been given, in order."""
    rows = Interview.of(held.office_id).filter(case_id=held.case_id, state=State.BOOKED)
    found = rows.order_by("on", "starts").values_list("id", "on", "starts", "ends", "revision")
    return tuple(Booked(*row) for row in found)


@action("interview.book")
def book(
    _actor: Actor,
    held: cases.Holding,
    desk: Desk,
    changes: Sequence[Change],
    when: When,
    wanted: Wanted,
    look_on: date,
    *,
    now: datetime,
) -> UUID:
    """Book an interview for oneself, one at a time; the desk gets a due on `look_on`.

    Raises:
        Refused: not at that time, no place left, or one is booked already.
    """
    bookable(desk, when.on, when.starts, now, "person", changes).require()
    if any(booked.on >= now.date() for booked in own(held)):
        raise Refused(Reason("interview.one"))
    row = create(held.drawer, desk, changes, when, wanted, None, now)
    tell(held.drawer, row, "booked", now)
    cases.desks_turn(held, look_on, "interview_new", now)
    enqueue("interviews.follow", held.case_id, at=now)
    enqueue("interviews.notice", row.id, at=now)
    return row.id


@action("interview.cancel")
def cancel(
    _actor: Actor, held: cases.Holding, seen: InterviewRevision, look_on: date, *, now: datetime
) -> UUID:
    """Cancel one's interview before it begins; the desk gets a due on `look_on`.

    Raises:
        Absent: it is not the person's.
        Refused: it has begun, it was moved meanwhile, or it is not booked any more.
    """
    row = of_case(held, seen)
    if datetime.combine(row.on, row.starts, tzinfo=now.tzinfo) <= now:
        raise Refused(Reason("interview.begun"))
    step(row, Verb.CANCEL)
    tell(held.drawer, row, "cancelled", now)
    cases.desks_turn(held, look_on, "interview_cancelled", now)
    enqueue("interviews.follow", held.case_id, at=now)
    return row.id


def of_case(subject: Subject, seen: InterviewRevision) -> Interview:
    """The case's interview, locked for the act.

    Raises:
        Absent: it is not this case's.
        Refused: it changed since it was seen.
    """
    rows = Interview.of(subject.office_id).select_for_update().only(*READABLE)
    row = rows.filter(pk=seen.id, case_id=subject.case_id).first()
    if row is None or subject.case_id is None:
        raise Absent
    if row.revision != seen.revision:
        raise Refused(Reason("interview.stale"))
    return row


def create(
    drawer: Drawer,
    desk: Desk,
    changes: Sequence[Change],
    when: When,
    wanted: Wanted,
    staff_id: UUID | None,
    now: datetime,
) -> Interview:
    """A new interview of the drawer's case at the first free place of a time that may be booked.

    Raises:
        Refused: no place is left.
    """
    row = Interview(
        office_id=drawer.office_id,
        case_id=drawer.case_id,
        state=State.BOOKED,
        staff_id=staff_id,
        at=now,
    )
    row.wanted = drawer.seal("interview", row.id, asdict(wanted))
    place(row, desk, changes, when)
    return row


def place(row: Interview, desk: Desk, changes: Sequence[Change], when: When) -> None:
    """Save the row at the first free place of the time; which one is free the database decides.

    Raises:
        Refused: no interview is given then, or no place is left.
    """
    span = slot(desk, when.on, when.starts, changes)
    if span is None or desk.interviews is None:
        raise Refused(Reason("interview.hours"))
    row.on, row.starts, row.ends = when.on, span.starts, span.ends
    for number in range(1, desk.interviews.places + 1):
        row.place = number
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:
            continue
        return
    raise Refused(Reason("interview.full"))


def step(row: Interview, verb: Verb) -> None:
    """Move an interview to its next state.

    Raises:
        Refused: the verb is not possible in its state.
    """
    row.state = after(State(row.state), verb)
    row.revision += 1
    row.save(update_fields=["state", "revision"])


def tell(
    drawer: Drawer,
    row: Interview,
    step: str,
    now: datetime,
    *,
    staff_id: UUID | None = None,
    was: When | None = None,
    because: record.Because | None = None,
) -> None:
    """Write into the record what happened to an interview; `was`: its time before it moved."""

    def moment(when: When) -> dict[str, str]:
        return {"on": when.on.isoformat(), "starts": f"{when.starts:%H:%M}"}

    is_at = moment(When(row.on, row.starts))
    details = {"step": step, **is_at, "was": moment(was) if was else {}}
    if because:
        details |= because.words()
    record.write(drawer, "booking", details, staff_id=staff_id, now=now)
