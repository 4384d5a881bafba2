"""The reconciliation sheet as a workbook (突合表、xlsx): the months, then both figures beside."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from madoguchi.rules.programme.texts import Texts
from madoguchi.web.desk.grants_budget.cards import COLUMNS, Compared, Row
from madoguchi.web.desk.reports.book import A4, PLAIN, guarded

FONT = "Yu Gothic"
TOP = 3  # the row of the months' heads, from 0
NAME, YEN = 30, 13  # widths


@dataclass(frozen=True)
class _Looks:
    """How cells look."""

    head: Format
    name: Format
    yen: Format
    whole: Format
    day: Format


def workbook(
    title: str,
    rows: Sequence[Row],
    compared: Sequence[Compared],
    month: str,
    words: Texts,
    now: datetime,
) -> bytes:
    """The bytes of the workbook."""
    out, made = io.BytesIO(), now.replace(tzinfo=None)
    with xlsxwriter.Workbook(out, PLAIN) as book:
        book.set_properties({"title": title, "created": made})
        book.formats[0].set_font_name(FONT)
        looks = _looks(book)
        sheet = book.add_worksheet(words.get("desk.budget.months").words)
        _paper(sheet)
        sheet.write_string(0, 0, guarded(title))
        sheet.write_string(1, 0, words.get("desk.reports.made_on").words)
        sheet.write_datetime(1, 1, made, looks.day)
        _months(sheet, rows, words, looks)
        _compared(sheet, TOP + len(rows) + 2, compared, month, words, looks)
    return out.getvalue()


def _looks(book: xlsxwriter.Workbook) -> _Looks:
    plain: dict[str, object] = {"font_name": FONT, "border": 1}
    yen = {"num_format": "#,##0"}
    return _Looks(
        book.add_format({**plain, "bold": True, "text_wrap": True, "bg_color": "#F2F2F2"}),
        book.add_format({**plain, "text_wrap": True}),
        book.add_format({**plain, **yen}),
        book.add_format({**plain, **yen, "bold": True}),
        book.add_format({"font_name": FONT, "num_format": "yyyy/mm/dd", "align": "left"}),
    )


def _paper(sheet: Worksheet) -> None:
    """How it is read and printed."""
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.98, right=0.59, top=0.79, bottom=0.79)
    sheet.set_footer("&C&P／&N")
    sheet.freeze_panes(TOP + 1, 1)
    sheet.set_column(0, 0, NAME)
    sheet.set_column(1, len(COLUMNS), YEN)


def _months(sheet: Worksheet, rows: Sequence[Row], words: Texts, looks: _Looks) -> None:
    heads = ("desk.budget.month", *(f"desk.budget.column.{name}" for name in COLUMNS))
    for at, key in enumerate(heads):
        sheet.write_string(TOP, at, guarded(words.get(key).words), looks.head)
    for line, row in enumerate(rows, TOP + 1):
        sheet.write_string(line, 0, guarded(row.name), looks.head if row.total else looks.name)
        for at, yen in enumerate(row.numbers, 1):
            _write(sheet, line, at, yen, looks.whole if row.total else looks.yen)


def _compared(
    sheet: Worksheet,
    top: int,
    found: Sequence[Compared],
    month: str,
    words: Texts,
    looks: _Looks,
) -> None:
    title = words.get("desk.budget.compared_at", period=month).words
    sheet.write_string(top, 0, guarded(title))
    heads = ("item", "ours", "theirs", "by")
    for at, name in enumerate(heads):
        sheet.write_string(top + 1, at, words.get(f"desk.budget.compared.{name}").words, looks.head)
    for line, one in enumerate(found, top + 2):
        name = words.get(f"desk.budget.compare.{one.name}.label").words
        sheet.write_string(line, 0, guarded(name), looks.name)
        for at, yen in enumerate((one.ours_yen, one.theirs_yen, one.by_yen), 1):
            _write(sheet, line, at, yen, looks.whole if at == len(heads) - 1 else looks.yen)


def _write(sheet: Worksheet, line: int, at: int, yen: int | None, look: Format) -> None:
    if yen is None:
        sheet.write_blank(line, at, None, look)
    else:
        sheet.write_number(line, at, yen, look)
