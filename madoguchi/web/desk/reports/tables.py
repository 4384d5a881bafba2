"""The tables of a month's or a fiscal year's sheet; each number links to the cases it counts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from madoguchi.rules.figures import granted
from madoguchi.rules.figures.tally import (
    ALL,
    CLINIC,
    OFFERED,
    TABLES,
    WAITED,
    Row,
    Sheet,
    waited_days,
)
from madoguchi.rules.koyomi.dates import fiscal_year, months_of
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year, wareki_year
from madoguchi.rules.programme.texts import Texts
from madoguchi.web.kit.answers import row_key, table_key
from madoguchi.work.reports.queries import Report, month_before

FIRST_YEAR = 2020
SHAPE = re.compile(r"(20\d{2})(?:-(\d{2}))?")
PERSONS, TIMES = "persons", "times"
BY_PERSON = ("course", "age", "kind")
OF_TIMES = {"clinic": CLINIC, granted.GRANT: granted.SHOWN, granted.REFUSAL: granted.REASONS}
"""The rows of the tables that count no persons; each is left out where there is nothing in it."""


@dataclass(frozen=True)
class Period:
    """A month, or a fiscal year where `month` is None."""

    year: int
    month: date | None = None

    def __str__(self) -> str:
        """As the URL has it."""
        return f"{self.month:%Y-%m}" if self.month else str(self.year)

    @property
    def months(self) -> tuple[date, ...]:
        return (self.month,) if self.month else months_of(self.year)

    @property
    def of_year(self) -> Period:
        return Period(self.year)

    @property
    def before(self) -> Period:
        if self.month is None:
            return Period(self.year - 1)
        return period_of(month_before(self.month))

    @property
    def after(self) -> Period:
        if self.month is None:
            return Period(self.year + 1)
        month = self.month
        return period_of(date(month.year + month.month // 12, month.month % 12 + 1, 1))

    @property
    def year_ago(self) -> Period:
        """The same month a year before."""
        if self.month is None:
            return self.before
        return period_of(self.month.replace(year=self.month.year - 1))

    def begun(self, today: date) -> bool:
        """Whether it has begun; nothing is from before there were such desks."""
        return self.year >= FIRST_YEAR and self.months[0] <= today

    def name(self, words: Texts) -> str:
        """令和8年11月, 令和8年度."""
        if self.month is None:
            return wareki_fiscal_year(self.year)
        year, month = wareki_year(self.month), self.month.month
        return words.get("desk.reports.month", year=year, month=month).words


def period_of(month: date) -> Period:
    """The period of a month that begins on this day."""
    return Period(fiscal_year(month), month)


def read_period(name: str, today: date) -> Period | None:
    """The period of a URL; None for what is none, or has not begun.

    >>> str(read_period("2026-11", date(2026, 11, 25))), read_period("2026-12", date(2026, 11, 25))
    ('2026-11', None)
    """
    found = SHAPE.fullmatch(name)
    if found is None or (found[2] and not 1 <= int(found[2]) <= 12):  # noqa: PLR2004 - months
        return None
    year = int(found[1])
    period = period_of(date(year, int(found[2]), 1)) if found[2] else Period(year)
    return period if period.begun(today) else None


@dataclass(frozen=True)
class Number:
    """A number, None where there is none; `href`: the list of the people it counts, if any."""

    count: int | None
    href: str


@dataclass(frozen=True)
class Line:
    """A row of a table: its name's text key, its numbers."""

    key: str
    numbers: tuple[Number, ...]


@dataclass(frozen=True)
class Table:
    """A table; `unit` is the text key of what it counts where all its columns count the same."""

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
    """A column: its heading, its period, which of a row's two numbers it shows."""

    head: str
    period: Period
    sheet: Sheet
    counts: str = ""

    def number(self, row: Row, counts: str = "") -> Number:
        count: int = getattr(self.sheet[row], counts or self.counts)
        return Number(count, reverse("report-people", args=[self.period, *row]) if count else "")

    def of_times(self, row: Row) -> Number:
        """A number of OF_TIMES; sums, days and places have no list of people."""
        match row:
            case ("clinic", name) if name == WAITED:
                return Number(waited_days(self.sheet), "")
            case (granted.GRANT, name) if name in granted.DAYS:
                return Number(granted.waited_days(self.sheet, name), "")
            case (_, name) if name in (OFFERED, *granted.SUMS):
                return Number(self.sheet[row].times, "")
            case _:
                return self.number(row, TIMES)


def month_tables(read: Report, period: Period, words: Texts) -> tuple[Table, ...]:
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
    heads = tuple(column.head for column in columns)
    return (
        *(
            Table(
                name,
                heads,
                tuple(
                    Line(row_key(name, row), tuple(each.number((name, row)) for each in columns))
                    for row in rows
                ),
            )
            for name, rows in TABLES.items()
            if name not in OF_TIMES
        ),
        *_of_times(heads, columns),
    )


def year_tables(read: Report, period: Period, words: Texts) -> tuple[Table, ...]:
    """The tables of a fiscal year, month by month, beside the year before."""
    columns = []
    for month, sheet in read.months.items():
        head = words.get("desk.reports.only_month", month=month.month).words
        columns.append(Column(head, period_of(month), sheet))
    columns.append(Column(words.get("desk.reports.whole_year").words, period, read.sheet))
    if read.year_ago is not None:
        head = words.get("desk.reports.year_before").words
        columns.append(Column(head, period.before, read.year_ago))
    heads = tuple(column.head for column in columns)
    both = tuple(
        Line(f"desk.reports.{counts}", tuple(column.number(ALL, counts) for column in columns))
        for counts in (PERSONS, TIMES)
    )
    tables = [Table("all", heads, both)]
    for name, rows in TABLES.items():
        if name not in ("all", *OF_TIMES):
            counts = PERSONS if name in BY_PERSON else TIMES
            lines = tuple(
                Line(
                    row_key(name, row),
                    tuple(column.number((name, row), counts) for column in columns),
                )
                for row in rows
            )
            tables.append(Table(name, heads, lines, f"desk.reports.{counts}"))
    return (*tables, *_of_times(heads, columns))


def _of_times(heads: tuple[str, ...], columns: Sequence[Column]) -> Iterator[Table]:
    """The lawyer's clinic, where it had places, and the grants, where there was a year for them.

    A month's columns of persons have no numbers there.
    """
    nothing = Number(None, "")
    for table, rows in OF_TIMES.items():
        used = [
            row for row in TABLES[table] if any(each.sheet[table, row].times for each in columns)
        ]
        if table == granted.REFUSAL:  # of the many possible reasons, those that there were
            rows = tuple(row for row in rows if row in used)  # noqa: PLW2901 - fewer of them
        if not (rows and used):
            continue
        lines = []
        for row in rows:
            numbers = (
                nothing if column.counts == PERSONS else column.of_times((table, row))
                for column in columns
            )
            lines.append(Line(row_key(table, row), tuple(numbers)))
        yield Table(table, heads, tuple(lines))
