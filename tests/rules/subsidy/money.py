"""Rules of an amount and estimates at random (補助の額), for properties."""

from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

from hypothesis import strategies as st

from madoguchi.rules.programme.subsidy_amount import (
    AidMode,
    Amount,
    Cap,
    EachAct,
    EligibleCost,
    Less,
    Overall,
    Reading,
    Rounding,
    RoundingOrder,
    Share,
)
from madoguchi.rules.programme.words import UNCONFIRMED, Words
from madoguchi.rules.subsidy.amounts import TAXED
from madoguchi.rules.subsidy.facts import Cost

SOURCE = st.sampled_from(["x", UNCONFIRMED])
YEN = st.integers(0, 2_000_000) | st.sampled_from([0, 299_999, 300_000, 300_001, 9_999_999_999])
AIDS: tuple[AidMode, ...] = ("from_cost", "from_grant", "not_at_all")
MODES: tuple[Any, ...] = (
    "down",
    "half_up",
    "up",
)  # the last two are not read from a file: nothing rounds up
ORDERS: tuple[RoundingOrder, ...] = ("before_cap", "after_cap")
UNITS = (1, 10, 100, 500, 1000)
COSTS = tuple(EligibleCost(act, "retainer", Words("x"), "x") for act in ("deletion", "disclosure"))

caps: st.SearchStrategy[Cap] = st.builds(
    lambda kind, yen, source: kind(yen, "x", source),
    st.sampled_from([Overall, EachAct]),
    st.integers(1, 300_000) | st.sampled_from([110_000, 150_000]),
    SOURCE,
)
amounts = st.builds(
    Amount,
    formula=st.builds(
        lambda top, under: Share(min(Fraction(top, under), Fraction(1)), "x"),
        st.integers(1, 7),
        st.integers(1, 7),
    ),
    cap=caps,
    less=st.builds(Less, st.sampled_from(AIDS), SOURCE),
    rounding=st.builds(
        Rounding, st.sampled_from(UNITS), st.sampled_from(MODES), st.sampled_from(ORDERS), SOURCE
    ),
    consumption_tax=st.sampled_from(["counts", "does_not_count"]),
    consumption_tax_source=SOURCE,
)


@st.composite
def costs(draw: st.DrawFn) -> Cost:
    """A retainer with a tax of at most 10 % in it, told or not."""
    act = draw(st.sampled_from(["deletion", "disclosure"]))
    yen = draw(YEN)
    tax = draw(st.none() | st.integers(0, yen // TAXED))
    return Cost(act, "retainer", yen, tax)  # type: ignore[arg-type]


estimates = st.lists(costs(), min_size=1, max_size=3).map(tuple)


def every(amount: Amount) -> list[Reading]:
    """Every way to read an amount, whether or not it can be the lowest or the highest."""
    cap = Overall(amount.cap.cap_yen, "x", "x") if amount.cap_is_open else amount.cap
    aids = AIDS if amount.less.source == UNCONFIRMED else (amount.less.other_aid,)
    units = {1, 10, 100, 1000, amount.rounding.unit_yen}
    roundings = [
        replace(amount.rounding, unit_yen=unit, mode=mode, order=order)
        for unit, mode, order in product(sorted(units), MODES, ORDERS)
    ]
    return [
        Reading(cap, aid, rounding)
        for cap, aid, rounding in product(
            [cap], aids, roundings if amount.rounding_is_open else [amount.rounding]
        )
    ]
