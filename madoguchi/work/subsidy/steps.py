"""One step of a grant's life, inside an act on it: held, written down, read again (経過)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from madoguchi.rules.decision import Ground, Refused
from madoguchi.rules.steps.grant import STAGES, State, Verb, after
from madoguchi.tools.vault.drawer import Tampered
from madoguchi.tools.vault.seal import SHARED
from madoguchi.work.subsidy.models import Grant, Step

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime
    from uuid import UUID

    from madoguchi.tools.vault.drawer import Drawer

TOLD, SHOWN = "grant_told", "grant_shown"
BEGINNING = Verb.APPLY, Verb.TYPE_IN
SAID = *BEGINNING, Verb.COMPLETE, Verb.CONTRACT, Verb.REPORT, Verb.CLAIM, Verb.WITHDRAW
"""What a person says, or the desk types in for them: nothing else lies in the shared drawer."""


@dataclass(frozen=True)
class New:
    """A step to be written: what it is about, and what the person reads of it.

    `drawer`: the shared one for what the person said, else the staff drawer. `shown`: None where
    the person reads nothing of it; else `shared` must be the open shared drawer.
    """

    verb: Verb
    on: date
    drawer: Drawer
    told: Mapping[str, Any] = field(repr=False)
    staff_id: UUID | None = None
    shared: Drawer | None = None
    shown: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class StepCard:
    """A step as it is read. `told` is empty for who holds only the receipt, unless they said it."""

    id: UUID
    number: int
    verb: Verb
    state: State
    on: date
    at: datetime
    staff_id: UUID | None
    told: Mapping[str, Any] = field(repr=False)
    shown: Mapping[str, Any] = field(repr=False)


def hold(grant: Grant) -> None:
    """Lock the grant for the act.

    Raises:
        Refused: it moved on since this row of it was read (`grant.stale`).
    """
    readable = "id", "state", "revision"  # to the portal's role, by docs/running/roles.sql
    held = Grant.of(grant.office_id).select_for_update().only(*readable).get(pk=grant.id)
    if held.revision != grant.revision:
        raise Refused(Ground("grant.stale"))
    grant.state = held.state


def write(
    grant: Grant, new: New, *, now: datetime, stages: Collection[str] = STAGES, **also: object
) -> Step:
    """Move the held grant by a verb and write the step down; `also`: columns of the grant to set.

    Raises:
        Refused: the verb is not possible in the grant's state (`grant.<verb>`).
    """
    grant.state = after(State(grant.state), new.verb, stages)
    return _written(grant, new, now, also)


def begin(grant: Grant, new: New, *, now: datetime) -> Step:
    """Write a new grant with its first step (`apply`, `type_in`); its `state` is set already."""
    grant.save(force_insert=True)
    return _written(grant, new, now, {})


def history(grant: Grant, shared: Drawer, staff: Drawer | None = None) -> tuple[StepCard, ...]:
    """The steps of a grant, the first one first; without the staff drawer, as the person reads."""
    rows = Step.of(grant.office_id).filter(grant_id=grant.id).order_by("number")
    return tuple(card(row, shared, staff) for row in rows)


def require_sound(verb: str, number: int, drawer: str) -> None:
    """Nothing, where a step of this verb can lie there.

    Whoever holds the portal's role and a receipt can seal in the shared drawer: no decision, no sum
    and no correction of one is read from it, nor another beginning.

    Raises:
        Tampered: the desk never wrote it there.
    """
    if (drawer == SHARED and verb not in SAID) or (verb in BEGINNING and number != 1):
        raise Tampered


def card(row: Step, shared: Drawer, staff: Drawer | None) -> StepCard:
    """One step, opened as far as these drawers go.

    Raises:
        Tampered: the desk never wrote it.
    """
    require_sound(row.verb, row.number, row.drawer)
    opened = {drawer.name: drawer for drawer in (shared, staff) if drawer is not None}
    drawer = opened.get(row.drawer)
    return StepCard(
        row.id,
        row.number,
        Verb(row.verb),
        State(row.state),
        row.on,
        row.at,
        row.staff_id,
        drawer.open(TOLD, row.id, row.told) if drawer else {},
        shared.open(SHOWN, row.id, row.shown) if row.shown else {},
    )


def _written(grant: Grant, new: New, now: datetime, also: Mapping[str, object]) -> Step:
    count = Step.of(grant.office_id).filter(grant_id=grant.id).count()
    step = Step(
        office_id=grant.office_id,
        case_id=grant.case_id,
        grant_id=grant.id,
        number=count + 1,
        verb=new.verb,
        state=grant.state,
        on=new.on,
        staff_id=new.staff_id,
        drawer=new.drawer.name,
        at=now,
    )
    step.told = new.drawer.seal(TOLD, step.id, dict(new.told))
    if new.shown is not None and new.shared is not None:
        step.shown = new.shared.seal(SHOWN, step.id, dict(new.shown))
    step.save(force_insert=True)
    grant.revision += 1
    for name, value in also.items():
        setattr(grant, name, value)
    grant.save(update_fields=["state", "revision", *also])
    return step
