"""What staff read of cases: one, opened, with an audit line a reading; lists, page by page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.rules.koyomi.dates import moment
from madoguchi.rules.steps.case import NO_CONTACT, State, Verb, forbids, possible
from madoguchi.tools.act.action import action
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.bounds import some
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.cipher import Damaged, Tampered, Unreadable
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases import contact, dues, public, standing
from madoguchi.work.cases.models import BY_DAY, OPEN, Access, Case, Due, named_in, of_level

type Found = Case  # the row for an act, for packages that may not import models
type Skip = Mapping[str, int]  # kind of rows (`entries`, `files`, `dues`) -> how many of the newest
UNREADABLE = (Tampered, Unreadable)  # one damaged value is drawn as such, and stops nobody


@dataclass(frozen=True)
class CaseCard:
    """A case as a list shows it: nothing that needs opening. `contact`: how it is safe.

    `noticed`: words that mean danger came, and nobody has read them yet; `judged`: somebody means
    the flag, whatever the words come to.
    """

    id: UUID
    short_name: str
    state: str
    channel: str
    level: str
    urgent: bool
    noticed: bool
    judged: bool
    contact: str
    assignee_id: UUID | None
    opened_at: datetime
    touched_at: datetime
    next_on: date | None
    closed_at: datetime | None
    closing: str
    revision: int

    @property
    def meant(self) -> bool:
        """Whether it is more than words that nobody has read yet."""
        return self.judged or (self.urgent and not self.noticed)

    @property
    def flag(self) -> str:
        """The text key of why it stands on top; empty where it does not."""
        if self.noticed:
            return "desk.urgent_noticed" if self.judged else "desk.noticed"
        return "desk.urgent" if self.urgent else ""


@dataclass(frozen=True)
class DueCard:
    """A day by which something happens, with its reason opened."""

    id: UUID
    kind: str
    on: date
    how: str
    why: str
    promise: bool  # it ends by its name, and in no other way
    awaited: bool  # the person waits for this answer
    endable: bool  # a colleague may end it by its name
    damaged: bool = False


@dataclass(frozen=True)
class OpenedCase:
    """A case that was opened for this actor: card, drawers, what the person said.

    `listed`: the rule that somebody had the lists show beside the person's wishes, else empty.
    `damaged`: `about`, `wishes`: where the newest row cannot be read; contact is then as unsafe as
    can be. `skip`, `further`: how many rows of a kind are passed over, and for the next page.
    `differs`: what of its columns is not as its lines say. `hidden_from`: the colleagues for whom
    it does not exist; only who may add to them is told.
    """

    card: CaseCard
    situation: str
    verbs: tuple[Verb, ...]
    shared: Drawer = field(repr=False)
    staff: Drawer = field(repr=False)
    about: Mapping[str, Any] = field(repr=False)
    wishes: public.Wishes
    dues: tuple[DueCard, ...]
    listed: str
    damaged: frozenset[str] = frozenset()
    skip: Skip = field(default_factory=dict)
    further: Skip = field(default_factory=dict)
    differs: tuple[str, ...] = ()
    hidden_from: frozenset[UUID] = frozenset()
    may_return: frozenset[UUID] = frozenset()

    def forbidding(self, way: str) -> str:
        """The rule of the person's newest wish where it forbids a due of this kind, else empty."""
        rule = self.wishes.contact_rule
        return rule if forbids(rule, REACHES.get(way, way), mail=bool(self.wishes.mail)) else ""


REACHES = {"clinic_call": "call"}
FIELDS = tuple(CaseCard.__dataclass_fields__)
ANNOTATED = ("contact", "noticed", "judged")  # fields that are no columns of the case


def cards_of(cases: QuerySet[Case], most: int | None = None) -> list[CaseCard]:
    """The cases as lists show them, in the query's order."""
    asked = cases.annotate(contact=contact.shown(), noticed=dues.noticed(), judged=dues.judged())
    rows = asked.values_list(*FIELDS)
    return [CaseCard(*row) for row in rows[:most]]


def find(actor: Actor, case_id: UUID, *, seen: int | None = None) -> Found:
    """The row, for an act on it.

    `seen`: the revision that the page showed; an act that holds the case is refused where it has
    another by now (`case.stale`).

    Raises:
        Absent: not of this office or not there.
    """
    case = Case.of(actor.office_id).filter(pk=case_id).first()
    if case is None:
        raise Absent
    if seen is not None:
        case.revision = seen
    return case


def waits(case: Found, kind: str) -> bool:
    """Whether the case has an open due of this kind; the case is not opened for that."""
    rows = Due.of(case.office_id).filter(case_id=case.id, kind=kind)
    return rows.filter(done_at__isnull=True).exists()


def promised_on(actor: Actor, days: Sequence[date]) -> int:
    """How many promises there are for these days, in the cases that the colleague may list."""
    rows = Due.of(actor.office_id).filter(on__in=days, done_at__isnull=True)
    return dues.promised(rows).filter(case_id__in=visible(actor).values("pk")).count()


def promised_days(actor: Actor, since: date) -> tuple[date, ...]:
    """The days from this one on with a promise in the cases that the colleague may list."""
    rows = dues.promised(Due.of(actor.office_id).filter(on__gte=since, done_at__isnull=True))
    rows = rows.filter(case_id__in=visible(actor).values("pk"))
    return tuple(rows.order_by("on").values_list("on", flat=True).distinct())


def out_of_reach(case: Found) -> date | None:
    """The day of what the desk does since it may not reach out; None without such a day.

    It writes at the receipt, or waits for who wrote by mail. The case is not opened for that.
    """
    kind = dues.NO_WAY if case.channel == "mail" else dues.OUT_OF_REACH
    rows = dues.waiting(case).filter(kind=kind).order_by("on")
    return rows.values_list("on", flat=True).first()


type About = Literal["promises", "answers", "dues"]


def promised(case: Found, about: About = "promises") -> tuple[tuple[UUID, str, date], ...]:
    """The case's open promises, id, kind and day; the case is not opened for that.

    `about`: with the answers that the person waits for (`answers`), or with all that a colleague
    may end by its name (`dues`).
    """
    rows = dues.promises(case)
    if about == "answers":
        rows |= dues.awaited(case)
    elif about == "dues":
        rows = dues.waiting(case).exclude(kind__in=dues.STANDING).exclude(kind__in=dues.BY_OWN_ACT)
    return tuple(rows.order_by("on", "kind", "id").values_list("id", "kind", "on"))


MOST_DUES = 20
"""A list names so many of a case, the earliest; its page has them all."""


def open_dues(cards: Iterable[CaseCard]) -> dict[UUID, tuple[tuple[date, str], ...]]:
    """The open dues of the cases on a list, `MOST_DUES` of each: day and kind, the first first."""
    ids, order = [card.id for card in cards], ("on", "kind", "id")
    rows = Due.objects.filter(case_id__in=ids, done_at__isnull=True)
    nth = Window(RowNumber(), partition_by="case_id", order_by=order)
    rows = rows.annotate(nth=nth).filter(nth__lte=MOST_DUES).order_by(*order)
    found: dict[UUID, list[tuple[date, str]]] = {}
    for case_id, on, kind in rows.values_list("case_id", "on", "kind"):
        found.setdefault(case_id, []).append((on, kind))
    return {case_id: tuple(own) for case_id, own in found.items()}


def open_case(
    actor: Actor, case_id: UUID, *, now: datetime, skip: Skip | None = None
) -> OpenedCase:
    """The case, opened: one audit line, committed before anything is shown.

    Raises:
        Absent: not there, or not for this actor.
        Forgotten: its keys were destroyed.
    """
    case = find(actor, case_id)
    return _opened(actor, case, _read(actor, case, now=now), skip or {})


def print_case(actor: Actor, case_id: UUID, *, now: datetime) -> OpenedCase:
    """The case, opened for paper: its one audit line says so, with who prints.

    Raises:
        Absent, Forgotten: as with `open_case`.
    """
    case = find(actor, case_id)
    return _opened(actor, case, _print(actor, case, now=now), {})


@dataclass(frozen=True)
class _Drawers:
    """A case's open drawers, with its newest wish; the rest is as in `OpenedCase`."""

    shared: Drawer
    staff: Drawer
    wish: contact.Newest
    listed: str
    differs: tuple[str, ...]
    situation: str
    hidden_from: frozenset[UUID]
    may_return: frozenset[UUID]


def _drawers(actor: Actor, case: Case, now: datetime) -> _Drawers:
    """Open the case's drawers, and let lists follow its newest wish from now on.

    Raises:
        Absent: by its lines it is denied to this colleague, whatever a row says.
    """
    found, hashes = standing.read(case)
    if actor.staff_id in found.denied:
        raise Absent
    shared, staff = unseal.drawers(case.office_id, case.id, hashes)
    wish = contact.newest(case, shared)
    if listed := contact.adopt(case, wish, now):
        chain.tell(listed=listed)
    access = standing.access(case)
    named = named_in(kind for staff_id, kind in access if staff_id == actor.staff_id)
    situation = named or of_level(case.level)
    denied = frozenset(staff_id for staff_id, kind in access if kind == "deny")
    may_return = denied.intersection(found.may_return)
    differs = found.differs(case, access)
    return _Drawers(shared, staff, wish, listed, differs, situation, denied, may_return)


def _opened(actor: Actor, case: Case, drawers: _Drawers, skip: Skip) -> OpenedCase:
    situation = drawers.situation
    if case.state not in State:
        raise Damaged
    names = {
        Verb.TAKE: "case.take",
        Verb.ANSWER: "case.answer",
        Verb.CLOSE: "case.close",
        Verb.REOPEN: "case.reopen",
    }
    shared, staff = drawers.shared, drawers.staff
    about: Mapping[str, Any] = {}
    wishes, damaged = public.Wishes(NO_CONTACT), set()
    try:
        about = public.about(shared)
    except UNREADABLE:
        damaged.add("about")
    try:
        wishes = drawers.wish.wishes or public.wishes(shared)
    except UNREADABLE:
        damaged.add("wishes")
    waiting = Due.of(case.office_id).filter(case_id=case.id, done_at__isnull=True)
    of_danger = waiting.filter(kind__in=(dues.NOTICED, dues.LOOK)).values_list("kind", flat=True)
    why_urgent = set(of_danger) if case.urgent else set()
    days = some(waiting.order_by("on", "kind", "id"), "why", skip.get("dues", 0))
    return OpenedCase(
        card=CaseCard(
            **{name: getattr(case, name) for name in FIELDS if name not in ANNOTATED},
            contact=drawers.wish.rule,
            noticed=dues.NOTICED in why_urgent,
            judged=dues.LOOK in why_urgent,
        ),
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
        dues=tuple(_due(row, staff) for row in days.rows),
        listed=drawers.listed,
        hidden_from=drawers.hidden_from,
        may_return=drawers.may_return,
        damaged=frozenset(damaged),
        skip=skip,
        further={"dues": days.further},
        differs=drawers.differs,
    )


def _due(row: Due, staff: Drawer) -> DueCard:
    awaited = row.kind in dues.TURN and not row.why
    passing = awaited or (row.kind in dues.LOOKS and not row.why)
    promise = row.kind not in (*dues.STANDING, *dues.DUTIES) and not passing
    endable = row.kind not in (*dues.STANDING, *dues.BY_OWN_ACT)
    known = row.id, row.kind, row.on, row.how
    try:
        why = staff.open("due", row.id, row.why) if row.why else ""
    except UNREADABLE:
        return DueCard(*known, "", promise, awaited, endable, damaged=True)
    return DueCard(*known, why, promise, awaited, endable)


@action("case.read")
def _read(actor: Actor, case: Case, *, now: datetime) -> _Drawers:
    try:
        return _drawers(actor, case, now)
    except unseal.Forgotten:  # or never opened: adopting finds out which
        adopt(actor, case, now=now)
        return _drawers(actor, case, now)


@action("case.sheet")
def _print(actor: Actor, case: Case, *, now: datetime) -> _Drawers:
    return _drawers(actor, case, now)


@action("case.adopt")
def adopt(_actor: Actor, case: Case, *, now: datetime) -> None:
    """Move the case's keys from the letterbox to the office, at its first opening.

    Lists say from then on how contact is safe.
    """
    unseal.adopt(case.office_id, case.id)
    shared, _ = unseal.drawers(case.office_id, case.id)
    contact.adopt(case, contact.newest(case, shared), now)


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


def hidden_from(actor: Actor) -> QuerySet[Case]:
    """Open secret cases that a supervisor may not see, but learns with whom something waits.

    Of one from which the colleague is kept away, nothing; to everybody else, none.
    """
    if actor.staff_id is None or not rights.may(actor.role, "danger.lifts", "office"):
        return Case.objects.none()
    denied = Access.objects.filter(staff_id=actor.staff_id, kind="deny").values("case_id")
    cases = Case.of(actor.office_id).filter(Q(OPEN), level="secret")
    return cases.exclude(pk__in=visible(actor).values("pk")).exclude(pk__in=denied)


@dataclass(frozen=True)
class Waiting:
    """How many dues for today or before a colleague has in hidden cases; `late`: for before."""

    assignee_id: UUID | None
    count: int
    late: int


def hidden_dues(actor: Actor, today: date) -> tuple[Waiting, ...]:
    """What is due in secret cases which a supervisor may not see, by who has them.

    Not the promises alone: where its owner is away, nobody else would learn of it. Only what tells
    of a place at the clinic is left out.
    """
    rows = Due.of(actor.office_id).filter(on__lte=today, done_at__isnull=True)
    rows = rows.exclude(kind__in=dues.OF_PLACES)
    whose = hidden_from(actor).filter(pk=OuterRef("case_id")).values("assignee_id")
    due = rows.filter(case_id__in=hidden_from(actor).values("pk"))
    counted = (
        due.annotate(assignee_id=Subquery(whose))
        .values("assignee_id")
        .annotate(count=Count("pk"), late=Count("pk", filter=Q(on__lt=today)))
    )
    found = counted.order_by("assignee_id").values_list("assignee_id", "count", "late")
    return tuple(Waiting(*row) for row in found)


@dataclass(frozen=True)
class Taken:
    """A case of the actor's that a colleague took, and when; the card says who has it now."""

    card: CaseCard
    at: datetime


TAKEN_SHOWN, MOST_TAKEN = timedelta(days=7), 20


def taken_over(actor: Actor, now: datetime) -> tuple[Taken, ...]:
    """The cases that the actor had, and of which a colleague became the counsellor lately."""
    if actor.staff_id is None:
        return ()
    takes = Line.objects.filter(case_id=OuterRef("pk"), verb="case.take", outcome="done")
    takes = takes.order_by("-seq")
    others = takes.exclude(staff_id=OuterRef("assignee_id"))
    since = now - TAKEN_SHOWN
    touched = visible(actor).filter(touched_at__gte=since, assignee_id__isnull=False)
    rows = (
        touched.exclude(assignee_id=actor.staff_id)
        .annotate(
            had=Subquery(others.values("staff_id")[:1]),
            taken_at=Subquery(takes.values("at")[:1]),
        )
        .filter(had=actor.staff_id, taken_at__gte=since)
        .order_by("taken_at", "id")
    )
    at = dict(rows.values_list("pk", "taken_at")[:MOST_TAKEN])
    if not at:
        return ()
    cards = {card.id: card for card in cards_of(visible(actor).filter(pk__in=at))}
    return tuple(Taken(cards[pk], taken_at) for pk, taken_at in at.items() if pk in cards)


def numbered(actor: Actor, digits: str) -> tuple[CaseCard, ...]:
    """The cases whose number ends in these digits, the newest first; a list shows no more of it."""
    ending = digits[-SHOWN_DIGITS:]
    rows = visible(actor).filter(short_name=ending).order_by("-opened_at", "id")
    return tuple(cards_of(rows, MOST_NUMBERED))


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
    found = tuple(reversed(rows[:PAGE]) if back else rows[:PAGE])
    if not found:
        return Page((), "", "")
    earlier, later = (more, True) if back else (mark is not None, more)
    return Page(
        found, _write(found[0], tab) if earlier else "", _write(found[-1], tab) if later else ""
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
    under = _under(tab, _open(actor), actor)
    rows: list[CaseCard] = []
    for urgent in parts:
        cases = _part(under, tab, today, actor, urgent=urgent)
        if mark and mark.urgent == urgent:
            cases = cases.filter(_beyond("next_on", mark, later=not back, later_id=not back))
        rows += cards_of(cases.order_by(*order), PAGE + 1 - len(rows))
        if len(rows) > PAGE:
            break
    return rows


def _closed(cases: QuerySet[Case], mark: _Mark | None, *, back: bool) -> list[CaseCard]:
    """Up to a page and one of the closed cases, newest first, beyond the mark."""
    cases = cases.filter(closed_at__isnull=False)
    if mark:
        cases = cases.filter(_beyond("touched_at", mark, later=back, later_id=not back))
    order = ("touched_at", "-id") if back else ("-touched_at", "id")
    return cards_of(cases.order_by(*order), PAGE + 1)


def _beyond(name: str, mark: _Mark, *, later: bool, later_id: bool) -> Q:
    """Rows beyond the mark; the first condition alone tells the index where to begin."""
    day, same = ("gt", "gte") if later else ("lt", "lte")
    row = "gt" if later_id else "lt"
    from_here = Q(**{f"{name}__{same}": mark.on})
    return from_here & (Q(**{f"{name}__{day}": mark.on}) | Q(**{f"id__{row}": mark.case_id}))


def _part(
    under: QuerySet[Case], tab: str, today: date, actor: Actor, *, urgent: bool
) -> QuerySet[Case]:
    """Of the cases under a tab the urgent ones, or the others.

    Under today's stand, whatever their day: danger that nobody has, to who has it until it is over,
    and words of danger that nobody has read.
    """
    # `urgent IN (1)`, since SQLite would not look a bare `urgent` up in an index
    cases = under.filter(urgent__in=(urgent,))
    if tab != "today":
        return cases
    due = Q(next_on__lte=today)
    if not urgent:
        return cases.filter(due)
    theirs = Q(assignee_id__isnull=True) | Q(assignee_id=actor.staff_id)
    return cases.filter(due | Q(state=State.RECEIVED) | theirs | dues.noticed())


def _open(actor: Actor) -> QuerySet[Case]:
    """The open cases that this actor may know of."""
    return visible(actor).filter(Q(OPEN))


def _under(tab: str, cases: QuerySet[Case], actor: Actor) -> QuerySet[Case]:
    """Those of the open cases that stand under a tab; under today's, those of any day."""
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
    cases = _open(actor)
    tabs = [tab for tab in OPEN_TABS if tab != "today"]
    columns = {f"{tab}_count": _Capped(_under(tab, cases, actor)) for tab in tabs}
    for name, urgent in (("urgent_today", True), ("calm_today", False)):
        columns[name] = _Capped(_part(cases, "today", today, actor, urgent=urgent))
    rows = list(Case.of(actor.office_id).annotate(**columns).values_list(*columns)[:1])
    if not rows or actor.staff_id is None:
        return Counts()
    *found, urgent, calm = rows[0]
    return Counts(min(urgent + calm, MANY + 1), *found)
