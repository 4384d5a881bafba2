"""What staff read of interviews: the calendar, those of one case, those whose day was closed.

The calendar names only cases that the colleague may list. Every other taken place looks the same:
one that a colleague keeps, an interview of a case that is denied to them, a secret one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from uuid import UUID

from django.db.models import QuerySet

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.rules.interviews import slot, slots
from madoguchi.rules.koyomi.dates import holiday_name
from madoguchi.rules.koyomi.hours import Span
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.desk import Desk
from madoguchi.rules.sealed import ROWS_A_PAGE
from madoguchi.rules.steps.interview import State
from madoguchi.tools.act.action import action, allowed
from madoguchi.tools.bounds import AT_ONCE, Some, some
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.queries import OpenedCase, visible
from madoguchi.work.interviews.models import Interview
from madoguchi.work.interviews.public import InterviewRevision, Wanted

type Opening = Callable[..., dict[UUID, Wanted]]


@dataclass(frozen=True)
class Planned:
    """An interview of a case that the colleague may list."""

    id: UUID
    case_id: UUID
    short_name: str
    assignee_id: UUID | None
    on: date
    starts: time
    ends: time
    state: str
    revision: int

    @property
    def seen(self) -> InterviewRevision:
        """The interview as the page shows it, for an act on it."""
        return InterviewRevision(self.id, self.revision)

    @property
    def booked(self) -> bool:
        """Whether it is neither cancelled nor over."""
        return self.state == State.BOOKED

    @property
    def state_key(self) -> str:
        """The text key of its state."""
        return f"desk.interview.state.{self.state}"


@dataclass(frozen=True)
class Place:
    """One place of a time: somebody's, not to be used (`shut`), or free.

    `own`: the id of the place that this colleague keeps free.
    """

    planned: Planned | None = None
    shut: bool = False
    own: UUID | None = None

    @property
    def free(self) -> bool:
        """Whether it can be booked."""
        return not self.shut and self.planned is None


@dataclass(frozen=True)
class Time:
    """One time of a day with its places."""

    span: Span
    places: tuple[Place, ...]

    @property
    def free(self) -> int:
        """How many places are left."""
        return sum(place.free for place in self.places)


@dataclass(frozen=True)
class Day:
    """One day of the calendar; `stranded`: booked for a time that is no longer given."""

    on: date
    holiday: str | None
    times: tuple[Time, ...]
    stranded: tuple[Planned, ...] = ()


@dataclass(frozen=True)
class OfCase:
    """An interview of an opened case, with what the person needs for it.

    `damaged`: that cannot be read, and is empty here.
    """

    planned: Planned
    wanted: Wanted = field(repr=False)
    damaged: bool = False


def calendar(
    actor: Actor, desk: Desk, first: date, days: int, changes: Sequence[Change]
) -> tuple[Day, ...]:
    """So many days from the first one on.

    Raises:
        Absent: for a role that has no calendar.
    """
    if not rights.may(actor.role, "interview.list", "office"):
        raise Absent
    last = first + timedelta(days=days - 1)
    rows = Interview.of(actor.office_id).filter(on__gte=first, on__lte=last)
    taken = list(_in_order(rows.exclude(state=State.CANCELLED))[: days * ROWS_A_PAGE])
    known = _known(actor, taken)
    return tuple(
        _day(actor, desk, first + timedelta(days=at), changes, taken, known) for at in range(days)
    )


def times(case_ids: Iterable[UUID]) -> Mapping[tuple[UUID, date], time]:
    """When the booked interviews of these cases begin, the first of each day."""
    rows = Interview.objects.filter(case_id__in=case_ids, state=State.BOOKED).order_by("-starts")
    found = rows.values_list("case_id", "on", "starts")
    return {(case_id, on): starts for case_id, on, starts in found if case_id}


def stranded(
    actor: Actor, desk: Desk, today: date, changes: Sequence[Change]
) -> tuple[Planned, ...]:
    """The interviews to come whose time is no longer given (休みになった日の面談)."""
    rows = Interview.of(actor.office_id).filter(state=State.BOOKED, on__gte=today)
    booked = _in_order(rows).iterator(chunk_size=AT_ONCE)
    without = (row for row in booked if slot(desk, row.on, row.starts, changes) is None)
    lost = list(islice(without, ROWS_A_PAGE))
    known = _known(actor, lost)
    return tuple(_planned(row, known[row.case_id]) for row in lost if row.case_id in known)


def of_case(opened: OpenedCase) -> Some[OfCase]:
    """The interviews of an opened case, the latest first, as far as a page reads them."""
    rows = Interview.of(opened.shared.office_id).filter(case_id=opened.card.id)
    latest = rows.order_by("-on", "-starts", "-place", "id")
    found = some(latest, "wanted", opened.skip.get("interviews", 0))
    name = (opened.card.short_name, opened.card.assignee_id)
    read = ((_planned(row, name), Wanted.read(opened.shared, row)) for row in found.rows)
    cards = tuple(
        OfCase(planned, wanted or Wanted(), damaged=wanted is None) for planned, wanted in read
    )
    return Some(cards, found.further)


def needs(actor: Actor, planned: Sequence[Planned], *, now: datetime) -> Mapping[UUID, Wanted]:
    """What the persons need for these interviews, by id, as far as the colleague may read it."""
    return _of_each(actor, planned, "interview.prepare", _needs, now)


def listed(actor: Actor, planned: Sequence[Planned], *, now: datetime) -> Mapping[UUID, Wanted]:
    """The same for a print, which leaves an audit line of its own for each case."""
    return _of_each(actor, planned, "interview.sheet", _listed, now)


def _of_each(
    actor: Actor, planned: Sequence[Planned], verb: str, act: Opening, now: datetime
) -> Mapping[UUID, Wanted]:
    ids, case_ids = {each.id for each in planned}, {each.case_id for each in planned}
    found: dict[UUID, Wanted] = {}
    for case in Case.of(actor.office_id).filter(pk__in=case_ids).order_by("id"):
        if allowed(actor, verb, case):
            with suppress(unseal.Forgotten):
                found |= act(actor, case, ids, now=now)
    return found


@action("interview.prepare")
def _needs(_actor: Actor, case: Case, ids: set[UUID], *, now: datetime) -> dict[UUID, Wanted]:  # noqa: ARG001 - the act's form
    return _wanted(case, ids)


@action("interview.sheet")
def _listed(_actor: Actor, case: Case, ids: set[UUID], *, now: datetime) -> dict[UUID, Wanted]:  # noqa: ARG001 - the act's form
    return _wanted(case, ids)


def _wanted(case: Case, ids: set[UUID]) -> dict[UUID, Wanted]:
    shared, _ = unseal.drawers(case.office_id, case.id)
    rows = Interview.of(case.office_id).filter(case_id=case.id, pk__in=ids)
    read = ((row.id, Wanted.read(shared, row)) for row in rows)
    return {row_id: wanted for row_id, wanted in read if wanted}


def _in_order(rows: QuerySet[Interview]) -> QuerySet[Interview]:
    return rows.defer("wanted").order_by("on", "starts", "place")


type Known = Mapping[UUID | None, tuple[str, UUID | None]]


def _known(actor: Actor, rows: Sequence[Interview]) -> Known:
    """Name and assignee of those of the rows' cases that the colleague may list."""
    cases: QuerySet[Case] = visible(actor).filter(pk__in={row.case_id for row in rows})
    found = cases.values_list("id", "short_name", "assignee_id")
    return {case_id: (name, assignee) for case_id, name, assignee in found}


def _day(
    actor: Actor,
    desk: Desk,
    on: date,
    changes: Sequence[Change],
    taken: Sequence[Interview],
    known: Known,
) -> Day:
    of_day = [row for row in taken if row.on == on]
    given = slots(desk, on, changes)
    starts = {span.starts for span in given}
    return Day(
        on,
        holiday_name(on),
        tuple(
            Time(
                span,
                _places(actor, desk, [row for row in of_day if row.starts == span.starts], known),
            )
            for span in given
        ),
        tuple(
            _planned(row, known[row.case_id])
            for row in of_day
            if row.starts not in starts and row.case_id in known and row.state == State.BOOKED
        ),
    )


def _places(actor: Actor, desk: Desk, rows: Sequence[Interview], known: Known) -> tuple[Place, ...]:
    """The places of one time; their order does not give away which place somebody has."""
    named = [Place(_planned(row, known[row.case_id])) for row in rows if row.case_id in known]
    own = [
        Place(shut=True, own=row.id)
        for row in rows
        if row.state == State.KEPT and row.staff_id == actor.staff_id
    ]
    others = [Place(shut=True)] * (len(rows) - len(named) - len(own))
    count = desk.interviews.places if desk.interviews else 0
    return (*named, *own, *others, *[Place()] * (count - len(rows)))


def _planned(row: Interview, named: tuple[str, UUID | None]) -> Planned:
    name, assignee = named
    if row.case_id is None:
        raise LookupError
    return Planned(
        row.id,
        row.case_id,
        name,
        assignee,
        row.on,
        row.starts,
        row.ends,
        row.state,
        row.revision,
    )
