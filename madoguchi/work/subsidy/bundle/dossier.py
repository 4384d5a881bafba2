"""A grant's file as one (一件書類): application, verdicts, steps, papers, attached files.

Nothing else of the case is read: no story, no note, no message.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from madoguchi.rules.decision import Absent
from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.steps.grant import State
from madoguchi.tools.vault import files
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.evidence import public as evidence
from madoguchi.work.evidence.models import Item
from madoguchi.work.issued import queries as issued
from madoguchi.work.issued.queries import IssuedCard
from madoguchi.work.subsidy.application import Applied
from madoguchi.work.subsidy.files.queries import FileKind, came_as
from madoguchi.work.subsidy.history import (
    StepCard,
    applied_on,
    current,
    everything,
    with_corrections,
    without_undone,
)
from madoguchi.work.subsidy.models import Grant
from madoguchi.work.subsidy.reviewing.findings import CheckCard, Circumstances, known, verdicts


@dataclass(frozen=True)
class Annex:
    """A file that the grant names; without a card it is not there any more.

    `kind`: as what it came. Its own name is not shown here: it may name somebody.
    """

    id: UUID
    card: evidence.FileCard | None
    about: files.About | None = field(repr=False)
    kind: FileKind = "other"


@dataclass(frozen=True)
class PaperKept:
    """A paper that stays in the city's own file (簿冊): when it came, and who typed in its form."""

    paper: str
    on: date
    staff_id: UUID | None


@dataclass(frozen=True)
class Dossier:
    """A grant's file, opened. `number`: 整理番号 of its fiscal year.

    `steps`: those that count; `past`: all, with those that were taken back (誤記録).
    """

    id: UUID
    fiscal_year: int | None
    number: int | None
    state: State
    received_on: date | None
    applied: Applied = field(repr=False)
    steps: tuple[StepCard, ...] = field(repr=False)
    past: tuple[StepCard, ...] = field(repr=False)
    checks: tuple[CheckCard, ...] = field(repr=False)
    known: Circumstances = field(repr=False)
    papers: tuple[IssuedCard, ...] = field(repr=False)
    annexes: tuple[Annex, ...] = field(repr=False)

    @property
    def kept(self) -> tuple[PaperKept, ...]:
        """What came on paper with the forms that the desk typed in, and stays on paper."""
        return tuple(
            PaperKept(str(paper), day_in_japan(step.at), step.staff_id)
            for step in self.past
            for paper in step.details.get("kept", ())
        )

    @property
    def by_rules_of(self) -> date | None:
        """The day whose rules apply: that of the application; None before it is received."""
        return applied_on(self.steps)

    @property
    def binder(self) -> str:
        """The city's own file (簿冊), as it was typed last; empty where it was not."""
        filings = (
            step.details.get("filing") or {} for step in reversed(with_corrections(self.steps))
        )
        return next(filter(None, (filing.get("binder", "") for filing in filings)), "")

    def closes(self, card: IssuedCard) -> bool:
        """Whether a paper has an address that is protected since it was issued (支援措置)."""
        return card.address and self.applied.protected


def by_number(office_id: UUID, year: int, number: int) -> Grant:
    """The row of a number of a fiscal year, for an act on it.

    Raises:
        Absent: there is none.
    """
    grant = Grant.of(office_id).filter(fiscal_year=year, number=number).first()
    if grant is None:
        raise Absent
    return grant


def dossier(grant: Grant, shared: Drawer, staff: Drawer) -> Dossier:
    """The file of a grant from the open drawers of its case, inside an act."""
    past = everything(grant, shared, staff)
    steps = without_undone(past)
    return Dossier(
        grant.id,
        grant.fiscal_year,
        grant.number,
        State(grant.state),
        grant.received_on,
        current(steps),
        steps,
        past,
        verdicts(grant, staff, steps),
        known(grant, shared, staff, steps),
        tuple(reversed(issued.issued(staff, grant.id))),
        tuple(_annexes(grant, shared, past)),
    )


def _annexes(grant: Grant, shared: Drawer, steps: tuple[StepCard, ...]) -> Iterator[Annex]:
    """The files that the steps name, in the order in which they came; lost ones come last."""
    kinds = came_as(steps)
    rows = Item.of(grant.office_id).filter(case_id=grant.case_id, pk__in=kinds, drawer=shared.name)
    found = list(rows.order_by("at", "id"))
    for row in found:
        about = files.About.from_json(shared.open("item", row.id, row.about))
        yield Annex(row.id, evidence.card(row, about), about, kinds[row.id])
    for lost in sorted(kinds.keys() - {row.id for row in found}):
        yield Annex(lost, None, None, kinds[lost])
