"""Nobody finds a hidden number out from all that is published of a town's year (T18)."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import product

import pytest

from madoguchi.rules.figures import release
from madoguchi.rules.figures.granted import GRANT, OPEN
from madoguchi.rules.figures.release import MEASURES, Measure, Release
from madoguchi.rules.figures.suppress import TOTAL, UNDER, YEAR, Grid
from madoguchi.rules.figures.tally import ALL, EMPTY, Count, Sheet
from tests.redteam.differencing import Attack
from tests.rules.figures.towns import sheets, town

TOWNS = [(seed, people) for people in (4, 12, 30, 80, 200) for seed in range(5)]
TWO_ROWS = Measure("way", ("a", "b"), people=False, total=True)
FOUR_ROWS = Measure("way", ("a", "b", "c", "d"), people=False, total=True)
PEOPLE = Measure("way", ("a", "b"), people=True, total=True)

type World = Mapping[tuple[str, str], int]


def published(year: Mapping[str, Sheet]) -> dict[str, Release]:
    """All that is published of a year: its months, one after the other, then itself."""
    told = {name: release.month(sheet) for name, sheet in year.items()}
    return {**told, YEAR: release.year(year, told)}


def attacks(told: Mapping[str, Release], year: Mapping[str, Sheet]) -> Iterator[Attack]:
    """One attack on each table; how many places the clinic's days had, everybody knows."""
    for measure in MEASURES:
        columns = {name: one[measure.table] for name, one in told.items()}
        most = {(TOTAL, n): s[measure.within].times for n, s in year.items() if measure.within}
        yield Attack(columns, not measure.people, measure.total, most)


@pytest.mark.parametrize(("seed", "people"), TOWNS)
def test_no_hidden_number_of_a_town_is_found_out(seed: int, people: int) -> None:
    year = sheets(town(seed, people))
    hidden = 0
    for attack in attacks(published(year), year):
        assert attack.recovered() == {}
        assert all(number >= UNDER for number in attack.known.values())
        hidden += len(attack.hidden)
    assert hidden


def only_the_small(measure: Measure, numbers: Mapping[str, int]) -> Mapping[str, int | None]:
    """What is published where nothing keeps a small number company."""
    return {row: number if number >= UNDER else None for row, number in numbers.items()}


def test_without_company_the_attacker_finds_small_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(release, "_alone", only_the_small)
    right = 0
    for seed in range(8):
        year = sheets(town(seed, 200))
        told = {name: release.month(sheet) for name, sheet in year.items()}
        for (row, name), number in next(attacks(told, year)).recovered().items():
            assert number == year[name]["way", row].times < UNDER
            right += 1
    assert right > 3


def test_without_minding_its_months_the_year_tells_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Grid, "show", lambda grid, places: grid.shown.update(places))
    found = 0
    for seed in range(4):
        year = sheets(town(seed, 200))
        found += sum(len(attack.recovered()) for attack in attacks(published(year), year))
    assert found


def full(months: int) -> dict[str, Sheet]:
    """A year in which every place of the lawyer's days was taken, and everybody came."""
    of_month = {
        ("clinic", "offered"): Count(times=3),
        ("clinic", "booked"): Count(3, 3, 3),
        ("clinic", "attended"): Count(3, 3, 3),
    }
    return {str(month): {**EMPTY, **of_month} for month in range(months)}


def test_a_year_of_full_days_does_not_tell_its_months(monkeypatch: pytest.MonkeyPatch) -> None:
    year = full(12)
    (*_, clinic) = attacks(published(year), year)
    assert clinic.recovered() == {}
    monkeypatch.setattr(release, "_most", lambda *_: {})
    (*_, clinic) = attacks(published(year), year)
    assert len(clinic.recovered()) >= 12, "who knows how many places there were, finds each month"


def worlds(rows: tuple[str, ...], months: int, most: int) -> Iterator[World]:
    """Every way in which up to so many contacts may have come."""
    places = list(product(rows, map(str, range(months))))

    def fill(count: int, left: int) -> Iterator[tuple[int, ...]]:
        if count == 0:
            yield ()
            return
        for number in range(left + 1):
            for rest in fill(count - 1, left - number):
                yield (number, *rest)

    for numbers in fill(len(places), most):
        yield dict(zip(places, numbers, strict=True))


def years(measure: Measure, world: World) -> Iterator[tuple[World, dict[str, Sheet]]]:
    """The world's sheets; where people are counted, for each number of them that it allows."""
    months = sorted({name for _, name in world})
    of_row = {row: [world[row, name] for name in months] for row in measure.rows}
    choices = [
        range(max(numbers), sum(numbers) + 1) if measure.people else [sum(numbers)]
        for numbers in of_row.values()
    ]
    for year in product(*choices):
        whole = {**world, **{(row, YEAR): n for row, n in zip(of_row, year, strict=True)}}
        firsts = {row: _firsts(of_row[row], whole[row, YEAR]) for row in of_row}
        yield (
            whole,
            {
                name: _sheet({row: (world[row, name], firsts[row][at]) for row in of_row})
                for at, name in enumerate(months)
            },
        )


def _firsts(numbers: list[int], year: int) -> list[int]:
    """So many people of each month are new that the year has this number of them."""
    firsts: list[int] = []
    for number in numbers:
        firsts.append(min(number, year - sum(firsts)))
    return firsts


def _sheet(rows: Mapping[str, tuple[int, int]]) -> Sheet:
    sheet = {("way", row): Count(number, first, number) for row, (number, first) in rows.items()}
    all_first = sum(first for _, first in rows.values())
    all_number = sum(number for number, _ in rows.values())
    return {**sheet, ALL: Count(all_number, all_first, all_number), (GRANT, OPEN): Count()}


def values_left(
    measure: Measure,
    months: int,
    most: int,
    monkeypatch: pytest.MonkeyPatch,
    publish: Callable[[Mapping[str, Sheet]], Mapping[str, Release]] = published,
) -> Counter[int]:
    """How many values the hidden numbers keep for who tries every world: values → how often.

    Months that the largest number cuts off are left out: not all their twins were tried.
    """
    monkeypatch.setattr(release, "MEASURES", (measure,))
    same: dict[tuple[tuple[str, str, int | None], ...], list[World]] = defaultdict(list)
    for world in worlds(measure.rows, months, most):
        for whole, year in years(measure, world):
            told = publish(year)
            key = tuple((c, r, n) for c, one in told.items() for r, n in one["way"].items())
            same[key].append(whole)
    left: Counter[int] = Counter()
    for key, alike in same.items():
        added = TOTAL if measure.total else None
        parts = [n for c, r, n in key if c != YEAR and added in (r, None)]
        if sum(UNDER - 1 if n is None else n for n in parts) > most:
            continue
        for column, row, number in key:
            if number is None:
                rows = measure.rows if row == TOTAL else (row,)
                left[len({sum(one[r, column] for r in rows) for one in alike})] += 1
    return left


def only_months(year: Mapping[str, Sheet]) -> Mapping[str, Release]:
    """What is published before the year is over."""
    return {name: release.month(sheet) for name, sheet in year.items()}


def test_who_knows_the_rule_and_tries_every_month_is_left_with_five_values(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left = values_left(FOUR_ROWS, 1, 16, monkeypatch, only_months)
    assert left
    assert min(left) >= 5


@pytest.mark.parametrize("people", [False, True])
def test_who_tries_every_year_of_a_row_without_a_total_is_left_with_four_values(
    monkeypatch: pytest.MonkeyPatch, *, people: bool
) -> None:
    left = values_left(Measure("way", ("a",), people, total=False), 3, 17, monkeypatch)
    assert left
    assert min(left) >= 4


@pytest.mark.parametrize(("measure", "most"), [(TWO_ROWS, 14), (PEOPLE, 11)])
def test_who_tries_every_year_is_left_with_three_values(
    measure: Measure, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = values_left(measure, 2, most, monkeypatch)
    assert left
    assert min(left) >= 3


def test_who_tries_every_year_finds_small_numbers_where_they_have_no_company(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(release, "_alone", only_the_small)
    assert values_left(TWO_ROWS, 1, 16, monkeypatch, only_months)[1]
