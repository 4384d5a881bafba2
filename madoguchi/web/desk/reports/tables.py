"""The tables of a sheet as page and workbook show them: every number with its list behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from madoguchi.rules.figures.tally import ALL, TABLES
from madoguchi.web.desk.reports.period import Period, period_of
from madoguchi.web.kit.figures import row_key, table_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from madoguchi.rules.figures.tally import Row, Sheet
    from madoguchi.rules.programme.texts import Texts
    from madoguchi.work.reports.queries import Read

PERSONS, TIMES = "persons", "times"
BY_PERSON = ("course", "age", "kind")


@dataclass(frozen=True)
class Number:
    """One number; where it is not nought, the address of the list behind it."""

    count: int
    href: str


@dataclass(frozen=True)
class Line:
    """One row of a table: its name's text key, its numbers."""

    key: str
    numbers: tuple[Number, ...]


@dataclass(frozen=True)
class Table:
    """One table; `unit` is the text key of what it counts where all its columns count the same."""

    name: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    unit: str = ""

    @property
    def key(self) -> str:
        """The text key of its name."""
        return table_key(self.name)


@dataclass(frozen=True)
class Column:
    """One column: what stands over it, of which period, which of a row's two numbers."""

    head: str
    period: Period
    sheet: Sheet
    counts: str = ""

    def number(self, row: Row, counts: str = "") -> Number:
        """The number of a row."""
        count: int = getattr(self.sheet[row], counts or self.counts)
        return Number(count, reverse("report-people", args=[self.period, *row]) if count else "")


def month_tables(read: Read, period: Period, words: Texts) -> tuple[Table, ...]:
    """The tables of a month: persons and contacts, beside those of the months it is compared to."""
    compared = (
        ("", period, read.sheet),
        ("before_", period.before, read.before),
        ("year_ago_", period.year_ago, read.year_ago),
    )
    columns = [
        Column(words.get(f"desk.reports.{when}{counts}").words, of, sheet, counts)
        for when, of, sheet in compared
        if sheet is not None
        for counts in (PERSONS, TIMES)
    ]
    return tuple(
        Table(
            name,
            tuple(column.head for column in columns),
            tuple(
                Line(row_key(name, row), tuple(column.number((name, row)) for column in columns))
                for row in rows
            ),
        )
        for name, rows in TABLES.items()
    )


def year_tables(read: Read, period: Period, words: Texts) -> tuple[Table, ...]:
    """The tables of a fiscal year, month by month, beside the year before."""
    columns = [_of_month(month, sheet, words) for month, sheet in read.months.items()]
    columns.append(Column(words.get("desk.reports.whole_year").words, period, read.sheet))
    if read.year_ago is not None:
        head = words.get("desk.reports.year_before").words
        columns.append(Column(head, period.before, read.year_ago))
    heads = tuple(column.head for column in columns)
    return (
        Table("all", heads, tuple(_whole(columns, counts) for counts in (PERSONS, TIMES))),
        *(_by_month(name, heads, columns) for name in TABLES if name != "all"),
    )


def _of_month(month: date, sheet: Sheet, words: Texts) -> Column:
    head = words.get("desk.reports.only_month", month=month.month).words
    return Column(head, period_of(month), sheet)


def _whole(columns: Sequence[Column], counts: str) -> Line:
    numbers = tuple(column.number(ALL, counts) for column in columns)
    return Line(f"desk.reports.{counts}", numbers)


def _by_month(name: str, heads: tuple[str, ...], columns: Sequence[Column]) -> Table:
    counts = PERSONS if name in BY_PERSON else TIMES
    lines = tuple(
        Line(row_key(name, row), tuple(column.number((name, row), counts) for column in columns))
        for row in TABLES[name]
    )
    return Table(name, heads, lines, f"desk.reports.{counts}")
