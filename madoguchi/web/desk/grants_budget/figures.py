"""The budget's figures (予算の画面の行): months, totals, differences; the same as a workbook."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from madoguchi.rules.koyomi.wareki import wareki_year
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.subsidy.books import KINDS, Sums
from madoguchi.web.desk.reports.book import A4, PLAIN, guarded
from madoguchi.work.subsidy.budget.queries import Books

COLUMNS = (*KINDS, "reserved", "spent")
FONT = "Yu Gothic"
TOP = 3  # the row of the months' heads, from 0
NAME, YEN = 30, 13  # widths


@dataclass(frozen=True)
class Row:
    """A row of the months' table: its name, its numbers in the order of `COLUMNS`, in yen."""

    name: str
    numbers: tuple[int | None, ...]
    total: bool = False


@dataclass(frozen=True)
class Compared:
    """A figure of ours beside the accounting's; `by_yen`: by how much theirs is more."""

    name: str
    ours_yen: int
    theirs_yen: int | None

    @property
    def by_yen(self) -> int | None:
        """None where nothing was typed."""
        return None if self.theirs_yen is None else self.theirs_yen - self.ours_yen

    @property
    def differs(self) -> bool:
        """Whether there is a difference to look into."""
        return bool(self.by_yen)

    @property
    def apart_yen(self) -> int:
        """The difference without its sign."""
        return abs(self.by_yen or 0)

    @property
    def key(self) -> str:
        """The text key of what the comparison says."""
        if self.by_yen is None:
            return "desk.budget.compared.untyped"
        found = "more" if self.by_yen > 0 else "less" if self.by_yen < 0 else "same"
        return f"desk.budget.compared.{found}"


def month_name(month: date, words: Texts) -> str:
    """令和8年11月."""
    year = wareki_year(month)
    return words.get("desk.reports.month", year=year, month=month.month).words


def running_totals(months: Mapping[date, Sums]) -> dict[date, Sums]:
    """Of each month the sums from the beginning of the year until its end (累計)."""
    found, so_far = {}, Sums()
    for month, sums in months.items():
        so_far = Sums(*(getattr(so_far, kind) + getattr(sums, kind) for kind in KINDS))
        found[month] = so_far
    return found


def months(books: Books, words: Texts) -> tuple[Row, ...]:
    """The months, the year, and what the budget's own totals say."""

    def row(name: str, moved: Sums, total: Sums, *, whole: bool = False) -> Row:
        kinds = (getattr(moved, kind) for kind in KINDS)
        return Row(name, (*kinds, total.reserved_yen, total.spent_yen), total=whole)

    totals = running_totals(books.months)
    rows = [
        row(month_name(month, words), sums, totals[month]) for month, sums in books.months.items()
    ]
    rows.append(row(words.get("desk.budget.from_steps").words, books.sums, books.sums, whole=True))
    if books.year:
        nothing = (None,) * len(KINDS)
        name = words.get("desk.budget.from_totals").words
        numbers = (*nothing, books.year.reserved_yen, books.year.spent_yen)
        rows.append(Row(name, numbers, total=True))
    return tuple(rows)


def ours(books: Books, month: date) -> dict[str, int]:
    """Our totals at the end of a month, as the accounting keeps them.

    Committed is what was decided and not released, paid or not (支出負担行為).
    """
    sums = running_totals(books.months)[month]
    is_last = month == max(books.months)
    until = month.year, month.month
    voted = sum(
        change.yen
        for change in books.changes
        if is_last or (change.on.year, change.on.month) <= until
    )
    committed = sums.decided + sums.changed - sums.released
    return {
        "voted": voted,
        "committed": committed,
        "paid": sums.paid,
        "repaid": sums.repaid,
        "left": voted - committed + sums.repaid,
    }


def compared(mine: Mapping[str, int], theirs: Mapping[str, int | None]) -> tuple[Compared, ...]:
    """Ours and the accounting's, side by side."""
    return tuple(Compared(name, yen, theirs.get(name)) for name, yen in mine.items())


@dataclass(frozen=True)
class _Looks:
    head: Format
    name: Format
    yen: Format
    total: Format
    day: Format


def workbook(
    title: str,
    rows: Sequence[Row],
    compared: Sequence[Compared],
    month: str,
    words: Texts,
    now: datetime,
) -> bytes:
    out, made = io.BytesIO(), now.replace(tzinfo=None)
    with xlsxwriter.Workbook(out, PLAIN) as book:
        book.set_properties({"title": title, "created": made})
        book.formats[0].set_font_name(FONT)
        plain: dict[str, object] = {"font_name": FONT, "border": 1}
        yen = {**plain, "num_format": "#,##0"}
        looks = _Looks(
            book.add_format({**plain, "bold": True, "text_wrap": True, "bg_color": "#F2F2F2"}),
            book.add_format({**plain, "text_wrap": True}),
            book.add_format(yen),
            book.add_format({**yen, "bold": True}),
            book.add_format({"font_name": FONT, "num_format": "yyyy/mm/dd", "align": "left"}),
        )
        sheet = book.add_worksheet(words.get("desk.budget.months").words)
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.98, right=0.59, top=0.79, bottom=0.79)
        sheet.set_footer("&C&P／&N")
        sheet.freeze_panes(TOP + 1, 1)
        sheet.set_column(0, 0, NAME)
        sheet.set_column(1, len(COLUMNS), YEN)
        sheet.write_string(0, 0, guarded(title))
        sheet.write_string(1, 0, words.get("desk.reports.made_on").words)
        sheet.write_datetime(1, 1, made, looks.day)
        _months_table(sheet, rows, words, looks)
        _compared_table(sheet, TOP + len(rows) + 2, compared, month, words, looks)
    return out.getvalue()


def _months_table(sheet: Worksheet, rows: Sequence[Row], words: Texts, looks: _Looks) -> None:
    heads = ("desk.budget.month", *(f"desk.budget.column.{name}" for name in COLUMNS))
    for at, key in enumerate(heads):
        sheet.write_string(TOP, at, guarded(words.get(key).words), looks.head)
    for line, row in enumerate(rows, TOP + 1):
        sheet.write_string(line, 0, guarded(row.name), looks.head if row.total else looks.name)
        for at, yen in enumerate(row.numbers, 1):
            _write(sheet, line, at, yen, looks.total if row.total else looks.yen)


def _compared_table(
    sheet: Worksheet,
    top: int,
    compared: Sequence[Compared],
    month: str,
    words: Texts,
    looks: _Looks,
) -> None:
    title = words.get("desk.budget.compared_at", period=month).words
    sheet.write_string(top, 0, guarded(title))
    heads = ("item", "ours", "theirs", "by")
    for at, name in enumerate(heads):
        sheet.write_string(top + 1, at, words.get(f"desk.budget.compared.{name}").words, looks.head)
    for line, figure in enumerate(compared, top + 2):
        name = words.get(f"desk.budget.compare.{figure.name}.label").words
        sheet.write_string(line, 0, guarded(name), looks.name)
        for at, yen in enumerate((figure.ours_yen, figure.theirs_yen, figure.by_yen), 1):
            _write(sheet, line, at, yen, looks.total if at == len(heads) - 1 else looks.yen)


def _write(sheet: Worksheet, line: int, at: int, yen: int | None, look: Format) -> None:
    if yen is None:
        sheet.write_blank(line, at, None, look)
    else:
        sheet.write_number(line, at, yen, look)
