"""One step of a grant's life, inside an act on it: held, written down, read again (経過).

What stands in the clear of a step is bound to its seal, and the audit's lines know every step: one
that was changed, moved, exchanged, put in or taken out is Tampered, and so is its whole case.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from madoguchi.rules.decision import Ground, Refused
from madoguchi.rules.steps.grant import STAGES, State, Verb, after
from madoguchi.tools.vault.cipher import Tampered
from madoguchi.tools.vault.drawer import Drawer
from madoguchi.tools.vault.seal import SHARED
from madoguchi.work.subsidy.amended import amended
from madoguchi.work.subsidy.application import APPLICATION, TELLING, Applied
from madoguchi.work.subsidy.models import Check, Grant, Step
from madoguchi.work.subsidy.protection import is_protected
from madoguchi.work.subsidy.row import follows, row_beside, with_row
from madoguchi.work.subsidy.sums import last

TOLD, SHOWN = "grant_told", "grant_shown"
BEGINNING = Verb.APPLY, Verb.TYPE_IN
SAID = *BEGINNING, Verb.COMPLETE, Verb.CONTRACT, Verb.REPORT, Verb.CLAIM, Verb.WITHDRAW
"""What a person says, or the desk types in for them: nothing else lies in the shared drawer."""
NOTHING: Mapping[str, Any] = {}


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
    """A step as it is read. `told` is empty for who holds only the receipt, unless they said it.

    `hides`: by now the person's address is hidden, by whatever step of any grant of the case.
    """

    id: UUID
    number: int
    verb: Verb
    state: State
    on: date
    at: datetime
    staff_id: UUID | None
    told: Mapping[str, Any] = field(repr=False)
    shown: Mapping[str, Any] = field(repr=False)
    hides: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A step as those of many grants are read; `NOTHING` is told where it was not opened."""

    id: str
    number: int
    verb: Verb
    state: State
    on: date
    at: datetime
    told: Mapping[str, Any] = field(repr=False)

    @property
    def shown(self) -> Mapping[str, Any]:
        """What the person reads of it: nothing is opened for that."""
        return NOTHING


def hold(grant: Grant) -> None:
    """Lock the grant for the act.

    Raises:
        Refused: it moved on since this row of it was read (`grant.stale`).
    """
    held = Grant.of(grant.office_id).select_for_update().get(pk=grant.id)
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
    """Write a new grant with its first step (`apply`, `type_in`); its `state` is set already.

    Raises:
        Tampered: what happened to the case's earlier grants is not what was written down.
    """
    of_case(grant.office_id, grant.case_id, new.drawer)
    grant.save(force_insert=True)
    return _written(grant, new, now, {})


def history(grant: Grant, shared: Drawer, staff: Drawer | None = None) -> tuple[StepCard, ...]:
    """The steps of a grant, the first one first; without the staff drawer, as the person reads.

    Raises:
        Tampered: as `of_case`, or there is none.
    """
    found = of_case(grant.office_id, grant.case_id, shared, staff)
    if grant.id not in found:
        raise Tampered
    return found[grant.id]


def of_case(
    office_id: UUID, case_id: UUID, shared: Drawer, staff: Drawer | None = None
) -> dict[UUID, tuple[StepCard, ...]]:
    """The steps of each grant of a case; with the staff drawer inside an act on the case.

    Raises:
        Tampered: a step is not as it was written down, or a grant's row not what its steps say.
    """
    grants: dict[UUID, list[Step]] = defaultdict(list)
    rows = list(with_row(Step.of_cases(office_id, case_id).order_by("number")))
    for row in rows:
        grants[row.grant_id].append(row)
    elsewhere = any(row.case_id != case_id for row in rows)
    if elsewhere or shared.written(TOLD) - {str(row.id) for row in rows}:
        raise Tampered
    checks = _checks(office_id, case_id) if staff else None
    for grant_id, steps in grants.items():
        _require_whole(steps, checks[grant_id] if checks is not None else None)
    opened = {row.id: card(row, shared, staff) for row in rows}
    for steps in grants.values():
        if not follows(row_beside(steps[-1]), [opened[row.id] for row in steps]):
            raise Tampered
    in_order = sorted(rows, key=lambda row: (row.at, grants[row.grant_id][0].at, row.number))
    hides = is_protected(opened[row.id] for row in in_order)
    return {
        grant_id: tuple(replace(opened[row.id], hides=hides) for row in steps)
        for grant_id, steps in grants.items()
    }


def hides(office_id: UUID, case_id: UUID, shared: Drawer, staff: Drawer | None = None) -> bool:
    """Whether the person's address is hidden by now, by any grant of the case (支援措置)."""
    found = of_case(office_id, case_id, shared, staff)
    return any(step.hides for steps in found.values() for step in steps)


def _checks(office_id: UUID, case_id: UUID) -> Counter[UUID]:
    """How many verdicts each grant has: each is an act on it, as each step is."""
    rows = Check.of_cases(office_id, case_id)
    return Counter(rows.values_list("grant_id", flat=True))


def _require_whole(steps: Sequence[Any], checks: int | None) -> None:
    """Nothing, where no step lacks and as many acts were done as there are steps and verdicts."""
    acts = steps[-1].row_revision
    if [step.number for step in steps] != list(range(1, len(steps) + 1)):
        raise Tampered
    if acts < len(steps) or (checks is not None and acts != len(steps) + checks):
        raise Tampered


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
        Tampered: the desk never wrote it, or not so.
    """
    require_sound(row.verb, row.number, row.drawer)
    told, shown = _told(row, shared, staff), _shown(row, shared)
    return StepCard(
        row.id,
        row.number,
        Verb(row.verb),
        State(row.state),
        row.on,
        row.at,
        row.staff_id,
        told,
        shown,
    )


def _told(row: Step, shared: Drawer, staff: Drawer | None) -> Mapping[str, Any]:
    """What a step is about; of who cannot open it, no more than that it is the one of the line."""
    opened = {drawer.name: drawer for drawer in (shared, staff) if drawer is not None}
    if row.drawer in opened:
        told: Mapping[str, Any] = opened[row.drawer].open(TOLD, row.id, row.told, row.beside)
        return told
    shared.require_written(TOLD, row.id, row.told, row.beside)
    return {}


def _shown(row: Step, shared: Drawer) -> Mapping[str, Any]:
    if row.shown:
        shown: Mapping[str, Any] = shared.open(SHOWN, row.id, row.shown, row.beside)
        return shown
    if str(row.id) in shared.written(SHOWN):
        raise Tampered
    return {}


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
    step.told = new.drawer.seal(TOLD, step.id, dict(new.told), step.beside)
    if new.shown is not None and new.shared is not None:
        step.shown = new.shared.seal(SHOWN, step.id, dict(new.shown), step.beside)
    step.save(force_insert=True)
    grant.revision += 1
    for name, value in also.items():
        setattr(grant, name, value)
    grant.save(update_fields=["state", "revision", *also])
    return step


def current(steps: Sequence[StepCard]) -> Applied:
    """The application as it stands after all steps: the newest telling, with what was amended."""
    told = [step.told for step in amended(steps) if step.verb in TELLING]
    applications = [one[APPLICATION] for one in told if APPLICATION in one]
    newest = Applied.from_json(applications[-1]) if applications else Applied()
    return replace(newest, protected=any(step.hides for step in steps))


def last_by(steps: Sequence[StepCard], *verbs: Verb) -> UUID | None:
    """The colleague who took the newest step of these verbs; None where there is none.

    >>> last_by((), Verb.DRAFT)
    """
    step = last(steps, *verbs)
    return step.staff_id if step else None
