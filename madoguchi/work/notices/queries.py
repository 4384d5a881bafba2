"""What the desk reads of its own decisions (決定の記録): standing ones, proposals, who and when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from madoguchi.rules.decision import Absent
from madoguchi.rules.steps.proposal import act_of
from madoguchi.tools.act.action import Subject, allowed
from madoguchi.tools.office.actor import Actor
from madoguchi.work.notices.models import Notice, Proposal
from madoguchi.work.notices.proposals import SHOWN, ProposalCard, as_card


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
    return tuple(as_card(row) for row in rows if _public(row))[:SHOWN]


def proposal(actor: Actor, at: Subject, proposal_id: UUID) -> ProposalCard:
    """One proposal.

    Raises:
        Absent: there is none, or this colleague may not read it.
    """
    _require(actor, at)
    row = Proposal.objects.filter(office_id=at.office_id, pk=proposal_id).first()
    if row is None or not _public(row):
        raise Absent
    return as_card(row)


def _require(actor: Actor, at: Subject) -> None:
    if not allowed(actor, "notice.read", at):
        raise Absent


def _public(row: Proposal) -> bool:
    """Whether it is about what the public reads; all else is no setting."""
    return act_of(row.kind).signs in ("notice.confirm", "clinic.confirm_day")
