"""Which numbers of a table may be shown so that none of the hidden ones can be found out (秘匿).

A number under five is hidden, a nought too: who may have asked for help is nobody's business, nor
that nobody did. What stays hidden looks the same whether it is small or keeps a small one company.

One column (`alone`): the last row goes with every hidden one, and the hidden ones are five or more
together. Then each of them but the last may be 0, 1, 2, 3 or 4, whatever is shown and whoever knows
this rule: the last row makes up for it.

A year beside its months (`Grid`): what a row gains in one month it loses in another, which other
rows of that month gain, and so on until the month of the number. How far a number can move is thus
a flow. Numbers of the year are held back until every hidden one is left with five values or more.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

type Place = tuple[str, str]  # row and column
type Node = tuple[str, str]  # "row" or "column" and its name

UNDER = 5
VALUES = 5  # as many as a number under five may have
FAR = VALUES  # further than anybody asks
TOTAL, YEAR, AGAIN = "total", "year", "again"


def shown_of_column(numbers: Sequence[int]) -> frozenset[int]:
    """The places that one column with a total shows, from 0; -1 is the total.

    >>> sorted(shown_of_column([12, 7, 0, 6])), sorted(shown_of_column([12, 0, 1, 0]))
    ([-1, 0, 1], [-1])
    >>> sorted(shown_of_column([2, 0, 1, 1]))
    []
    >>> sorted(shown_of_column([5, 6, 7]))
    [-1, 0, 1, 2]
    """
    if sum(numbers) < UNDER:
        return frozenset()
    hidden = {place for place, number in enumerate(numbers) if number < UNDER}
    last = len(numbers)
    while hidden and (len(numbers) - 1 not in hidden or sum(numbers[at] for at in hidden) < UNDER):
        last -= 1
        hidden.add(last)
    return frozenset({-1, *range(len(numbers))} - hidden)


def surely_small(shown: frozenset[int], count: int) -> frozenset[int]:
    """The hidden places of such a column that are known to be under five: not the last ones.

    >>> sorted(surely_small(frozenset({-1, 1}), 4)), sorted(surely_small(frozenset(), 2))
    ([0], [-1, 0, 1])
    """
    if -1 not in shown:
        return frozenset(range(-1, count))
    last = max((place for place in shown if place >= 0), default=-1)
    return frozenset(range(last)) - shown


@dataclass
class Grid:
    """A table of numbers, with what the public is shown of it.

    `small`: hidden places that are known to hold less than five. `loose`: places about which
    nothing at all is known. `most`: how many a place can hold at most, as everybody knows. Where
    persons are counted, column AGAIN holds how much the months' numbers exceed the year's, because
    people came in several months.
    """

    numbers: Mapping[Place, int]
    small: frozenset[Place] = frozenset()
    loose: frozenset[Place] = frozenset()
    shown: set[Place] = field(default_factory=set)
    most: Mapping[Place, int] = field(default_factory=dict)

    def show(self, offered: Iterable[Place]) -> None:
        """Show those of the places that leave every hidden number open enough.

        One that would tell a hidden number of its own row is held back first, else the last one.
        """
        least = {place: min(VALUES, values) for place, values in self._hidden()}
        offers = list(offered)
        self.shown.update(offers)
        while offers:
            found_out = [place for place, values in self._hidden() if values < least[place]]
            if not found_out:
                return
            own = (offer for row, _ in found_out for offer in offers if offer[0] == row)
            held_back = next(own, offers[-1])
            offers.remove(held_back)
            self.shown.remove(held_back)

    def shows(self, place: Place) -> bool:
        """Whether a place is shown once it is offered."""
        self.show([place])
        return place in self.shown

    def _hidden(self) -> Iterable[tuple[Place, int]]:
        """The hidden places and how many values each could have, up to `VALUES`."""
        links = self._links()
        for place in self.numbers:
            if place not in self.shown and place not in self.loose and place[1] != AGAIN:
                up = _Flow(self, place, links, up=True).most()
                down = _Flow(self, place, links, up=False).most()
                yield place, min(VALUES, 1 + up + down)

    def _links(self) -> Mapping[Node, list[tuple[Node, Place]]]:
        """Which rows and columns meet in a place that is not shown."""
        links: dict[Node, list[tuple[Node, Place]]] = defaultdict(list)
        for place in self.numbers:
            if place not in self.shown:
                row, column = ("row", place[0]), ("column", place[1])
                links[row].append((column, place))
                links[column].append((row, place))
        return links

    def room(self, place: Place, *, up: bool) -> int:
        """How far a number that is not shown can go up or down by itself."""
        row, column = place
        number = self.numbers[place]
        if place in self.loose:
            return FAR
        if not up:
            return number
        room = UNDER - 1 - number if place in self.small else FAR
        room = min(room, self.most.get(place, number + FAR) - number)
        year = (row, YEAR)
        if (row, AGAIN) in self.numbers and column not in (YEAR, AGAIN) and year in self.shown:
            room = min(room, self.numbers[year] - number)  # nobody comes in more months than a year
        return room


class _Flow:
    """How far the others let one number move up or down."""

    def __init__(
        self,
        grid: Grid,
        place: Place,
        links: Mapping[Node, list[tuple[Node, Place]]],
        *,
        up: bool,
    ) -> None:
        self._grid, self._place, self._links = grid, place, links
        self._rise = up == (sign(place) > 0)  # of the signed number
        self._limit = min(FAR, grid.room(place, up=up))
        self._moved: dict[Place, int] = defaultdict(int)

    def most(self) -> int:
        """The furthest that the number can go, up to `FAR`."""
        gone = 0
        while gone < self._limit and (path := self._path()):
            step = min(self._limit - gone, *(self._left(*each) for each in path))
            for place, rise in path:
                self._moved[place] += step if rise else -step
            gone += step
        return gone

    def _path(self) -> list[tuple[Place, bool]]:
        """The shortest way from the number's row to its column: places, each rising or falling."""
        begin, end = ("row", self._place[0]), ("column", self._place[1])
        reached: dict[Node, tuple[Node, Place, bool] | None] = {begin: None}
        waiting = deque([begin])
        while waiting and end not in reached:
            node = waiting.popleft()
            rise = self._rise == (node[0] == "column")  # rows lose what columns gain
            for other, place in self._links[node]:
                if other in reached or place == self._place or not self._left(place, rise):
                    continue
                reached[other] = (node, place, rise)
                waiting.append(other)
        path: list[tuple[Place, bool]] = []
        node, step = end, reached.get(end)
        while step is not None:  # back from the end; empty where nothing led there
            node, place, rise = step
            path.append((place, rise))
            step = reached[node]
        return path

    def _left(self, place: Place, rise: bool) -> int:  # noqa: FBT001 - a direction
        """How far a signed number can still go."""
        up = rise == (sign(place) > 0)
        gone = self._moved[place] * (1 if rise else -1)
        if place in self._grid.loose:
            return FAR
        return self._grid.room(place, up=up) - gone


def sign(place: Place) -> int:
    """How a number stands in its sums: totals and years are what the others add up to.

    >>> sign(("phone", "2026-11")), sign((TOTAL, "2026-11")), sign((TOTAL, YEAR))
    (1, -1, 1)
    """
    row, column = place
    return (-1 if row == TOTAL else 1) * (-1 if column in (YEAR, AGAIN) else 1)
