"""What the desk reads of its own decisions (決定の記録): standing ones, proposals, who and when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from madoguchi.rules.decision import Absent
from madoguchi.tools.act.action import Subject, allowed
from madoguchi.tools.office.actor import Actor
from madoguchi.work.notices.models import Notice, Proposal

SHOWN = 200


@dataclass(frozen=True)
class NoticeCard:
    """A decision that stands, by whom; `proposed_by` where two decided."""

    id: UUID
    kind: str
    change: dict[str, Any]
    title: str
    at: datetime
    staff_id: UUID | None
    proposed_by: UUID | None = None


@dataclass(frozen=True)
class ProposalCard:
    """A decision that waits, or how it ended."""

    id: UUID
    kind: str
    change: dict[str, Any]
    title: str
    body: str
    takes_back: UUID | None
    at: datetime
    staff_id: UUID
    outcome: str
    ended_at: datetime | None
    ended_by: UUID | None


def standing(actor: Actor, at: Subject) -> tuple[NoticeCard, ...]:
    """The dated changes that stand, the newest first.

    Raises:
        Absent: this colleague may not read them.
    """
    _require(actor, at)
    rows = (
        Notice.objects.filter(office_id=at.office_id, withdrawn_at__isnull=True)
        .exclude(change={})
        .order_by("-number")
    )
    proposals = Proposal.objects.filter(office_id=at.office_id, notice_id__isnull=False)
    by = dict(proposals.values_list("notice_id", "staff_id"))
    return tuple(
        NoticeCard(row.id, row.kind, row.change, row.title, row.at, row.staff_id, by.get(row.id))
        for row in rows
    )


def proposals(actor: Actor, at: Subject, *, open_ones: bool = True) -> tuple[ProposalCard, ...]:
    """The proposals that wait, or those that ended, the newest first.

    Raises:
        Absent: this colleague may not read them.
    """
    _require(actor, at)
    rows = Proposal.objects.filter(office_id=at.office_id).order_by("-at", "id")
    rows = rows.filter(outcome="open") if open_ones else rows.exclude(outcome="open")
    return tuple(_card(row) for row in rows[:SHOWN])


def proposal(actor: Actor, at: Subject, proposal_id: UUID) -> ProposalCard:
    """One proposal.

    Raises:
        Absent: there is none, or this colleague may not read it.
    """
    _require(actor, at)
    row = Proposal.objects.filter(office_id=at.office_id, pk=proposal_id).first()
    if row is None:
        raise Absent
    return _card(row)


def _require(actor: Actor, at: Subject) -> None:
    if not allowed(actor, "notice.read", at):
        raise Absent


def _card(row: Proposal) -> ProposalCard:
    return ProposalCard(
        row.id,
        row.kind,
        row.change,
        row.title,
        row.body,
        row.takes_back,
        row.at,
        row.staff_id,
        row.outcome,
        row.ended_at,
        row.ended_by,
    )
