"""What staff read of cases: lists of cards, one case opened (one line a reading)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, F, Q

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.rules.steps.case import State, Verb, possible
from madoguchi.tools.act.action import action
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.models import DrawerKey
from madoguchi.work.cases import public
from madoguchi.work.cases.models import Access, Case, Due

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from madoguchi.tools.office.actor import Actor
    from madoguchi.tools.vault.drawer import Drawer

type Found = Case  # the row that an act is done to, for those who may not import models

PAGE = 50
MANY = 1000
ORDER = ("-urgent", F("next_on").asc(nulls_first=True), "id")


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


@dataclass(frozen=True)
class Page:
    """Some cards of a list and where the next page begins."""

    cards: tuple[CaseCard, ...]
    after: str


FIELDS = tuple(CaseCard.__dataclass_fields__)


def _card(case: Case) -> CaseCard:
    return CaseCard(**{name: getattr(case, name) for name in FIELDS})


def visible(actor: Actor) -> QuerySet[Case]:
    """The cases whose existence this actor may know."""
    may = {name for name in rights.SITUATIONS if rights.may(actor.role, "case.list", name)}
    if not may or actor.staff_id is None:
        return Case.objects.none()
    mine = Access.objects.filter(staff_id=actor.staff_id)
    levels = [level for level, name in (("normal", "unit"), ("care", "care")) if name in may]
    return (
        Case.of(actor.office_id)
        .exclude(pk__in=mine.filter(kind="deny").values("case_id"))
        .filter(Q(level__in=levels) | Q(pk__in=mine.filter(kind="assigned").values("case_id")))
    )


def inbox(actor: Actor, tab: str, today: date, after: str = "") -> Page:
    """One page of a tab: today, mine, unassigned, waiting, open, closed; urgent and due first."""
    cases = visible(actor)
    if tab == "closed":
        return _closed(cases.filter(state=State.CLOSED), after)
    cases = cases.exclude(state=State.CLOSED)
    match tab:
        case "today":
            cases = cases.filter(_today(today))
        case "mine":
            cases = cases.filter(assignee_id=actor.staff_id)
        case "unassigned":
            cases = cases.filter(assignee_id__isnull=True)
        case "waiting":
            cases = cases.filter(state=State.WAITING)
        case _:
            pass
    cases = cases.order_by(*ORDER)
    if after:
        cases = cases.filter(_beyond(after))
    cards = tuple(_card(case) for case in cases[: PAGE + 1])
    last = cards[PAGE - 1] if len(cards) > PAGE else None
    mark = f"{int(last.urgent)}.{last.next_on or ''}.{last.id}" if last else ""
    return Page(cards[:PAGE], mark)


def _today(today: date) -> Q:
    return Q(next_on__lte=today) | Q(urgent=True, state=State.RECEIVED)


def _beyond(after: str) -> Q:
    try:
        urgent, said, case_id = after.split(".")
        row = UUID(case_id)
        day = date.fromisoformat(said) if said else None
    except ValueError as error:
        raise Absent from error
    same_day = Q(next_on=day, id__gt=row) if day else Q(next_on__isnull=True, id__gt=row)
    later = Q(next_on__gt=day) if day else Q(next_on__isnull=False)
    beyond = Q(urgent=urgent == "1") & (same_day | later)
    return beyond | Q(urgent=False) if urgent == "1" else beyond


def _closed(cases: QuerySet[Case], after: str) -> Page:
    cases = cases.order_by("-touched_at", "id")
    if after:
        at, row = _closed_mark(after)
        cases = cases.filter(Q(touched_at__lt=at) | Q(touched_at=at, id__gt=row))
    cards = tuple(_card(case) for case in cases[: PAGE + 1])
    last = cards[PAGE - 1] if len(cards) > PAGE else None
    return Page(cards[:PAGE], f"{last.touched_at.isoformat()}_{last.id}" if last else "")


def _closed_mark(after: str) -> tuple[datetime, UUID]:
    at, _, case_id = after.partition("_")
    try:
        moment, row = datetime.fromisoformat(at), UUID(case_id)
    except ValueError as error:
        raise Absent from error
    if moment.tzinfo is None:
        raise Absent
    return moment, row


@dataclass(frozen=True)
class Counts:
    """How many open cases stand under each tab; `capped`: there are more, nobody counted on."""

    today: int
    mine: int
    unassigned: int
    waiting: int
    open: int
    capped: bool


def counts(actor: Actor, today: date) -> Counts:
    """The numbers on the tabs, from at most a thousand open cases."""
    cases = visible(actor).exclude(state=State.CLOSED).order_by(*ORDER)
    found = cases[: MANY + 1].aggregate(
        today=Count("id", filter=_today(today)),
        mine=Count("id", filter=Q(assignee_id=actor.staff_id)),
        unassigned=Count("id", filter=Q(assignee_id__isnull=True)),
        waiting=Count("id", filter=Q(state=State.WAITING)),
        open=Count("id"),
    )
    capped = found["open"] > MANY
    return Counts(**{name: min(number, MANY) for name, number in found.items()}, capped=capped)


def find(actor: Actor, case_id: UUID) -> Found:
    """The row, for an act on it.

    Raises:
        Absent: not of this office or not there.
    """
    case = Case.of(actor.office_id).filter(pk=case_id).first()
    if case is None:
        raise Absent
    return case


def open_case(actor: Actor, case_id: UUID, *, now: datetime) -> OpenedCase:
    """The case, opened: one audit line, committed before anything is shown.

    Raises:
        Absent: not there, or not for this actor.
        Forgotten: its keys were destroyed.
    """
    case = find(actor, case_id)
    shared, staff = _read(actor, case, now=now)
    return OpenedCase(
        card=_card(case),
        situation=case.situation(actor),
        verbs=_verbs(actor, case),
        shared=shared,
        staff=staff,
        about=public.about(shared),
        wishes=public.wishes(shared),
        dues=_dues(case, staff),
    )


@action("case.read")
def _read(actor: Actor, case: Case, *, now: datetime) -> tuple[Drawer, Drawer]:
    if not DrawerKey.objects.filter(case_id=case.id, by="office").exists():
        adopt(actor, case, now=now)
    return unseal.drawers(case.office_id, case.id)


@action("case.adopt")
def adopt(_actor: Actor, case: Case, *, now: datetime) -> None:  # noqa: ARG001 - the act's form
    """First opening: the case's keys move from the letterbox to the office."""
    unseal.adopt(case.office_id, case.id)


def _verbs(actor: Actor, case: Case) -> tuple[Verb, ...]:
    situation = case.situation(actor)
    names = {
        Verb.TAKE: "case.take",
        Verb.ANSWER: "case.answer",
        Verb.CLOSE: "case.close",
        Verb.REOPEN: "case.reopen",
    }
    return tuple(
        verb
        for verb in possible(State(case.state))
        if verb in names and rights.may(actor.role, names[verb], situation)
    )


def _dues(case: Case, staff: Drawer) -> tuple[DueCard, ...]:
    rows = Due.of(case.office_id).filter(case_id=case.id, done_at__isnull=True)
    return tuple(
        DueCard(
            row.id,
            row.kind,
            row.on,
            row.how,
            staff.open("due", row.id, row.why) if row.why else "",
        )
        for row in rows.order_by("on", "id")
    )
