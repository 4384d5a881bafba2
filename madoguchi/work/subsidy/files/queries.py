"""What staff read of grants: the list, one file opened with one line, its attachments.

The file holds the application, the files that it names, the verdicts, the steps and the grant's
papers: never the case's story, notes or messages. A grant that the actor may not know of is in no
list and no count.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db.models import Q, QuerySet

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.rules.steps.grant import RESERVING, State, Verb, possible
from madoguchi.tools.act.action import action, allowed
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import files
from madoguchi.work.cases import contact
from madoguchi.work.cases.dues import OF_GRANT
from madoguchi.work.cases.models import Access, Case, Due
from madoguchi.work.cases.queries import visible
from madoguchi.work.evidence import public as evidence
from madoguchi.work.evidence.models import Item
from madoguchi.work.issued import queries as issued
from madoguchi.work.subsidy.application import FILES, Applied
from madoguchi.work.subsidy.desk import drawers
from madoguchi.work.subsidy.fiscal_year import years_of
from madoguchi.work.subsidy.history import (
    StepCard,
    current,
    everything,
    without_undone,
)
from madoguchi.work.subsidy.mistaken import to_undo
from madoguchi.work.subsidy.models import Grant, Sample
from madoguchi.work.subsidy.money import Money, money
from madoguchi.work.subsidy.reviewing import findings
from madoguchi.work.subsidy.reviewing.findings import Circumstances, known

READ = "grant.read"


def knowable(actor: Actor, verb: str = READ) -> QuerySet[Grant]:
    """The grants to which this actor may do the verb; by default, read the file.

    A query over all of them that agrees with `Grant.situation` of each.
    """
    rows = Grant.of(actor.office_id)
    if rights.may(actor.role, verb, "applied"):  # every case but the secret ones of others
        cases = Case.of(actor.office_id).exclude(pk__in=_with_access(actor, "deny"))
        cases = cases.filter(~Q(level="secret") | Q(pk__in=_with_access(actor, "assigned")))
        return rows.filter(case_id__in=cases.values("id"))
    if rights.may(actor.role, verb, "sampled"):
        drawn = Sample.of(actor.office_id).values("grant_id")
        return rows.filter(pk__in=drawn).exclude(case_id__in=_with_access(actor, "deny"))
    return rows.filter(case_id__in=visible(actor, verb).values("id"))


def _with_access(actor: Actor, kind: str) -> QuerySet[Access]:
    rows = Access.objects.filter(staff_id=actor.colleague, kind=kind)
    return rows.values("case_id")  # type: ignore[return-value] # only ever a subquery


type FileKind = Literal["estimate", "screen", "answer", "contract", "receipt", "other"]
type Found = Grant  # the row that an act is done to, for pages, which may not import models

OF_VERB: Mapping[Verb, FileKind] = {
    Verb.COMPLETE: "answer",
    Verb.CONTRACT: "contract",
    Verb.REPORT: "receipt",
}
RUNNING = tuple(str(state) for state in (*RESERVING, State.RECLAIMED))
ENDED = ("refused", "paid", "withdrawn", "revoked", "lapsed", "repaid")
STATES: Mapping[str, tuple[str, ...]] = {
    "sent": ("sent",),
    "review": ("received",),
    "returned": ("returned",),
    "drafted": ("drafted",),
    "running": RUNNING,
    "over": ENDED,
}
SOON = "soon"
TABS = (*STATES, SOON)
NEAR = timedelta(days=3)  # a week would hold whatever was touched today (dues.LOOK_WITHIN)
OF_DESK: Mapping[Verb, str] = {
    verb: f"grant.{verb}" for verb in Verb if verb not in (Verb.APPLY, Verb.TYPE_IN)
}


@dataclass(frozen=True)
class GrantCard:
    """A grant as a list shows it: nothing that needs opening. `short_name`: the case's digits.

    `fiscal_year`: of the application; `budget_year`: of the money, for one that runs.
    """

    id: UUID
    case_id: UUID
    short_name: str
    state: State
    channel: str
    fiscal_year: int | None
    budget_year: int | None
    number: int | None
    sent_at: datetime | None
    received_on: date | None
    next_on: date | None
    revision: int


@dataclass(frozen=True)
class StatusCard:
    """How far a grant is, for who talks to the person; `opens`: whether they may read its file.

    `earlier`: the other grants of the case, the newest first.
    """

    id: UUID
    state: State
    next_on: date | None
    opens: bool
    earlier: "tuple[StatusCard, ...]" = ()


@dataclass(frozen=True)
class OpenedGrant:
    """A grant's file, opened for this actor.

    `allowed`: the verbs to which they have the right, whatever its state. `known`: what
    `reviewing.findings.findings` needs beside it. `steps`: those that count; `past`: all, with
    those that were taken back (誤記録). `safe_rule`: of the person's newest wish.
    """

    card: GrantCard
    allowed: frozenset[Verb]
    steps: tuple[StepCard, ...] = field(repr=False)
    past: tuple[StepCard, ...] = field(repr=False)
    applied: Applied = field(repr=False)
    checks: tuple[findings.CheckCard, ...] = field(repr=False)
    known: Circumstances
    papers: tuple[issued.IssuedCard, ...] = field(repr=False)
    files: tuple[evidence.FileCard, ...] = field(repr=False)
    money: Money
    safe_rule: str

    @property
    def granted_yen(self) -> int:
        """What is granted now, in yen."""
        return self.money.granted_yen

    @property
    def came_as(self) -> Mapping[UUID, FileKind]:
        """As what each file came."""
        return came_as(self.past)

    @property
    def replaced_by(self) -> Mapping[UUID, UUID]:
        """The files in whose place others came with a completion (補正)."""
        found: dict[UUID, UUID] = {}
        applications = (step.details.get("application") for step in self.steps)
        before = Applied()
        for applied in (Applied.from_json(each) for each in applications if each):
            for name in FILES:
                had, has = getattr(before, name), getattr(applied, name)
                new = [file_id for file_id in has if file_id not in had]
                found |= {old: new[0] for old in had if new and old not in has}
            before = applied
        return found

    def verbs(self, stages: Collection[str]) -> tuple[Verb, ...]:
        """What is possible now and allowed; `stages`: those of the city, by the day's rules."""
        able = self.allowed if to_undo(self.steps) else self.allowed - {Verb.UNDO}
        return tuple(verb for verb in possible(self.card.state, stages) if verb in able)


def find(actor: Actor, grant_id: UUID) -> Found:
    """The row, for an act on it.

    Raises:
        Absent: not of this office or not there.
    """
    grant = Grant.of(actor.office_id).filter(pk=grant_id).first()
    if grant is None:
        raise Absent
    return grant


def listed(actor: Actor, tab: str, today: date) -> tuple[GrantCard, ...]:
    """The grants under a tab, the soonest day first; those that are over, the newest first.

    Raises:
        Absent: for a role that has no list.
    """
    cards = [card for card in _cards(_known(actor)) if _under(card, tab, today)]
    if tab == "over":
        return tuple(sorted(cards, key=lambda card: card.received_on or today, reverse=True))
    return tuple(sorted(cards, key=lambda card: (card.next_on or today, card.id)))


def counts(actor: Actor, today: date) -> dict[str, int]:
    """How many grants are under each tab."""
    cards = _cards(_known(actor))
    return {tab: sum(_under(card, tab, today) for card in cards) for tab in TABS}


def _known(actor: Actor) -> list[Grant]:
    if not rights.may(actor.role, "grant.list", "office"):
        raise Absent
    return list(knowable(actor))


def _under(card: GrantCard, tab: str, today: date) -> bool:
    if tab == SOON:
        return card.next_on is not None and card.next_on <= today + NEAR
    return card.state in STATES[tab]


def _cards(rows: Sequence[Grant]) -> list[GrantCard]:
    ids = {row.case_id for row in rows}
    names = dict(Case.objects.filter(pk__in=ids).values_list("id", "short_name"))
    waiting = Due.objects.filter(case_id__in=ids, kind__in=OF_GRANT, done_at__isnull=True)
    days = dict(waiting.order_by("-on").values_list("case_id", "on"))  # the soonest one stays
    years = years_of(rows)
    return [
        GrantCard(
            row.id,
            row.case_id,
            names[row.case_id],
            State(row.state),
            row.channel,
            row.fiscal_year,
            years.get(row.id),
            row.number,
            row.sent_at,
            row.received_on,
            None if row.state in ENDED else days.get(row.case_id),
            row.revision,
        )
        for row in rows
    ]


def status(actor: Actor, case_id: UUID) -> StatusCard | None:
    """How far the newest grant of a case is; None where there is none, or not for this actor."""
    rows = list(Grant.of(actor.office_id).filter(case_id=case_id))
    case = Case.of(actor.office_id).filter(pk=case_id).first() if rows else None
    if case is None or not allowed(actor, "grant.status", case):
        return None
    rows.sort(key=lambda row: (str(row.received_on or ""), row.number or 0), reverse=True)
    rows.sort(key=lambda row: row.state in ENDED)  # one that runs is the newest of all
    newest, *earlier = (
        StatusCard(card.id, card.state, card.next_on, allowed(actor, "grant.read", row))
        for card, row in zip(_cards(rows), rows, strict=True)
    )
    return replace(newest, earlier=tuple(earlier))


def open_grant(actor: Actor, grant_id: UUID, *, now: datetime) -> OpenedGrant:
    """The file, opened: one line, committed before anything is shown.

    Raises:
        Absent: not there, or not for this actor.
        Forgotten: the keys of its case were destroyed.
    """
    return _read(actor, find(actor, grant_id), now=now)


@action("grant.read")
def _read(actor: Actor, grant: Grant, *, now: datetime) -> OpenedGrant:
    (card,) = _cards([grant])
    shared, staff = drawers(grant, now)
    past = everything(grant, shared, staff)
    steps, at, named = without_undone(past), grant.situation(actor), came_as(past)
    return OpenedGrant(
        card=card,
        allowed=frozenset(verb for verb, act in OF_DESK.items() if rights.may(actor.role, act, at)),
        steps=steps,
        past=past,
        applied=current(steps),
        checks=findings.verdicts(grant, staff, steps),
        known=known(grant, shared, staff, steps),
        papers=issued.issued(staff, grant.id),
        files=tuple(each for each in evidence.cards(shared) if each.id in named),
        money=money(steps),
        safe_rule=contact.newest(Case.of(grant.office_id).get(pk=grant.case_id), shared).rule,
    )


def came_as(steps: Sequence[StepCard]) -> Mapping[UUID, FileKind]:
    """The files that the steps name, and as what each came: the last step says so (書類の種類)."""
    kinds: dict[UUID, FileKind] = {}
    for step in steps:
        kind = OF_VERB.get(step.verb, "other")
        kinds |= {UUID(file_id): kind for file_id in step.details.get("files", ())}
        if application := step.details.get("application"):
            applied = Applied.from_json(application)
            kinds |= dict.fromkeys(applied.other_files, "other")
            kinds |= dict.fromkeys(applied.screen_files, "screen")
            kinds |= dict.fromkeys(applied.estimate_files, "estimate")
    return kinds


@action("grant.view")
def original(
    _actor: Actor, grant: Grant, file_id: UUID, *, now: datetime
) -> tuple[evidence.FileCard, Iterator[bytes]]:
    """A file that belongs to the grant, with its bytes; its line is written before a byte leaves.

    Raises:
        Absent: the grant names no such file, or it is locked or gone.
    """
    shared, staff = drawers(grant, now)
    if file_id not in came_as(everything(grant, shared, staff)):
        raise Absent
    row = Item.of(grant.office_id).filter(case_id=grant.case_id, pk=file_id, locked=False).first()
    if row is None or row.drawer != shared.name:
        raise Absent
    about = files.About.from_json(shared.open("item", row.id, row.about))
    return evidence.card(row, about), files.read(row.id, about)
