"""An attacker of the published figures: knows the rule, has every table of the year."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from madoguchi.rules.figures.suppress import TOTAL, UNDER, YEAR, surely_small

type Place = tuple[str, str]
type Published = Mapping[str, Mapping[str, int | None]]  # month or YEAR → row → number
type Sum = tuple[tuple[Place, ...], tuple[Place, ...]]  # parts, and what they are together


@dataclass
class Attack:
    """One table of a year, as published; `add_up`: months to the year, rows to the total.

    `most`: how many a place can hold, as everybody can see elsewhere.
    """

    published: Published
    months_add_up: bool
    rows_add_up: bool
    most: Mapping[Place, int] = field(default_factory=dict)
    known: dict[Place, int] = field(init=False)
    hidden: list[Place] = field(init=False)

    def __post_init__(self) -> None:
        """Sort what is said from what is not."""
        said = {(row, name): n for name, rows in self.published.items() for row, n in rows.items()}
        self.known = {place: number for place, number in said.items() if number is not None}
        self.hidden = [place for place, number in said.items() if number is None]

    def recovered(self) -> dict[Place, int]:
        """The hidden numbers that are found out, whether by sums alone or by what they allow."""
        return {**self.by_sums(), **self.by_bounds()}

    def by_sums(self) -> dict[Place, int]:
        """What subtracting sums from each other tells: elimination, in fractions."""
        at = {place: number for number, place in enumerate(self.hidden)}
        rows = [self._equation(one, at) for one in self._sums()]
        found: dict[Place, int] = {}
        for row in _eliminated(rows, len(self.hidden)):
            single = [column for column, factor in enumerate(row[:-1]) if factor]
            if len(single) == 1:
                found[self.hidden[single[0]]] = int(row[-1] / row[single[0]])
        return found

    def by_bounds(self) -> dict[Place, int]:
        """What is left when every sum narrows its parts until nothing moves any more."""
        low: dict[Place, float] = dict.fromkeys(self.hidden, 0)
        small = self._small()
        high: dict[Place, float] = {
            place: min(UNDER - 1 if place in small else float("inf"), self._holds(place))
            for place in self.hidden
        }
        for place, number in self.known.items():
            low[place] = high[place] = number
        limits = list(self._sums())
        while any([_narrow(one, low, high) for one in limits] + [self._people(low, high)]):
            pass
        return {place: int(low[place]) for place in self.hidden if low[place] == high[place]}

    def _holds(self, place: Place) -> float:
        """What a place can hold at most: no row more than the whole of its month."""
        return self.most.get((TOTAL, place[1]), float("inf"))

    def _people(self, low: dict[Place, float], high: dict[Place, float]) -> bool:
        """Let the year narrow the months where people are counted; whether anything moved.

        No month holds more of them than the year, and the months together no fewer.
        """
        if self.months_add_up or YEAR not in self.published:
            return False
        moved = False
        months = [name for name in self.published if name != YEAR]
        for row in self.published[YEAR]:
            year, some = (row, YEAR), [(row, name) for name in months]
            most = sum(high[place] for place in some)
            new = {year: (max(low[place] for place in some), most)}
            for place in some:
                new[place] = (low[year] - (most - high[place]), high[year])
            for place, (least, top) in new.items():
                if place not in self.known and (least > low[place] or top < high[place]):
                    low[place], high[place] = max(low[place], least), min(high[place], top)
                    moved = True
        return moved

    def _sums(self) -> Iterator[Sum]:
        rows = list(next(iter(self.published.values())))
        months = [name for name in self.published if name != YEAR]
        if self.rows_add_up:
            for name in self.published:
                yield tuple((row, name) for row in rows if row != TOTAL), ((TOTAL, name),)
        if self.months_add_up and YEAR in self.published:
            for row in rows:
                yield tuple((row, name) for name in months), ((row, YEAR),)

    def _small(self) -> set[Place]:
        """The hidden numbers of months that the rule says are under five."""
        found: set[Place] = set()
        for name, rows in self.published.items():
            if name == YEAR:
                continue
            names = [row for row in rows if row != TOTAL]
            places = {-1 if row == TOTAL else names.index(row): row for row in rows}
            if not self.rows_add_up:
                found |= {(row, name) for row, number in rows.items() if number is None}
                continue
            shown = frozenset(at for at, row in places.items() if rows[row] is not None)
            found |= {(places[at], name) for at in surely_small(shown, len(names))}
        return found

    def _equation(self, one: Sum, at: Mapping[Place, int]) -> list[Fraction]:
        row = [Fraction(0)] * (len(at) + 1)
        for places, factor in ((one[0], 1), (one[1], -1)):
            for place in places:
                if place in at:
                    row[at[place]] += factor
                else:
                    row[-1] -= factor * self.known[place]
        return row


def _eliminated(rows: list[list[Fraction]], width: int) -> list[list[Fraction]]:
    """The equations in reduced form."""
    done: list[list[Fraction]] = []
    for column in range(width):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rows = [row for row in rows if row is not pivot]
        pivot = [value / pivot[column] for value in pivot]
        rows = [_less(row, pivot, column) for row in rows]
        done = [_less(row, pivot, column) for row in done] + [pivot]
    return done


def _less(row: list[Fraction], pivot: Sequence[Fraction], column: int) -> list[Fraction]:
    factor = row[column]
    if not factor:
        return row
    return [value - factor * other for value, other in zip(row, pivot, strict=True)]


def _narrow(one: Sum, low: dict[Place, float], high: dict[Place, float]) -> bool:
    """Let one sum narrow its places; whether anything moved."""
    signed = [(place, 1) for place in one[0]] + [(place, -1) for place in one[1]]
    moved = False
    for place, factor in signed:
        least = sum(_least(o, f, low, high) for o, f in signed if o != place)
        most = sum(_most(o, f, low, high) for o, f in signed if o != place)
        bounds = (-most, -least) if factor > 0 else (least, most)
        if bounds[0] > low[place]:
            low[place], moved = bounds[0], True
        if bounds[1] < high[place]:
            high[place], moved = bounds[1], True
    return moved


def _least(place: Place, factor: int, low: dict[Place, float], high: dict[Place, float]) -> float:
    return low[place] if factor > 0 else -high[place]


def _most(place: Place, factor: int, low: dict[Place, float], high: dict[Place, float]) -> float:
    return high[place] if factor > 0 else -low[place]
