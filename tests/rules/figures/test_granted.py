"""What is counted of grants, and what of it the public is shown."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from itertools import product
from typing import get_args
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.rules.figures import release
from madoguchi.rules.figures.granted import (
    GRANT,
    OPEN,
    REASONS,
    Granted,
    reason_row,
    waited_days,
)
from madoguchi.rules.figures.suppress import UNDER
from madoguchi.rules.figures.tally import EMPTY, Count, Facts, Sheet, behind, tally, year_of
from madoguchi.rules.koyomi.dates import months_of
from madoguchi.rules.programme.read import snake
from madoguchi.rules.programme.subsidy import Condition
from tests.rules.figures.towns import MONTHS, sheets, town

APRIL, MAY, JUNE = (date(2026, month, 1) for month in (4, 5, 6))
ANNA, BEN, CLARA = uuid4(), uuid4(), uuid4()
GRANTS = (
    Granted(ANNA, date(2026, 4, 6), date(2026, 4, 26), 150_000, None, (), date(2026, 6, 5), 90_000),
    Granted(BEN, date(2026, 4, 30), refused_on=date(2026, 5, 9), reasons=("resident", "estimate")),
    Granted(CLARA, date(2026, 5, 11)),
    Granted(BEN, date(2026, 5, 20), date(2026, 6, 1), 20_000),
)
FACTS = Facts({}, grants=GRANTS, granting=months_of(2026))
NUMBERS = st.integers(0, 9) | st.integers(0, 60)


def of_grants(sheet: Sheet) -> dict[str, int]:
    """What a sheet says of grants, its noughts left out."""
    return {
        name: count.times
        for (table, name), count in sheet.items()
        if table == GRANT and count.times and name not in ("open", "paid_squares")
    }


def test_each_is_counted_on_its_own_day() -> None:
    april, may, june = (tally(FACTS, month) for month in (APRIL, MAY, JUNE))
    assert of_grants(april) == {
        "applied": 2,
        "decided": 1,
        "decided_yen": 150_000,
        "decision_days": 20,
    }
    assert of_grants(may) == {"applied": 2, "refused": 1, "decision_days": 9}
    assert of_grants(june) == {
        "decided": 1,
        "decided_yen": 20_000,
        "decision_days": 12,
        "paid": 1,
        "paid_yen": 90_000,
        "payment_days": 60,
    }


def test_a_year_says_its_sums_and_how_long_it_took() -> None:
    year = year_of(tally(FACTS, month) for month in MONTHS)
    assert (year[GRANT, "applied"], year[GRANT, "decided"]) == (Count(3, 3, 4), Count(2, 2, 2))
    assert year[GRANT, "decided_yen"].times == 170_000
    assert waited_days(year, "decision_days") == 14  # 41 days, three decisions
    assert waited_days(year, "payment_days") == 60


def test_a_refusal_stands_at_each_of_its_reasons() -> None:
    may = tally(FACTS, MAY)
    assert {name for (table, name), n in may.items() if table == "refusal" and n.times} == {
        "resident",
        "estimate",
    }
    assert behind(FACTS, ("refusal", "estimate"), frozenset({MAY})) == {BEN}


def test_every_condition_of_the_rules_has_its_row() -> None:
    codes = [snake(rule.__name__) for rule in get_args(Condition.__value__)]
    assert all(reason_row(f"subsidy.{code}") == code for code in codes)
    assert len(set(REASONS)) == len(REASONS)


def test_without_somebody_their_money_is_in_no_sum() -> None:
    without = FACTS.without(frozenset({ANNA}))
    assert of_grants(tally(without, APRIL)) == {"applied": 1}
    assert of_grants(tally(without, JUNE)) == {
        "decided": 1,
        "decided_yen": 20_000,
        "decision_days": 12,
    }


def sheet(numbers: Mapping[str, int], sums: list[int] | None = None) -> Sheet:
    """A year's sheet with these numbers."""
    told = {row: Count(n, n, n) for row, n in numbers.items()}
    paid = sums or [150_000, *[100_000 + at for at in range(numbers.get("paid", 0) - 1)]]
    told["paid_yen"] = Count(times=sum(paid))
    told["paid_squares"] = Count(times=sum(yen**2 for yen in paid))
    return {**EMPTY, **{(GRANT, row): count for row, count in told.items()}}


def numbers_of(applied: int, decided: int, refused: int, paid: int) -> dict[str, int]:
    return {"applied": applied, "decided": decided, "refused": refused, "paid": paid}


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_nothing_under_five_is_shown(applied: int, decided: int, refused: int, paid: int) -> None:
    numbers = numbers_of(applied, decided, refused, paid)
    told = release.grants_of_year(sheet(numbers))
    counts = {row: told[row] for row in release.GRANT_COUNTS}
    assert all(n is None or (n >= UNDER and n == numbers[row]) for row, n in counts.items())


def left(numbers: Mapping[str, int], told: Mapping[str, int | None]) -> dict[str, int]:
    """How many values each hidden number keeps for who knows that nothing was left from before.

    Told apart from the code that hides: every number up to 50 is tried.
    """
    rows = release.GRANT_COUNTS
    tried = [
        [n] if (n := told[row]) is not None else list(range(5 if numbers[row] < UNDER else 50))
        for row in rows
    ]
    values: dict[str, set[int]] = {row: set() for row in rows}
    for world in product(*tried):
        applied, decided, refused, paid = world
        if decided + refused <= applied and paid <= decided:
            for row, n in zip(rows, world, strict=True):
                values[row].add(n)
    return {row: len(values[row]) for row in rows if told[row] is None}


@given(st.data())
def test_a_hidden_number_keeps_five_values(data: st.DataObject) -> None:
    applied = data.draw(st.integers(0, 40))
    decided = data.draw(st.integers(0, applied))
    refused = data.draw(st.integers(0, applied - decided))
    paid = data.draw(st.integers(0, decided))
    numbers = numbers_of(applied, decided, refused, paid)
    told = release.grants_of_year(sheet(numbers))
    assert all(count >= UNDER for count in left(numbers, told).values())


def test_with_nothing_but_the_small_ones_hidden_they_are_found_out() -> None:
    numbers = numbers_of(12, 11, 1, 9)
    told = {row: n if (n := numbers[row]) >= UNDER else None for row in release.GRANT_COUNTS}
    assert left(numbers, told) == {"refused": 2}


def test_who_knows_the_rule_and_tries_every_year_is_left_with_four_values() -> None:
    same: dict[tuple[tuple[str, int], ...], list[tuple[int, ...]]] = defaultdict(list)
    for world in product(range(15), repeat=4):
        applied, decided, refused, paid = world
        if decided + refused <= applied and paid <= decided:
            numbers = numbers_of(*world)
            shown = release.shown(numbers)
            same[tuple((row, numbers[row]) for row in sorted(shown))].append(world)
    for key, alike in same.items():
        said = {row for row, _ in key}
        for at, row in enumerate(release.GRANT_COUNTS):
            if row not in said:
                assert len({world[at] for world in alike}) >= 4, (key, row)


@pytest.mark.parametrize(
    ("paid", "shown"),
    [
        ([150_000, 120_000, 90_000, 150_000, 80_000], True),
        ([150_000] * 5, False),  # the cap: each of the five got it
        ([150_000, 120_000, 90_000, 80_000], False),
    ],
)
def test_a_sum_that_tells_what_one_person_got_is_not_shown(paid: list[int], *, shown: bool) -> None:
    numbers = numbers_of(30, 20, 5, len(paid))
    told = release.grants_of_year(sheet(numbers, paid))
    assert told["paid_yen"] == (sum(paid) if shown else None)


def test_one_person_who_was_paid_often_is_not_many() -> None:
    numbers = numbers_of(30, 20, 5, 6)
    alone = {**sheet(numbers), (GRANT, "paid"): Count(4, 4, 6)}
    assert release.grants_of_year(alone)["paid_yen"] is None


@pytest.mark.parametrize("seed", range(3))
def test_no_month_says_anything_of_grants_and_no_year_why_one_was_refused(seed: int) -> None:
    months = sheets(town(seed, 200))
    told = {name: release.month(one) for name, one in months.items()}
    assert not any({GRANT, "refusal"} & set(one) for one in told.values())
    year = release.year(months, told)
    assert set(year[GRANT]) == {"applied", "decided", "refused", "paid", "paid_yen"}
    assert "refusal" not in year
    assert year[GRANT]["applied"]
    assert year[GRANT]["paid_yen"]


def test_a_city_without_a_budget_has_no_table_of_grants() -> None:
    months = {f"{month:%Y-%m}": EMPTY for month in MONTHS}
    assert GRANT not in release.year(months, {})
    months["2026-04"] = {**EMPTY, (GRANT, OPEN): Count(times=1)}
    told = release.year(months, {})[GRANT]
    assert set(told.values()) == {None}, "that nobody applied is nobody's business"
