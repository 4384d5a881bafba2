"""The ledger of a fiscal year (補助金台帳): one row a grant, from its sealed steps.

A grant that the colleague may not open has a row with its number and nothing else, since a gap in
the numbers would show it anyway; its sums are in the year's totals, as in the year's budget.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import batched
from typing import Any, Literal, NamedTuple
from uuid import UUID

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.rules.steps.grant import State, Verb
from madoguchi.rules.subsidy.year import money_of
from madoguchi.tools.act.action import action, allowed
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault.fairness import Lane
from madoguchi.work.cases.models import Access, Case
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.subsidy.application import APPLICATION, APPLICATION_VERBS
from madoguchi.work.subsidy.bulk import Received, lives, received
from madoguchi.work.subsidy.fiscal_year import decided_on, gaps, missing_numbers, numbers_by_year
from madoguchi.work.subsidy.history import BulkStep, StepCard, with_corrections
from madoguchi.work.subsidy.models import Budget, Grant

type Step = BulkStep | StepCard


type Kind = Literal["day", "yen", "code", "word"]
type Value = date | int | str

FILING = "filing"
DECIDING = (Verb.DECIDE, Verb.REFUSE)
SENT_BACK = {State.REPORTED: Verb.REPORT, State.CLAIMED: Verb.CLAIM}


@dataclass(frozen=True)
class Column:
    """One column; its words are `desk.ledger.column.<name>`.

    `verbs`: its value is of the newest step of these. `at`: the path to it in the step's details;
    empty for the step's own day. `names`: only in a ledger with names. `short`: also on the printed
    sheet. Of the kinds, `code` is digits that are no number, and `word` a code of ours whose words
    are `desk.ledger.<last of the path>.<code>`.
    """

    name: str
    kind: Kind
    verbs: tuple[Verb, ...]
    at: tuple[str, ...] = ()
    names: bool = False
    short: bool = False


def _filed(name: str, kind: Kind, at: str, *verbs: Verb, short: bool = False) -> Column:
    """A column of what is typed from the city's own document system."""
    return Column(name, kind, verbs, (FILING, at), short=short)


def _decision(of: str, verb: Verb) -> tuple[Column, ...]:
    """The columns of a later decision (決裁): its days, who decided and its document's number."""
    return (
        _filed(f"{of}_drafted_on", "day", "drafted_on", verb),
        _filed(f"{of}_on", "day", "decided_on", verb, short=verb is Verb.FIX),
        _filed(f"{of}_class", "word", "decision_class", verb),
        _filed(f"{of}_deputy", "code", "deputy", verb),
        _filed(f"{of}_enforced_on", "day", "enforced_on", verb),
        _filed(f"{of}_number", "code", "document_number", verb),
    )


SECTION = "section"  # 款項目節: of the year's budget, which no step says
COLUMNS = (
    Column("name", "code", APPLICATION_VERBS, (APPLICATION, "name"), names=True, short=True),
    Column("kana", "code", APPLICATION_VERBS, (APPLICATION, "kana"), names=True),
    Column("postal_code", "code", APPLICATION_VERBS, (APPLICATION, "postal_code"), names=True),
    Column("address", "code", APPLICATION_VERBS, (APPLICATION, "address"), names=True),
    Column("phone", "code", APPLICATION_VERBS, (APPLICATION, "phone"), names=True),
    Column("applied_on", "day", (Verb.RECEIVE, Verb.TYPE_IN), ("applied_on",)),
    Column("received_number", "code", (Verb.RECEIVE, Verb.TYPE_IN), ("received_number",)),
    Column("returned_on", "day", (Verb.RETURN,)),
    Column("completed_on", "day", (Verb.COMPLETE,)),
    Column("cost_yen", "yen", APPLICATION_VERBS, (APPLICATION, "costs")),
    _filed("drafted_on", "day", "drafted_on", Verb.DRAFT),
    _filed("decided_on", "day", "decided_on", *DECIDING, short=True),
    _filed("decision_class", "word", "decision_class", *DECIDING),
    _filed("deputy", "code", "deputy", *DECIDING),
    _filed("enforced_on", "day", "enforced_on", *DECIDING),
    _filed("document_number", "code", "document_number", *DECIDING, short=True),
    _filed("binder", "code", "binder", *DECIDING),
    _filed("retention_years", "code", "retention_years", *DECIDING),
    _filed("disclosure", "word", "disclosure", *DECIDING),
    Column("decided_yen", "yen", (Verb.DECIDE,), ("amount_yen",), short=True),
    Column(SECTION, "code", ()),
    Column("commitment_number", "code", (Verb.DECIDE,), ("commitment_number",)),
    Column("contract_on", "day", (Verb.CONTRACT,), ("contract_on",), short=True),
    Column("contract_yen", "yen", (Verb.CONTRACT,), ("yen",)),
    *_decision("changed", Verb.CHANGE),
    Column("changed_yen", "yen", (Verb.CHANGE,), ("amount_yen",), short=True),
    Column("reported_on", "day", (Verb.REPORT,), short=True),
    Column("lawyer_paid_on", "day", (Verb.REPORT,), ("paid_on",)),
    Column("lawyer_paid_yen", "yen", (Verb.REPORT,), ("paid_yen",)),
    Column("refunded_yen", "yen", (Verb.REPORT,), ("refunded_yen",)),
    Column("recovered_yen", "yen", (Verb.REPORT,), ("recovered_yen",)),
    Column("other_aid_yen", "yen", (Verb.REPORT,), ("other_aid_yen",)),
    Column("carried_on", "day", (Verb.CARRY,)),
    *_decision("fixed", Verb.FIX),
    Column("fixed_yen", "yen", (Verb.FIX,), ("amount_yen",), short=True),
    Column("claimed_on", "day", (Verb.CLAIM,)),
    Column("creditor_number", "code", (Verb.PAY, Verb.CLAIM), ("creditor_number",)),
    Column("order_number", "code", (Verb.PAY,), ("order_number",)),
    Column("paid_on", "day", (Verb.PAY,), ("paid_on",), short=True),
    Column("paid_yen", "yen", (Verb.PAY,), ("amount_yen",), short=True),
    Column("withdrawn_on", "day", (Verb.WITHDRAW,)),
    Column("lapsed_on", "day", (Verb.LAPSE,)),
    *_decision("revoked", Verb.REVOKE),
    Column("repay_yen", "yen", (Verb.REVOKE,), ("repay_yen",)),
    Column("repay_by_on", "day", (Verb.REVOKE,), ("repay_by_on",)),
    Column("repaid_on", "day", (Verb.REPAY,), ("repaid_on",)),
    Column("repaid_yen", "yen", (Verb.REPAY,), ("yen",), short=True),
    Column("repaid_into", "word", (Verb.REPAY,), ("into",)),
)
HIDES = ("postal_code", "address")  # 支援措置
TOTALS = tuple(column.name for column in COLUMNS if column.kind == "yen")


def columns_of(*, names: bool) -> tuple[Column, ...]:
    """The columns of a ledger with names or without."""
    return tuple(column for column in COLUMNS if names or not column.names)


def needed(columns: Iterable[Column]) -> frozenset[Verb]:
    """The verbs whose steps have to be opened for these columns."""
    return frozenset({Verb.AMEND, *(verb for each in columns if each.at for verb in each.verbs)})


def cells(
    steps: Iterable[Step], columns: Iterable[Column], *, hides: bool = False
) -> dict[str, Value]:
    """The values of the columns for a grant with these steps; an unknown value has no key.

    `hides`: the address is left out, whenever it was written (支援措置).
    """
    valid: dict[Verb, Step] = {}  # of each verb the newest step that was not sent back or undone
    before = None
    for step in with_corrections(steps):
        if step.verb is Verb.SEND_BACK and before in SENT_BACK:
            valid.pop(SENT_BACK[before], None)
        elif step.verb is Verb.UNDRAFT:
            valid.pop(Verb.DRAFT, None)
        else:
            valid[step.verb] = step
        before = step.state
    found: dict[str, Value] = {}
    for column in columns:
        if hides and column.name in HIDES:
            continue
        of_verbs = [valid[verb] for verb in column.verbs if verb in valid]
        for step in sorted(of_verbs, key=lambda step: -step.number):
            value = _value(column, step)
            if value is not None:
                found[column.name] = value
                break
    return found


def _value(column: Column, step: Step) -> Value | None:
    if not column.at:
        return step.on
    value: Any = step.details
    for part in column.at:
        value = value.get(part) if isinstance(value, dict) else None
    if value is None or value == "":
        return None
    if column.name == "cost_yen":
        return sum(int(line["yen"]) for line in value)
    if column.kind == "yen":
        return int(value)
    return date.fromisoformat(value) if column.kind == "day" else str(value)


AT_A_TIME = 500
LEDGERS = Lane(places=1, patience_s=20)
DECIDED = "decided_yen"  # then the budget of a year holds it
OPEN, HIDDEN, DAMAGED, LACKING = "open", "hidden", "damaged", "lacking"


@dataclass(frozen=True)
class Row:
    """One grant of a ledger.

    `status`: `open`; `hidden` from this colleague; `damaged`: it does not open; `lacking`: no grant
    has the numbers from `number` to `last`, so that grants were taken away. `grant`: its clear
    columns; None for a hidden one, whose days would show whose it is.
    """

    number: int
    grant: Received | None
    status: str
    cells: Mapping[str, Value] = field(default_factory=dict, repr=False)
    last: int = 0


@dataclass(frozen=True)
class Ledger:
    """A fiscal year's ledger; `totals`: the sums of every row, of hidden ones too."""

    fiscal_year: int
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    totals: Mapping[str, int] = field(repr=False)

    @property
    def names(self) -> bool:
        return any(column.names for column in self.columns)

    @property
    def hidden(self) -> int:
        """How many rows the colleague may not open."""
        return sum(row.status == HIDDEN for row in self.rows)

    @property
    def damaged(self) -> int:
        """How many rows do not open."""
        return sum(row.status == DAMAGED for row in self.rows)

    @property
    def lacking(self) -> int:
        """How many numbers nobody has any more."""
        return sum(row.last - row.number + 1 for row in self.rows if row.status == LACKING)


class Numbered(NamedTuple):
    """How many grants a fiscal year has, and how many numbers between them nobody has."""

    grants: int
    lacking: int


def years(office_id: UUID) -> dict[int, Numbered]:
    """The fiscal years that have grants, the newest first."""
    found = reversed(numbers_by_year(office_id).items())
    return {year: Numbered(len(numbers), sum(map(len, gaps(numbers)))) for year, numbers in found}


def ledger(actor: Actor, at: AtOffice, year: int, *, now: datetime) -> Ledger:
    """The ledger without names; one line with its counts.

    Raises:
        Absent: the actor reads no ledger.
        Busy: others read for too long.
    """
    return _audit(actor, at, year, opened(actor, at, year, names=False), now=now)


def opened(actor: Actor, at: AtOffice, year: int, *, names: bool) -> Ledger | None:
    """What `ledger` reads, before its audit line; None for an actor who may not read it."""
    if not allowed(actor, "subsidy.ledger", at):
        return None
    with LEDGERS.place(str(actor.staff_id)):
        return _read(actor, year, columns_of(names=names))


@action("subsidy.ledger")
def _audit(
    _actor: Actor,
    _at: AtOffice,
    year: int,
    found: Ledger | None,
    *,
    now: datetime,  # noqa: ARG001 - the act's form
) -> Ledger:
    if found is None:
        raise Absent
    chain.tell(**counts(year, found))
    return found


def counts(year: int, found: Ledger) -> dict[str, str | int]:
    """What the audit line says of a ledger that was read."""
    statuses = Counter(row.status for row in found.rows)
    return {
        "period": str(year),
        "cases": statuses.total() - statuses[LACKING],
        "hits": statuses[OPEN],
    }


def barred(actor: Actor, case_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of the cases whose grants the actor may not open, as `Grant.situation` says of each."""
    own = Access.of(actor.office_id).filter(case_id__in=case_ids, staff_id=actor.colleague)
    kinds: dict[UUID, set[str]] = defaultdict(set)
    for case_id, kind in own.values_list("case_id", "kind"):
        kinds[case_id].add(kind)
    levels = Case.of(actor.office_id).filter(pk__in=case_ids).values_list("pk", "level")
    found: set[UUID] = set()
    for case_id, level in levels:
        own_kinds = kinds[case_id]
        situation = {"normal": "unit", "care": "care"}.get(level, "secret")
        if "assigned" in own_kinds:
            situation = "assigned"
        if actor.role == "subsidy_officer" and situation != "secret":
            situation = "applied"
        # An auditor reads every row of a ledger, but for what is denied to them.
        may = actor.role == "auditor" or rights.may(actor.role, "grant.read", situation)
        if "deny" in own_kinds or not may:
            found.add(case_id)
    return frozenset(found)


def _read(actor: Actor, year: int, columns: tuple[Column, ...]) -> Ledger:
    rows: list[Row] = []
    totals: Counter[str] = Counter()
    budgets = Budget.of(actor.office_id).exclude(section="")
    sections = dict(budgets.values_list("fiscal_year", "section"))  # 款項目節
    grants = received(Grant.of(actor.office_id).filter(fiscal_year=year).order_by("number"))
    for some in batched(grants, AT_A_TIME):
        for row in _rows(actor, some, columns, sections):
            sums = {name: row.cells.get(name) for name in TOTALS}
            totals.update({name: yen if isinstance(yen, int) else 0 for name, yen in sums.items()})
            rows.append(row if row.status != HIDDEN else Row(row.number, None, HIDDEN))
    gaps = missing_numbers(actor.office_id, year)
    rows += [Row(gap[0], None, LACKING, last=gap[-1]) for gap in gaps]
    rows.sort(key=lambda row: row.number)
    return Ledger(year, columns, tuple(rows), totals)


def _rows(
    actor: Actor,
    grants: Sequence[Received],
    columns: tuple[Column, ...],
    sections: Mapping[int, str],
) -> Iterable[Row]:
    hidden = barred(actor, list({grant.case_id for grant in grants}))
    found = lives(actor.office_id, grants, needed(columns)).of
    for grant in grants:
        status, life = HIDDEN if grant.case_id in hidden else OPEN, found[grant.id]
        if life.damaged or life.closed:
            yield Row(grant.number, grant, status if status == HIDDEN else DAMAGED)
        else:
            values = cells(life.steps, columns, hides=life.hides)
            section = sections.get(money_of(grant.fiscal_year, decided_on(life.steps)))
            if DECIDED in values and section:
                values |= {SECTION: section}
            yield Row(grant.number, grant, status, values)
