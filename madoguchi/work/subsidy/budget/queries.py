"""A year's books (予算の控え): totals, the changes of the budget, the totals by the grants' steps.

The totals are of all grants of the year for everybody who may read them, also of grants that they
may not open: else they would not be what the city's own accounting says.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.rules.programme.subsidy import STAGES, Stage
from madoguchi.rules.subsidy.books import Standing, Sums, by_month, sums_of
from madoguchi.rules.subsidy.year import Clock, clock
from madoguchi.tools.act.action import action, allowed
from madoguchi.tools.audit import chain, opening
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault.fairness import Lane
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.subsidy.budget.moving import left
from madoguchi.work.subsidy.budget.public import word
from madoguchi.work.subsidy.budget.steps import Movements, movements
from madoguchi.work.subsidy.fiscal_year import of_year
from madoguchi.work.subsidy.models import Budget, BudgetChange

BOOKS = Lane(places=1, patience_s=20)
AHEAD_DAYS = 92  # from the last quarter of a year on its end is in sight
TRIES = 3


@dataclass(frozen=True)
class YearCard:
    """The budget of a year as it is now; `standing`: the word that the public reads."""

    fiscal_year: int
    budget_yen: int
    reserved_yen: int
    spent_yen: int
    left_yen: int
    warn_below_yen: int
    section: str
    terms: str
    standing: Standing
    revision: int


@dataclass(frozen=True)
class ChangeCard:
    """One change of a year's budget; `yen`: by how much."""

    number: int
    kind: str
    yen: int
    document_number: str
    on: date
    staff_id: UUID
    at: datetime


@dataclass(frozen=True)
class Pressing:
    """A grant for which the end of the year is near or past, and what has to be done by when."""

    id: UUID
    number: int
    state: str
    received_on: date
    clock: Clock


@dataclass(frozen=True)
class Books:
    """A year's budget, and the same sums by its grants' steps; `year` is None before it is opened.

    `unread`: of how many grants something did not open, so that the two cannot be compared.
    `moving`: decisions came while the steps were read, so that they cannot either.
    """

    fiscal_year: int
    year: YearCard | None = None
    changes: tuple[ChangeCard, ...] = ()
    sums: Sums = field(default_factory=Sums)
    months: Mapping[date, Sums] = field(default_factory=dict)
    unread: int = 0
    moving: bool = False
    pressing: tuple[Pressing, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether the sums by the steps are not the totals; False where they cannot be compared."""
        if self.year is None or self.unread or self.moving:
            return False
        by_steps = self.sums.reserved_yen, self.sums.spent_yen
        return by_steps != _totals(self.year)


def years(actor: Actor, at: AtOffice) -> tuple[int, ...]:
    """The fiscal years that were opened, the newest first; no figure, so no line."""
    if not allowed(actor, "subsidy.books", at):
        return ()
    rows = Budget.of(at.office_id).order_by("-fiscal_year")
    return tuple(rows.values_list("fiscal_year", flat=True))


def year_card(actor: Actor, at: AtOffice, fiscal_year: int | None) -> YearCard | None:
    """A year's budget, shown with a grant that was opened (the grant's audit line is enough).

    None where the year is not open, or the actor may not read it.
    """
    if fiscal_year is None or not allowed(actor, "subsidy.books", at):
        return None
    year = Budget.of(at.office_id).filter(fiscal_year=fiscal_year).first()
    return _card(year) if year else None


def books(
    actor: Actor,
    at: AtOffice,
    fiscal_year: int,
    stages: Collection[Stage] = STAGES,
    *,
    now: datetime,
) -> Books:
    """The books of a fiscal year.

    Raises:
        Absent: the actor may not read them.
        Busy: others reckoned for too long.
    """
    if not allowed(actor, "subsidy.books", at):
        return _audit(actor, at, None, now=now)
    with opening.ahead("subsidy.books"):
        with BOOKS.place(str(actor.staff_id)):
            year, found, moving = _at_rest(at.office_id, fiscal_year)
            read = Books(
                fiscal_year,
                _card(year) if year else None,
                _changes(year) if year else (),
                sums_of(found.lines),
                by_month(found.lines, fiscal_year, now.date()),
                found.unread,
                moving,
                _pressing(actor, at.office_id, fiscal_year, stages, now.date()),
            )
        return _audit(actor, at, read, now=now)


@action("subsidy.books")
def _audit(
    _actor: Actor,
    _at: AtOffice,
    read: Books | None,
    *,
    now: datetime,  # noqa: ARG001 - the act's form
) -> Books:
    """The books that were read, with their audit line; None for who may not read them."""
    if read is None:
        raise Absent
    chain.tell(fiscal_year=read.fiscal_year, damaged=read.unread, differs=int(read.differs))
    return read


def _at_rest(office_id: UUID, fiscal_year: int) -> tuple[Budget | None, Movements, bool]:
    """The year and its movements at one moment; True where decisions came at every try."""
    rows = Budget.of(office_id).filter(fiscal_year=fiscal_year)
    after = rows.first()
    for _ in range(TRIES):
        before, found, after = after, movements(office_id, fiscal_year), rows.first()
        if before is None or after is None or _totals(before) == _totals(after):
            return after, found, False
    return after, found, True


def _totals(year: Budget | YearCard) -> tuple[int, int]:
    return year.reserved_yen, year.spent_yen


def _card(year: Budget) -> YearCard:
    return YearCard(
        year.fiscal_year,
        year.budget_yen,
        year.reserved_yen,
        year.spent_yen,
        left(year),
        year.warn_below_yen,
        year.section,
        year.terms,
        word(year),
        year.revision,
    )


def _changes(year: Budget) -> tuple[ChangeCard, ...]:
    rows = BudgetChange.of(year.office_id).filter(budget_id=year.id).order_by("number")
    named = ("number", "kind", "yen", "document_number", "on", "staff_id", "at")
    return tuple(ChangeCard(*row) for row in rows.values_list(*named))


def _pressing(
    actor: Actor, office_id: UUID, fiscal_year: int, stages: Collection[Stage], today: date
) -> tuple[Pressing, ...]:
    """The grants at which the year's end presses, as far as this colleague may open them."""
    found = []
    for row in of_year(office_id, fiscal_year).order_by("fiscal_year", "number"):
        ends = clock(row.state, fiscal_year, today, stages=stages, soon_days=AHEAD_DAYS)
        if ends is None or not rights.may(actor.role, "grant.read", row.situation(actor)):
            continue
        if row.number is None or row.received_on is None:  # the table's own constraint
            raise ValueError("a grant of a year has its number")
        found.append(Pressing(row.id, row.number, row.state, row.received_on, ends))
    return tuple(found)
