"""The ledger of a fiscal year (補助金台帳): one row a grant, from its sealed steps.

A grant that the colleague may not open has a row with its number and nothing else, since a gap in
the numbers would show it anyway; its sums are in the year's totals, as in the year's budget.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import batched
from typing import Any, Literal, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.year import money_of
from madoguchi.tools.act.action import action, allowed
from madoguchi.tools.audit import chain, opening
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault.fairness import Lane
from madoguchi.work.cases.models import Access, Case
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.subsidy.application import APPLICATION, APPLICATION_VERBS
from madoguchi.work.subsidy.budget.moving import left
from madoguchi.work.subsidy.bulk import Received, lives, received
from madoguchi.work.subsidy.fiscal_year import (
    decided_on,
    gaps,
    missing_numbers,
    numbers_by_year,
    of_year,
)
from madoguchi.work.subsidy.history import SETTING, BulkStep, StepCard
from madoguchi.work.subsidy.models import Budget, Grant
from madoguchi.work.subsidy.money import money, standing

type Step = BulkStep | StepCard


type Kind = Literal["day", "yen", "code", "word"]
type Value = date | int | str

FILING, MONEY = "filing", "money"
MOVING = (*SETTING, Verb.CONTRACT, Verb.REPORT, Verb.REFUND, Verb.PAY, Verb.REVOKE, Verb.REPAY)
DECIDING = (Verb.DECIDE, Verb.REFUSE)


@dataclass(frozen=True)
class Column:
    """One column; its words are `desk.ledger.column.<name>`.

    `verbs`: its value is of the newest step of these. `at`: the path to it in the step's details,
    or to a sum of the grant's `Money`; empty for the step's own day. `person`: only in a ledger
    with names, or with all by which a person is reached. `short`: also on the printed sheet. Of the
    kinds, `code` is digits that are no number, and `word` a code of ours whose words are
    `desk.ledger.<last of the path>.<code>`.
    """

    name: str
    kind: Kind
    verbs: tuple[Verb, ...]
    at: tuple[str, ...] = ()
    person: Literal["", "name", "contact"] = ""
    short: bool = False

    @property
    def summed(self) -> bool:
        """Whether its sum says something: of the money as it stands, not of one step's sums."""
        return self.at[:1] == (MONEY,)


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


def _sum(name: str, of: str = "", *, short: bool = True) -> Column:
    """A column of the grant's money as it stands."""
    return Column(name, "yen", MOVING, (MONEY, of or name), short=short)


SECTION = "section"  # 款項目節: of the year's budget, which no step says
PAYS_IN = "pays_in"  # 支払年度
COLUMNS = (
    Column("name", "code", APPLICATION_VERBS, (APPLICATION, "name"), "name", short=True),
    Column("kana", "code", APPLICATION_VERBS, (APPLICATION, "kana"), "contact"),
    Column("postal_code", "code", APPLICATION_VERBS, (APPLICATION, "postal_code"), "contact"),
    Column("address", "code", APPLICATION_VERBS, (APPLICATION, "address"), "contact"),
    Column("phone", "code", APPLICATION_VERBS, (APPLICATION, "phone"), "contact"),
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
    Column("contract_on", "day", (Verb.CONTRACT, Verb.REPORT), ("contract_on",)),
    Column("contract_yen", "yen", (Verb.CONTRACT, Verb.REPORT), ("yen",)),
    *_decision("changed", Verb.CHANGE),
    Column("changed_yen", "yen", (Verb.CHANGE,), ("amount_yen",)),
    Column("reported_on", "day", (Verb.REPORT,)),
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
    Column("withdrawn_on", "day", (Verb.WITHDRAW,)),
    Column("lapsed_on", "day", (Verb.LAPSE,)),
    *_decision("revoked", Verb.REVOKE),
    *_decision("reduced", Verb.REDUCE),
    _sum("repay_yen", "demanded_yen", short=False),
    Column("repay_by_on", "day", (Verb.REVOKE, Verb.REDUCE), ("repay_by_on",)),
    Column("repaid_on", "day", (Verb.REPAY,), ("repaid_on",)),
    _sum("repaid_yen", "returned_yen", short=False),
    _sum("current_yen", "granted_yen"),
    _sum("reserved_yen"),
    _sum("paid_yen"),
    _sum("into_budget_yen"),
    _sum("executed_yen"),
    _sum("past_year_yen"),
    _sum("owed_yen"),
    Column(PAYS_IN, "code", (), short=True),
)
HIDES = ("postal_code", "address")  # 支援措置
TOTALS = tuple(column.name for column in COLUMNS if column.summed)
BALANCED = ("reserved_yen", "executed_yen")
"""The sums that the budget of the year that pays holds as well (引当・執行)."""
type Persons = Literal["none", "names", "contacts"]
SHOWN: Mapping[Persons, tuple[str, ...]] = {
    "none": ("",),
    "names": ("", "name"),
    "contacts": ("", "name", "contact"),
}


def columns_of(persons: Persons) -> tuple[Column, ...]:
    """The columns of a ledger that says so much of the persons."""
    return tuple(column for column in COLUMNS if column.person in SHOWN[persons])


def needed(columns: Iterable[Column]) -> frozenset[Verb]:
    """The verbs whose steps have to be opened for these columns."""
    return frozenset({Verb.AMEND, *(verb for each in columns if each.at for verb in each.verbs)})


def cells(
    steps: Iterable[Step], columns: Iterable[Column], *, hides: bool = False
) -> dict[str, Value]:
    """The values of the columns for a grant with these steps; an unknown value has no key.

    `hides`: the address is left out, whenever it was written (支援措置).
    """
    steps = standing(steps)
    valid = {step.verb: step for step in steps}  # of each verb the newest
    sums = money(steps) if Verb.DECIDE in valid else None
    found: dict[str, Value] = {}
    for column in columns:
        if hides and column.name in HIDES:
            continue
        if column.at[:1] == (MONEY,):
            if sums:
                found[column.name] = getattr(sums, column.at[1])
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
class Balance:
    """The year's budget as its own page has it, beside what the ledger's rows say of it (突合).

    `hidden`: of the rows that the colleague may not open, what this year pays. `earlier`: of grants
    with a number of the year before, what this year pays.
    """

    budget_yen: int
    sums: Mapping[str, int]
    left_yen: int
    hidden: Mapping[str, int]
    earlier: Mapping[str, int]


@dataclass(frozen=True)
class Ledger:
    """A fiscal year's ledger; `totals`: the sums of every row, of hidden ones too.

    `hidden_totals`: of the hidden ones alone. `balance`: None before the year's budget is open.
    """

    fiscal_year: int
    persons: Persons
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    totals: Mapping[str, int] = field(repr=False)
    hidden_totals: Mapping[str, int] = field(repr=False)
    balance: Balance | None = field(repr=False)

    @property
    def names(self) -> bool:
        return self.persons != "none"

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


def ledger(actor: Actor, at: AtOffice, year: int, *, names: bool = False, now: datetime) -> Ledger:
    """The ledger, with the names of those whose grants the colleague may open or without; one line.

    Raises:
        Absent: the actor reads no such ledger.
        Busy: others read for too long.
    """
    if names:
        with opening.ahead("subsidy.ledger_names"):
            found = opened(actor, at, year, "names", "subsidy.ledger_names")
            return _audit_names(actor, at, year, found, now=now)
    with opening.ahead("subsidy.ledger"):
        return _audit(actor, at, year, opened(actor, at, year, "none"), now=now)


def opened(
    actor: Actor, at: AtOffice, year: int, persons: Persons, right: str = "subsidy.ledger"
) -> Ledger | None:
    """What `ledger` reads, before its audit line; None for an actor who may not read it."""
    if not allowed(actor, right, at):
        return None
    with LEDGERS.place(str(actor.staff_id)):
        return _read(actor, year, persons)


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


@action("subsidy.ledger_names")
def _audit_names(
    _actor: Actor,
    _at: AtOffice,
    year: int,
    found: Ledger | None,
    *,
    now: datetime,  # noqa: ARG001 - the act's form
) -> Ledger:
    if found is None:
        raise Absent
    chain.tell(names=1, **counts(year, found))
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


def _read(actor: Actor, year: int, persons: Persons) -> Ledger:
    columns = columns_of(persons)
    rows: list[Row] = []
    totals: Counter[str] = Counter()
    hidden_totals: Counter[str] = Counter()
    hidden_here: Counter[str] = Counter()
    grants = Grant.of(actor.office_id).filter(fiscal_year=year).order_by("number")
    for row in _rows(actor, grants, columns):
        sums = _sums(row)
        totals.update(sums)
        if row.status != HIDDEN:
            rows.append(row)
            continue
        rows.append(Row(row.number, None, HIDDEN))
        hidden_totals.update(sums)
        hidden_here.update(sums if row.cells.get(PAYS_IN) == wareki_fiscal_year(year) else {})
    gaps = missing_numbers(actor.office_id, year)
    rows += [Row(gap[0], None, LACKING, last=gap[-1]) for gap in gaps]
    rows.sort(key=lambda row: row.number)
    balance = _balance(actor, year, columns, hidden_here)
    return Ledger(year, persons, columns, tuple(rows), totals, hidden_totals, balance)


def _sums(row: Row) -> dict[str, int]:
    found = {name: row.cells.get(name) for name in TOTALS}
    return {name: yen if isinstance(yen, int) else 0 for name, yen in found.items()}


def _balance(
    actor: Actor, year: int, columns: tuple[Column, ...], hidden: Mapping[str, int]
) -> Balance | None:
    budget = Budget.of(actor.office_id).filter(fiscal_year=year).first()
    if budget is None:
        return None
    earlier: Counter[str] = Counter()
    for row in _rows(actor, of_year(actor.office_id, year).filter(fiscal_year__lt=year), columns):
        earlier.update(_sums(row))
    sums = dict(zip(BALANCED, (budget.reserved_yen, budget.spent_yen), strict=True))
    return Balance(budget.budget_yen, sums, left(budget), hidden, earlier)


def _rows(actor: Actor, grants: QuerySet[Grant], columns: tuple[Column, ...]) -> Iterator[Row]:
    budgets = Budget.of(actor.office_id).exclude(section="")
    sections = dict(budgets.values_list("fiscal_year", "section"))  # 款項目節
    for some in batched(received(grants), AT_A_TIME):
        hidden = barred(actor, list({grant.case_id for grant in some}))
        found = lives(actor.office_id, some, needed(columns)).of
        for grant in some:
            status, life = HIDDEN if grant.case_id in hidden else OPEN, found[grant.id]
            if life.damaged or life.closed:
                yield Row(grant.number, grant, status if status == HIDDEN else DAMAGED)
                continue
            values = cells(life.steps, columns, hides=life.hides)
            if DECIDED in values:
                pays_in = money_of(grant.fiscal_year, decided_on(life.steps))
                values[PAYS_IN] = wareki_fiscal_year(pays_in)
                if section := sections.get(pays_in):
                    values[SECTION] = section
            yield Row(grant.number, grant, status, values)
