"""The ledger as a workbook (xlsx): a sheet to print, one row a grant, and one beside the budget.

No merged cells. The only formulas are of ours: totals that follow a filter, and differences. The
lines around cells come from one rule for the sheet, so that an empty cell stays empty.
"""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Literal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from madoguchi.rules.koyomi.dates import JAPAN, day_in_japan
from madoguchi.rules.koyomi.wareki import wareki_day, wareki_fiscal_year
from madoguchi.rules.programme.texts import Texts
from madoguchi.web.desk.reports.book import A4, PLAIN, guarded
from madoguchi.work.subsidy.ledger.queries import (
    BALANCED,
    OPEN,
    PAYS_IN,
    Balance,
    Column,
    Ledger,
    Row,
    Value,
)

WORDS, STATE = "desk.ledger", "desk.grant.state"
HEAD, FROZEN = 4, 2  # the row of the heads, from 0; how many columns do not scroll
CLEAR = (("number", "count", 8), ("state", "word", 13, STATE), ("received_on", "day", 12))
MORE_CLEAR = (("channel", "word", 9), ("sent_on", "day", 12))
IN_CLEAR = tuple(name for name, *_ in (*CLEAR, *MORE_CLEAR))
WIDTHS = {"day": 12, "yen": 12, "word": 14, "code": 18, "count": 8}
WIDER = {"address": 34, "kept": 30}
WIDE = 3  # pages for every column: on one page nobody could read them
FONT = "Yu Gothic"
BOM = b"\xef\xbb\xbf"  # by which a spreadsheet knows UTF-8
type Days = Literal["wareki", "iso"]
FORMATS: dict[Days, str] = {"wareki": '[$-411]ge"."m"."d', "iso": "yyyy-mm-dd"}
SUBTOTAL = "SUBTOTAL(109,{})"  # of the rows that a filter shows


@dataclass(frozen=True)
class _Column:
    """A column of a sheet; `words`: the text key above those of its codes, by default its own."""

    name: str
    kind: str
    width: int
    words: str = ""
    summed: bool = False


@dataclass(frozen=True)
class _Looks:
    """How cells look, by what they hold."""

    head: Format
    total: Format
    title: Format
    note: Format
    around: Format
    cells: dict[str, Format]


def workbook(
    found: Ledger,
    words: Texts,
    now: datetime,
    *,
    whole: bool = False,
    days: Days = "wareki",
) -> bytes:
    """The ledger as xlsx; `whole`: with a sheet of every column."""
    out = io.BytesIO()
    title = words.get(f"{WORDS}.of", year=wareki_fiscal_year(found.fiscal_year)).words
    sheets = [("short", 1, _short(found))]
    if whole:
        sheets.append(("whole", WIDE, _columns((*CLEAR, *MORE_CLEAR), found.columns)))
    with xlsxwriter.Workbook(out, PLAIN) as book:
        book.set_properties({"title": title, "created": now.replace(tzinfo=None)})
        book.formats[0].set_font_name(FONT)
        looks = _looks(book, days)
        for name, pages_wide, columns in sheets:
            sheet = book.add_worksheet(words.get(f"{WORDS}.sheet.{name}").words)
            _page(sheet, columns, pages_wide)
            _top(sheet, found, title, words, looks, now)
            _table(sheet, found, columns, words, looks)
        if found.balance:
            sheet = book.add_worksheet(words.get(f"{WORDS}.sheet.balance").words)
            _balance(sheet, found, found.balance, words, looks)
    return out.getvalue()


def table(found: Ledger, words: Texts, days: Days = "wareki") -> bytes:
    """The columns of the printed sheet as CSV, without totals; nothing in it is a formula."""
    columns = _short(found)
    word = cache(lambda key: words.get(key).words)
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(word(f"{WORDS}.column.{column.name}") for column in columns)
    for row in found.rows:
        values = (_worded(column, row, word) for column in columns)
        lines.writerow(_as_text(value, days) for value in values)
    return BOM + out.getvalue().encode()


def _as_text(value: Value | None, days: Days) -> str:
    if isinstance(value, date):
        return wareki_day(value) if days == "wareki" else value.isoformat()
    return guarded(value) if isinstance(value, str) else "" if value is None else str(value)


def _short(found: Ledger) -> list[_Column]:
    return _columns(CLEAR, [column for column in found.columns if column.short])


def _columns(clear: Sequence[tuple[Any, ...]], columns: Sequence[Column]) -> list[_Column]:
    found = [_Column(*column) for column in clear]
    for column in columns:
        width = WIDER.get(column.name, WIDTHS[column.kind])
        words = f"{WORDS}.{column.at[-1]}" if column.kind == "word" else ""
        found.append(_Column(column.name, column.kind, width, words, column.summed))
    return [*found, _Column("kept", "word", WIDER["kept"])]


def _looks(book: xlsxwriter.Workbook, days: Days) -> _Looks:
    plain: dict[str, object] = {"font_name": FONT, "valign": "top"}
    kinds: dict[str, dict[str, object]] = {
        "day": {"num_format": FORMATS[days], "align": "left"},
        "yen": {"num_format": "#,##0"},
        "count": {"num_format": "0", "align": "center"},
        "code": {"num_format": "@", "text_wrap": True},
        "word": {"text_wrap": True},
    }
    return _Looks(
        book.add_format({**plain, "bold": True, "text_wrap": True, "bg_color": "#F2F2F2"}),
        book.add_format({**plain, "bold": True, "num_format": "#,##0", "top": 6}),
        book.add_format({**plain, "bold": True, "font_size": 14}),
        book.add_format({**plain, "align": "left", "num_format": FORMATS[days]}),
        book.add_format({"border": 1}),
        {kind: book.add_format({**plain, **look}) for kind, look in kinds.items()},
    )


def _page(sheet: Worksheet, columns: Sequence[_Column], pages_wide: int) -> None:
    """How it is read and printed; each page repeats the heads and the numbers of the grants."""
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(pages_wide, 0)
    sheet.set_margins(left=0.98, right=0.59, top=0.79, bottom=0.79)
    sheet.set_footer("&L&A&C&P／&N")
    sheet.repeat_rows(HEAD)
    sheet.repeat_columns(0, FROZEN - 1)
    sheet.freeze_panes(HEAD + 1, FROZEN)
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width)


def _top(
    sheet: Worksheet, found: Ledger, title: str, words: Texts, looks: _Looks, now: datetime
) -> None:
    """Title, when it was made, and what has to be known of this ledger."""
    notes = [words.get(f"{WORDS}.persons.{found.persons}").words]
    for name in ("hidden", "damaged", "lacking"):
        count = getattr(found, name)
        notes += [words.get(f"{WORDS}.has_{name}", count=count).words] if count else []
    sheet.write_string(0, 0, guarded(title), looks.title)
    sheet.write_string(1, 0, words.get(f"{WORDS}.made_on").words, looks.note)
    sheet.write_datetime(1, 2, now.astimezone(JAPAN).replace(tzinfo=None), looks.note)
    sheet.write_string(2, 0, "".join(notes), looks.note)


def _table(
    sheet: Worksheet, found: Ledger, columns: Sequence[_Column], words: Texts, looks: _Looks
) -> None:
    """Heads, one row a grant, totals that follow the filter; lines around every cell.

    The sums of hidden rows are in a line of their own below the filter.
    """
    word = cache(lambda key: words.get(key).words)
    for at, column in enumerate(columns):
        sheet.write_string(HEAD, at, guarded(word(f"{WORDS}.column.{column.name}")), looks.head)
    line = HEAD
    for line, row in enumerate(found.rows, HEAD + 1):
        for at, column in enumerate(columns):
            value = _worded(column, row, word)
            if value is not None:
                _write(sheet, line, at, value, looks.cells[column.kind])
    last = line + 1
    for at, column in enumerate(columns):
        if column.summed:
            hidden = found.hidden_totals.get(column.name, 0)
            shown = found.totals.get(column.name, 0) - hidden
            formula = SUBTOTAL.format(xl_range_abs(HEAD + 1, at, max(line, HEAD + 1), at))
            sheet.write_formula(last, at, f"={formula}", looks.total, shown)
            if found.hidden:
                sheet.write_number(last + 1, at, hidden, looks.total)
        else:
            sheet.write_blank(last, at, None, looks.total)
    sheet.write_string(last, 1, word(f"{WORDS}.total"), looks.total)
    if found.hidden:
        sheet.write_string(last + 1, 1, word(f"{WORDS}.hidden_total"), looks.total)
        last += 1
    around = {"type": "no_errors", "format": looks.around}
    sheet.conditional_format(HEAD, 0, last, len(columns) - 1, around)
    sheet.autofilter(HEAD, 0, max(line, HEAD), len(columns) - 1)


def _balance(
    sheet: Worksheet, found: Ledger, balance: Balance, words: Texts, looks: _Looks
) -> None:
    """What the ledger says that this year pays, beside the budget, with the difference.

    The rows are summed from the printed sheet, so that a sum typed over there shows here.
    """
    columns = _short(found)
    at = {column.name: place for place, column in enumerate(columns)}
    year = wareki_fiscal_year(found.fiscal_year)
    last = max(HEAD + len(found.rows), HEAD + 1)
    from_sheet = f"'{words.get(f'{WORDS}.sheet.short').words}'!"
    pays_in = from_sheet + xl_range_abs(HEAD + 1, at[PAYS_IN], last, at[PAYS_IN])
    heads = ("what", "rows", "hidden_rows", "earlier", "ledger", "budget", "difference")
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, len(heads) - 1, 16)
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.write_string(0, 0, words.get(f"{WORDS}.balance.title", year=year).words, looks.title)
    for place, head in enumerate(heads):
        sheet.write_string(2, place, words.get(f"{WORDS}.balance.{head}").words, looks.head)
    yen = looks.cells["yen"]
    for line, name in enumerate(BALANCED, 3):
        sums = from_sheet + xl_range_abs(HEAD + 1, at[name], last, at[name])
        here = sum(
            int(str(row.cells.get(name, 0))) for row in found.rows if row.cells.get(PAYS_IN) == year
        )
        hidden, earlier = balance.hidden.get(name, 0), balance.earlier.get(name, 0)
        ledger, budget = here + hidden + earlier, balance.sums[name]
        sheet.write_string(line, 0, words.get(f"{WORDS}.column.{name}").words, looks.cells["word"])
        sheet.write_formula(line, 1, f'=SUMIFS({sums},{pays_in},"{year}")', yen, here)
        sheet.write_number(line, 2, hidden, yen)
        sheet.write_number(line, 3, earlier, yen)
        span = f"{xl_rowcol_to_cell(line, 1)}:{xl_rowcol_to_cell(line, 3)}"
        sheet.write_formula(line, 4, f"=SUM({span})", yen, ledger)
        sheet.write_number(line, 5, budget, yen)
        difference = f"={xl_rowcol_to_cell(line, 4)}-{xl_rowcol_to_cell(line, 5)}"
        sheet.write_formula(line, 6, difference, yen, ledger - budget)
    for line, (name, sum_yen) in enumerate(
        (("budget_yen", balance.budget_yen), ("left_yen", balance.left_yen)), 3 + len(BALANCED)
    ):
        words_of = words.get(f"{WORDS}.balance.{name}").words
        sheet.write_string(line, 0, words_of, looks.cells["word"])
        sheet.write_number(line, 5, sum_yen, yen)
    sheet.write_string(4 + len(BALANCED) + 1, 0, words.get(f"{WORDS}.balance.note").words)


def _worded(column: _Column, row: Row, word: Callable[[str], str]) -> Value | None:
    """The value of a cell, a code of ours in words."""
    value = _value(column.name, row)
    if column.kind == "word" and isinstance(value, str):
        return word(f"{column.words or f'{WORDS}.{column.name}'}.{value}")
    return value


def _value(name: str, row: Row) -> Value | None:
    """The value of a cell; None leaves it empty, as all that is in the clear of a hidden grant."""
    if name == "kept":
        return None if row.status == OPEN else row.status
    if name == "number":
        return f"{row.number}–{row.last}" if row.last > row.number else row.number
    if name not in IN_CLEAR:
        return row.cells.get(name)
    if row.grant is None:
        return None
    if name == "sent_on":
        return day_in_japan(row.grant.sent_at) if row.grant.sent_at else None
    value: Value = getattr(row.grant, name)
    return value


def _write(sheet: Worksheet, line: int, at: int, value: Value, look: Format) -> None:
    if isinstance(value, date):
        sheet.write_datetime(line, at, value, look)
    elif isinstance(value, int):
        sheet.write_number(line, at, value, look)
    else:
        sheet.write_string(line, at, guarded(value), look)
