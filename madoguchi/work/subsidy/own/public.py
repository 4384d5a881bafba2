"""A person's own grant after it was sent (自分の申請): where it is, and what they may do now.

A page submits its `turn`: the number of the newest step that it showed, those left out by which the
desk changes nothing for the person (`DESKS_OWN`). A newer one refuses it, and nothing is written.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.programme.subsidy import SubsidyVersion
from madoguchi.rules.steps.grant import BEFORE_DRAFT, OVER, STAGES, State, Verb, follows
from madoguchi.rules.subsidy.facts import CostByNow
from madoguchi.rules.subsidy.year import money_of
from madoguchi.tools.act.action import action, earlier_result
from madoguchi.tools.later.queue import enqueue
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases import public as cases
from madoguchi.work.evidence import public as evidence
from madoguchi.work.subsidy import history
from madoguchi.work.subsidy.fiscal_year import decided_on
from madoguchi.work.subsidy.history import (
    StepCard,
    end_protection,
    with_corrections,
    without_undone,
)
from madoguchi.work.subsidy.models import Grant, Step
from madoguchi.work.subsidy.money import sealed
from madoguchi.work.subsidy.order import stopped_by

OWN_VERBS = Verb.COMPLETE, Verb.CONTRACT, Verb.REPORT, Verb.CLAIM, Verb.WITHDRAW
DESKS_OWN = (
    Verb.CHECK,
    Verb.AMEND,
    Verb.CARRY,
    Verb.PROCEED,
    Verb.HOLDER,
    Verb.REFUND,
)  # change nothing for the person
DUE = "grant"


@dataclass(frozen=True)
class OwnGrant:
    """The newest application of a case as its person reads it, with corrections worked in.

    `turn`: the number of the newest step that changed something for the person. `steps`: those
    that count; `undone`: what took others back of which they could read. `account_before`: the
    account of an earlier grant of the case, where it was claimed for.
    """

    id: UUID
    state: State
    channel: str
    sent_at: datetime | None
    received_on: date | None
    fiscal_year: int | None
    number: int | None
    turn: int
    steps: tuple[StepCard, ...] = field(repr=False)
    undone: tuple[StepCard, ...] = field(default=(), repr=False)
    account_before: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def budget_year(self) -> int | None:
        """The fiscal year that pays it; before the decision, that of the application."""
        year = self.fiscal_year
        return None if year is None else money_of(year, decided_on(self.steps))

    @property
    def kana(self) -> str:
        """The applicant's name in kana, as it is by now."""
        return history.current(self.steps).kana

    def stopped(self, version: SubsidyVersion | None, applied_on: date | None) -> bool:
        """Whether the desk is stopped by what came before the application, until it is decided."""
        running = self.state not in (*OVER, State.RECLAIMED)
        return running and bool(stopped_by(self.steps, version, applied_on))

    def last(self, *verbs: Verb) -> StepCard | None:
        """The newest step by one of these verbs, if there is one."""
        return next((step for step in reversed(self.steps) if step.verb in verbs), None)

    def may(self, verb: Verb, stages: Collection[str] = STAGES) -> bool:
        """Whether the person may do it now, by themselves."""
        return _may(self.state, verb, stages)


@dataclass(frozen=True)
class HeldGrant:
    """A grant of the case that a receipt opened; `turn`: the one that its page showed."""

    held: cases.Holding
    id: UUID
    turn: int

    @property
    def office_id(self) -> UUID:
        """The office of the case."""
        return self.held.office_id

    @property
    def case_id(self) -> UUID:
        return self.held.case_id

    def situation(self, actor: Actor) -> str:
        """`own` for the person; staff never hold a receipt."""
        return self.held.situation(actor)


@dataclass(frozen=True)
class ActRules:
    """What the page knows for an act: the city's stages, and the day the desk next looks at it."""

    stages: Collection[str]
    look_on: date


@dataclass(frozen=True)
class Completion:
    """What was missing (補正): the application as it is now, and an answer for each missing thing.

    `answers`: its field, `how` it came (file, change, bring, already) and `words`. `ended`: the
    person says that their measures of support ended (支援措置).
    """

    application: Mapping[str, Any] = field(repr=False)
    answers: tuple[Mapping[str, Any], ...] = field(repr=False)
    files: tuple[UUID, ...] = ()
    ended: bool = False


@dataclass(frozen=True)
class ContractReport:
    """The contract, reported (契約の届). `words`: what the person adds.

    Here and below a sum is of each request where there are several.
    """

    contract_on: date
    lawyer: str = field(repr=False)
    yen: CostByNow = field(repr=False)
    before: Literal["", "application", "decision"] = ""  # then a human looks at it
    words: str = field(default="", repr=False)

    @property
    def details(self) -> dict[str, Any]:
        """The contract as a step seals it."""
        return {
            "contract_on": self.contract_on.isoformat(),
            "lawyer": self.lawyer,
            **sealed("yen", self.yen),
            "before": self.before,
            "words": self.words,
        }


@dataclass(frozen=True)
class CostReport:
    """What was paid, reported with its receipts (実績報告).

    `back`: what came back or from elsewhere, where it did. `contract`: in a city that asks for one
    report of contract and payment.
    """

    paid_on: date
    paid_yen: CostByNow = field(repr=False)
    back: Mapping[str, CostByNow] = field(default_factory=dict, repr=False)
    files: tuple[UUID, ...] = ()
    bring: bool = False
    words: str = field(default="", repr=False)
    contract: ContractReport | None = field(default=None, repr=False)


def own(held: cases.Holding) -> OwnGrant | None:
    """The newest application of the case; None where there is none.

    Raises:
        Tampered: what happened to it is not what was written down.
    """
    grants = history.of_case(held.office_id, held.case_id, held.drawer)
    if not grants:
        return None
    newest, steps = max(grants.items(), key=lambda grant: (grant[1][0].at, grant[1][0].id))
    row = Grant.of(held.office_id).get(pk=newest)
    return OwnGrant(
        row.id,
        State(row.state),
        row.channel,
        row.sent_at,
        row.received_on,
        row.fiscal_year,
        row.number,
        max((step.number for step in steps if step.verb not in DESKS_OWN), default=0),
        with_corrections(without_undone(steps)),
        tuple(step for step in steps if step.verb is Verb.UNDO and step.public_details),
        _account_of(without_undone(each) for grant, each in grants.items() if grant != newest),
    )


def _account_of(histories: Iterable[Sequence[StepCard]]) -> Mapping[str, str]:
    claims = (
        step for steps in histories for step in with_corrections(steps) if step.verb is Verb.CLAIM
    )
    newest = max(claims, key=lambda step: step.at, default=None)
    return newest.details.get("account") or {} if newest else {}


def result_of(actor: Actor, verb: Verb, idempotency_key: str) -> UUID | None:
    """The step that a page has led to already, under its key, however often it is sent."""
    return earlier_result(actor, f"grant.{verb}", idempotency_key)


@action("grant.complete")
def complete(
    actor: Actor, own: HeldGrant, submitted: Completion, course: ActRules, *, now: datetime
) -> UUID:
    """The person gives what was missing, once; it is the desk's turn again.

    Raises:
        Absent: it is not the person's.
        Refused: it was answered already (`grant.answered`), nothing is missing any more, or a file
            is not there (`grant.attachment`).
    """
    _require_files(own, submitted.files)
    details = {
        "application": dict(submitted.application),
        "answers": [dict(answer) for answer in submitted.answers],
        "files": [str(file_id) for file_id in submitted.files],
    }
    if submitted.ended:
        details |= end_protection(actor, own.held, now=now)
    return _step(own, Verb.COMPLETE, details, course, now)


@action("grant.contract")
def report_contract(
    _actor: Actor, own: HeldGrant, submitted: ContractReport, course: ActRules, *, now: datetime
) -> UUID:
    """The person says that they have a contract, whenever that was; a human looks at its day.

    Raises:
        Absent: it is not the person's.
        Refused: it moved on since the page was drawn, or this is not its time.
    """
    return _step(own, Verb.CONTRACT, submitted.details, course, now)


@action("grant.report")
def report(
    _actor: Actor, own: HeldGrant, submitted: CostReport, course: ActRules, *, now: datetime
) -> UUID:
    """The person reports what was paid, with its receipts or bringing them; whatever its days are.

    Raises:
        Absent: it is not the person's.
        Refused: it moved on, this is not its time, or a file is not there (`grant.attachment`).
    """
    _require_files(own, submitted.files)
    details = {
        **(submitted.contract.details if submitted.contract else {}),
        "paid_on": submitted.paid_on.isoformat(),
        **sealed("paid_yen", submitted.paid_yen),
        **{key: yen for of in submitted.back.items() for key, yen in sealed(*of).items()},
        "files": [str(file_id) for file_id in submitted.files],
        "bring": submitted.bring,
        "words": submitted.words,
    }
    return _step(own, Verb.REPORT, details, course, now)


@action("grant.claim")
def claim(
    _actor: Actor, own: HeldGrant, account: Mapping[str, Any], course: ActRules, *, now: datetime
) -> UUID:
    """The person claims the sum that is settled, for this account.

    Raises:
        Absent: it is not the person's.
        Refused: it moved on since the page was drawn, or this is not its time.
    """
    return _step(own, Verb.CLAIM, {"account": dict(account)}, course, now)


@action("grant.withdraw")
def withdraw(_actor: Actor, own: HeldGrant, why: str, course: ActRules, *, now: datetime) -> UUID:
    """The person takes the application back; by themselves only before anything is drafted.

    Raises:
        Absent: it is not the person's.
        Refused: it moved on since the page was drawn, or the desk has to do it (`grant.withdraw`).
    """
    return _step(own, Verb.WITHDRAW, {"why": why}, course, now)


def _step(
    own: HeldGrant, verb: Verb, details: Mapping[str, Any], course: ActRules, now: datetime
) -> UUID:
    grant = Grant.of(own.office_id).filter(case_id=own.case_id, pk=own.id).first()
    if grant is None:
        raise Absent
    history.lock_row(grant)
    history.history(grant, own.held.drawer)  # raises Tampered where it is not as written
    _require_turn(own, verb)
    if not _may(State(grant.state), verb, course.stages):
        raise Refused(Reason(f"grant.{verb}"))
    new = history.NewStep(verb, now.date(), own.held.drawer, details)
    step = history.write(grant, new, now=now, stages=course.stages)
    cases.desks_turn(own.held, course.look_on, DUE, now)
    enqueue("subsidy.notice", step.id, at=now)
    return step.id


def _require_turn(own: HeldGrant, verb: Verb) -> None:
    """Refuse what was submitted from a page that showed an older turn."""
    since = Step.of(own.office_id).filter(grant_id=own.id, number__gt=own.turn)
    newer = set(since.values_list("verb", flat=True)) - set(DESKS_OWN)
    if newer:
        raise Refused(Reason(ANSWERED[verb] if verb in newer else "grant.stale"))


ANSWERED = {
    Verb.COMPLETE: "grant.answered",
    **dict.fromkeys((Verb.CONTRACT, Verb.REPORT, Verb.CLAIM, Verb.WITHDRAW), "own_grant.done"),
}


def _require_files(own: HeldGrant, files: Sequence[UUID]) -> None:
    readable = {card.id for card in evidence.readable(own.held.drawer)}
    if not readable.issuperset(files):
        raise Refused(Reason("grant.attachment"))


def _may(state: State, verb: Verb, stages: Collection[str]) -> bool:
    by_desk = verb is Verb.WITHDRAW and state not in BEFORE_DRAFT
    return verb in OWN_VERBS and not by_desk and follows(state, verb, stages) is not None
