"""The numbers of a year's grants (整理番号), from 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max

from madoguchi.tools.write import in_turn
from madoguchi.work.subsidy.models import Grant

if TYPE_CHECKING:
    from uuid import UUID


def next_number(office_id: UUID, fiscal_year: int) -> int:
    """The next number of a year, inside an act; the table's constraint guards it."""
    in_turn(f"{office_id}/grants/{fiscal_year}")
    numbered = Grant.of(office_id).filter(fiscal_year=fiscal_year)
    return int(numbered.aggregate(last=Max("number"))["last"] or 0) + 1
