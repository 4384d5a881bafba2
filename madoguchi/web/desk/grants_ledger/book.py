"""The ledger as a workbook (xlsx): a sheet to print, then one of every column; one row a grant.

No merged cells, no formulas: the totals are numbers. The lines around cells come from one rule for
the sheet, so that an empty cell stays empty.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from madoguchi.rules.koyomi.dates import JAPAN, day_in_japan
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.programme.texts import Texts
from madoguchi.web.desk.reports.book import A4, PLAIN, guarded
from madoguchi.work.subsidy.bulk import Received
from madoguchi.work.subsidy.ledger.queries import HIDDEN, OPEN, Column, Ledger, Row, Value

WORDS, STATE = "desk.ledger", "desk.grant.state"
HEAD, FROZEN = 4, 2  # the row of the heads, from 0; the columns that stay in sight
CLEAR = (("number", "count", 8), ("state", "word", 13, STATE), ("received_on", "day", 12))
MORE_CLEAR = (("channel", "word", 9), ("sent_on", "day", 12))
IN_CLEAR = tuple(name for name, *_ in (*CLEAR, *MORE_CLEAR))
WIDTHS = {"day": 12, "yen": 12, "word": 14, "code": 18, "count": 8}
WIDER = {"address": 34, "kept": 30}
WIDE = 3  # pages for every column: on one page nobody could read them
FONT = "Yu Gothic"


@dataclass(frozen=True)
class _Column:
    """A column of a sheet: its name, what it holds, how wide it is, where words of a code are."""

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
    with xlsxwriter.Workbook(out, PLAIN) as book:
        book.set_properties({"title": title, "created": now.replace(tzinfo=None)})
        book.formats[0].set_font_name(FONT)
        looks = _looks(book)
        for name, wide, columns in (("short", 1, _short(found)), ("whole", WIDE, _whole(found))):
            sheet = book.add_worksheet(words.get(f"{WORDS}.sheet.{name}").words)
            _paper(sheet, columns, wide)
            _top(sheet, found, title, words, looks, now)
            _table(sheet, found, columns, words, looks)
    return out.getvalue()


def _short(found: Ledger) -> list[_Column]:
    return _columns(CLEAR, [column for column in found.columns if column.short])


def _whole(found: Ledger) -> list[_Column]:
    return _columns((*CLEAR, *MORE_CLEAR), found.columns)


def _columns(clear: Sequence[tuple[Any, ...]], columns: Sequence[Column]) -> list[_Column]:
    kept = _Column("kept", "word", WIDER["kept"])
    first = [_Column(*each) for each in clear]
    return [*first, *(_of(one) for one in columns), kept]


def _of(column: Column) -> _Column:
    width = WIDER.get(column.name, WIDTHS[column.kind])
    words = f"{WORDS}.{column.at[-1]}" if column.kind == "word" else ""
    return _Column(column.name, column.kind, width, words)


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


def _paper(sheet: Worksheet, columns: Sequence[_Column], wide: int) -> None:
    """How it is read and printed; each page says of which grants it tells."""
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(wide, 0)
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
    sheet.write_string(0, 0, guarded(title), looks.title)
    sheet.write_string(1, 0, words.get(f"{WORDS}.made_on").words, looks.note)
    sheet.write_datetime(1, 2, now.astimezone(JAPAN).replace(tzinfo=None), looks.note)
    sheet.write_string(2, 0, _said(found, words), looks.note)


def _said(found: Ledger, words: Texts) -> str:
    """What has to be known of this ledger."""
    told = [words.get(f"{WORDS}.{'with' if found.names else 'without'}_names").words]
    for name in ("hidden", "damaged", "lacking"):
        count = getattr(found, name)
        told += [words.get(f"{WORDS}.has_{name}", count=count).words] if count else []
    return "".join(told)


def _table(
    sheet: Worksheet, found: Ledger, columns: Sequence[_Column], words: Texts, looks: _Looks
) -> None:
    for at, column in enumerate(columns):
        head = words.get(f"{WORDS}.column.{column.name}").words
        sheet.write_string(HEAD, at, guarded(head), looks.head)
    said: dict[str, str] = {}
    line = HEAD
    for line, row in enumerate(found.rows, HEAD + 1):
        for at, column in enumerate(columns):
            value = _value(column.name, row)
            if value is not None:
                _write(sheet, line, at, column, value, words, said, looks)
    _totals(sheet, line + 1, found, columns, words, looks)
    _lines(sheet, line + 1, len(columns), looks)


def _value(name: str, row: Row) -> Value | None:
    """What stands in a cell; None leaves it empty."""
    if name == "kept":
        return None if row.kept == OPEN else row.kept
    if name == "number":
        return f"{row.number}–{row.last}" if row.last > row.number else row.number
    return _clear(name, row.grant) if name in IN_CLEAR else row.cells.get(name)


def _clear(name: str, grant: Received | None) -> Value | None:
    """What stands in the clear of a grant; nothing of a hidden one."""
    if grant is None:
        return None
    if name == "sent_on":
        return day_in_japan(grant.sent_at) if grant.sent_at else None
    value: Value = getattr(grant, name)
    return value


def _write(
    sheet: Worksheet,
    line: int,
    at: int,
    column: _Column,
    value: Value,
    words: Texts,
    said: dict[str, str],
    looks: _Looks,
) -> None:
    look = looks.cells[column.kind]
    if isinstance(value, date):
        sheet.write_datetime(line, at, value, look)
    elif isinstance(value, int):
        sheet.write_number(line, at, value, look)
    elif column.kind == "word":
        key = f"{column.words or f'{WORDS}.{column.name}'}.{value}"
        if key not in said:
            said[key] = words.get(key).words
        sheet.write_string(line, at, said[key], look)
    else:
        sheet.write_string(line, at, guarded(value), look)


def _totals(
    sheet: Worksheet,
    line: int,
    found: Ledger,
    columns: Sequence[_Column],
    words: Texts,
    looks: _Looks,
) -> None:
    """The sums of every row; those of hidden rows stand nowhere else."""
    for at, column in enumerate(columns):
        if column.kind == "yen":
            sheet.write_number(line, at, found.totals.get(column.name, 0), looks.total)
        else:
            sheet.write_blank(line, at, None, looks.total)
    sheet.write_string(line, 1, words.get(f"{WORDS}.total").words, looks.total)
    if found.hidden:
        sheet.write_string(line, len(columns) - 1, words.get(f"{WORDS}.kept.{HIDDEN}").words)


def _lines(sheet: Worksheet, last: int, columns: int, looks: _Looks) -> None:
    """Lines around every cell of the table, the empty ones too; a filter over its heads."""
    everywhere = {"type": "no_errors", "format": looks.around}
    sheet.conditional_format(HEAD, 0, last, columns - 1, everywhere)
    sheet.autofilter(HEAD, 0, max(last - 1, HEAD), columns - 1)
