"""What the public is shown of a year's grants (公表用の補助金の集計).

Nothing is shown of a month: a month has few grants, and each number of it would be one to subtract
from the year's. So no difference of two published numbers or sums is that of a few grants.

Decisions are no more than applications, payments no more than decisions: a shown number thus bounds
a hidden one. It may, as everywhere, still be 0, 1, 2, 3 or 4, even for somebody who knows how much
was left over from the year before. Reasons of a refusal are told to nobody.
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import product

from madoguchi.rules.figures.granted import (
    APPLIED,
    DECIDED,
    GRANT,
    PAID,
    PAID_YEN,
    REFUSED,
    SQUARES,
)
from madoguchi.rules.figures.suppress import UNDER, VALUES
from madoguchi.rules.figures.tally import Sheet

COUNTS = (APPLIED, DECIDED, REFUSED, PAID)
ROWS = (*COUNTS, PAID_YEN)


def year(sheet: Sheet) -> dict[str, int | None]:
    """The rows of a year, None where hidden."""
    numbers = {row: sheet[GRANT, row].times for row in COUNTS}
    seen = shown(numbers)
    told = {row: number for row, number in numbers.items() if row in seen}
    if PAID in seen and _tells_of_many(sheet):
        told[PAID_YEN] = sheet[GRANT, PAID_YEN].times
    return {row: told.get(row) for row in ROWS}


def shown(numbers: Mapping[str, int]) -> frozenset[str]:
    """Which of COUNTS leave every hidden one five values; who applied keeps nobody company.

    Were it hidden where it is not small, whoever knows this rule would see why.

    >>> sorted(shown({"applied": 30, "decided": 22, "refused": 3, "paid": 20}))
    ['applied', 'decided', 'paid']
    >>> sorted(shown({"applied": 12, "decided": 11, "refused": 1, "paid": 9}))
    ['applied']
    """
    first = [row for row in COUNTS[:1] if numbers[row] >= UNDER]
    others = [row for row in COUNTS[1:] if numbers[row] >= UNDER]
    while others and not open_enough(numbers, [*first, *others]):
        fewer = [[one for one in others if one != row] for row in reversed(others)]
        enough = (some for some in fewer if open_enough(numbers, [*first, *some]))
        others = next(enough, fewer[0])
    return frozenset((*first, *others))


def open_enough(numbers: Mapping[str, int], seen: Collection[str]) -> bool:
    """Whether every hidden number has as many values as one under five may have."""
    worlds = list(_worlds(numbers, seen))
    hidden = (at for at, row in enumerate(COUNTS) if row not in seen)
    return all(len({world[at] for world in worlds}) >= VALUES for at in hidden)


def _worlds(numbers: Mapping[str, int], seen: Collection[str]) -> Iterator[tuple[int, ...]]:
    """All numbers that fit to what is shown, near the true ones.

    What was left over from the year before is as little as the true numbers need.
    """
    undecided = max(0, numbers[DECIDED] + numbers[REFUSED] - numbers[APPLIED])
    unpaid = max(0, numbers[PAID] - numbers[DECIDED])
    choices = [_choices(numbers[row], hidden=row not in seen) for row in COUNTS]
    for applied, decided, refused, paid in product(*choices):
        if decided + refused <= applied + undecided and paid <= decided + unpaid:
            yield applied, decided, refused, paid


def _choices(number: int, *, hidden: bool) -> range:
    if not hidden:
        return range(number, number + 1)
    if number < UNDER:
        return range(UNDER)
    return range(max(0, number - VALUES), number + VALUES + 1)


def _tells_of_many(sheet: Sheet) -> bool:
    """Whether a sum is that of five people or more, who did not all get the same (上限額など)."""
    paid, yen = sheet[GRANT, PAID], sheet[GRANT, PAID_YEN].times
    alike = paid.times * sheet[GRANT, SQUARES].times == yen**2
    return paid.first >= UNDER and not alike
