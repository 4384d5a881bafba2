"""What the desk published of its counts, for everybody; numbers that would tell of one are not."""

import csv
import io
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.programme.texts import Texts
from madoguchi.web.kit.column import column
from madoguchi.web.kit.finished import finished
from madoguchi.web.kit.reading import Reading, words_for
from madoguchi.web.portal.figures.tables import Table, Year, years
from madoguchi.web.portal.page import Cards, information
from madoguchi.work.reports import public

BOM = "\ufeff"  # without it, a spreadsheet takes the file for another encoding


@information("figures", "portal/figures/page.html")
def figures(request: HttpRequest) -> Cards:
    """The published years."""
    found, words = _years(request), words_for(request)
    shown = tuple((year, _name(year.year, words), _tables(year, words)) for year in found)
    return {"years": shown, "updated_on": max((year.updated_at for year in found), default=None)}


@require_safe
@finished
def table(request: HttpRequest, year: int) -> HttpResponse:
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


def _years(request: HttpRequest) -> tuple[Year, ...]:
    return years(public.copies(request.office.id))  # type: ignore[attr-defined] # set on arrival


def _said(words: Texts, key: str) -> str:
    return words.get(key, column()).words


def _name(year: int, words: Texts) -> str:
    said = year if column() == "en" else wareki_fiscal_year(year)
    return words.get("figures.year", column(), year=said).words


def _tables(year: Year, words: Texts) -> tuple[tuple[Table, tuple[str, ...]], ...]:
    """The tables of a year, each with its heads."""
    return tuple((table, _heads(table, words)) for table in year.tables)


def _heads(table: Table, words: Texts) -> tuple[str, ...]:
    return tuple(_head(month, words) for month in table.months)


def _head(month: date | None, words: Texts) -> str:
    if month is None:
        return _said(words, "figures.whole_year")
    return Reading(words).say(f"month_{month.month}")
