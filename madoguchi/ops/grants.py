"""What of the grants hangs together beyond one sealed value (交付の点検)."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.vault.cipher import Tampered, Unreadable
from madoguchi.tools.vault.seal import SHARED, STAFF
from madoguchi.work.subsidy.bulk import STATES, VERBS
from madoguchi.work.subsidy.fiscal_year import gaps, numbered
from madoguchi.work.subsidy.history import COLUMNS, NOTHING, RECEIVING, Said, follows
from madoguchi.work.subsidy.models import Check, Grant, Step

type Told = Callable[[Bound], Mapping[str, Any]]


OPENED = (*RECEIVING, Verb.AMEND)


@dataclass(frozen=True)
class Bound:
    """A sealed value of a step or verdict, and what stands in the clear beside it."""

    case_id: UUID
    row_id: UUID
    drawer: str
    label: str
    blob: bytes | memoryview = field(repr=False)
    beside: bytes = field(repr=False)

    @property
    def place(self) -> str:
        """As the lines name it."""
        return f"{self.row_id}/{self.label}"


def bound(office_id: UUID) -> Iterator[Bound]:
    """The values of an office that open only beside what was written with them."""
    for row in Step.of(office_id).iterator():
        yield _told(row)
        if row.shown:
            yield Bound(row.case_id, row.id, SHARED, "grant_shown", row.shown, row.beside)
    for one in Check.of(office_id).iterator():
        yield Bound(one.case_id, one.id, STAFF, "grant_check", one.told, one.beside)


def _told(row: Step) -> Bound:
    return Bound(row.case_id, row.id, row.drawer, "grant_told", row.told, row.beside)


def astray(office_id: UUID, told: Told) -> Iterator[str]:
    """The grants whose rows are not what their steps and verdicts say, or that are not there."""
    columns = ("id", "case_id", "revision", *COLUMNS)
    grants = {row["id"]: row for row in Grant.of(office_id).order_by("id").values(*columns)}
    checks = Counter(Check.of(office_id).values_list("grant_id", flat=True))
    steps = Step.of(office_id).order_by("grant_id", "number").iterator()
    for grant_id, own in groupby(steps, key=attrgetter("grant_id")):
        said = [_said(row, told) for row in own if row.verb in VERBS and row.state in STATES]
        row, acts = grants.pop(grant_id, None), len(said) + checks.pop(grant_id, 0)
        if row is None:
            yield f"{grant_id}: there is none"
        elif row["revision"] != acts or not follows(row, said):
            yield f"{grant_id} of case {row['case_id']}"
    yield from (f"{grant_id}: without steps" for grant_id in sorted(grants.keys() | checks.keys()))
    for year, numbers in numbered(office_id).items():
        yield from (f"{year}, from {gap[0]} to {gap[-1]}: there is none" for gap in gaps(numbers))


def _said(row: Step, told: Told) -> Said:
    """A step, and what it says of the grant's row, as far as that opens."""
    verb, said = VERBS[row.verb], NOTHING
    if verb in OPENED:
        with suppress(Tampered, Unreadable):  # which is named already
            said = told(_told(row))
    return Said(str(row.id), row.number, verb, STATES[row.state], row.on, row.at, said)
