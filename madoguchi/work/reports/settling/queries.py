"""Settled sheets (締めた月の集計): written for a drawer, read from it."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from madoguchi.rules.figures.tally import ROWS, Count, Sheet
from madoguchi.tools.vault import unseal
from madoguchi.work.reports.models import Settled

ALL, UNDENIED = "all", "undenied"  # the latter: without the cases that some colleague is denied


def settled(office_id: UUID) -> Mapping[date, Settled]:
    """The settled months of an office."""
    return {row.month: row for row in Settled.of(office_id)}


def sheet_of(row: Settled, name: str = ALL) -> Sheet:
    """The numbers of a settled month."""
    told = unseal.loose(row.office_id, row.id).open("sheets", row.id, row.sheets)
    return read(told[name])


def write(sheet: Sheet) -> dict[str, list[int]]:
    """A sheet as JSON says it."""
    return {
        f"{table}/{name}": [one.persons, one.first, one.times]
        for (table, name), one in sheet.items()
        if one.times
    }


def read(told: Mapping[str, Sequence[int]]) -> Sheet:
    """The sheet that JSON says; a row that came later is nought."""
    return {(table, name): Count(*told.get(f"{table}/{name}", ())) for table, name in ROWS}
