"""What staff read of grants: the list, one file opened with one line, its attachments.

The file holds the application, what it names, the verdicts, the steps and the grant's papers: never
the case's story, notes or messages. A grant that the actor may not know of is in no list or number.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db.models import Q, QuerySet

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Reason
from madoguchi.rules.steps.grant import RESERVING, State, Verb, possible
from madoguchi.rules.subsidy.duplicates import Who, alike
from madoguchi.tools.act.action import action, allowed
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import files, unseal
from madoguchi.tools.vault.cipher import Tampered, Unreadable
from madoguchi.tools.vault.seal import SHARED, STAFF, Drawer
from madoguchi.work.cases.actions import OF_GRANT
from madoguchi.work.cases.models import Access, Case, Due
from madoguchi.work.cases.queries import visible
from madoguchi.work.evidence import public as evidence
from madoguchi.work.evidence.models import Item
from madoguchi.work.issued import queries as issued
from madoguchi.work.subsidy.application import TELLING, Applied
from madoguchi.work.subsidy.desk import drawers
from madoguchi.work.subsidy.fiscal_year import years_of
from madoguchi.work.subsidy.history import StepCard, card, current, granted_yen, history, newest
from madoguchi.work.subsidy.models import Grant, Sample, Step
from madoguchi.work.subsidy.reviewing import findings
from madoguchi.work.subsidy.reviewing.findings import Known, known

READ = "grant.read"


def knowable(actor: Actor, verb: str = READ) -> QuerySet[Grant]:
    """The grants to which this actor may do the verb; by default, read the file.

    It says of all at once what `Grant.situation` says of one.
    """
    rows = Grant.of(actor.office_id)
    if rights.may(actor.role, verb, "applied"):
        return rows.filter(case_id__in=_applied(actor).values("id"))
    if rights.may(actor.role, verb, "sampled"):
        drawn = Sample.of(actor.office_id).values("grant_id")
        return rows.filter(pk__in=drawn).exclude(case_id__in=_of(actor, "deny"))
    return rows.filter(case_id__in=visible(actor, verb).values("id"))


def _applied(actor: Actor) -> QuerySet[Case]:
    """Every case but the secret ones of others; of one on the deny list nobody hears."""
    cases = Case.of(actor.office_id).exclude(pk__in=_of(actor, "deny"))
    return cases.filter(~Q(level="secret") | Q(pk__in=_of(actor, "assigned")))


def _of(actor: Actor, kind: str) -> QuerySet[Access]:
    rows = Access.objects.filter(staff_id=actor.colleague, kind=kind)
    return rows.values("case_id")  # type: ignore[return-value] # only ever a subquery


COMPARED = (*TELLING, Verb.CLAIM, Verb.AMEND)


@dataclass(frozen=True)
class Alike:
    """Another grant, and what is the same about who applies."""

    grant_id: UUID
    fiscal_year: int | None
    number: int | None
    state: str
    grounds: tuple[Reason, ...]


def duplicates(actor: Actor, grant: Grant, steps: Sequence[StepCard]) -> tuple[Alike, ...]:
    """The other grants that share something with this one, inside an act on it, newest first.

    Other grants of the same case are one person's anyway, and in sight there.
    """
    one = who(steps)
    others = list(knowable(actor).exclude(case_id=grant.case_id).order_by("-received_on", "id"))
    told = _opened(others)
    found = [(other, alike(one, who(told[other.id]))) for other in others if other.id in told]
    same = [(other, reasons) for other, reasons in found if reasons]
    chain.tell(compared=len(found), alike=len(same))
    return tuple(
        Alike(other.id, other.fiscal_year, other.number, other.state, reasons)
        for other, reasons in same
    )


def who(steps: Sequence[StepCard]) -> Who:
    """Who applies, in the words of the newest telling, with the account of the claim."""
    applied, account = current(steps), newest(steps, Verb.CLAIM).get("account") or {}
    parts = ("bank_code", "branch_code", "number")
    return Who(
        kana=applied.kana,
        phone=applied.phone,
        address=applied.address,
        born_on=applied.born_on,
        account="-".join(str(account.get(part, "")) for part in parts) if account else "",
        name=applied.name,
        former_name=applied.former_name,
    )


def _opened(grants: Sequence[Grant]) -> dict[UUID, list[StepCard]]:
    """What each grant's applicant told; what does not open is not compared."""
    if not grants:
        return {}
    office_id = grants[0].office_id
    drawers = unseal.drawers_of(office_id, [grant.case_id for grant in grants]).drawers
    rows = Step.of(office_id).filter(grant_id__in=[grant.id for grant in grants], verb__in=COMPARED)
    told: dict[UUID, list[StepCard]] = defaultdict(list)
    for row in rows.order_by("grant_id", "number"):
        opened = drawers.get(row.case_id, {})
        if SHARED in opened:
            told[row.grant_id].extend(_alike_card(row, opened[SHARED], opened.get(STAFF)))
    return told


def _alike_card(row: Step, shared: Drawer, staff: Drawer | None) -> Iterator[StepCard]:
    try:
        yield card(row, shared, staff)
    except (Tampered, Unreadable):
        return


type FileKind = Literal["estimate", "screen", "answer", "contract", "receipt", "other"]
type Found = Grant  # the row that an act is done to, for those who may not import models

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
    """How far a grant is, for who talks to the person; `opens`: whether they may read its file."""

    id: UUID
    state: State
    next_on: date | None
    opens: bool


@dataclass(frozen=True)
class OpenedGrant:
    """A grant's file, opened for this actor.

    `theirs`: what they may ever do to it. `known`: with `reviewing.findings.findings`, the
    judgement under the terms of a day. `alike`: other grants that share something with it.
    """

    card: GrantCard
    theirs: frozenset[Verb]
    steps: tuple[StepCard, ...] = field(repr=False)
    applied: Applied = field(repr=False)
    checks: tuple[findings.CheckCard, ...] = field(repr=False)
    known: Known
    papers: tuple[issued.IssuedCard, ...] = field(repr=False)
    files: tuple[evidence.FileCard, ...] = field(repr=False)
    alike: tuple[Alike, ...] = field(repr=False)
    granted_yen: int

    def verbs(self, stages: Collection[str]) -> tuple[Verb, ...]:
        """What is possible now and theirs; `stages`: those of the city, by the day's rules."""
        return tuple(verb for verb in possible(self.card.state, stages) if verb in self.theirs)


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
    """How many grants stand under each tab."""
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
        _card(row, names[row.case_id], years.get(row.id), days.get(row.case_id)) for row in rows
    ]


def _card(row: Grant, short_name: str, budget_year: int | None, next_on: date | None) -> GrantCard:
    over = row.state in ENDED
    return GrantCard(
        row.id,
        row.case_id,
        short_name,
        State(row.state),
        row.channel,
        row.fiscal_year,
        budget_year,
        row.number,
        row.sent_at,
        row.received_on,
        None if over else next_on,
        row.revision,
    )


def status(actor: Actor, case_id: UUID) -> StatusCard | None:
    """How far the newest grant of a case is; None where there is none, or not for this actor."""
    case = Case.of(actor.office_id).filter(pk=case_id).first()
    if case is None or not allowed(actor, "grant.status", case):
        return None
    rows = Grant.of(actor.office_id).filter(case_id=case_id)
    newest = next((row for row in rows if row.state not in ENDED), None) or _latest(list(rows))
    if newest is None:
        return None
    (card,) = _cards([newest])
    return StatusCard(card.id, card.state, card.next_on, allowed(actor, "grant.read", newest))


def _latest(rows: Sequence[Grant]) -> Grant | None:
    """Of grants that are over, the one that came in last."""
    return max(rows, key=lambda row: (str(row.received_on or ""), row.number or 0), default=None)


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
    steps = history(grant, shared, staff)
    return OpenedGrant(
        card=card,
        theirs=_theirs(actor, grant),
        steps=steps,
        applied=current(steps),
        checks=findings.verdicts(grant, staff, steps),
        known=known(grant, shared, staff, steps),
        papers=issued.issued(staff, grant.id),
        files=attached(shared, steps),
        alike=duplicates(actor, grant, steps),
        granted_yen=granted_yen(steps),
    )


def _theirs(actor: Actor, grant: Grant) -> frozenset[Verb]:
    at = grant.situation(actor)
    return frozenset(verb for verb, act in OF_DESK.items() if rights.may(actor.role, act, at))


def attached(shared: Drawer, steps: Sequence[StepCard]) -> tuple[evidence.FileCard, ...]:
    """The files that the application or the report names, of all that the person ever sent."""
    ids = named(steps)
    return tuple(card for card in evidence.cards(shared) if card.id in ids)


def named(steps: Sequence[StepCard]) -> frozenset[UUID]:
    """The ids of the files that any of the steps names."""
    return frozenset(came_as(steps))


def came_as(steps: Sequence[StepCard]) -> Mapping[UUID, FileKind]:
    """As what each file that the steps name came: the last of them says so (書類の種類)."""
    return dict(_came_as(steps))


def _came_as(steps: Sequence[StepCard]) -> Iterator[tuple[UUID, FileKind]]:
    for step in steps:
        kind = OF_VERB.get(step.verb, "other")
        yield from ((UUID(one), kind) for one in step.details.get("files", ()))
        if told := step.details.get("application"):
            applied = Applied.from_json(told)
            yield from ((one, "other") for one in applied.other_files)
            yield from ((one, "screen") for one in applied.screen_files)
            yield from ((one, "estimate") for one in applied.estimate_files)


@action("grant.view")
def original(
    _actor: Actor, grant: Grant, file_id: UUID, *, now: datetime
) -> tuple[evidence.FileCard, Iterator[bytes]]:
    """A file that belongs to the grant, and its own bytes; its line is written before one leaves.

    Raises:
        Absent: the grant names no such file, or it is locked or gone.
    """
    shared, staff = drawers(grant, now)
    if file_id not in named(history(grant, shared, staff)):
        raise Absent
    row = Item.of(grant.office_id).filter(case_id=grant.case_id, pk=file_id, locked=False).first()
    if row is None or row.drawer != shared.name:
        raise Absent
    about = files.About.from_json(shared.open("item", row.id, row.about))
    return evidence.card(row, about), files.read(row.id, about)
