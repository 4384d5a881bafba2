"""What the database takes, whoever writes: bytes, years, codes; and how much of it a page reads.

The portal's role writes rows by itself. What lies beyond these bounds no page of ours writes, and
it would stop who reads it: the database refuses it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import BinaryField, CheckConstraint, Model, Q, QuerySet, TextField
from django.db.models.functions import Cast, Length
from django.db.models.lookups import LessThanOrEqual

from madoguchi.rules.sealed import BYTES_A_PAGE, FIRST_YEAR, LAST_YEAR, LONGEST, ROWS_A_PAGE

JAPAN = ZoneInfo("Asia/Tokyo")
DAYS = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 1, 1)
MOMENTS = tuple(datetime.combine(day, time(), JAPAN) for day in DAYS)


class CappedBytes(BinaryField):  # type: ignore[type-arg] # generic in its stubs alone
    """Bytes that are not read before their length was asked.

    What is beyond its column's cap, where the constraint was taken away, stays in the database; of
    it comes the first byte, which opens to nothing and whose hash no line holds.
    """

    def select_format(self, _compiler: Any, sql: str, params: Any) -> tuple[str, Any]:  # noqa: ANN401 - Django's
        """The column as a query reads it; neither database unpacks a value to tell its length."""
        most = LONGEST[f"{self.model._meta.db_table}.{self.column}"]
        read = f"CASE WHEN length({sql}) > {most} THEN substr({sql}, 1, 1) ELSE {sql} END"
        return read, (*params, *params, *params)

    def deconstruct(self) -> Any:  # noqa: ANN401 - Django's
        """For migrations it is a column of bytes like any other."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.BinaryField", args, kwargs


def longest(table: str, *columns: str) -> list[CheckConstraint]:
    """The bytes of these columns are no more than `rules.sealed.LONGEST` says."""
    return [_longest(table, column, Length(column)) for column in columns]


def longest_json(table: str, *columns: str) -> list[CheckConstraint]:
    """The same of JSON in the clear, by its characters."""
    return [_longest(table, column, Length(Cast(column, TextField()))) for column in columns]


def _longest(table: str, column: str, length: Length) -> CheckConstraint:
    most = LONGEST[f"{table}.{column}"]
    return CheckConstraint(
        name=f"{table}_{column}_longest", condition=LessThanOrEqual(length, most)
    )


def years(
    table: str, moments: Iterable[str] = (), days: Iterable[str] = (), clocks: Iterable[str] = ()
) -> CheckConstraint:
    """These columns are of our years: no `infinity`, nothing that Python cannot tell."""
    condition = Q()
    for columns, (first, end) in ((moments, MOMENTS), (days, DAYS)):
        for column in columns:
            condition &= Q(**{f"{column}__gte": first, f"{column}__lt": end})
    for column in clocks:  # PostgreSQL has a 24:00
        condition &= Q(**{f"{column}__lte": time.max})
    return CheckConstraint(name=f"{table}_years", condition=condition)


def codes(table: str, **columns: Iterable[str]) -> CheckConstraint:
    """Each of these columns holds one of its codes."""
    condition = Q()
    for column, known in columns.items():
        condition &= Q(**{f"{column}__in": [str(code) for code in known]})
    return CheckConstraint(name=f"{table}_codes", condition=condition)


AT_ONCE = 50  # rows of one question to the database
AT_A_TIME = 200  # rows with sealed values that lie in memory while many cases are gone through


@dataclass
class Portions:
    """Rows of a table that are gone through some at a time, in the order of their ids.

    `after`: the last row of the portion before; None at the beginning, and after the last portion.
    """

    many: int
    after: UUID | None = None

    def next[Row: Model](self, rows: QuerySet[Row]) -> list[Row]:
        """The next of these rows; after the last the first come again."""
        left = rows.filter(pk__gt=self.after) if self.after else rows
        found = list(left.order_by("pk")[: self.many])
        self.after = found[-1].pk if len(found) == self.many else None
        return found


@dataclass(frozen=True)
class Some[Row]:
    """As many rows as a page takes; `further`: how many the next page skips, 0 where none is."""

    rows: tuple[Row, ...]
    further: int = 0


def some[Row: Model](rows: QuerySet[Row], column: str = "", skip: int = 0) -> Some[Row]:
    """The next of these rows, which are in order.

    No more of them than a page reads, nor of their bytes in this column, if one is opened, than it
    opens; one value may go beyond that.
    """
    taken: list[Row] = []
    size = 0
    for row in streamed(rows, skip, ROWS_A_PAGE + 1):
        if len(taken) == ROWS_A_PAGE or size >= BYTES_A_PAGE:
            return Some(tuple(taken), skip + len(taken))
        taken.append(row)
        size += len(getattr(row, column)) if column else 0
    return Some(tuple(taken))


def streamed[Row: Model](rows: QuerySet[Row], skip: int, most: int) -> Iterator[Row]:
    """So many rows: a few at once; the rest, put in order once, as asked for."""
    few = list(rows[skip : skip + AT_ONCE])
    yield from few
    if len(few) == AT_ONCE:
        yield from rows[skip + AT_ONCE : skip + most].iterator(chunk_size=AT_ONCE)
