"""What waits for a second person (二人で決めること): one asks, another signs or says no.

Which acts these are says `rules/steps/proposal.py`. A room asks inside an act of its own, and signs
in one where something is done by it at once (`signing`). Where whoever asked acts afterwards, the
signature is all there is (`SIGN`), good for a day and for one act (`use`, `is_signed`).
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.steps.proposal import HOLDS, Outcome, act_of, may_end
from madoguchi.tools.act.action import Subject, action, allowed
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.macs import Voice
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.transaction import lock
from madoguchi.work.notices.models import Proposal

SHOWN = 200
PUBLISHES = ("notice.confirm", "clinic.confirm_day")
"""The verbs under which a signature itself does what was asked for."""


@dataclass(frozen=True)
class ProposalCard:
    """An act that waits, or how it ended; `signs`: the verb of whoever may be the second."""

    id: UUID
    kind: str
    change: Mapping[str, Any] = field(repr=False)
    title: str
    body: str
    about: str
    takes_back: UUID | None
    at: datetime
    staff_id: UUID
    outcome: str
    ended_at: datetime | None
    ended_by: UUID | None

    @property
    def signs(self) -> str:
        return act_of(self.kind).signs

    @property
    def mark(self) -> str:
        """What a page that shows it sends back, so that nothing else is signed."""
        return _mark(self)

    def usable(self, actor: Actor, now: datetime) -> bool:
        """Whether the colleague asked for it, has a signature, and has not acted by it yet."""
        signed = self.outcome == Outcome.CONFIRMED and self.ended_at is not None
        return signed and self.staff_id == actor.staff_id and now - self.ended_at < HOLDS  # type: ignore[operator] # signed


def ask(
    actor: Actor,
    office_id: UUID,
    kind: str,
    change: Mapping[str, object],
    *,
    now: datetime,
    title: str = "",
    body: str = "",
    about: str = "",
    takes_back: UUID | None = None,
) -> UUID:
    """Ask for a second, inside an act; until then nothing changes.

    Raises:
        Absent: nobody in particular asks, so that the second could not be told from the first.
        Refused: the same waits already (`proposal.asked`).
    """
    if actor.staff_id is None:
        raise Absent
    chain.tell(decided=kind)
    lock(f"notices/{office_id}")
    asked = Proposal(
        office_id=office_id,
        kind=kind,
        change=dict(change),
        title=title,
        body=body,
        about=about,
        takes_back=takes_back,
        at=now,
        staff_id=actor.staff_id,
    )
    if first := _same(asked):
        raise Refused(Reason("proposal.asked", values={"first": first.pk}))
    asked.save(force_insert=True)
    return asked.id


def _same(asked: Proposal) -> Proposal | None:
    """What waits already and would do the same, whatever its notice says.

    What is published on signing, anybody may have asked for; by any other signature only whoever
    asked can act. What says nothing of itself is like nothing else.
    """
    if not (asked.change or asked.about or asked.takes_back):
        return None
    rows = Proposal.objects.filter(
        office_id=asked.office_id,
        kind=asked.kind,
        about=asked.about,
        takes_back=asked.takes_back,
        outcome=Outcome.OPEN,
    )
    if act_of(asked.kind).signs not in PUBLISHES:
        rows = rows.filter(staff_id=asked.staff_id)
    return next((row for row in rows if _as_json(row) == _as_json(asked)), None)


def _as_json(row: Proposal | ProposalCard) -> str:
    return json.dumps(row.change, sort_keys=True)


@contextmanager
def signing(
    actor: Actor,
    at: Subject,
    proposal_id: UUID,
    verb: str,
    *,
    now: datetime,
    shown: str | None = None,
) -> Iterator[Proposal]:
    """The proposal for its second, inside an act under the verb; signed when the block ends.

    `shown`: the mark of what a page showed; None where both stand at one terminal.

    Raises:
        Refused: it has ended, is the colleague's own, or is not what was shown.
        Absent: there is no such proposal, or this verb does not sign it.
    """
    row = _ending(actor, at, proposal_id, Outcome.CONFIRMED)
    if act_of(row.kind).signs != verb:
        raise Absent
    if shown is not None and shown != _mark(row):
        raise Refused(Reason("proposal.stale"))
    yield row
    _end(row, actor, Outcome.CONFIRMED, now)


@action("proposal.drop")
def drop(actor: Actor, at: Subject, proposal_id: UUID, *, now: datetime) -> None:
    """End a proposal without doing it, one's own or as the second; the row stays.

    Raises:
        Refused: it has ended.
        Absent: there is no such proposal, or the colleague could neither ask nor sign it.
    """
    row = _ending(actor, at, proposal_id, Outcome.DROPPED)
    own = row.staff_id == actor.staff_id
    if not own and not rights.may(actor.role, act_of(row.kind).signs, "office"):
        raise Absent
    _end(row, actor, Outcome.DROPPED, now)


def _signature(verb: str) -> Callable[..., UUID]:
    @action(verb)
    def sign(
        actor: Actor, at: Subject, proposal_id: UUID, *, now: datetime, shown: str | None = None
    ) -> UUID:
        with signing(actor, at, proposal_id, verb, now=now, shown=shown) as row:
            chain.tell(signed=_mark(row))
            return proposal_id

    return sign


SIGN = {
    verb: _signature(verb)
    for verb in ("grant.second", "staff.confirm", "subsidy.names_release", "audit.second")
}
"""What a signature alone does; whoever asked then acts."""


def find(at: Subject, proposal_id: UUID) -> ProposalCard:
    """The proposal, for an act that has its own right.

    Raises:
        Absent: there is none.
    """
    row = Proposal.objects.filter(office_id=at.office_id, pk=proposal_id).first()
    if row is None:
        raise Absent
    return as_card(row)


def use(actor: Actor, at: Subject, proposal_id: UUID, kind: str, *, now: datetime) -> ProposalCard:
    """Act by a signature, inside an act: once, by whoever asked, within a day.

    Raises:
        Absent: there is no such proposal of this colleague.
        Refused: it is not signed yet, or was dropped, used, or signed too long ago.
    """
    row = _locked(at, proposal_id)
    if row.kind != kind or row.staff_id != actor.staff_id:
        raise Absent
    card = as_card(row)
    if card.outcome in (Outcome.USED, Outcome.DROPPED):
        raise Refused(Reason(f"proposal.{card.outcome}"))
    if card.outcome != Outcome.CONFIRMED or not _is_vouched(row):
        raise Refused(Reason("proposal.unsigned"))
    if not card.usable(actor, now):
        raise Refused(Reason("proposal.old"))
    Proposal.objects.filter(pk=row.pk).update(outcome=Outcome.USED)
    return card


def use_signature(
    actor: Actor, kind: str, about: str, change: Mapping[str, object], *, now: datetime
) -> UUID | None:
    """Act, inside an act, by a signature to just this; who signed, None where nobody did."""
    rows = Proposal.objects.filter(
        office_id=actor.office_id, kind=kind, about=about, outcome=Outcome.CONFIRMED
    )
    for row in rows:
        if row.change == dict(change) and as_card(row).usable(actor, now) and _is_vouched(row):
            Proposal.objects.filter(pk=row.pk).update(outcome=Outcome.USED)
            return row.ended_by
    return None


def of_kinds(office_id: UUID, *kinds: str) -> tuple[ProposalCard, ...]:
    """What was asked of these kinds, the newest first; for a page that has its own right."""
    rows = Proposal.objects.filter(office_id=office_id, kind__in=kinds).order_by("-at", "id")
    return tuple(as_card(row) for row in rows[:SHOWN])


def waiting(actor: Actor, at: Subject, now: datetime) -> tuple[ProposalCard, ...]:
    """What waits for this colleague as the second, and what they asked for and can still act by.

    Raises:
        Absent: they are nobody's second.
    """
    if not allowed(actor, "proposal.list", at):
        raise Absent
    open_or_own = Q(outcome=Outcome.OPEN) | Q(
        staff_id=actor.staff_id, outcome=Outcome.CONFIRMED, ended_at__gt=now - HOLDS
    )
    rows = Proposal.objects.filter(open_or_own, office_id=at.office_id).order_by("-at", "id")
    found = (as_card(row) for row in rows[:SHOWN])
    return tuple(
        card
        for card in found
        if (card.outcome == Outcome.OPEN or card.signs not in PUBLISHES)  # that is done already
        and (card.staff_id == actor.staff_id or rights.may(actor.role, card.signs, "office"))
    )


def proposers(office_id: UUID) -> tuple[tuple[UUID, str], ...]:
    """Of each proposal that waits, who made it and under which verb it is signed."""
    rows = Proposal.objects.filter(office_id=office_id, outcome=Outcome.OPEN)
    found = rows.values_list("staff_id", "kind")[:SHOWN]
    return tuple((staff_id, act_of(kind).signs) for staff_id, kind in found)


def as_card(row: Proposal) -> ProposalCard:
    return ProposalCard(
        row.id,
        row.kind,
        row.change,
        row.title,
        row.body,
        row.about,
        row.takes_back,
        row.at,
        row.staff_id,
        row.outcome,
        row.ended_at,
        row.ended_by,
    )


def _mark(row: Proposal | ProposalCard) -> str:
    """What the second's line says of the proposal: all that was asked for, and by whom."""
    parts = (row.id.hex, row.kind, row.about, row.staff_id.hex)
    asked = "/".join((*parts, _as_json(row)))
    if row.title or row.body or row.takes_back:
        asked += json.dumps([row.title, row.body, str(row.takes_back)])
    return hashlib.sha256(asked.encode()).hexdigest()[:32]


def _is_vouched(row: Proposal) -> bool:
    """Whether the second's act left its line: who writes into the database alone signs nothing."""
    lines = Line.objects.filter(
        office_id=row.office_id, verb=act_of(row.kind).signs, staff_id=row.ended_by
    ).order_by("seq")
    return any(
        voice is Voice.DESK and line.told.get("signed") == _mark(row)
        for line, voice in chain.heard(row.office_id, lines)
    )


def _locked(at: Subject, proposal_id: UUID) -> Proposal:
    lock(f"notices/{at.office_id}")
    row = Proposal.objects.filter(office_id=at.office_id, pk=proposal_id).first()
    if row is None:
        raise Absent
    return row


def _ending(actor: Actor, at: Subject, proposal_id: UUID, to: Outcome) -> Proposal:
    """The proposal, if the actor may end it so; the lock makes sure that it ends once."""
    row = _locked(at, proposal_id)
    may_end(Outcome(row.outcome), own=row.staff_id == actor.staff_id, to=to)
    chain.tell(decided=row.kind)
    return row


def _end(row: Proposal, actor: Actor, outcome: Outcome, now: datetime) -> None:
    Proposal.objects.filter(pk=row.pk).update(
        outcome=outcome, ended_at=now, ended_by=actor.staff_id, notice_id=row.notice_id
    )
