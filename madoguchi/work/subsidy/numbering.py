"""The numbers of a year's grants (整理番号), from 1 without a gap."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import Max

from madoguchi.tools.write import in_turn
from madoguchi.work.subsidy.models import Grant


def next_number(office_id: UUID, fiscal_year: int) -> int:
    """The next number of a year, inside an act; the table's constraint guards it."""
    in_turn(f"{office_id}/grants/{fiscal_year}")
    of_year = Grant.of(office_id).filter(fiscal_year=fiscal_year)
    return int(of_year.aggregate(last=Max("number"))["last"] or 0) + 1


def numbered(office_id: UUID) -> dict[int, list[int]]:
    """The numbers that grants have, in their order, by fiscal year."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = Grant.of(office_id).exclude(fiscal_year=None).order_by("fiscal_year", "number")
    for year, number in rows.values_list("fiscal_year", "number").iterator():
        found[year or 0].append(number or 0)
    return found


def lacking(office_id: UUID, fiscal_year: int) -> tuple[range, ...]:
    """The numbers of a year that no grant has any more: no act takes a grant away."""
    of_year = Grant.of(office_id).filter(fiscal_year=fiscal_year).order_by("number")
    return tuple(gaps(of_year.values_list("number", flat=True).iterator()))


def gaps(numbers: Iterable[int | None]) -> Iterator[range]:
    """What lies between numbers that are given in their order, and before the first.

    >>> list(gaps([2, 3, 7]))
    [range(1, 2), range(4, 7)]
    """
    coming = 1
    for number in filter(None, numbers):
        if number > coming:
            yield range(coming, number)
        coming = number + 1
