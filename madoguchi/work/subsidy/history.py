"""What happened to a grant (経過): its sealed steps, with corrections worked in."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, ClassVar, Protocol
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from madoguchi.rules.asked import texts_in
from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.steps.grant import STAGES, UNDOABLE, State, Verb, after
from madoguchi.tools.act.action import Subject, action
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault.cipher import Tampered
from madoguchi.tools.vault.seal import SHARED, STAFF, Drawer
from madoguchi.work.cases.public import Holding
from madoguchi.work.subsidy.application import APPLICATION, APPLICATION_VERBS, Applied
from madoguchi.work.subsidy.models import Check, Grant, Step

NESTED = ("application", "filing")  # parts of a step's details that hold fields of their own
OWN_DAY: Mapping[Verb, str] = {
    **dict.fromkeys((Verb.RECEIVE, Verb.TYPE_IN), "received_on"),
    **dict.fromkeys((Verb.CONTRACT, Verb.REPORT, Verb.CLAIM), "received_on"),
    **dict.fromkeys((Verb.DECIDE, Verb.REFUSE, Verb.CHANGE, Verb.FIX), "decided_on"),
    **dict.fromkeys((Verb.REDUCE, Verb.REVOKE), "decided_on"),
    Verb.PAY: "paid_on",
}
"""Which field of a step is the day of the step itself."""
PROTECTED, ON, OFF = "protected", "on", "off"
PROTECTING = (*APPLICATION_VERBS, Verb.AMEND)
"""The verbs whose steps may say that the address is hidden, or hidden no more."""


class ReadStep(Protocol):
    """A step as it is read: of one grant (`StepCard`), or of many grants together (`BulkStep`)."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def number(self) -> int:
        """Its number within the grant, from 1."""

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
        """What was sealed of it; empty where it was not opened."""

    @property
    def public_details(self) -> Mapping[str, Any]:
        """What the person reads of a step of the desk."""


def with_corrections[AnyStep: ReadStep](steps: Iterable[AnyStep]) -> tuple[AnyStep, ...]:
    """The steps in their order, with later corrections (訂正) worked into the steps they correct.

    >>> with_corrections(())
    ()
    """
    steps = tuple(steps)
    corrected: dict[int, dict[str, Any]] = {}
    for step in steps:
        if step.verb is Verb.AMEND:
            details = step.details or step.public_details
            fields = {**details.get("fields", {})}
            fields.pop(PROTECTED, None)  # read of the whole case (`is_protected`), not of one step
            corrected.setdefault(details.get("step", 0), {}).update(fields)
    if not corrected:
        return steps
    return tuple(apply_corrections(step, corrected.get(step.number, {})) for step in steps)


def apply_corrections[AnyStep: ReadStep](step: AnyStep, fields: Mapping[str, Any]) -> AnyStep:
    """The step with these fields replaced, in the application, in the filing or beside them."""
    if not fields:
        return step
    new: dict[str, Any] = {}
    if step.details:  # of what cannot be opened nothing is known, not even its corrections
        details = dict(step.details)
        for name, value in fields.items():
            part = next((part for part in NESTED if name in (details.get(part) or {})), None)
            if part is None:
                details[name] = value
            else:
                details[part] = {**details[part], name: value}
        new["details"] = details
    if on := fields.get(OWN_DAY.get(step.verb, "")):
        new["on"] = date.fromisoformat(on)
    if step.public_details:
        known = {name: value for name, value in fields.items() if name in step.public_details}
        new["public_details"] = {**step.public_details, **known}
    return replace(step, **new)


def without_undone[AnyStep: ReadStep](steps: Iterable[AnyStep]) -> tuple[AnyStep, ...]:
    """The steps that count: without what was recorded by mistake (誤記録), as if it never was.

    >>> without_undone(())
    ()
    """
    return _undone(steps)[0]


def undone[AnyStep: ReadStep](steps: Iterable[AnyStep]) -> dict[int, AnyStep]:
    """The steps by which others were taken back, by the numbers of those.

    >>> undone(())
    {}
    """
    return _undone(steps)[1]


def _undone[AnyStep: ReadStep](
    steps: Iterable[AnyStep],
) -> tuple[tuple[AnyStep, ...], dict[int, AnyStep]]:
    counted: list[AnyStep] = []
    by_number: dict[int, AnyStep] = {}
    for step in steps:
        if step.verb is not Verb.UNDO:
            counted.append(step)
        elif mistaken := _newest_undoable(counted):
            by_number[mistaken.number] = step
            counted = list(without_newest(counted))
    return tuple(counted), by_number


def without_newest[AnyStep: ReadStep](steps: Sequence[AnyStep]) -> tuple[AnyStep, ...]:
    """Steps that count, as they count once the newest of `UNDOABLE` is taken back.

    What was corrected since stays corrected; what came since was sent back.
    """
    mistaken = _newest_undoable(steps)
    if mistaken is None:
        return tuple(steps)
    before = [step for step in steps if step.number < mistaken.number]
    state = before[-1].state if before else mistaken.state  # of rows that were taken away
    since = (step for step in steps if step.number > mistaken.number)
    corrections = (step for step in since if step.verb is Verb.AMEND)
    return (*before, *(replace(step, state=state) for step in corrections))


def _newest_undoable[AnyStep: ReadStep](steps: Sequence[AnyStep]) -> AnyStep | None:
    return next((step for step in reversed(steps) if step.verb in UNDOABLE), None)


def is_protected(steps: Iterable[ReadStep]) -> bool:
    """Whether the address is hidden (支援措置) after these steps of all grants of a case, in order.

    Only the steps of `PROTECTING` are asked.
    """
    protected = False
    for step in steps:
        if step.verb not in PROTECTING:
            continue
        details = step.details or step.public_details
        state = {**details, **details.get("fields", {})}.get(PROTECTED, "")
        protected = {ON: True, OFF: False}.get(state, protected)
        protected = protected or bool(details.get(APPLICATION, {}).get(PROTECTED))
    return protected


SETTING = (Verb.DECIDE, Verb.CHANGE, Verb.FIX, Verb.REDUCE)
"""The verbs that set the sum that is granted."""


def newest(steps: Sequence[ReadStep], *verbs: Verb) -> dict[str, Any]:
    """The details of the newest step of these verbs, as corrected; empty where there is none.

    >>> newest((), Verb.PAY)
    {}
    """
    found = last(steps, *verbs)
    return dict(found.details) if found else {}


def last[AnyStep: ReadStep](steps: Sequence[AnyStep], *verbs: Verb) -> AnyStep | None:
    """The newest step of these verbs, as corrected since; None where there is none.

    >>> last((), Verb.PAY)
    """
    return next((step for step in reversed(with_corrections(steps)) if step.verb in verbs), None)


def contracted(steps: Sequence[ReadStep]) -> dict[str, Any]:
    """The contract as reported last, by itself or with the report of the payment (`one_report`).

    >>> contracted(())
    {}
    """
    report = newest(steps, Verb.REPORT)
    return report if "contract_on" in report else newest(steps, Verb.CONTRACT)


COLUMNS = ("state", "channel", "sent_at", "received_on", "fiscal_year", "number")
RECEIVING = (Verb.RECEIVE, Verb.TYPE_IN)


def row_matches(row: Mapping[str, object], steps: Sequence[ReadStep]) -> bool:
    """Whether a grant's columns are what its steps say; what was not opened is not compared.

    >>> follows({}, ())
    False
    """
    if not steps:
        return False
    first = steps[0]
    by_web = first.verb is Verb.APPLY
    columns: dict[str, object] = {
        "state": steps[-1].state,
        "channel": "web" if by_web else "paper",
        "sent_at": first.at if by_web else None,
    }
    received = last(steps, *RECEIVING)
    if received is None:
        columns |= dict.fromkeys(("received_on", "fiscal_year", "number"))
    else:
        if details := received.details or received.public_details:
            columns |= {name: details.get(name) for name in ("fiscal_year", "number")}
        if all(step.details for step in steps if step.verb is Verb.AMEND):
            columns["received_on"] = received.on  # a correction that is not opened may change it
    return all(row[name] == value for name, value in columns.items())


def with_row(steps: QuerySet[Step]) -> QuerySet[Step]:
    """Steps, each with the columns of its grant's row as they are at the same moment."""
    grant = Grant.objects.filter(pk=OuterRef("grant_id"))
    columns = (*COLUMNS, "revision")
    return steps.annotate(**{f"row_{name}": Subquery(grant.values(name)[:1]) for name in columns})


def row_of(step: Any) -> dict[str, object]:  # noqa: ANN401 - a step with its row
    """The columns of the grant's row, of a step that `with_row` read."""
    return {name: getattr(step, f"row_{name}") for name in COLUMNS}


DETAILS_LABEL, PUBLIC_LABEL = "grant_told", "grant_shown"  # of the seals of a step
BEGINNING = Verb.APPLY, Verb.TYPE_IN
BY_PERSON = *BEGINNING, Verb.COMPLETE, Verb.CONTRACT, Verb.REPORT, Verb.CLAIM, Verb.WITHDRAW
"""What a person submits, or the desk types in for them: nothing else lies in the shared drawer."""
NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class NewStep:
    """A step to be written.

    `drawer`: the shared one for what the person submitted, else the staff drawer. `public_details`:
    what the person reads of it, None for nothing; else `shared` must be the open shared drawer.
    `reached`: the state after it, of a verb after which the money says where the grant is.
    """

    verb: Verb
    on: date
    drawer: Drawer
    details: Mapping[str, Any] = field(repr=False)
    staff_id: UUID | None = None
    shared: Drawer | None = None
    public_details: Mapping[str, Any] | None = field(default=None, repr=False)
    reached: State | None = None


@dataclass(frozen=True)
class StepCard:
    """A step as it is read.

    `details`: empty for a step of the desk where only the shared drawer is open. `hides`: the
    person's address is hidden by now, by whatever step of any grant of the case.
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
class BulkStep:
    """A step as those of many grants are read; `details` is `NOTHING` where it was not opened."""

    id: str
    number: int
    verb: Verb
    state: State
    on: date
    at: datetime
    details: Mapping[str, Any] = field(repr=False)

    @property
    def public_details(self) -> Mapping[str, Any]:
        """Always empty: in bulk it is not opened."""
        return NOTHING


def lock_row(grant: Grant) -> None:
    """Lock the grant's row for the act, and read its state anew.

    Raises:
        Refused: it moved on since this row of it was read (`grant.stale`).
    """
    locked = Grant.of(grant.office_id).select_for_update().get(pk=grant.id)
    if locked.revision != grant.revision:
        raise Refused(Reason("grant.stale"))
    grant.state = locked.state


def write(
    grant: Grant,
    new: NewStep,
    *,
    now: datetime,
    stages: Collection[str] = STAGES,
    **columns: object,
) -> Step:
    """Move the locked grant by a verb and write the step; `columns` of the grant are set with it.

    Raises:
        Refused: the verb is not possible in the grant's state (`grant.<verb>`).
    """
    reached = after(State(grant.state), new.verb, stages)
    grant.state = new.reached or reached
    return _insert(grant, new, now, columns)


def begin(grant: Grant, new: NewStep, *, now: datetime) -> Step:
    """Write a new grant with its first step (`apply`, `type_in`); its `state` is set already.

    Raises:
        Tampered: what happened to the case's earlier grants is not what was written down.
    """
    of_case(grant.office_id, grant.case_id, new.drawer)
    grant.save(force_insert=True)
    return _insert(grant, new, now, {})


def history(grant: Grant, shared: Drawer, staff: Drawer | None = None) -> tuple[StepCard, ...]:
    """The steps of a grant that count, the first one first.

    Without the staff drawer, as the person reads.

    Raises:
        Tampered: as `of_case`, or there is none.
    """
    return without_undone(everything(grant, shared, staff))


def everything(grant: Grant, shared: Drawer, staff: Drawer | None = None) -> tuple[StepCard, ...]:
    """The steps of a grant with those that were taken back (誤記録), for who reads its past.

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
    if elsewhere or shared.written(DETAILS_LABEL) - {str(row.id) for row in rows}:
        raise Tampered
    checks = Check.of_cases(office_id, case_id).values_list("grant_id", flat=True) if staff else ()
    verdicts = Counter(checks)
    for grant_id, steps in grants.items():
        if [step.number for step in steps] != list(range(1, len(steps) + 1)):
            raise Tampered
        acts: int = steps[-1].row_revision  # type: ignore[attr-defined] # of `with_row`
        if acts < len(steps) or (staff and acts != len(steps) + verdicts[grant_id]):
            raise Tampered  # each step and each verdict is one act, and there is no other
    opened = {row.id: card(row, shared, staff) for row in rows}
    for steps in grants.values():
        if not row_matches(row_of(steps[-1]), [opened[row.id] for row in steps]):
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


def require_possible(verb: str, number: int, drawer: str) -> None:
    """Refuse to read a step that cannot lie in that drawer, or cannot have that number.

    Whoever holds the portal's role and a receipt can seal in the shared drawer: no decision, no sum
    and no correction of one is read from it, nor another beginning.

    Raises:
        Tampered: no act writes such a step.
    """
    if (drawer == SHARED and verb not in BY_PERSON) or (verb in BEGINNING and number != 1):
        raise Tampered


def card(row: Step, shared: Drawer, staff: Drawer | None) -> StepCard:
    """One step, opened as far as these drawers go.

    Raises:
        Tampered: the desk never wrote it, or not so.
    """
    require_possible(row.verb, row.number, row.drawer)
    clear = row.associated_data
    drawer = {SHARED: shared, STAFF: staff}.get(row.drawer)
    details: Mapping[str, Any] = {}
    if drawer is None:  # it cannot be opened, but it has to be the one that the audit line is about
        shared.require_written(DETAILS_LABEL, row.id, row.told, clear)
    else:
        details = drawer.open(DETAILS_LABEL, row.id, row.told, clear)
    public_details: Mapping[str, Any] = {}
    if row.shown:
        public_details = shared.open(PUBLIC_LABEL, row.id, row.shown, clear)
    elif str(row.id) in shared.written(PUBLIC_LABEL):
        raise Tampered
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


def _insert(grant: Grant, new: NewStep, now: datetime, columns: Mapping[str, object]) -> Step:
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
    clear = step.associated_data
    step.told = new.drawer.seal(DETAILS_LABEL, step.id, dict(new.details), clear)
    if new.public_details is not None and new.shared is not None:
        step.shown = new.shared.seal(PUBLIC_LABEL, step.id, dict(new.public_details), clear)
    step.save(force_insert=True)
    grant.revision += 1
    for name, value in columns.items():
        setattr(grant, name, value)
    grant.save(update_fields=["state", "revision", *columns])
    return step


def current(steps: Sequence[StepCard]) -> Applied:
    """The application after all steps: as it was submitted last, with its corrections."""
    submitted = [step.details for step in with_corrections(steps) if step.verb in APPLICATION_VERBS]
    applications = [details[APPLICATION] for details in submitted if APPLICATION in details]
    newest = Applied.from_json(applications[-1]) if applications else Applied()
    return replace(newest, protected=any(step.hides for step in steps))


def written(told: Mapping[str, Any], before: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """What the person wrote with a step; of an application, what none before it holds.

    `before`: the details of the steps before, asked for only where this one holds an application.

    >>> written({"application": {"name": "a", "lawyer": "b"}, "words": "a"},
    ...         [{"application": {"name": "a"}}])
    ('b', 'a')
    """
    application = tuple(texts_in(told.get(APPLICATION)))
    held = (
        {words for each in before for words in texts_in(each.get(APPLICATION))}
        if application
        else ()
    )
    beside = {name: value for name, value in told.items() if name != APPLICATION}
    return (*(words for words in application if words not in held), *texts_in(beside))


def last_by(steps: Sequence[StepCard], *verbs: Verb) -> UUID | None:
    """The colleague who took the newest step of these verbs; None where there is none.

    >>> last_by((), Verb.DRAFT)
    """
    step = last(steps, *verbs)
    return step.staff_id if step else None


PROPOSING = (Verb.DRAFT, Verb.DECIDE, Verb.REFUSE)
FOLLOWS: Mapping[Verb, tuple[Verb, ...]] = {
    **dict.fromkeys((Verb.CHANGE, Verb.FIX, Verb.REDUCE, Verb.REVOKE), (Verb.DECIDE,)),
    Verb.PAY: (Verb.DECIDE, Verb.CHANGE, Verb.FIX),
    Verb.REPAY: (Verb.PAY,),
}


def applied_on(steps: Sequence[StepCard]) -> date | None:
    """The day of the application (申請の日); None before the desk has received it."""
    on = newest(steps, Verb.RECEIVE, Verb.TYPE_IN).get("applied_on")
    return date.fromisoformat(on) if on else None


def earliest(steps: Sequence[StepCard], verb: Verb) -> date | None:
    """The day before which a step of this verb cannot have been; None where nothing tells."""
    if verb in PROPOSING:
        return applied_on(steps)
    before = FOLLOWS[verb]
    return max((step.on for step in with_corrections(steps) if step.verb in before), default=None)


@action("grant.unprotect")
def unprotect(_actor: Actor, _of: Subject, *, now: datetime) -> None:
    """Leave the line that the person's address is hidden no more."""


def end_protection(actor: Actor, held: Holding, *, now: datetime) -> dict[str, Any]:
    """End the person's measures (支援措置); what the step's details say of it, nothing if none."""
    if not hides(held.office_id, held.case_id, held.drawer):
        return {}
    unprotect(actor, held, now=now)
    return {PROTECTED: OFF}
