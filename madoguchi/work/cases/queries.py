"""What staff read of cases: one, opened, with an audit line a reading; lists, page by page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Subquery

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.rules.koyomi.dates import moment
from madoguchi.rules.steps.case import State, Verb, possible
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases import public
from madoguchi.work.cases.models import BY_DAY, OPEN, Access, Case, Due

type Found = Case  # the row for an act, for packages that may not import models


@dataclass(frozen=True)
class CaseCard:
    """A case as a list shows it: nothing that needs opening."""

    id: UUID
    short_name: str
    state: str
    channel: str
    level: str
    urgent: bool
    contact_rule: str
    assignee_id: UUID | None
    opened_at: datetime
    touched_at: datetime
    next_on: date | None
    closed_at: datetime | None
    closing: str
    revision: int


@dataclass(frozen=True)
class DueCard:
    """A day by which something happens, with its reason opened."""

    id: UUID
    kind: str
    on: date
    how: str
    why: str


@dataclass(frozen=True)
class OpenedCase:
    """A case that was opened for this actor: card, drawers, what the person said."""

    card: CaseCard
    situation: str
    verbs: tuple[Verb, ...]
    shared: Drawer = field(repr=False)
    staff: Drawer = field(repr=False)
    about: Mapping[str, Any] = field(repr=False)
    wishes: public.Wishes
    dues: tuple[DueCard, ...]


FIELDS = tuple(CaseCard.__dataclass_fields__)


def find(actor: Actor, case_id: UUID) -> Found:
    """The row, for an act on it.

    Raises:
        Absent: not of this office or not there.
    """
    case = Case.of(actor.office_id).filter(pk=case_id).first()
    if case is None:
        raise Absent
    return case


def waits(case: Found, kind: str) -> bool:
    """Whether the case has an open due of this kind; the case is not opened for that."""
    rows = Due.of(case.office_id).filter(case_id=case.id, kind=kind)
    return rows.filter(done_at__isnull=True).exists()


def open_case(actor: Actor, case_id: UUID, *, now: datetime) -> OpenedCase:
    """The case, opened: one audit line, committed before anything is shown.

    Raises:
        Absent: not there, or not for this actor.
        Forgotten: its keys were destroyed.
    """
    case = find(actor, case_id)
    return _opened(actor, case, *_read(actor, case, now=now))


def print_case(actor: Actor, case_id: UUID, *, now: datetime) -> OpenedCase:
    """The case, opened for paper: its one audit line says so, with who prints.

    Raises:
        Absent, Forgotten: as with `open_case`.
    """
    case = find(actor, case_id)
    return _opened(actor, case, *_print(actor, case, now=now))


def _opened(actor: Actor, case: Case, shared: Drawer, staff: Drawer) -> OpenedCase:
    situation = case.situation(actor)
    names = {
        Verb.TAKE: "case.take",
        Verb.ANSWER: "case.answer",
        Verb.CLOSE: "case.close",
        Verb.REOPEN: "case.reopen",
    }
    about, wishes = public.about(shared), public.wishes(shared)
    dues = Due.of(case.office_id).filter(case_id=case.id, done_at__isnull=True)
    return OpenedCase(
        card=CaseCard(**{name: getattr(case, name) for name in FIELDS}),
        situation=situation,
        verbs=tuple(
            verb
            for verb in possible(State(case.state))
            if verb in names and rights.may(actor.role, names[verb], situation)
        ),
        shared=shared,
        staff=staff,
        about=about,
        wishes=wishes,
        dues=tuple(
            DueCard(
                row.id,
                row.kind,
                row.on,
                row.how,
                staff.open("due", row.id, row.why) if row.why else "",
            )
            for row in dues.order_by("on", "id")
        ),
    )


@action("case.read")
def _read(actor: Actor, case: Case, *, now: datetime) -> tuple[Drawer, Drawer]:
    try:
        return unseal.drawers(case.office_id, case.id)
    except unseal.Forgotten:  # or never opened: adopting finds out which
        adopt(actor, case, now=now)
        return unseal.drawers(case.office_id, case.id)


@action("case.sheet")
def _print(_actor: Actor, case: Case, *, now: datetime) -> tuple[Drawer, Drawer]:  # noqa: ARG001 - the act's form
    return unseal.drawers(case.office_id, case.id)


@action("case.adopt")
def adopt(_actor: Actor, case: Case, *, now: datetime) -> None:  # noqa: ARG001 - the act's form
    """Move the case's keys from the letterbox to the office, at its first opening."""
    unseal.adopt(case.office_id, case.id)


PAGE = 50
MANY = 1000
SHOWN_DIGITS = 5
MOST_NUMBERED = 10
OPEN_TABS = ("today", "mine", "unassigned", "waiting", "open")
TABS = (*OPEN_TABS, "closed")


@dataclass(frozen=True)
class Page:
    """One page of a list; `before`, `after`: marks of the neighbouring pages, empty at the ends."""

    cards: tuple[CaseCard, ...]
    before: str
    after: str


@dataclass(frozen=True)
class Counts:
    """How many cases stand under each tab, counted up to `MANY` + 1."""

    today: int = 0
    mine: int = 0
    unassigned: int = 0
    waiting: int = 0
    open: int = 0


@dataclass(frozen=True)
class _Mark:
    """The row at the edge of a page; `on` is a moment in the tab of closed cases."""

    urgent: bool
    on: date
    case_id: UUID


def visible(actor: Actor, verb: str = "case.list") -> QuerySet[Case]:
    """The cases to which this actor may do the verb; by default, know that they exist."""
    may = {name for name in rights.SITUATIONS if rights.may(actor.role, verb, name)}
    if not may or actor.staff_id is None:
        return Case.objects.none()
    own = Access.objects.filter(staff_id=actor.staff_id)
    levels = [level for level, name in (("normal", "unit"), ("care", "care")) if name in may]
    known = Q(level__in=levels)
    if "assigned" in may:  # asked row by row, and only of those whose level does not suffice
        known |= Q(Exists(own.filter(kind="assigned", case_id=OuterRef("pk"))))
    denied = own.filter(kind="deny").values("case_id")  # few: read once
    return Case.of(actor.office_id).filter(known, ~Q(pk__in=denied))


def numbered(actor: Actor, digits: str) -> tuple[CaseCard, ...]:
    """The cases whose number ends in these digits, the newest first; a list shows no more of it."""
    ending = digits[-SHOWN_DIGITS:]
    rows = visible(actor).filter(short_name=ending).order_by("-opened_at", "id")
    return tuple(_cards(rows, MOST_NUMBERED))


def inbox(actor: Actor, tab: str, today: date, *, after: str = "", before: str = "") -> Page:
    """One page of a tab: urgent and due first; the closed ones by their last change.

    Raises:
        Absent: the mark cannot be read.
    """
    back, text = bool(before), before or after
    if tab == "closed":
        mark = _read_closed(text) if text else None
        rows = _closed(visible(actor), mark, back=back)
    else:
        mark = _read_open(text) if text else None
        rows = _by_day(actor, tab, today, mark, back=back)
    more = len(rows) > PAGE  # the query asked for one more than a page shows
    cards = tuple(reversed(rows[:PAGE]) if back else rows[:PAGE])
    if not cards:
        return Page((), "", "")
    earlier, later = (more, True) if back else (mark is not None, more)
    return Page(
        cards, _write(cards[0], tab) if earlier else "", _write(cards[-1], tab) if later else ""
    )


def _write(card: CaseCard, tab: str) -> str:
    """The mark of a row; `_read_open` and `_read_closed` read it."""
    if tab == "closed":
        return f"{card.touched_at.isoformat()}_{card.id}"
    return f"{card.urgent:d}.{card.next_on}.{card.id}"


def _read_open(text: str) -> _Mark:
    try:
        urgent, day, case_id = text.split(".")
        return _Mark(urgent == "1", date.fromisoformat(day), UUID(case_id))
    except ValueError as error:
        raise Absent from error


def _read_closed(text: str) -> _Mark:
    at, _, case_id = text.partition("_")
    try:
        return _Mark(urgent=False, on=moment(at), case_id=UUID(case_id))
    except ValueError as error:
        raise Absent from error


def _by_day(
    actor: Actor, tab: str, today: date, mark: _Mark | None, *, back: bool
) -> list[CaseCard]:
    """Up to a page and one of a tab's cases, the urgent ones first, beyond the mark."""
    parts = [False, True] if back else [True, False]
    if mark:
        parts = parts[parts.index(mark.urgent) :]
    order = ("-next_on", "-id") if back else ("next_on", "id")
    rows: list[CaseCard] = []
    for urgent in parts:
        cases = _part(actor, tab, today, urgent=urgent)
        if mark and mark.urgent == urgent:
            cases = cases.filter(_beyond("next_on", mark, later=not back, later_id=not back))
        rows += _cards(cases.order_by(*order), PAGE + 1 - len(rows))
        if len(rows) > PAGE:
            break
    return rows


def _closed(cases: QuerySet[Case], mark: _Mark | None, *, back: bool) -> list[CaseCard]:
    """Up to a page and one of the closed cases, newest first, beyond the mark."""
    cases = cases.filter(closed_at__isnull=False)
    if mark:
        cases = cases.filter(_beyond("touched_at", mark, later=back, later_id=not back))
    order = ("touched_at", "-id") if back else ("-touched_at", "id")
    return _cards(cases.order_by(*order), PAGE + 1)


def _beyond(name: str, mark: _Mark, *, later: bool, later_id: bool) -> Q:
    """Rows beyond the mark; the first condition alone tells the index where to begin."""
    day, same = ("gt", "gte") if later else ("lt", "lte")
    row = "gt" if later_id else "lt"
    from_here = Q(**{f"{name}__{same}": mark.on})
    return from_here & (Q(**{f"{name}__{day}": mark.on}) | Q(**{f"id__{row}": mark.case_id}))


def _cards(cases: QuerySet[Case], count: int) -> list[CaseCard]:
    return [CaseCard(*row) for row in cases.values_list(*FIELDS)[:count]]


def _part(actor: Actor, tab: str, today: date, *, urgent: bool) -> QuerySet[Case]:
    """A tab's urgent cases, or its others."""
    # `urgent IN (1)`, since SQLite would not look a bare `urgent` up in an index
    cases = _open(actor, tab).filter(urgent__in=(urgent,))
    if tab != "today":
        return cases
    due = Q(next_on__lte=today)
    return cases.filter(due | Q(state=State.RECEIVED) if urgent else due)


def _open(actor: Actor, tab: str) -> QuerySet[Case]:
    """A tab's open cases; under today's, those of any day."""
    cases = visible(actor).filter(Q(OPEN))
    match tab:
        case "mine":
            return cases.filter(assignee_id=actor.staff_id)
        case "unassigned":
            return cases.filter(assignee_id__isnull=True)
        case "waiting":
            return cases.filter(state=State.WAITING)
        case _:
            return cases


class _Capped(Subquery):
    """How many rows there are, counted up to `MANY` and one."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()

    def __init__(self, cases: QuerySet[Case]) -> None:
        super().__init__(cases.order_by(*BY_DAY).values("pk")[: MANY + 1])  # its own index


def counts(actor: Actor, today: date) -> Counts:
    """The numbers on the tabs: cases that this actor may know of."""
    columns = {f"{tab}_count": _Capped(_open(actor, tab)) for tab in OPEN_TABS if tab != "today"}
    for name, urgent in (("urgent_today", True), ("calm_today", False)):
        columns[name] = _Capped(_part(actor, "today", today, urgent=urgent))
    rows = list(Case.of(actor.office_id).annotate(**columns).values_list(*columns)[:1])
    if not rows or actor.staff_id is None:
        return Counts()
    *found, urgent, calm = rows[0]
    return Counts(min(urgent + calm, MANY + 1), *found)
