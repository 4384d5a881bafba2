"""The movements of a year's budget, reckoned from what the steps of its grants say."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.books import (
    KINDS,
    MOVING,
    Line,
    MoneyStep,
    by_month,
    lines,
    standing,
    sums_of,
)

ON, LATER = date(2026, 6, 1), date(2027, 5, 20)


def moved(*steps: MoneyStep) -> list[tuple[str, int]]:
    return [(line.kind, line.yen) for line in lines(steps)]


def said(verb: str, yen: int | None = None, *, into_budget: bool = True) -> MoneyStep:
    return MoneyStep(verb, ON, yen, into_budget)


def test_the_whole_way() -> None:
    way = said("decide", 150), said("change", 120), said("fix", 120), said("pay", 120)
    assert moved(*way) == [("decided", 150), ("changed", -30), ("paid", 120)]


@pytest.mark.parametrize("end", ["withdraw", "revoke", "lapse"])
def test_what_ends_gives_back_what_was_reserved_last(end: str) -> None:
    way = said("decide", 150), said("change", 120), said(end)
    assert moved(*way)[-1] == ("released", 120)


def test_what_ends_before_a_decision_gives_nothing_back() -> None:
    assert moved(said("withdraw")) == []


def test_what_is_revoked_after_the_payment_comes_back_only_as_it_is_repaid() -> None:
    paid = said("decide", 150), said("pay", 150)
    assert moved(*paid, said("revoke", 150))[2:] == []
    assert moved(*paid, said("revoke"), said("repay", 50))[2:] == [("repaid", 50)]


def test_a_refund_of_closed_books_is_no_movement_of_theirs() -> None:
    paid = said("decide", 150), said("pay", 150), said("revoke")
    assert moved(*paid, said("repay", 150, into_budget=False))[2:] == []


def test_a_payment_of_less_gives_the_rest_back_on_its_day() -> None:
    found = sums_of(lines([said("decide", 150), said("pay", 140)]))
    assert (found.changed, found.reserved_yen, found.spent_yen) == (-10, 0, 140)


@given(st.lists(st.tuples(st.sampled_from(MOVING), st.integers(0, 10**9)), max_size=12))
def test_what_is_reserved_is_never_negative(steps: list[tuple[str, int]]) -> None:
    """Whatever follows what: even steps that no life has."""
    assert sums_of(lines(said(*step) for step in steps)).reserved_yen >= 0


def test_every_moving_verb_is_one_of_the_lifes() -> None:
    assert set(MOVING) <= set(Verb)


@given(
    st.lists(st.tuples(st.sampled_from(KINDS), st.dates(date(2025, 1, 1), date(2028, 12, 31)))),
    st.dates(date(2026, 4, 1), date(2028, 12, 31)),
)
def test_the_months_together_are_the_year(found: list[tuple[str, date]], today: date) -> None:
    moves = [Line(kind, on, 7) for kind, on in found]  # type: ignore[arg-type] # of its kinds
    months = by_month(moves, 2026, today)
    for kind in KINDS:
        assert sum(getattr(sums, kind) for sums in months.values()) == getattr(sums_of(moves), kind)


def test_the_months_go_until_the_books_are_closed() -> None:
    months = by_month([Line("paid", LATER, 7)], 2026, date(2028, 1, 1))
    assert (min(months), max(months), len(months)) == (date(2026, 4, 1), date(2027, 5, 1), 14)
    assert months[date(2027, 5, 1)].paid == 7


def test_what_was_carried_over_is_paid_in_its_own_month() -> None:
    """May's figures are compared with the city's own of May: June's payment is none of them."""
    june = date(2027, 6, 20)
    months = by_month([Line("decided", ON, 7), Line("paid", june, 7)], 2026, date(2027, 8, 1))
    assert (months[date(2027, 5, 1)].paid, months[date(2027, 6, 1)].paid) == (0, 7)
    assert (list(months)[-1], len(months)) == (date(2027, 6, 1), 15)


def test_a_year_that_has_not_begun_has_its_first_month() -> None:
    assert list(by_month([], 2026, date(2026, 3, 1))) == [date(2026, 4, 1)]


@pytest.mark.parametrize(
    ("left", "word"),
    [
        (-1, "spent"),
        (0, "spent"),
        (1, "nearly_spent"),
        (149_999, "nearly_spent"),
        (150_000, "open"),
    ],
)
def test_how_far_a_budget_goes(left: int, word: str) -> None:
    assert standing(left, 150_000) == word


def test_without_a_threshold_it_is_open_until_it_is_spent() -> None:
    assert (standing(1, 0), standing(0, 0)) == ("open", "spent")
