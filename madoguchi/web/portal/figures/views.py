"""The counts that the desk published, without the numbers that would tell of one person."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.http import Http404, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from madoguchi.rules.figures.granted import GRANT
from madoguchi.rules.figures.release import MEASURES, ORDER
from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.programme.texts import Texts
from madoguchi.web.kit.answers import row_key, table_key
from madoguchi.web.kit.column import column
from madoguchi.web.kit.finished import cached_page
from madoguchi.web.kit.formatting import Formatter, texts_for
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.page import Cards, information
from madoguchi.work.reports import public
from madoguchi.work.reports.public import Copy

UNITS = {"clinic": "bookings", GRANT: "grants"}
PEOPLE = frozenset(measure.table for measure in MEASURES if measure.people)
BOM = "\ufeff"  # without it, a spreadsheet takes the file for another encoding


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


@information("figures", "portal/figures/page.html")
def figures(request: OfficeRequest) -> Cards:
    """The published years, each with its name, and its tables with the names of their columns."""
    found, words = years(public.copies(request.office.id)), texts_for(request)
    named = tuple(
        (
            year,
            _name(year.year, words),
            tuple((table, _column_names(table, words)) for table in year.tables),
        )
        for year in found
    )
    updated_at = max((year.updated_at for year in found), default=None)
    return {"years": named, "updated_on": updated_at and day_in_japan(updated_at)}


@require_safe
@cached_page
def table(request: OfficeRequest, year: int) -> HttpResponse:
    """One published year as CSV: a line for each number."""
    published = years(public.copies(request.office.id))
    found = next((each for each in published if each.year == year), None)
    if found is None:
        raise Http404
    words = texts_for(request)

    def text(key: str) -> str:
        return words.get(key, column()).words

    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    heads = ("csv_year", "csv_period", "csv_table", "csv_unit", "csv_row", "csv_number")
    lines.writerow(text(f"figures.{head}") for head in heads)
    for each in found.tables:
        for line in each.lines:
            for period, number in zip(_column_names(each, words), line.numbers, strict=True):
                shown = text("figures.hidden") if number is None else number
                names = (_name(year, words), period, text(each.key), text(each.unit))
                lines.writerow((*names, text(line.key), shown))
    return HttpResponse(BOM + out.getvalue(), content_type="text/csv; charset=utf-8")


def years(copies: Sequence[Copy]) -> tuple[Year, ...]:
    """The published years, newest first; in each the months in order, then the year itself."""
    found = []
    for year in sorted({copy.fiscal_year for copy in copies}, reverse=True):
        of_year = [copy for copy in copies if copy.fiscal_year == year]
        of_months = sorted((copy for copy in of_year if copy.month), key=lambda c: str(c.month))
        ordered = [*of_months, *(copy for copy in of_year if not copy.month)]
        names = [name for name in ORDER if any(name in copy.tables for copy in ordered)]
        updated_at = max(copy.published_at for copy in of_year)
        found.append(Year(year, tuple(_table(name, ordered) for name in names), updated_at))
    return tuple(found)


def _table(name: str, copies: Sequence[Copy]) -> Table:
    if name == GRANT:  # counted for years alone
        copies = [copy for copy in copies if name in copy.tables]
    months = tuple(copy.month for copy in copies)
    columns = [copy.tables.get(name, {}) for copy in copies]
    rows = dict.fromkeys(row for numbers in columns for row in numbers)
    lines = tuple(
        Line(row_key(name, row), tuple(numbers.get(row) for numbers in columns)) for row in rows
    )
    unit = UNITS.get(name) or ("people" if name in PEOPLE else "times")
    return Table(name, f"figures.{unit}", months, lines)


def _name(year: int, words: Texts) -> str:
    number = year if column() == "en" else wareki_fiscal_year(year)
    return words.get("figures.year", column(), year=number).words


def _column_names(table: Table, words: Texts) -> tuple[str, ...]:
    formatter = Formatter(words)
    whole_year = words.get("figures.whole_year", column()).words
    return tuple(
        formatter.text(f"month_{month.month}") if month else whole_year for month in table.months
    )


urlpatterns = [
    path("figures/", figures, name="figures"),
    path("figures/<int:year>.csv", table, name="figures-csv"),
]
