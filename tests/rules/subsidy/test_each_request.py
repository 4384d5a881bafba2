"""Of several requests (削除・特定) each has its cost, and nobody guesses how a total is split."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.rules.decision import Held
from madoguchi.rules.programme.subsidy import Terms
from madoguchi.rules.programme.subsidy_amount import Amount, EachAct
from madoguchi.rules.subsidy.facts import Cost
from madoguchi.rules.subsidy.judge import COST, Judgement, grantable
from tests.rules.subsidy.applications import FULL, shibukawa
from tests.rules.subsidy.money import COSTS, amounts

ESTIMATE = (
    Cost("deletion", "retainer", 165_000),
    Cost("disclosure", "retainer", 330_000),
)
TWO = replace(FULL, costs=ESTIMATE)
YEN = st.integers(0, 800_000) | st.sampled_from([0, 299_999, 300_000])


def granted(cost: int | Mapping[str, int] | None, terms: Terms | None = None) -> Judgement:
    return grantable(TWO, terms or shibukawa(), {}, cost)


def for_each() -> Terms:
    """Shibukawa's rules, if the city had confirmed that its cap is for each request."""
    terms = shibukawa()
    assert terms.version
    return of_amount(replace(terms.version.amount, cap=EachAct(150_000, "x", "x")))


@pytest.mark.parametrize(
    ("deletion", "disclosure", "most"),
    [
        (165_000, 330_000, 232_500),
        (700_000, 100_000, 200_000),
        (500_000, 300_000, 300_000),
        (0, 800_000, 150_000),
    ],
)
def test_the_cap_of_each_holds_for_what_each_costs(
    deletion: int, disclosure: int, most: int
) -> None:
    cost = {"deletion": deletion, "disclosure": disclosure}
    found = granted(cost, for_each())
    assert (found.at_most_yen, found.unsplit) == (most, False)
    assert granted(cost).at_most_yen == 150_000  # nobody confirmed that it is for each


def test_several_lines_of_one_request_are_one_cost() -> None:
    lines = tuple(Cost("deletion", fee, 100_000) for fee in ("retainer", "retainer", None))
    facts = replace(FULL, costs=lines)
    for cost in (100_000, {"deletion": 100_000}):
        assert grantable(facts, shibukawa(), {}, cost).at_most_yen == 50_000


def test_no_verdict_makes_another_fee_a_retainer() -> None:
    costs = Cost("other", "retainer", 20_000), Cost("other", "other", 280_000)
    found = grantable(replace(FULL, costs=costs), shibukawa(), {COST: Held.MET})
    assert found.at_most_yen == 10_000


def test_what_an_unknown_cost_lets_out_is_nothing() -> None:
    unknown = replace(FULL, costs=(Cost("deletion", "retainer", None),))
    assert grantable(unknown, shibukawa(), {}).bound_yen is None
    assert granted(100_000).bound_yen == 50_000


def test_a_total_alone_is_a_range_from_the_worst_split_to_the_best() -> None:
    found = granted(800_000, for_each())
    assert (found.amount_yen, found.at_least_yen, found.at_most_yen) == (None, 150_000, 300_000)
    assert found.unsplit
    assert [line.code for line in found.working] == ["split_unknown", "between"]


def test_the_same_total_is_split_as_it_was_estimated() -> None:
    assert granted(495_000) == granted(None)


def of_amount(amount: Amount) -> Terms:
    terms = shibukawa()
    assert terms.version
    return replace(terms, version=replace(terms.version, amount=amount, cost=COSTS))


@given(amount=amounts.filter(lambda amount: amount.rounding.mode == "down"), one=YEN, other=YEN)
def test_every_split_lies_in_the_range_of_its_total(amount: Amount, one: int, other: int) -> None:
    """Where the split is said not to matter, every split gives the same."""
    terms = of_amount(amount)
    total = granted(one + other, terms)
    split = granted({"deletion": one, "disclosure": other}, terms)
    if one + other == 495_000:
        return
    if split.at_most_yen is not None and total.at_most_yen is not None:
        assert total.at_least_yen is not None
        assert total.at_least_yen <= split.at_most_yen <= total.at_most_yen
        if not total.unsplit:
            assert split.at_most_yen == total.at_most_yen
        assert total.at_most_yen <= (one + other) * amount.formula.share
