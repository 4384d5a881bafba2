"""Published counts as tables: a fiscal year's months side by side, the year itself last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from madoguchi.rules.figures.granted import GRANT
from madoguchi.rules.figures.release import MEASURES, ORDER
from madoguchi.web.kit.figures import row_key, table_key
from madoguchi.work.reports.public import Copy

UNITS = {"clinic": "bookings", GRANT: "grants"}
PEOPLE = frozenset(measure.table for measure in MEASURES if measure.people)


@dataclass(frozen=True)
class Line:
    """One row: its name's text key; a number for each column, None where it is not shown."""

    key: str
    numbers: tuple[int | None, ...]


@dataclass(frozen=True)
class Table:
    """One table; `unit` is the text key of what it counts.

    `months`: those of its columns, None for the year.
    """

    name: str
    unit: str
    months: tuple[date | None, ...]
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
    """A fiscal year and its tables."""

    year: int
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
        tuple(
            _table(name, ordered) for name in ORDER if any(name in copy.tables for copy in ordered)
        ),
        max(copy.published_at for copy in copies),
    )


def _table(name: str, copies: Sequence[Copy]) -> Table:
    if name == GRANT:  # told of years alone
        copies = [copy for copy in copies if name in copy.tables]
    months = tuple(copy.month for copy in copies)
    told = [copy.tables.get(name, {}) for copy in copies]
    rows = dict.fromkeys(row for one in told for row in one)
    lines = tuple(Line(row_key(name, row), tuple(one.get(row) for one in told)) for row in rows)
    return Table(name, f"figures.{_unit(name)}", months, lines)


def _unit(name: str) -> str:
    if name in UNITS:
        return UNITS[name]
    return "people" if name in PEOPLE else "times"
