"""The lists of cases (一覧): what a colleague may know of, page by page, and the tabs' numbers.

A page begins after (or ends before) a row, never at a number of rows: the last page costs what the
first one costs. Urgent cases and the others are two stretches of one index, walked in turn.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Subquery

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.rules.steps.case import State
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases.models import BY_DAY, OPEN, Access, Case
from madoguchi.work.cases.queries import FIELDS, CaseCard

PAGE = 50
MANY = 1000
SHOWN_DIGITS = 5
MOST_NUMBERED = 10
OPEN_TABS = ("today", "mine", "unassigned", "waiting", "open")
TABS = (*OPEN_TABS, "closed")


@dataclass(frozen=True)
class Page:
    """Some cards of a list; the marks of the pages before and after it, empty at either end."""

    cards: tuple[CaseCard, ...]
    before: str
    after: str


@dataclass(frozen=True)
class Counts:
    """How many cases stand under each tab; `MANY` and one: nobody counted on."""

    today: int = 0
    mine: int = 0
    unassigned: int = 0
    waiting: int = 0
    open: int = 0


@dataclass(frozen=True)
class _Mark:
    """The row at the edge of a page: its stretch, its day or moment, itself."""

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
    """One page of a tab: urgent and due first; the closed ones by their last movement.

    Raises:
        Absent: the mark is none.
    """
    back, said = bool(before), before or after
    if tab == "closed":
        mark = _closed_mark(said) if said else None
        rows = _closed(visible(actor), mark, back=back)
    else:
        mark = _open_mark(said) if said else None
        rows = _by_day(actor, tab, today, mark, back=back)
    return _page(rows, tab, inside=mark is not None, back=back)


def _page(rows: list[CaseCard], tab: str, *, inside: bool, back: bool) -> Page:
    """A page of rows in the order they were found, one more than it shows where there is more."""
    more = len(rows) > PAGE
    cards = tuple(reversed(rows[:PAGE]) if back else rows[:PAGE])
    if not cards:
        return Page((), "", "")
    earlier, later = (more, True) if back else (inside, more)
    write = _write_closed if tab == "closed" else _write_open
    return Page(cards, write(cards[0]) if earlier else "", write(cards[-1]) if later else "")


def _write_open(card: CaseCard) -> str:
    return f"{card.urgent:d}.{card.next_on}.{card.id}"


def _write_closed(card: CaseCard) -> str:
    return f"{card.touched_at.isoformat()}_{card.id}"


def _open_mark(said: str) -> _Mark:
    try:
        urgent, day, case_id = said.split(".")
        return _Mark(urgent == "1", date.fromisoformat(day), UUID(case_id))
    except ValueError as error:
        raise Absent from error


def _closed_mark(said: str) -> _Mark:
    at, _, case_id = said.partition("_")
    try:
        mark = _Mark(urgent=False, on=datetime.fromisoformat(at), case_id=UUID(case_id))
    except ValueError as error:
        raise Absent from error
    if not isinstance(mark.on, datetime) or mark.on.tzinfo is None:
        raise Absent
    return mark


def _by_day(
    actor: Actor, tab: str, today: date, mark: _Mark | None, *, back: bool
) -> list[CaseCard]:
    """Up to a page and one of a tab's cases, the urgent ones first, beyond the mark."""
    stretches = [False, True] if back else [True, False]
    if mark:
        stretches = stretches[stretches.index(mark.urgent) :]
    order = ("-next_on", "-id") if back else ("next_on", "id")
    rows: list[CaseCard] = []
    for urgent in stretches:
        cases = _stretch(actor, tab, today, urgent=urgent)
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


def _stretch(actor: Actor, tab: str, today: date, *, urgent: bool) -> QuerySet[Case]:
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
    """The numbers on the tabs, each of the cases that this actor may know of."""
    asked = {f"{tab}_count": _Capped(_open(actor, tab)) for tab in OPEN_TABS if tab != "today"}
    for name, urgent in (("urgent_today", True), ("calm_today", False)):
        asked[name] = _Capped(_stretch(actor, "today", today, urgent=urgent))
    rows = list(Case.of(actor.office_id).annotate(**asked).values_list(*asked)[:1])
    if not rows or actor.staff_id is None:
        return Counts()
    *found, urgent, calm = rows[0]
    return Counts(min(urgent + calm, MANY + 1), *found)
