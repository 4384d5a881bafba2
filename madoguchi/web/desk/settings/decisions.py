"""Decisions as the desk reads them (決定の一覧): what, by whom, how it is taken back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from madoguchi.rules.sound import Standing
from madoguchi.rules.steps.proposal import OF_CLINIC, needs_two
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.settings.kinds import KINDS
from madoguchi.web.desk.settings.standing import Row, rows
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.notices import queries

ALSO = {"desk_closed": "days", **dict.fromkeys(OF_CLINIC, "clinic")}
"""Kinds that other pages decide, and the subject they belong to."""


@dataclass(frozen=True)
class Decision:
    """One decision that stands or waits."""

    id: UUID
    kind: str
    subject: str
    rows: tuple[Row, ...]
    at: datetime
    by: tuple[str, ...]
    alone: bool

    @property
    def key(self) -> str:
        """The text key of its kind."""
        return f"desk.settings.kind.{self.kind}"

    @property
    def stays(self) -> bool:
        """Whether it is never taken back: a day of the clinic, which other acts change."""
        return self.kind in OF_CLINIC


@dataclass(frozen=True)
class Waiting(Decision):
    """A decision that waits for a second colleague."""

    own: bool = False
    taken_back: bool = False


def names(request: DeskRequest) -> dict[UUID, str]:
    """The colleagues' names by id."""
    return {one.id: one.name for one in colleagues(request.office.id, request.now)}


def subject_of(kind: str) -> str:
    """The subject that a kind belongs to; empty where it belongs to none."""
    return ALSO.get(kind) or (KINDS[kind].subject if kind in KINDS else "")


def standing_decisions(
    request: DeskRequest, here: Standing, subject: str = ""
) -> tuple[Decision, ...]:
    """What stands of one subject or of all, the newest first."""
    who = names(request)
    cards = queries.standing(request.actor, AtOffice(request.office.id))
    return tuple(
        Decision(
            card.id,
            card.kind,
            subject_of(card.kind),
            rows(request, here, card.kind, card.change),
            card.at,
            tuple(who.get(each, "") for each in (card.proposed_by, card.staff_id) if each),
            not needs_two(card.kind, taken_back=True),
        )
        for card in cards
        if subject in ("", subject_of(card.kind))
    )


def waiting(request: DeskRequest, here: Standing) -> tuple[Waiting, ...]:
    """What waits for a second colleague."""
    who = names(request)
    cards = queries.proposals(request.actor, AtOffice(request.office.id))
    return tuple(waiting_card(request, here, card, who) for card in cards)


def waiting_card(
    request: DeskRequest, here: Standing, card: queries.ProposalCard, who: dict[UUID, str]
) -> Waiting:
    """One proposal in words."""
    return Waiting(
        card.id,
        card.kind,
        subject_of(card.kind),
        rows(request, here, card.kind, card.change),
        card.at,
        (who.get(card.staff_id, ""),),
        alone=False,
        own=card.staff_id == request.actor.staff_id,
        taken_back=card.takes_back is not None,
    )
