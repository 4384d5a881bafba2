"""What happened to a grant (経過): its sealed steps, with corrections worked in."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, ClassVar, Protocol
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.steps.grant import RESERVING, STAGES, State, Verb, after
from madoguchi.tools.act.action import Subject, action
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault.cipher import Tampered
from madoguchi.tools.vault.seal import SHARED, Drawer
from madoguchi.work.cases.public import Holding
from madoguchi.work.subsidy.application import APPLICATION, TELLING, Applied
from madoguchi.work.subsidy.models import Check, Grant, Step

WITHIN = ("application", "filing")
OF_THE_CASE = "protected"  # it is read of the whole case (支援措置), not of one step
OWN_DAY: Mapping[Verb, str] = {
    **dict.fromkeys((Verb.RECEIVE, Verb.TYPE_IN), "received_on"),
    **dict.fromkeys((Verb.DECIDE, Verb.REFUSE, Verb.CHANGE, Verb.FIX, Verb.REVOKE), "decided_on"),
    Verb.PAY: "paid_on",
}
"""Which field of a step is the day of the step itself."""


class Happened(Protocol):
    """A step as it is read, of one grant (`steps.StepCard`) or of many (`Said`)."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def number(self) -> int:
        """Its place in the grant's life."""

    @property
    def verb(self) -> Verb:
        """What was done."""

    @property
    def state(self) -> State:
        """Where the grant was after it."""

    @property
    def on(self) -> date:
        """Its own day."""

    @property
    def at(self) -> datetime:
        """When it was written down."""

    @property
    def details(self) -> Mapping[str, Any]:
        """What it is about; empty where that was not opened."""

    @property
    def public_details(self) -> Mapping[str, Any]:
        """What the person reads of a step of the desk."""


def with_corrections[One: Happened](steps: Iterable[One]) -> tuple[One, ...]:
    """The steps with what was written anew of them since, in their order.

    >>> amended(())
    ()
    """
    steps = tuple(steps)
    anew: dict[int, dict[str, Any]] = {}
    for step in steps:
        if step.verb is Verb.AMEND:
            said = step.details or step.public_details
            fields = {**said.get("fields", {})}
            fields.pop(OF_THE_CASE, None)
            anew.setdefault(said.get("step", 0), {}).update(fields)
    if not anew:
        return steps
    return tuple(apply_corrections(step, anew.get(step.number, {})) for step in steps)


def apply_corrections[One: Happened](step: One, fields: Mapping[str, Any]) -> One:
    """A step with these fields written anew."""
    if not fields:
        return step
    on = fields.get(OWN_DAY.get(step.verb, ""))
    new: dict[str, Any] = {"details": _with(step.details, fields)}
    if on:
        new["on"] = date.fromisoformat(on)
    if step.public_details:
        known = {name: value for name, value in fields.items() if name in step.public_details}
        new["public_details"] = {**step.public_details, **known}
    return replace(step, **new)


def _with(details: Mapping[str, Any], fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """Each field where it stands: in the application, in the filing, or beside them.

    Of what cannot be opened nothing is known, not even what was put right.
    """
    if not details:
        return details
    new = dict(details)
    for name, value in fields.items():
        within = next((part for part in WITHIN if name in (details.get(part) or {})), None)
        if within is None:
            new[name] = value
        else:
            new[within] = {**new[within], name: value}
    return new


PROTECTED, ON, OFF = "protected", "on", "off"
SAYING = (*TELLING, Verb.AMEND)


def is_protected(steps: Iterable[Happened]) -> bool:
    """Whether the address is hidden after these steps of all grants of a case, in their order."""
    protected = False
    for about in (step.details or step.public_details for step in steps if step.verb in SAYING):
        said = {**about, **about.get("fields", {})}.get(PROTECTED, "")
        protected = {ON: True, OFF: False}.get(said, protected)
        protected = protected or bool(about.get(APPLICATION, {}).get(PROTECTED))
    return protected


SETTING = (Verb.DECIDE, Verb.CHANGE, Verb.FIX)


def granted_yen(steps: Sequence[Happened]) -> int:
    """The sum that is granted now, in yen; 0 before the decision.

    >>> granted_yen(())
    0
    """
    return int(newest(steps, *SETTING).get("amount_yen", 0))


def paid_yen(steps: Sequence[Happened]) -> int:
    """The sum that was paid, in yen; 0 where nothing was.

    >>> paid_yen(())
    0
    """
    return int(newest(steps, Verb.PAY).get("amount_yen", 0))


def borne_yen(steps: Sequence[Happened]) -> int | None:
    """What the person bore of the retainer that they reported, in yen; None where none is.

    >>> borne_yen(()) is None
    True
    """
    details = newest(steps, Verb.REPORT)
    paid = details.get("paid_yen")
    return None if paid is None else max(0, int(paid) - int(details.get("refunded_yen") or 0))


def kept_yen(steps: Sequence[Happened]) -> int:
    """What somebody has of a grant, in yen: a sum that ended before its payment is nothing.

    >>> kept_yen(())
    0
    """
    if paid := paid_yen(steps):
        return paid - int(newest(steps, Verb.REVOKE).get("repay_yen", 0))
    return granted_yen(steps) if steps and steps[-1].state in RESERVING else 0


def newest(steps: Sequence[Happened], *verbs: Verb) -> dict[str, Any]:
    """What the newest step of these verbs is about, as amended since; empty where there is none.

    >>> newest((), Verb.PAY)
    {}
    """
    found = last(steps, *verbs)
    return dict(found.details) if found else {}


def last[One: Happened](steps: Sequence[One], *verbs: Verb) -> One | None:
    """The newest step of these verbs, as amended since; None where there is none.

    >>> last((), Verb.PAY)
    """
    return next((step for step in reversed(with_corrections(steps)) if step.verb in verbs), None)


COLUMNS = ("state", "channel", "sent_at", "received_on", "fiscal_year", "number")
RECEIVING = (Verb.RECEIVE, Verb.TYPE_IN)


def follows(row: Mapping[str, object], steps: Sequence[Happened]) -> bool:
    """Check a grant's columns against its sealed steps; a column that no step sets is not compared.

    >>> follows({}, ())
    False
    """
    if not steps:
        return False
    said = _began(steps) | _received(steps) | {"state": steps[-1].state}
    return all(row[name] == value for name, value in said.items())


def _began(steps: Sequence[Happened]) -> dict[str, object]:
    first = steps[0]
    if first.verb is Verb.APPLY:
        return {"channel": "web", "sent_at": first.at}
    return {"channel": "paper", "sent_at": None}


def _received(steps: Sequence[Happened]) -> dict[str, object]:
    """By when and as which it was received, as far as these steps open."""
    step = last(steps, *RECEIVING)
    if step is None:
        return dict.fromkeys(("received_on", "fiscal_year", "number"))
    said: dict[str, object] = {}
    if numbered := step.details or step.public_details:
        said = {name: numbered.get(name) for name in ("fiscal_year", "number")}
    if all(one.details for one in steps if one.verb is Verb.AMEND):
        said["received_on"] = step.on
    return said


def with_row(steps: QuerySet[Step]) -> QuerySet[Step]:
    """Steps, each beside its grant's row as it is at the same moment."""
    grant = Grant.objects.filter(pk=OuterRef("grant_id"))
    columns = (*COLUMNS, "revision")
    return steps.annotate(**{f"row_{name}": Subquery(grant.values(name)[:1]) for name in columns})


def row_beside(step: Any) -> dict[str, object]:  # noqa: ANN401 - a step with its row
    """The row beside a step that `with_row` read."""
    return {name: getattr(step, f"row_{name}") for name in COLUMNS}


TOLD, SHOWN = "grant_told", "grant_shown"
BEGINNING = Verb.APPLY, Verb.TYPE_IN
SAID = *BEGINNING, Verb.COMPLETE, Verb.CONTRACT, Verb.REPORT, Verb.CLAIM, Verb.WITHDRAW
"""What a person says, or the desk types in for them: nothing else lies in the shared drawer."""
NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class New:
    """A step to be written: what it is about, and what the person reads of it.

    `drawer`: the shared one for what the person said, else the staff drawer. `public_details`: None
    where the person reads nothing of it; else `shared` must be the open shared drawer.
    """

    verb: Verb
    on: date
    drawer: Drawer
    details: Mapping[str, Any] = field(repr=False)
    staff_id: UUID | None = None
    shared: Drawer | None = None
    public_details: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class StepCard:
    """A step as it is read. `details` is empty for who holds only the receipt, unless they said it.

    `hides`: by now the person's address is hidden, by whatever step of any grant of the case.
    """

    id: UUID
    number: int
    verb: Verb
    state: State
    on: date
    at: datetime
    staff_id: UUID | None
    details: Mapping[str, Any] = field(repr=False)
    public_details: Mapping[str, Any] = field(repr=False)
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
    details: Mapping[str, Any] = field(repr=False)

    @property
    def public_details(self) -> Mapping[str, Any]:
        """What the person reads of it: nothing is opened for that."""
        return NOTHING


def hold(grant: Grant) -> None:
    """Lock the grant for the act.

    Raises:
        Refused: it moved on since this row of it was read (`grant.stale`).
    """
    held = Grant.of(grant.office_id).select_for_update().get(pk=grant.id)
    if held.revision != grant.revision:
        raise Refused(Reason("grant.stale"))
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
    """Raise Tampered unless no step is missing and the acts match the steps and verdicts."""
    acts = steps[-1].row_revision
    if [step.number for step in steps] != list(range(1, len(steps) + 1)):
        raise Tampered
    if acts < len(steps) or (checks is not None and acts != len(steps) + checks):
        raise Tampered


def require_sound(verb: str, number: int, drawer: str) -> None:
    """Raise Tampered unless a step of this verb may lie in that drawer.

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
    details, public_details = _details(row, shared, staff), _public_details(row, shared)
    return StepCard(
        row.id,
        row.number,
        Verb(row.verb),
        State(row.state),
        row.on,
        row.at,
        row.staff_id,
        details,
        public_details,
    )


def _details(row: Step, shared: Drawer, staff: Drawer | None) -> Mapping[str, Any]:
    """What a step is about; of who cannot open it, no more than that it is the one of the line."""
    opened = {drawer.name: drawer for drawer in (shared, staff) if drawer is not None}
    if row.drawer in opened:
        details: Mapping[str, Any] = opened[row.drawer].open(
            TOLD, row.id, row.told, row.associated_data
        )
        return details
    shared.require_written(TOLD, row.id, row.told, row.associated_data)
    return {}


def _public_details(row: Step, shared: Drawer) -> Mapping[str, Any]:
    if row.shown:
        public_details: Mapping[str, Any] = shared.open(
            SHOWN, row.id, row.shown, row.associated_data
        )
        return public_details
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
    step.told = new.drawer.seal(TOLD, step.id, dict(new.details), step.associated_data)
    if new.public_details is not None and new.shared is not None:
        step.shown = new.shared.seal(SHOWN, step.id, dict(new.public_details), step.associated_data)
    step.save(force_insert=True)
    grant.revision += 1
    for name, value in also.items():
        setattr(grant, name, value)
    grant.save(update_fields=["state", "revision", *also])
    return step


def current(steps: Sequence[StepCard]) -> Applied:
    """The application as it stands after all steps: the newest telling, with what was amended."""
    details = [step.details for step in with_corrections(steps) if step.verb in TELLING]
    applications = [one[APPLICATION] for one in details if APPLICATION in one]
    newest = Applied.from_json(applications[-1]) if applications else Applied()
    return replace(newest, protected=any(step.hides for step in steps))


def last_by(steps: Sequence[StepCard], *verbs: Verb) -> UUID | None:
    """The colleague who took the newest step of these verbs; None where there is none.

    >>> last_by((), Verb.DRAFT)
    """
    step = last(steps, *verbs)
    return step.staff_id if step else None


PROPOSING = (Verb.DRAFT, Verb.DECIDE, Verb.REFUSE)
FOLLOWS: Mapping[Verb, tuple[Verb, ...]] = {
    **dict.fromkeys((Verb.CHANGE, Verb.FIX, Verb.REVOKE), (Verb.DECIDE,)),
    Verb.PAY: SETTING,
    Verb.REPAY: (Verb.PAY,),
}


def applied_on(steps: Sequence[StepCard]) -> date | None:
    """The day of the application (申請の日); None before the desk has received it."""
    details = newest(steps, Verb.RECEIVE, Verb.TYPE_IN).get("applied_on")
    return date.fromisoformat(details) if details else None


def earliest(steps: Sequence[StepCard], verb: Verb) -> date | None:
    """The day before which a step of this verb cannot have been; None where nothing tells."""
    if verb in PROPOSING:
        return applied_on(steps)
    before = FOLLOWS[verb]
    return max((step.on for step in with_corrections(steps) if step.verb in before), default=None)


@action("grant.unprotect")
def unprotect(_actor: Actor, _of: Subject, *, now: datetime) -> None:
    """The person's address is hidden no more, since they said so."""


def taken_back(actor: Actor, held: Holding, *, now: datetime) -> dict[str, Any]:
    """What a telling holds of the person's measures that ended; nothing where there were none."""
    if not hides(held.office_id, held.case_id, held.drawer):
        return {}
    unprotect(actor, held, now=now)
    return {PROTECTED: OFF}
