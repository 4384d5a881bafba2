"""The ledger of a fiscal year (補助金台帳): one row a grant, from its sealed steps.

A grant that the colleague may not open has a row with its number and nothing else, as a gap would
tell it; its sums are in the year's totals, as they are in the year's budget.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import NamedTuple
from uuid import UUID

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.rules.subsidy.year import money_of
from madoguchi.tools.act.action import action, allowed
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault.lane import Lane
from madoguchi.work.cases.models import Access, Case
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.subsidy.ledger.columns import (
    SECTION,
    TOTALS,
    Column,
    Value,
    cells,
    needed,
    shown,
)
from madoguchi.work.subsidy.many import Received, lives, received
from madoguchi.work.subsidy.models import Budget, Grant
from madoguchi.work.subsidy.numbering import gaps, lacking, numbered
from madoguchi.work.subsidy.years import decided_on

AT_A_TIME = 500
LEDGERS = Lane(places=1, patience_s=20)
DECIDED = "decided_yen"  # then the budget of a year holds it
OPEN, HIDDEN, DAMAGED, LACKING = "open", "hidden", "damaged", "lacking"


@dataclass(frozen=True)
class Row:
    """One grant of a ledger. `kept`: whether it was opened, is `hidden`, or does not open.

    `grant`: what stands in the clear; None of a hidden one, whose days would tell whose it is.
    `lacking`: nobody has the numbers from `number` to `last`, so that grants were taken away.
    """

    number: int
    grant: Received | None
    kept: str
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
        """Whether it names people."""
        return any(column.names for column in self.columns)

    @property
    def hidden(self) -> int:
        """How many rows the colleague may not open."""
        return sum(row.kept == HIDDEN for row in self.rows)

    @property
    def damaged(self) -> int:
        """How many rows do not open."""
        return sum(row.kept == DAMAGED for row in self.rows)

    @property
    def lacking(self) -> int:
        """How many numbers nobody has any more."""
        return sum(row.last - row.number + 1 for row in self.rows if row.kept == LACKING)


class Numbered(NamedTuple):
    """How many grants a fiscal year has, and how many numbers between them nobody has."""

    grants: int
    lacking: int


def years(office_id: UUID) -> dict[int, Numbered]:
    """The fiscal years that have grants, the newest first."""
    found = reversed(numbered(office_id).items())
    return {year: Numbered(len(numbers), sum(map(len, gaps(numbers)))) for year, numbers in found}


def ledger(actor: Actor, at: AtOffice, year: int, *, now: datetime) -> Ledger:
    """The ledger without names; one line with its counts.

    Raises:
        Absent: the actor reads no ledger.
        Busy: others read for too long.
    """
    return _tell(actor, at, year, opened(actor, at, year, names=False), now=now)


def opened(actor: Actor, at: AtOffice, year: int, *, names: bool) -> Ledger | None:
    """What `ledger` reads, before its line; None for an actor who reads none."""
    if not allowed(actor, "subsidy.ledger", at):
        return None
    with LEDGERS.place(str(actor.staff_id)):
        return _read(actor, year, shown(names))


@action("subsidy.ledger")
def _tell(
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
    """What the line says of a ledger that was read."""
    kept = Counter(row.kept for row in found.rows)
    return {"period": str(year), "cases": kept.total() - kept[LACKING], "hits": kept[OPEN]}


def barred(actor: Actor, case_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of the cases whose grants the actor may not open, as `Grant.situation` says of each."""
    own = Access.of(actor.office_id).filter(case_id__in=case_ids, staff_id=actor.colleague)
    kinds: dict[UUID, set[str]] = defaultdict(set)
    for case_id, kind in own.values_list("case_id", "kind"):
        kinds[case_id].add(kind)
    levels = Case.of(actor.office_id).filter(pk__in=case_ids).values_list("pk", "level")
    return frozenset(
        case_id
        for case_id, level in levels
        if not _may_open(actor, _situation(actor, kinds[case_id], level))
    )


def _situation(actor: Actor, kinds: set[str], level: str) -> str:
    if "deny" in kinds:
        return "denied"
    if actor.role == "auditor":
        return "office"
    standing = {"normal": "unit", "care": "care"}.get(level, "secret")
    if "assigned" in kinds:
        standing = "assigned"
    return "applied" if actor.role == "subsidy_officer" and standing != "secret" else standing


def _may_open(actor: Actor, situation: str) -> bool:
    """An auditor reads every row of a ledger, but for what is denied to them."""
    if actor.role == "auditor":
        return situation != "denied"
    return rights.may(actor.role, "grant.read", situation)


def _read(actor: Actor, year: int, columns: tuple[Column, ...]) -> Ledger:
    rows: list[Row] = []
    totals: Counter[str] = Counter()
    sections = _sections(actor.office_id)
    grants = received(Grant.of(actor.office_id).filter(fiscal_year=year).order_by("number"))
    for some in batched(grants, AT_A_TIME):
        for row in _rows(actor, some, columns, sections):
            totals.update({name: _yen(row.cells.get(name)) for name in TOTALS})
            rows.append(row if row.kept != HIDDEN else Row(row.number, None, HIDDEN))
    gaps = lacking(actor.office_id, year)
    rows += [Row(gap[0], None, LACKING, last=gap[-1]) for gap in gaps]
    rows.sort(key=lambda row: row.number)
    return Ledger(year, columns, tuple(rows), totals)


def _sections(office_id: UUID) -> dict[int, str]:
    """Of which budget section (款項目節) each fiscal year pays."""
    said = Budget.of(office_id).exclude(section="").values_list("fiscal_year", "section")
    return dict(said)


def _rows(
    actor: Actor,
    grants: Sequence[Received],
    columns: tuple[Column, ...],
    sections: Mapping[int, str],
) -> Iterable[Row]:
    hidden = barred(actor, list({grant.case_id for grant in grants}))
    found = lives(actor.office_id, grants, needed(columns)).of
    for grant in grants:
        kept, life = HIDDEN if grant.case_id in hidden else OPEN, found[grant.id]
        if life.damaged or life.closed:
            yield Row(grant.number, grant, kept if kept == HIDDEN else DAMAGED)
        else:
            said = cells(life.steps, columns, hides=life.hides)
            paid_by = sections.get(money_of(grant.fiscal_year, decided_on(life.steps)))
            if DECIDED in said and paid_by:
                said |= {SECTION: paid_by}
            yield Row(grant.number, grant, kept, said)


def _yen(value: Value | None) -> int:
    return value if isinstance(value, int) else 0
