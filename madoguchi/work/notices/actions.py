"""Publish and withdraw decisions of the desk (お知らせ): by one colleague, or by two."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.programme.changes import Dated, decode, encode
from madoguchi.rules.steps.proposal import OF_CLINIC, needs_two
from madoguchi.tools.act.action import Subject, action
from madoguchi.tools.audit import chain
from madoguchi.tools.later.queue import enqueue
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.transaction import lock
from madoguchi.work.notices import proposals
from madoguchi.work.notices.models import NEWS, Notice


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
    if needs_two(kind, decided.change):
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
    if needs_two(row.kind, row.change, taken_back=True):
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
    if decided.kind in OF_CLINIC:
        raise Refused(Reason("notice.clinic"))
    if not needs_two(decided.kind, decided.change):
        raise Refused(Reason("notice.one"))
    return propose_inside(actor, at, decided, now=now)


def propose_inside(
    actor: Actor, at: Subject, decided: NewDecision, about: str = "", *, now: datetime
) -> UUID:
    """Ask a second to publish what an act decides, inside that act.

    Raises:
        Refused: news without a title.
        ProgrammeError: a change that cannot be read.
    """
    _require_whole(decided)
    title, body = decided.title.strip(), decided.body.strip()
    return proposals.ask(
        actor,
        at.office_id,
        decided.kind,
        decided.change,
        title=title,
        body=body,
        about=about,
        now=now,
    )


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
    return proposals.ask(actor, at.office_id, row.kind, row.change, takes_back=notice_id, now=now)


@action("notice.confirm")
def confirm(
    actor: Actor, at: Subject, proposal_id: UUID, *, now: datetime, shown: str | None = None
) -> UUID:
    """Do what a colleague proposed; it holds from today on at the earliest.

    Raises:
        Refused: it has ended, is the colleague's own, or is not what was `shown`.
        Absent: there is no such proposal, or the notice to take back is gone.
    """
    with proposals.signing(actor, at, proposal_id, "notice.confirm", now=now, shown=shown) as row:
        if row.takes_back:
            row.notice_id = _standing(at, row.takes_back).id
            _take_back(at, row.notice_id, now)
            return row.notice_id
        change = decode(row.kind, row.change)
        if isinstance(change, Dated.__value__) and change.from_on < now.date():
            # Not before today: whatever began meanwhile was decided without knowing of it.
            change = replace(change, from_on=now.date())
        decided = NewDecision(row.kind, encode(change), row.title, row.body)
        row.notice_id = _published(actor, at, decided, now.date(), now).id
        return row.notice_id


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
        _recheck(at.office_id, now)
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
    _recheck(at.office_id, now)


def _standing(at: Subject, notice_id: UUID) -> Notice:
    row = Notice.objects.filter(
        office_id=at.office_id, pk=notice_id, withdrawn_at__isnull=True
    ).first()
    if row is None:
        raise Absent
    return row


def _recheck(office_id: UUID, now: datetime) -> None:
    """Have the worker look for interviews and promises on days that are closed now."""
    for name in ("interviews.recheck", "cases.recheck"):
        enqueue(name, office_id, at=now)
