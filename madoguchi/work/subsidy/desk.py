"""A grant in the desk's hands, inside an act (窓口の手続): held, opened, moved by one step.

Whoever may act on the grant may not for that read the case: only the drawers are opened here, and
what is read of them are the grant's own steps.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from madoguchi.rules.decision import Ground, Refused
from madoguchi.rules.programme.subsidy_life import STAGES, Stage
from madoguchi.rules.steps.grant import State, Verb, after
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.drawer import Drawer
from madoguchi.work.cases import jobs as cases
from madoguchi.work.subsidy import dues, steps, telling
from madoguchi.work.subsidy.models import Grant
from madoguchi.work.subsidy.steps import StepCard
from madoguchi.work.subsidy.sums import newest

MOST_WORDS = 2000


@dataclass(frozen=True)
class Told:
    """One step to be written: what it is about, and what the person reads of it (None: nothing).

    `said`: it is what the person said, so it lies where they read it again.
    """

    verb: Verb
    told: Mapping[str, Any] = field(repr=False)
    on: date | None = None
    shown: Mapping[str, Any] | None = field(default=None, repr=False)
    said: bool = False
    stages: Collection[Stage] = STAGES
    answer_by: date | None = None


@dataclass(frozen=True)
class InHand:
    """A grant that is held by the act, with its case's drawers and what happened until now."""

    grant: Grant
    staff_id: UUID
    shared: Drawer = field(repr=False)
    staff: Drawer = field(repr=False)
    steps: tuple[StepCard, ...] = field(repr=False)


def take_up(
    actor: Actor, grant: Grant, verb: Verb, now: datetime, stages: Collection[Stage] = STAGES
) -> InHand:
    """Hold a grant to which a verb is possible, and open its steps.

    Raises:
        Refused: it moved on since it was read, or the verb is not possible (`grant.<verb>`).
        Tampered: what happened to it is not what was written down: nothing is done to it.
    """
    steps.hold(grant)
    after(State(grant.state), verb, stages)
    shared, staff = drawers(grant, now)
    return InHand(grant, actor.colleague, shared, staff, steps.history(grant, shared, staff))


def drawers(grant: Grant, now: datetime) -> tuple[Drawer, Drawer]:
    """The drawers of the grant's case, which nobody may have opened yet.

    Raises:
        Forgotten: its keys were destroyed.
    """
    try:
        return unseal.drawers(grant.office_id, grant.case_id)
    except unseal.Forgotten:  # or never opened: adopting finds out which
        cases.adopt(grant.case_id, now=now)
        return unseal.drawers(grant.office_id, grant.case_id)


def write(hand: InHand, new: Told, now: datetime, **also: object) -> UUID:
    """Write the step; the case's day follows, and the person is told if there is what to read.

    What was only typed wrongly is no news to them.
    """
    step = steps.write(
        hand.grant,
        steps.New(
            new.verb,
            new.on or now.date(),
            hand.shared if new.said else hand.staff,
            new.told,
            hand.staff_id,
            hand.shared,
            new.shown,
        ),
        now=now,
        stages=new.stages,
        **also,
    )
    answer_by = new.answer_by or _waited(hand)
    dues.settle(hand.grant, now, stages=new.stages, answer_by=answer_by)
    if new.shown is not None and new.verb is not Verb.AMEND:
        telling.tell(hand.grant, now)
    return step.id


def _waited(hand: InHand) -> date | None:
    """The day until which the person's answer or money was waited for, where it still is."""
    match State(hand.grant.state):
        case State.RETURNED:
            told = newest(hand.steps, Verb.RETURN)
        case State.RECLAIMED:
            told = newest(hand.steps, Verb.REVOKE)
        case _:
            return None
    until = told.get("by_on") or told.get("repay_by_on")
    return date.fromisoformat(until) if until else None


def worded(text: str, code: str) -> str:
    """What was typed as a reason, without the space around it.

    Raises:
        Refused: there is none, or it is longer than a page takes.
    """
    said = text.strip()
    if not said or len(said) > MOST_WORDS:
        raise Refused(Ground(code))
    return said


def not_later(on: date, now: datetime, code: str) -> date:
    """A day that is not later than today.

    Raises:
        Refused: it is.
    """
    if on > now.date():
        raise Refused(Ground(code))
    return on
