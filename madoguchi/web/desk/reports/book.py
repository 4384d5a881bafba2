"""The sheet as a workbook (xlsx): one list, no merged cells, printed on A4 landscape."""

import io
from collections.abc import Sequence
from datetime import datetime

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from madoguchi.rules.programme.texts import Texts
from madoguchi.web.desk.reports.tables import Table

A4 = 9
HEAD = 3  # the row of the heads, from 0
FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # with which a spreadsheet's formula may begin
PLAIN = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def guarded(text: str) -> str:
    """The text, never a formula of the spreadsheet, not even after it was saved as CSV.

    >>> guarded("=1+1"), guarded("電話")
    ("'=1+1", '電話')
    """
    return f"'{text}" if text.startswith(FORMULAS) else text


def workbook(title: str, tables: Sequence[Table], words: Texts, now: datetime) -> bytes:
    out = io.BytesIO()
    made = now.replace(tzinfo=None)
    with xlsxwriter.Workbook(out, PLAIN) as book:
        book.set_properties({"title": title, "created": made})
        book.formats[0].set_font_name("Yu Gothic")
        form = {"font_name": "Yu Gothic", "border": 1}
        head = book.add_format({**form, "bold": True, "text_wrap": True, "bg_color": "#F2F2F2"})
        cell, number = book.add_format(form), book.add_format({**form, "num_format": "#,##0"})
        day = book.add_format({"num_format": "yyyy/mm/dd", "align": "left"})
        sheet = book.add_worksheet(words.get("desk.reports.title").words)
        _paper(sheet, len(tables[0].heads))
        sheet.write_string(0, 0, guarded(title))
        sheet.write_string(1, 0, words.get("desk.reports.made_on").words)
        sheet.write_datetime(1, 1, made, day)
        sheet.write_string(2, 0, words.get("desk.reports.reader").words)
        named = ("desk.reports.table", "desk.reports.row")
        heads = (*(words.get(key).words for key in named), *tables[0].heads)
        for place, text in enumerate(heads):
            sheet.write_string(HEAD, place, guarded(text), head)
        at = HEAD
        for table in tables:
            name = words.get(table.key).words
            if table.unit:
                unit = words.get(table.unit).words
                name = words.get("desk.reports.counts", table=name, unit=unit).words
            for line in table.lines:
                at += 1
                sheet.write_string(at, 0, guarded(name), cell)
                sheet.write_string(at, 1, guarded(words.get(line.key).words), cell)
                for place, each in enumerate(line.numbers, 2):
                    if each.count is None:
                        sheet.write_blank(at, place, None, cell)
                    else:
                        sheet.write_number(at, place, each.count, number)
    return out.getvalue()


def _paper(sheet: Worksheet, numbers: int) -> None:
    """How it is laid out on the screen and on paper."""
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.98, right=0.59, top=0.79, bottom=0.79)
    sheet.set_footer("&C&P／&N")
    sheet.repeat_rows(HEAD)
    sheet.freeze_panes(HEAD + 1, 2)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 30)
    sheet.set_column(2, 1 + numbers, 11)
