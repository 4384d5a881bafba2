"""A grant in the desk's hands, inside an act (窓口の手続): held, opened, moved by one step.

Whoever may act on the grant may not for that read the case: only the drawers are opened here, and
what is read of them are the grant's own steps.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.programme.subsidy import STAGES, Stage
from madoguchi.rules.steps.grant import OVER, State, Verb, after
from madoguchi.rules.subsidy.year import SOON_DAYS, ends_on
from madoguchi.tools.mail import outbox
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases import dues
from madoguchi.work.cases import jobs as cases
from madoguchi.work.cases.actions import GRANT, GRANT_SENT
from madoguchi.work.cases.models import Case
from madoguchi.work.subsidy import history
from madoguchi.work.subsidy.fiscal_year import years_of
from madoguchi.work.subsidy.history import StepCard, newest
from madoguchi.work.subsidy.models import Grant

AFTERWARDS = "grant_over"  # an open case is looked at once its grant is over
LOOK_WITHIN = timedelta(days=7)  # where it is the desk's turn
OF_DESK = (State.SENT, State.RECEIVED, State.DRAFTED, State.REPORTED, State.CLAIMED)


def settle(
    grant: Grant,
    now: datetime,
    *,
    stages: Collection[Stage] = STAGES,
    answer_by: date | None = None,
) -> None:
    """Set the case's day by where the grant is now, inside an act on it."""
    case = Case.of(grant.office_id).get(pk=grant.case_id)
    over = State(grant.state) in OVER  # one grant of a case runs at a time
    year = years_of([grant]).get(grant.id)
    days = () if over else (next_look(grant, year, now.date(), stages, answer_by),)
    dues.keep(case, GRANT_SENT, (), now)
    dues.keep(case, GRANT, days, now, "grant")
    dues.show(case, AFTERWARDS, now)


def next_look(
    grant: Grant,
    year: int | None,
    today: date,
    stages: Collection[Stage] = STAGES,
    answer_by: date | None = None,
) -> date:
    """When somebody looks at a grant that runs: what is soonest and not past.

    `year`: the fiscal year of its money; None before the desk has received it.
    """
    days = [*_year(grant, year, stages), *([answer_by] if answer_by else [])]
    if State(grant.state) in OF_DESK or not days:
        days.append(today + LOOK_WITHIN)
    coming = [day for day in days if day >= today]
    return min(coming, default=today + LOOK_WITHIN)


def _year(grant: Grant, year: int | None, stages: Collection[Stage]) -> list[date]:
    """When the clocks of its fiscal year are shown first, and when they are over."""
    if year is None or grant.state == State.RECLAIMED:
        return []
    by = ends_on(grant.state, year, stages)
    return [by - timedelta(days=SOON_DAYS), by, by + timedelta(days=1)]


MAIL = "answered"  # says that there is news of their submission, and no more


def tell(grant: Grant, now: datetime) -> None:
    """Queue the mail, inside an act; the wishes of the moment decide whether it is sent."""
    outbox.queue(grant.office_id, grant.case_id, MAIL, now=now)


MOST_WORDS = 2000


@dataclass(frozen=True)
class StepDetails:
    """One step to be written: what it is about, and what the person reads of it (None: nothing).

    `said`: it is what the person said, so it lies where they read it again.
    """

    verb: Verb
    details: Mapping[str, Any] = field(repr=False)
    on: date | None = None
    public_details: Mapping[str, Any] | None = field(default=None, repr=False)
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


def lock_grant(
    actor: Actor, grant: Grant, verb: Verb, now: datetime, stages: Collection[Stage] = STAGES
) -> InHand:
    """Hold a grant to which a verb is possible, and open its steps.

    Raises:
        Refused: it moved on since it was read, or the verb is not possible (`grant.<verb>`).
        Tampered: what happened to it is not what was written down: nothing is done to it.
    """
    history.hold(grant)
    after(State(grant.state), verb, stages)
    shared, staff = drawers(grant, now)
    return InHand(grant, actor.colleague, shared, staff, history.history(grant, shared, staff))


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


def write(hand: InHand, new: StepDetails, now: datetime, **also: object) -> UUID:
    """Write the step; the case's day follows, and the person is told if there is what to read.

    What was only typed wrongly is no news to them.
    """
    step = history.write(
        hand.grant,
        history.New(
            new.verb,
            new.on or now.date(),
            hand.shared if new.said else hand.staff,
            new.details,
            hand.staff_id,
            hand.shared,
            new.public_details,
        ),
        now=now,
        stages=new.stages,
        **also,
    )
    answer_by = new.answer_by or _waited(hand)
    settle(hand.grant, now, stages=new.stages, answer_by=answer_by)
    if new.public_details is not None and new.verb is not Verb.AMEND:
        tell(hand.grant, now)
    return step.id


def _waited(hand: InHand) -> date | None:
    """The day until which the person's answer or money was waited for, where it still is."""
    match State(hand.grant.state):
        case State.RETURNED:
            details = newest(hand.steps, Verb.RETURN)
        case State.RECLAIMED:
            details = newest(hand.steps, Verb.REVOKE)
        case _:
            return None
    until = details.get("by_on") or details.get("repay_by_on")
    return date.fromisoformat(until) if until else None


def worded(text: str, code: str) -> str:
    """What was typed as a reason, without the space around it.

    Raises:
        Refused: there is none, or it is longer than a page takes.
    """
    said = text.strip()
    if not said or len(said) > MOST_WORDS:
        raise Refused(Reason(code))
    return said


def not_later(on: date, now: datetime, code: str) -> date:
    """A day that is not later than today.

    Raises:
        Refused: it is.
    """
    if on > now.date():
        raise Refused(Reason(code))
    return on
