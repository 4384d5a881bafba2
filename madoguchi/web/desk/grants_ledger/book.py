"""The ledger as a workbook (xlsx): a sheet to print, then one of every column; one row a grant.

No merged cells, no formulas: the totals are numbers. The lines around cells come from one rule for
the sheet, so that an empty cell stays empty.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from madoguchi.rules.koyomi.dates import JAPAN, day_in_japan
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.programme.texts import Texts
from madoguchi.web.desk.reports.book import A4, PLAIN, guarded
from madoguchi.work.subsidy.ledger.queries import HIDDEN, OPEN, Column, Ledger, Row, Value

WORDS, STATE = "desk.ledger", "desk.grant.state"
HEAD, FROZEN = 4, 2  # the row of the heads, from 0; how many columns do not scroll
CLEAR = (("number", "count", 8), ("state", "word", 13, STATE), ("received_on", "day", 12))
MORE_CLEAR = (("channel", "word", 9), ("sent_on", "day", 12))
IN_CLEAR = tuple(name for name, *_ in (*CLEAR, *MORE_CLEAR))
WIDTHS = {"day": 12, "yen": 12, "word": 14, "code": 18, "count": 8}
WIDER = {"address": 34, "kept": 30}
WIDE = 3  # pages for every column: on one page nobody could read them
FONT = "Yu Gothic"


@dataclass(frozen=True)
class _Column:
    """A column of a sheet; `words`: the text key above those of its codes, by default its own."""

    name: str
    kind: str
    width: int
    words: str = ""


@dataclass(frozen=True)
class _Looks:
    """How cells look, by what they hold."""

    head: Format
    total: Format
    title: Format
    note: Format
    around: Format
    cells: dict[str, Format]


def workbook(found: Ledger, words: Texts, now: datetime) -> bytes:
    out = io.BytesIO()
    title = words.get(f"{WORDS}.of", year=wareki_fiscal_year(found.fiscal_year)).words
    short = [column for column in found.columns if column.short]
    sheets = (
        ("short", 1, _columns(CLEAR, short)),
        ("whole", WIDE, _columns((*CLEAR, *MORE_CLEAR), found.columns)),
    )
    with xlsxwriter.Workbook(out, PLAIN) as book:
        book.set_properties({"title": title, "created": now.replace(tzinfo=None)})
        book.formats[0].set_font_name(FONT)
        looks = _looks(book)
        for name, pages_wide, columns in sheets:
            sheet = book.add_worksheet(words.get(f"{WORDS}.sheet.{name}").words)
            _page(sheet, columns, pages_wide)
            _top(sheet, found, title, words, looks, now)
            _table(sheet, found, columns, words, looks)
    return out.getvalue()


def _columns(clear: Sequence[tuple[Any, ...]], columns: Sequence[Column]) -> list[_Column]:
    found = [_Column(*column) for column in clear]
    for column in columns:
        width = WIDER.get(column.name, WIDTHS[column.kind])
        words = f"{WORDS}.{column.at[-1]}" if column.kind == "word" else ""
        found.append(_Column(column.name, column.kind, width, words))
    return [*found, _Column("kept", "word", WIDER["kept"])]


def _looks(book: xlsxwriter.Workbook) -> _Looks:
    plain: dict[str, object] = {"font_name": FONT, "valign": "top"}
    kinds: dict[str, dict[str, object]] = {
        "day": {"num_format": "yyyy/mm/dd", "align": "left"},
        "yen": {"num_format": "#,##0"},
        "count": {"num_format": "0", "align": "center"},
        "code": {"num_format": "@", "text_wrap": True},
        "word": {"text_wrap": True},
    }
    return _Looks(
        book.add_format({**plain, "bold": True, "text_wrap": True, "bg_color": "#F2F2F2"}),
        book.add_format({**plain, "bold": True, "num_format": "#,##0", "top": 6}),
        book.add_format({**plain, "bold": True, "font_size": 14}),
        book.add_format({**plain, "align": "left", "num_format": "yyyy/mm/dd"}),
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
    notes = [words.get(f"{WORDS}.{'with' if found.names else 'without'}_names").words]
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
    """Heads, one row a grant, totals; lines around every cell, a filter over the heads.

    The totals are the sums of every row; those of hidden rows are nowhere else.
    """

    @cache
    def word(key: str) -> str:
        return words.get(key).words

    for at, column in enumerate(columns):
        head = word(f"{WORDS}.column.{column.name}")
        sheet.write_string(HEAD, at, guarded(head), looks.head)
    line = HEAD
    for line, row in enumerate(found.rows, HEAD + 1):
        for at, column in enumerate(columns):
            value = _value(column.name, row)
            if column.kind == "word" and isinstance(value, str):
                text = word(f"{column.words or f'{WORDS}.{column.name}'}.{value}")
                sheet.write_string(line, at, text, looks.cells[column.kind])
            elif value is not None:
                _write(sheet, line, at, value, looks.cells[column.kind])
    last = line + 1
    for at, column in enumerate(columns):
        if column.kind == "yen":
            sheet.write_number(last, at, found.totals.get(column.name, 0), looks.total)
        else:
            sheet.write_blank(last, at, None, looks.total)
    sheet.write_string(last, 1, word(f"{WORDS}.total"), looks.total)
    if found.hidden:
        sheet.write_string(last, len(columns) - 1, word(f"{WORDS}.kept.{HIDDEN}"))
    around = {"type": "no_errors", "format": looks.around}
    sheet.conditional_format(HEAD, 0, last, len(columns) - 1, around)
    sheet.autofilter(HEAD, 0, max(last - 1, HEAD), len(columns) - 1)


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
