"""A hidden number is never alone: it keeps the values that it may have."""

from hypothesis import given
from hypothesis import strategies as st

from madoguchi.rules.figures.suppress import TOTAL, UNDER, YEAR, Grid, shown_of_column, surely_small

COLUMN = st.lists(
    st.integers(0, 2) | st.integers(0, 9) | st.integers(0, 200), min_size=2, max_size=8
)


@given(COLUMN)
def test_nothing_under_five_is_shown_and_nothing_is_hidden_needlessly(numbers: list[int]) -> None:
    shown = shown_of_column(numbers)
    assert all(numbers[place] >= UNDER for place in shown if place >= 0)
    assert (-1 in shown) == (sum(numbers) >= UNDER)
    if all(number >= UNDER for number in numbers):
        assert shown == {-1, *range(len(numbers))}


@given(COLUMN)
def test_hidden_numbers_have_company_and_five_or_more_together(numbers: list[int]) -> None:
    shown = shown_of_column(numbers)
    hidden = set(range(len(numbers))) - shown
    if hidden and -1 in shown:
        assert len(hidden) > 1
        assert len(numbers) - 1 in hidden
        assert sum(numbers[place] for place in hidden) >= UNDER


@given(COLUMN, st.data())
def test_any_hidden_row_might_hold_any_small_number(
    numbers: list[int], data: st.DataObject
) -> None:
    shown = shown_of_column(numbers)
    hidden = sorted(set(range(len(numbers))) - shown)
    if not hidden:
        return
    guess = data.draw(st.integers(0, UNDER - 1))
    row = data.draw(st.sampled_from(hidden[:-1]))
    other = [0 if place in hidden else number for place, number in enumerate(numbers)]
    other[row] = guess
    if -1 in shown:
        other[-1] = sum(numbers) - sum(other)
    assert shown_of_column(other) == shown


@given(COLUMN)
def test_what_is_called_small_is_small(numbers: list[int]) -> None:
    small = surely_small(shown_of_column(numbers), len(numbers))
    assert all(numbers[place] < UNDER for place in small if place >= 0)


def grid(*rows: tuple[int, ...], hidden: set[tuple[str, str]] | None = None) -> Grid:
    """A table of rows a, b, … in months 1, 2, …, all of the months shown but what is hidden."""
    numbers: dict[tuple[str, str], int] = {}
    for name, row in zip("abcdef", rows, strict=False):
        for month, number in enumerate(row, 1):
            for place in ((name, str(month)), (name, YEAR), (TOTAL, str(month)), (TOTAL, YEAR)):
                numbers[place] = numbers.get(place, 0) + number
    shown = {place for place in numbers if place[1] != YEAR} - (hidden or set())
    return Grid(numbers, small=frozenset(hidden or ()), shown=shown)


def test_a_year_that_would_tell_the_one_hidden_month_is_not_shown() -> None:
    hidden = {("a", "1"), ("b", "1")}
    table = grid((2, 9, 9), (3, 8, 7), (9, 9, 9), hidden=hidden)
    table.show([(TOTAL, YEAR), ("a", YEAR), ("b", YEAR), ("c", YEAR)])
    assert {row for row, column in table.shown if column == YEAR} == {TOTAL, "c"}


def test_a_year_over_many_hidden_months_is_shown() -> None:
    hidden = {(row, month) for row in "abc" for month in "123456"}
    table = grid((2, 3, 1, 2, 0, 4), (3, 2, 4, 1, 2, 2), (9,) * 6, hidden=hidden)
    table.small = frozenset(place for place in hidden if place[0] != "c")
    table.show([(TOTAL, YEAR), ("a", YEAR), ("b", YEAR), ("c", YEAR)])
    assert {row for row, column in table.shown if column == YEAR} == {TOTAL, "a", "b", "c"}
