"""The budget's page as rows (予算の画面の行): months, totals beside each other, what differs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from madoguchi.rules.koyomi.wareki import wareki_year
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.subsidy.books import KINDS, Sums
from madoguchi.work.subsidy.budget.queries import Books

COLUMNS = (*KINDS, "reserved", "spent")


@dataclass(frozen=True)
class Row:
    """One line of the months' table: its name, its numbers in the order of `COLUMNS`."""

    name: str
    numbers: tuple[int | None, ...]
    total: bool = False


@dataclass(frozen=True)
class Compared:
    """One figure of ours beside the accounting's; `by_yen`: by how much theirs is more."""

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


def until(months: Mapping[date, Sums]) -> dict[date, Sums]:
    """Of each month the sums from the beginning of the year until its end (累計)."""
    found, so_far = {}, Sums()
    for month, sums in months.items():
        so_far = Sums(*(getattr(so_far, kind) + getattr(sums, kind) for kind in KINDS))
        found[month] = so_far
    return found


def months(books: Books, words: Texts) -> tuple[Row, ...]:
    """The months, the year, and what the budget's own totals say."""
    return tuple(_months(books, words))


def _months(books: Books, words: Texts) -> Iterator[Row]:
    totals = until(books.months)
    for month, sums in books.months.items():
        yield Row(month_name(month, words), (*_moved(sums), *_stands(totals[month])))
    said = words.get("desk.budget.from_steps").words
    yield Row(said, (*_moved(books.sums), *_stands(books.sums)), total=True)
    if books.year:
        nothing = (None,) * len(KINDS)
        kept = words.get("desk.budget.from_totals").words
        stands = books.year.reserved_yen, books.year.spent_yen
        yield Row(kept, (*nothing, *stands), total=True)


def _moved(sums: Sums) -> tuple[int, ...]:
    return tuple(getattr(sums, kind) for kind in KINDS)


def _stands(sums: Sums) -> tuple[int, int]:
    return sums.reserved_yen, sums.spent_yen


def ours(books: Books, month: date) -> dict[str, int]:
    """Our totals at the end of a month, as the accounting keeps them.

    What is committed is what was decided and not given back, be it paid or not (支出負担行為).
    """
    sums = until(books.months)[month]
    last = month == max(books.months)
    voted = sum(change.yen for change in books.changes if last or _by(change.on, month))
    committed = sums.decided + sums.changed - sums.released
    return {
        "voted": voted,
        "committed": committed,
        "paid": sums.paid,
        "repaid": sums.repaid,
        "left": voted - committed + sums.repaid,
    }


def _by(on: date, month: date) -> bool:
    return (on.year, on.month) <= (month.year, month.month)


def compared(mine: Mapping[str, int], theirs: Mapping[str, int | None]) -> tuple[Compared, ...]:
    """Ours and the accounting's, side by side."""
    return tuple(Compared(name, yen, theirs.get(name)) for name, yen in mine.items())
