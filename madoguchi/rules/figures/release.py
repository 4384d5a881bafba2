"""What the public is shown of a month or a fiscal year (公表用の集計), small numbers hidden.

Six tables. Way and age add up to the contacts and the persons, which are shown too, and who came
to the lawyer adds up to who had booked; kinds (a person may name several) and agencies stand alone.
Outcomes, courses and who was not asked for kinds stay inside, and of the clinic its places and the
days of waiting: each further sum that the public knows would be one more way to find a hidden
number. Months are published one after the other and never changed; the year's numbers mind them.

Of the grants nothing is shown of a month: a month has few of them, and each number of it would be
one to subtract from the year's. So no difference of two published numbers or sums is that of a few
grants. Decisions are no more than applications, payments no more than decisions: a shown number
thus bounds a hidden one. It may, as everywhere, still be 0, 1, 2, 3 or 4, even for somebody who
knows how much was left over from the year before. Reasons of a refusal are not published.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from madoguchi.rules.figures.granted import (
    APPLIED,
    DECIDED,
    GRANT,
    OPEN,
    PAID,
    PAID_YEN,
    REFUSED,
    SQUARES,
)
from madoguchi.rules.figures.suppress import (
    AGAIN,
    TOTAL,
    UNDER,
    VALUES,
    YEAR,
    Grid,
    Place,
    shown_of_column,
    surely_small,
)
from madoguchi.rules.figures.tally import (
    AGES,
    ALL,
    BOOKED,
    CAME,
    KINDS,
    OFFERED,
    TABLES,
    UNHEARD,
    WAYS,
    Row,
    Sheet,
    year_of,
)

GRANT_COUNTS = (APPLIED, DECIDED, REFUSED, PAID)
GRANT_ROWS = (*GRANT_COUNTS, PAID_YEN)
type Release = Mapping[str, Mapping[str, int | None]]  # table → row → number, None where hidden


@dataclass(frozen=True)
class Measure:
    """One table for the public: whose rows, and whether it counts people or how often.

    `whole`: the row of the sheet to which its rows add up, where there is a total. `within`: the
    row of what a month can hold at most, as everybody knows: the places of the clinic's days.
    """

    table: str
    rows: tuple[str, ...]
    people: bool
    total: bool
    whole: Row = ALL
    within: Row | None = None

    def number(self, sheet: Sheet, row: str) -> int:
        """The number of a row, or of TOTAL, in a month's sheet."""
        count = sheet[self.row(row)]
        return count.persons if self.people else count.times

    def number_of_year(self, sheets: Iterable[Sheet], row: str) -> int:
        """The number of a row in a year; people are counted in their first month."""
        counts = [sheet[self.row(row)] for sheet in sheets]
        return sum(count.first if self.people else count.times for count in counts)

    def row(self, row: str) -> Row:
        """Where a row, or TOTAL, stands in a sheet."""
        return self.whole if row == TOTAL else (self.table, row)

    def offered(self, sheets: Iterable[Sheet]) -> bool:
        """Whether there was anything to count: without places, nobody can have booked one."""
        return self.within is None or any(sheet[self.within].times for sheet in sheets)

    def place(self, row: str) -> int:
        """Where a row stands, from 0; the total is -1."""
        return -1 if row == TOTAL else self.rows.index(row)

    @property
    def shown_rows(self) -> tuple[str, ...]:
        """The rows that are offered, TOTAL first where there is one."""
        return (TOTAL, *self.rows) if self.total else self.rows


MEASURES = (
    Measure("way", WAYS, people=False, total=True),
    Measure("age", AGES, people=True, total=True),
    Measure("kind", tuple(kind for kind in KINDS if kind != UNHEARD), people=True, total=False),
    Measure("referral", TABLES["referral"], people=False, total=False),
    Measure(
        "clinic",
        CAME,
        people=False,
        total=True,
        whole=("clinic", BOOKED),
        within=("clinic", OFFERED),
    ),
)


ORDER: Mapping[str, tuple[str, ...]] = {
    **{measure.table: measure.shown_rows for measure in MEASURES},
    GRANT: GRANT_ROWS,
}
"""The tables as they are shown, and their rows."""


def month(sheet: Sheet) -> Release:
    """What is published of a month: of each table, what no other month is needed for."""
    return {
        measure.table: _alone(
            measure, {row: measure.number(sheet, row) for row in measure.shown_rows}
        )
        for measure in MEASURES
        if measure.offered([sheet])
    }


def year(sheets: Mapping[str, Sheet], published: Mapping[str, Release]) -> Release:
    """What is published of a fiscal year, from all its months by name.

    `published`: the releases of the months; after the year none is published any more.
    """
    tables = {
        measure.table: _year_table(measure, sheets, published)
        for measure in MEASURES
        if measure.offered(sheets.values())
    }
    if any(sheet[GRANT, OPEN].times for sheet in sheets.values()):
        tables[GRANT] = grants_of_year(year_of(sheets.values()))
    return tables


def _alone(measure: Measure, numbers: Mapping[str, int]) -> Mapping[str, int | None]:
    if not measure.total:
        return {row: number if number >= UNDER else None for row, number in numbers.items()}
    shown = shown_of_column([numbers[row] for row in measure.rows])
    return {row: numbers[row] if measure.place(row) in shown else None for row in numbers}


def _year_table(
    measure: Measure, sheets: Mapping[str, Sheet], published: Mapping[str, Release]
) -> Mapping[str, int | None]:
    """A table of the year, so that no hidden number of a published month can be found with it."""
    numbers = {row: measure.number_of_year(sheets.values(), row) for row in measure.shown_rows}
    own = _alone(measure, numbers)
    grid = _grid(measure, sheets, published, _small(measure, own))
    if measure.total and not grid.shows((TOTAL, YEAR)):
        hidden = {TOTAL, measure.rows[-1]}  # the last row would tell the total
        own = {
            row: None if row in hidden or number < UNDER else number
            for row, number in numbers.items()
        }
        small = frozenset(row for row in measure.rows[:-1] if own[row] is None)
        grid = _grid(measure, sheets, published, small)
    grid.show((row, YEAR) for row, number in own.items() if number is not None)
    return {row: number if (row, YEAR) in grid.shown else None for row, number in own.items()}


def _grid(
    measure: Measure,
    sheets: Mapping[str, Sheet],
    published: Mapping[str, Release],
    small: frozenset[str],
) -> Grid:
    """The table of a year before anything of the year itself is shown.

    `small`: the rows whose hidden number of the year everybody knows to be under five.
    """
    rows = (*measure.rows, TOTAL)
    numbers: dict[Place, int] = {
        (row, name): measure.number(sheet, row) for name, sheet in sheets.items() for row in rows
    }
    for row in rows:
        numbers[row, YEAR] = measure.number_of_year(sheets.values(), row)
        if measure.people:
            numbers[row, AGAIN] = sum(numbers[row, name] for name in sheets) - numbers[row, YEAR]
    columns = {name: release.get(measure.table, {}) for name, release in published.items()}
    shown = {
        (row, name)
        for name, column in columns.items()
        for row, number in column.items()
        if number is not None
    }
    known = {(row, name) for name, column in columns.items() for row in _small(measure, column)}
    known |= {(row, YEAR) for row in small}
    loose = set() if measure.total else {(TOTAL, column) for _, column in numbers}
    return Grid(numbers, frozenset(known), frozenset(loose), shown, _most(measure, sheets))


def _most(measure: Measure, sheets: Mapping[str, Sheet]) -> Mapping[Place, int]:
    """How many each month can hold at most, where that is known."""
    if measure.within is None:
        return {}
    return {(TOTAL, name): sheet[measure.within].times for name, sheet in sheets.items()}


def _small(measure: Measure, rows: Mapping[str, int | None]) -> frozenset[str]:
    """The hidden rows of a column that everybody knows to be under five."""
    hidden = frozenset(row for row, number in rows.items() if number is None)
    if not measure.total:
        return hidden
    places = {measure.place(row) for row in rows} - {measure.place(row) for row in hidden}
    small = surely_small(frozenset(places), len(measure.rows))
    return frozenset(row for row in hidden if measure.place(row) in small)


def grants_of_year(sheet: Sheet) -> dict[str, int | None]:
    """The rows of a year, None where hidden.

    The sum paid is shown only if it is that of five people or more, who did not all get the same
    (上限額など).
    """
    numbers = {row: sheet[GRANT, row].times for row in GRANT_COUNTS}
    seen = shown(numbers)
    published = {row: number for row, number in numbers.items() if row in seen}
    paid, yen = sheet[GRANT, PAID], sheet[GRANT, PAID_YEN].times
    alike = paid.times * sheet[GRANT, SQUARES].times == yen**2
    if PAID in seen and paid.first >= UNDER and not alike:
        published[PAID_YEN] = yen
    return {row: published.get(row) for row in GRANT_ROWS}


def shown(numbers: Mapping[str, int]) -> frozenset[str]:
    """Which of COUNTS leave every hidden one five values; who applied keeps nobody company.

    If it were hidden though not small, anybody who knows this rule would see why.

    >>> sorted(shown({"applied": 30, "decided": 22, "refused": 3, "paid": 20}))
    ['applied', 'decided', 'paid']
    >>> sorted(shown({"applied": 12, "decided": 11, "refused": 1, "paid": 9}))
    ['applied']
    """
    first = [row for row in GRANT_COUNTS[:1] if numbers[row] >= UNDER]
    others = [row for row in GRANT_COUNTS[1:] if numbers[row] >= UNDER]
    while others and not open_enough(numbers, [*first, *others]):
        fewer = [[other for other in others if other != row] for row in reversed(others)]
        enough = (rows for rows in fewer if open_enough(numbers, [*first, *rows]))
        others = next(enough, fewer[0])
    return frozenset((*first, *others))


def open_enough(numbers: Mapping[str, int], seen: Collection[str]) -> bool:
    """Whether every hidden number has as many values as one under five may have."""
    worlds = list(_worlds(numbers, seen))
    hidden = (at for at, row in enumerate(GRANT_COUNTS) if row not in seen)
    return all(len({world[at] for world in worlds}) >= VALUES for at in hidden)


def _worlds(numbers: Mapping[str, int], seen: Collection[str]) -> Iterator[tuple[int, ...]]:
    """All numbers that fit to what is shown, near the true ones.

    What was left over from the year before is as little as the true numbers need.
    """
    undecided = max(0, numbers[DECIDED] + numbers[REFUSED] - numbers[APPLIED])
    unpaid = max(0, numbers[PAID] - numbers[DECIDED])
    choices: list[range] = []
    for row in GRANT_COUNTS:
        number = numbers[row]
        if row in seen:
            choices.append(range(number, number + 1))
        elif number < UNDER:
            choices.append(range(UNDER))
        else:
            choices.append(range(max(0, number - VALUES), number + VALUES + 1))
    for applied, decided, refused, paid in product(*choices):
        if decided + refused <= applied + undecided and paid <= decided + unpaid:
            yield applied, decided, refused, paid
