"""No reading of a city's rules is above its published share, its cap or the cost (補助の上限).

The oracle below is three lines of the published rule, written apart from `amounts`.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given

from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.subsidy import Terms
from madoguchi.rules.programme.subsidy_amount import Amount
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.subsidy.amounts import Bounds, Given, eligible, grant
from madoguchi.rules.subsidy.facts import Cost
from madoguchi.rules.subsidy.judge import judge, quote
from tests.rules.subsidy.applications import DAY, FULL
from tests.rules.subsidy.money import COSTS, amounts, estimates

HALF, CAP_YEN = Fraction(1, 2), 150_000


def published(cost_yen: int, share: Fraction = HALF, cap_yen: int = CAP_YEN) -> int:
    """The most that a city may pay: its share of the cost, never more than its cap or the cost."""
    return min(floor(cost_yen * share), cap_yen, cost_yen)


def require_within(found: Bounds, costs: Sequence[Cost], amount: Amount) -> None:
    """Fail where the sum may be more than the rule says, whatever nobody has confirmed."""
    caps = len({cost.act for cost in costs}) if is_each(amount) else 1
    cost_yen = sum(cost.yen or 0 for cost in costs)
    most = published(cost_yen, amount.formula.share, amount.cap.cap_yen * caps)
    assert 0 <= found.least <= found.most <= most, (found, most)


def is_each(amount: Amount) -> bool:
    """Whether the cap is surely one for each act; what nobody confirmed is the published sum."""
    return type(amount.cap).__name__ == "EachAct" and amount.cap.kind_source != UNCONFIRMED


@given(amount=amounts, costs=estimates)
def test_no_reading_is_above_the_share_the_cap_or_the_cost(
    amount: Amount, costs: tuple[Cost, ...]
) -> None:
    require_within(grant(amount, eligible(COSTS, costs, amount), Given(0, ())), costs, amount)


def test_the_control_one_yen_more_is_found() -> None:
    amount = terms().version.amount  # type: ignore[union-attr] # it has rules on that day
    costs = (Cost("deletion", "retainer", 165_000),)
    require_within(Bounds(82_000, 82_500), costs, amount)
    for wrong in (Bounds(75_000, 82_501), Bounds(75_000, 83_000), Bounds(-1, 0)):
        with pytest.raises(AssertionError):
            require_within(wrong, costs, amount)


def terms() -> Terms:
    """Shibukawa's rules on a day on which they hold."""
    subsidy = programme("shibukawa").subsidy
    assert subsidy
    return subsidy.terms_on(DAY)


@pytest.mark.parametrize(
    ("yen", "most"),
    [
        (1, 0),
        (2, 1),
        (1_999, 999),
        (165_000, 82_500),
        (200_001, 100_000),
        (299_999, 149_999),
        (300_000, 150_000),
        (300_001, 150_000),
        (9_999_999_999, 150_000),
    ],
)
def test_the_citizen_and_the_desk_are_told_the_half_and_no_yen_more(yen: int, most: int) -> None:
    facts = replace(FULL, costs=(Cost("deletion", "retainer", yen, 0),))
    for reckoned in (judge, quote):
        assert reckoned(facts, terms()).at_most_yen == most
