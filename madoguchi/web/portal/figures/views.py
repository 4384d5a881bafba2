"""What the desk published of its counts, for everybody; numbers that would tell of one are not."""

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
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.programme.texts import Texts
from madoguchi.web.kit.answers import row_key, table_key
from madoguchi.web.kit.column import column
from madoguchi.web.kit.finished import finished
from madoguchi.web.kit.formatting import Formatter, words_for
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
    """The published years."""
    found, words = _years(request), words_for(request)
    shown = tuple(
        (year, _name(year.year, words), tuple((one, _heads(one, words)) for one in year.tables))
        for year in found
    )
    return {"years": shown, "updated_on": max((year.updated_at for year in found), default=None)}


@require_safe
@finished
def table(request: OfficeRequest, year: int) -> HttpResponse:
    """One published year as CSV: a line for each number."""
    found = next((one for one in _years(request) if one.year == year), None)
    if found is None:
        raise Http404
    words = words_for(request)
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    heads = ("csv_year", "csv_period", "csv_table", "csv_unit", "csv_row", "csv_number")
    lines.writerow(_said(words, f"figures.{head}") for head in heads)
    for one in found.tables:
        named = (_said(words, one.key), _said(words, one.unit))
        for line in one.lines:
            for head, number in zip(_heads(one, words), line.numbers, strict=True):
                shown = _said(words, "figures.hidden") if number is None else number
                row = (_name(year, words), head, *named, _said(words, line.key), shown)
                lines.writerow(row)
    return HttpResponse(BOM + out.getvalue(), content_type="text/csv; charset=utf-8")


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
    unit = UNITS.get(name) or ("people" if name in PEOPLE else "times")
    return Table(name, f"figures.{unit}", months, lines)


def _years(request: OfficeRequest) -> tuple[Year, ...]:
    return years(public.copies(request.office.id))


def _said(words: Texts, key: str) -> str:
    return words.get(key, column()).words


def _name(year: int, words: Texts) -> str:
    said = year if column() == "en" else wareki_fiscal_year(year)
    return words.get("figures.year", column(), year=said).words


def _heads(table: Table, words: Texts) -> tuple[str, ...]:
    return tuple(_head(month, words) for month in table.months)


def _head(month: date | None, words: Texts) -> str:
    if month is None:
        return _said(words, "figures.whole_year")
    return Formatter(words).text(f"month_{month.month}")


urlpatterns = [
    path("figures/", figures, name="figures"),
    path("figures/<int:year>.csv", table, name="figures-csv"),
]
