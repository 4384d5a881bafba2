"""Published counts as tables: a fiscal year's months side by side, the year itself last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from madoguchi.rules.figures.release import MEASURES
from madoguchi.web.kit.figures import row_key, table_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from madoguchi.work.reports.public import Copy

PEOPLE = frozenset(measure.table for measure in MEASURES if measure.people)


@dataclass(frozen=True)
class Line:
    """One row: its name's text key; a number for each column, None where it is not shown."""

    key: str
    numbers: tuple[int | None, ...]


@dataclass(frozen=True)
class Table:
    """One table; `unit` is the text key of what it counts."""

    name: str
    unit: str
    lines: tuple[Line, ...]

    @property
    def key(self) -> str:
        """The text key of its name."""
        return table_key(self.name)

    @property
    def shown(self) -> bool:
        """Whether any of its numbers is shown."""
        return any(number is not None for line in self.lines for number in line.numbers)


@dataclass(frozen=True)
class Year:
    """A fiscal year: the months that were published, None for the year itself; its tables."""

    year: int
    months: tuple[date | None, ...]
    tables: tuple[Table, ...]
    updated_at: datetime


def years(copies: Sequence[Copy]) -> tuple[Year, ...]:
    """The published years, newest first."""
    numbers = sorted({copy.fiscal_year for copy in copies}, reverse=True)
    return tuple(_year(year, [c for c in copies if c.fiscal_year == year]) for year in numbers)


def _year(year: int, copies: Sequence[Copy]) -> Year:
    of_months = sorted((copy for copy in copies if copy.month), key=lambda one: str(one.month))
    ordered = [*of_months, *(copy for copy in copies if not copy.month)]
    return Year(
        year,
        tuple(copy.month for copy in ordered),
        tuple(
            _table(measure.table, ordered)
            for measure in MEASURES
            if any(measure.table in copy.tables for copy in ordered)
        ),
        max(copy.published_at for copy in copies),
    )


def _table(name: str, copies: Sequence[Copy]) -> Table:
    told = [copy.tables.get(name, {}) for copy in copies]
    rows = dict.fromkeys(row for one in told for row in one)
    lines = tuple(Line(row_key(name, row), tuple(one.get(row) for one in told)) for row in rows)
    return Table(name, f"figures.{_unit(name)}", lines)


def _unit(name: str) -> str:
    if name == "clinic":
        return "bookings"
    return "people" if name in PEOPLE else "times"
