"""What the public reads of the counts: the published copies alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from madoguchi.rules.figures.release import ORDER, Release
from madoguchi.work.reports.models import Published


@dataclass(frozen=True)
class Copy:
    """The published numbers of a month, or of a fiscal year where `month` is None."""

    fiscal_year: int
    month: date | None
    published_at: datetime
    tables: Release


def copies(office_id: UUID) -> tuple[Copy, ...]:
    """All that was published, newest first, each year before its months."""
    rows = Published.of(office_id).values_list("fiscal_year", "month", "at", "tables")
    found = [Copy(year, month, at, ordered(tables)) for year, month, at, tables in rows]
    found.sort(key=lambda copy: (copy.fiscal_year, copy.month or date.max), reverse=True)
    return tuple(found)


def ordered(tables: Mapping[str, Mapping[str, int | None]]) -> Release:
    """The tables and their rows in the order of `ORDER`: a database may not keep JSON's."""
    return {
        table: {row: tables[table].get(row) for row in rows if row in tables[table]}
        for table, rows in ORDER.items()
        if table in tables
    }
