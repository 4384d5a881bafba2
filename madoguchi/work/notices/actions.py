"""Publish and withdraw decisions of the desk (お知らせ): by one colleague, or by two."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.programme.changes import Dated, decode, encode
from madoguchi.rules.steps.proposal import OF_CLINIC, Outcome, may_end, needs_two
from madoguchi.tools.act.action import Subject, action
from madoguchi.tools.audit import chain
from madoguchi.tools.later.queue import enqueue
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.transaction import lock
from madoguchi.work.notices.models import Notice, Proposal

NEWS = "news"


@dataclass(frozen=True)
class NewDecision:
    """What is published: the dated change, and title and body for the news page if any."""

    kind: str
    change: Mapping[str, object]
    title: str = ""
    body: str = ""


@action("notice.publish")
def publish(
    actor: Actor,
    at: Subject,
    kind: str,
    title: str,
    body: str,
    on: date,
    change: Mapping[str, object] | None = None,
    *,
    now: datetime,
) -> UUID:
    """Publish at once what one colleague may: news, a closed day, a wrong number hidden.

    Raises:
        Refused: news without a title, a decision that needs two, or one about the clinic.
        ProgrammeError: a change that cannot be read.
    """
    decided = NewDecision(kind, change or {}, title.strip(), body.strip())
    if kind in OF_CLINIC:
        raise Refused(Reason("notice.clinic"))
    if needs_two(kind):
        raise Refused(Reason("notice.two"))
    return publish_inside(actor, at, decided, on, now=now)


def publish_inside(
    actor: Actor, at: Subject, decided: NewDecision, on: date, *, now: datetime
) -> UUID:
    """Publish what an act decides, inside that act; the act's own right is enough.

    Raises:
        Refused: news without a title.
        ProgrammeError: a change that cannot be read.
    """
    _require_whole(decided)
    take_turn(at)
    chain.tell(decided=decided.kind)
    return _published(actor, at, decided, on, now).id


@action("notice.withdraw")
def withdraw(_actor: Actor, at: Subject, notice_id: UUID, *, now: datetime) -> None:
    """Withdraw a notice; the row stays. Without effect on one that is withdrawn.

    Raises:
        Refused: two must withdraw it, since that publishes something; or it is about a day of the
            clinic, and those who have booked it would not be called.
        Absent: there is no such notice.
    """
    take_turn(at)
    row = Notice.objects.filter(office_id=at.office_id, pk=notice_id).first()
    if row is None:
        raise Absent
    if row.kind in OF_CLINIC:
        raise Refused(Reason("notice.back_clinic"))
    if needs_two(row.kind, taken_back=True):
        raise Refused(Reason("notice.two"))
    chain.tell(decided=row.kind)
    if row.withdrawn_at is None:
        _take_back(at, notice_id, now)


@action("notice.propose")
def propose(actor: Actor, at: Subject, decided: NewDecision, *, now: datetime) -> UUID:
    """Ask a second colleague to publish it; until then nothing changes.

    Raises:
        Refused: one may do it alone.
        ProgrammeError: a change that cannot be read.
    """
    _require_whole(decided)
    if not needs_two(decided.kind):
        raise Refused(Reason("notice.one"))
    return _proposed(actor, at, decided, None, now)


@action("notice.propose")
def propose_withdrawal(actor: Actor, at: Subject, notice_id: UUID, *, now: datetime) -> UUID:
    """Ask a second colleague to withdraw a notice.

    Raises:
        Refused: it is about a day of the clinic.
        Absent: there is no such notice, or it is withdrawn.
    """
    row = _standing(at, notice_id)
    if row.kind in OF_CLINIC:
        raise Refused(Reason("notice.back_clinic"))
    return _proposed(actor, at, NewDecision(row.kind, row.change), notice_id, now)


@action("notice.confirm")
def confirm(actor: Actor, at: Subject, proposal_id: UUID, *, now: datetime) -> UUID:
    """Do what a colleague proposed; it holds from today on at the earliest.

    Raises:
        Refused: it has ended, or is the colleague's own.
        Absent: there is no such proposal, or the notice to take back is gone.
    """
    row = _endable(actor, at, proposal_id, Outcome.CONFIRMED)
    if row.takes_back:
        notice_id = _standing(at, row.takes_back).id
        _take_back(at, notice_id, now)
    else:
        change = decode(row.kind, row.change)
        if isinstance(change, Dated.__value__) and change.from_on < now.date():
            # Not before today: whatever began meanwhile was decided without knowing of it.
            change = replace(change, from_on=now.date())
        decided = NewDecision(row.kind, encode(change), row.title, row.body)
        notice_id = _published(actor, at, decided, now.date(), now).id
    _end(row, actor, Outcome.CONFIRMED, now, notice_id)
    return notice_id


@action("notice.drop")
def drop(actor: Actor, at: Subject, proposal_id: UUID, *, now: datetime) -> None:
    """End a proposal without doing it; the row stays.

    Raises:
        Refused: it has ended.
        Absent: there is no such proposal.
    """
    row = _endable(actor, at, proposal_id, Outcome.DROPPED)
    _end(row, actor, Outcome.DROPPED, now, None)


def take_turn(at: Subject) -> None:
    """Lock the office's decisions until the end of the act."""
    lock(f"notices/{at.office_id}")


def _require_whole(decided: NewDecision) -> None:
    if decided.kind == NEWS and not decided.title:
        raise Refused(Reason("notice.title"))
    if decided.kind != NEWS:
        decode(decided.kind, decided.change)


def _published(actor: Actor, at: Subject, decided: NewDecision, on: date, now: datetime) -> Notice:
    if decided.change:
        enqueue("interviews.recheck", at.office_id, at=now)
    return Notice.objects.create(
        office_id=at.office_id,
        number=Notice.objects.filter(office_id=at.office_id).count() + 1,
        kind=decided.kind,
        title=decided.title,
        body=decided.body,
        change=dict(decided.change),
        on=on,
        at=now,
        staff_id=actor.staff_id,
    )


def _take_back(at: Subject, notice_id: UUID, now: datetime) -> None:
    Notice.objects.filter(pk=notice_id).update(withdrawn_at=now)
    enqueue("interviews.recheck", at.office_id, at=now)


def _standing(at: Subject, notice_id: UUID) -> Notice:
    row = Notice.objects.filter(
        office_id=at.office_id, pk=notice_id, withdrawn_at__isnull=True
    ).first()
    if row is None:
        raise Absent
    return row


def _proposed(
    actor: Actor, at: Subject, decided: NewDecision, takes_back: UUID | None, now: datetime
) -> UUID:
    if actor.staff_id is None:  # the second colleague could not be told from the first
        raise Absent
    chain.tell(decided=decided.kind)
    row = Proposal.objects.create(
        office_id=at.office_id,
        kind=decided.kind,
        change=dict(decided.change),
        title=decided.title,
        body=decided.body,
        takes_back=takes_back,
        at=now,
        staff_id=actor.staff_id,
    )
    return row.id


def _endable(actor: Actor, at: Subject, proposal_id: UUID, to: Outcome) -> Proposal:
    """The proposal, if the actor may end it so; the lock makes sure that it ends once."""
    take_turn(at)
    row = Proposal.objects.filter(office_id=at.office_id, pk=proposal_id).first()
    if row is None:
        raise Absent
    may_end(Outcome(row.outcome), own=row.staff_id == actor.staff_id, to=to)
    chain.tell(decided=row.kind)
    return row


def _end(
    row: Proposal, actor: Actor, outcome: Outcome, now: datetime, notice_id: UUID | None
) -> None:
    Proposal.objects.filter(pk=row.pk).update(
        outcome=outcome, ended_at=now, ended_by=actor.staff_id, notice_id=notice_id
    )
