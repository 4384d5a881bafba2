"""The amount is never too much, never below nothing, and every possible one lies in its bounds."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.rules.decision import Held
from madoguchi.rules.programme.subsidy_amount import (
    AidMode,
    Amount,
    Cap,
    EachAct,
    Less,
    Overall,
    Reading,
    Rounding,
    Share,
)
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.subsidy.amounts import (
    Given,
    Part,
    capped,
    eligible,
    grant,
    less_cost,
    reckon,
    shared,
    taxed,
)
from madoguchi.rules.subsidy.facts import Cost, Granted
from madoguchi.rules.subsidy.working import working
from tests.rules.subsidy.money import COSTS, ORDERS, YEN, amounts, costs, estimates, every

HALF = Share(Fraction(1, 2), "x")
TO_1000 = Rounding(1000, "down", "after_cap", "x")
AID = st.sampled_from([0, 0, 1, 50_000]) | YEN


def amount(**changed: object) -> Amount:
    """Half, at most 150,000 yen, everything confirmed; but what is changed."""
    sure = Amount(
        formula=HALF,
        cap=Overall(150_000, "x", "x"),
        less=Less("not_at_all", "x"),
        rounding=TO_1000,
        consumption_tax="counts",
        consumption_tax_source="x",
    )
    return replace(sure, **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("yen", "granted"),
    [
        (0, 0),
        (1_999, 0),
        (2_000, 1_000),
        (299_999, 149_000),
        (300_000, 150_000),
        (300_001, 150_000),
        (9_999_999_999, 150_000),
    ],
)
def test_half_up_to_the_cap(yen: int, granted: int) -> None:
    rule = amount()
    track = eligible(COSTS, (Cost("deletion", "retainer", yen),), rule)
    assert grant(rule, track, Given(0, ())) == (granted, granted)


@given(amounts, estimates, AID)
def test_the_grant_is_never_above_the_cap_and_never_negative(
    rule: Amount, told: tuple[Cost, ...], aid: int
) -> None:
    track = eligible(COSTS, told, rule)
    least, most = grant(rule, track, Given(aid, ()))
    caps = len(track.most) if isinstance(rule.cap_reckoned, EachAct) else 1
    assert 0 <= least <= most <= rule.cap.cap_yen * caps


@given(amounts, estimates, AID)
def test_every_reading_lies_between_the_least_and_the_most(
    rule: Amount, told: tuple[Cost, ...], aid: int
) -> None:
    """Brute force: all that the open places may mean, also those left out as never extreme."""
    track = eligible(COSTS, told, rule)
    least, most = grant(rule, track, Given(aid, ()))
    for acts in track[:2]:
        for reading in every(rule):
            assert least <= reckon(shared(rule.formula, acts), reading, aid, ()) <= most


@given(amounts, estimates, AID)
def test_the_bounds_are_reached(rule: Amount, told: tuple[Cost, ...], aid: int) -> None:
    track = eligible(COSTS, told, rule)
    found = {
        reckon(shared(rule.formula, acts), reading, aid, ())
        for acts in track[:2]
        for reading in every(rule)
    }
    assert grant(rule, track, Given(aid, ())) == (min(found), max(found))


@given(amounts, costs(), YEN, AID)
def test_a_higher_cost_never_gives_less(rule: Amount, cost: Cost, more: int, aid: int) -> None:
    yen = cost.yen or 0
    found = [
        grant(rule, eligible(COSTS, (replace(cost, yen=each),), rule), Given(aid, ()))
        for each in (yen, yen + more)
    ]
    assert found[0].least <= found[1].least
    assert found[0].most <= found[1].most


@given(estimates, amounts)
def test_the_acts_together_are_the_whole(told: tuple[Cost, ...], rule: Amount) -> None:
    sure = replace(rule, consumption_tax="counts", consumption_tax_source="x")
    track = eligible(COSTS, told, sure)
    assert sum(part.money for part in track.most) == sum(cost.yen or 0 for cost in told)
    shares = shared(rule.formula, track.most)
    whole = shared(rule.formula, [Part("", shares.cost_yen)])
    assert shares.money == whole.money
    cap = EachAct(150_000, "x", "x")
    each = [capped(cap, shares._replace(parts=[part]), ()) for part in shares.parts]
    assert capped(cap, shares, ()) == sum(each)


@given(estimates, st.integers(0, 4_000_000))
def test_aid_from_the_cost_is_the_share_of_what_is_left(told: tuple[Cost, ...], aid: int) -> None:
    track = eligible(COSTS, told, amount())
    shares = shared(HALF, track.most)
    left = less_cost(shares, aid)
    assert Fraction(left.money, left.per) == Fraction(max(0, shares.cost_yen - aid), 2)


@given(amounts, estimates, AID)
def test_unknown_aid_widens_the_bounds_and_contains_the_known(
    rule: Amount, told: tuple[Cost, ...], aid: int
) -> None:
    track = eligible(COSTS, told, rule)
    unknown, known = (grant(rule, track, Given(each, ())) for each in (None, aid))
    assert unknown.least <= known.least
    assert known.most <= unknown.most


@given(amounts, estimates)
def test_what_is_not_known_of_a_cost_widens_the_bounds(
    rule: Amount, told: tuple[Cost, ...]
) -> None:
    known = grant(rule, eligible(COSTS, told, rule), Given(0, ()))
    for blank in ({"yen": None, "tax_yen": None}, {"fee": None}, {"tax_yen": None}):
        vaguer = (replace(told[0], **blank), *told[1:])
        wide = grant(rule, eligible(COSTS, vaguer, rule), Given(0, ()))
        assert wide.least <= known.least
        assert known.most <= wide.most


@given(amounts, estimates, AID)
def test_the_working_ends_where_the_amount_is(
    rule: Amount, told: tuple[Cost, ...], aid: int
) -> None:
    """Where nothing is open, each line follows from the one above, and the last number is it."""
    sure = replace(
        rule,
        cap=rule.cap_reckoned,
        less=replace(rule.less, source="x"),
        rounding=replace(rule.rounding, source="x"),
        consumption_tax="counts",
        consumption_tax_source="x",
    )
    track = eligible(COSTS, told, sure)
    paid = Given(aid, ())
    bounds = grant(sure, track, paid)
    assert bounds.least == bounds.most
    lines = working(sure, track, paid, bounds)
    assert lines[-1].values["yen"] == f"{bounds.most:,}"
    results = [line.values["result"] for line in lines if "result" in line.values]
    assert results[-1] == f"{bounds.most:,}"


ONE, TWO = (400_000,), (400_000, 100_000)
BEFORE, AFTER = (Rounding(1000, "down", order, "x") for order in ORDERS)
ALL_150, EACH_150 = (kind(150_000, "x", "x") for kind in (Overall, EachAct))
ODD_CAP = Overall(149_700, "x", "x")


@pytest.mark.parametrize(
    ("costs_yen", "cap", "mode", "aid", "rounding", "granted"),
    [
        (ONE, ALL_150, "not_at_all", 100_000, AFTER, 150_000),
        (ONE, ALL_150, "from_cost", 0, AFTER, 150_000),
        (ONE, ALL_150, "from_cost", 100_000, AFTER, 150_000),
        (ONE, ALL_150, "from_cost", 150_001, AFTER, 124_000),
        (ONE, ALL_150, "from_cost", 400_001, AFTER, 0),
        (ONE, ALL_150, "from_grant", 100_000, AFTER, 50_000),
        (ONE, ALL_150, "from_grant", 150_001, AFTER, 0),
        ((299_999,), ALL_150, "from_grant", 12_345, AFTER, 137_000),
        ((299_999,), ALL_150, "from_grant", 12_345, BEFORE, 136_655),
        ((299_999,), ALL_150, "from_cost", 12_345, AFTER, 143_000),
        ((299_999,), ALL_150, "from_cost", 12_345, BEFORE, 143_000),
        ((299_999,), ODD_CAP, "not_at_all", 0, BEFORE, 149_000),
        ((299_999,), ODD_CAP, "not_at_all", 0, AFTER, 149_000),
        ((400_000,), ODD_CAP, "not_at_all", 0, BEFORE, 149_700),
        ((400_000,), ODD_CAP, "not_at_all", 0, AFTER, 149_000),
        ((3_999, 3_999), ALL_150, "not_at_all", 0, BEFORE, 2_000),
        ((3_999, 3_999), ALL_150, "not_at_all", 0, AFTER, 3_000),
        (TWO, ALL_150, "not_at_all", 0, AFTER, 150_000),
        (TWO, EACH_150, "not_at_all", 0, AFTER, 200_000),
        (TWO, EACH_150, "from_grant", 60_000, AFTER, 140_000),
        (TWO, EACH_150, "from_cost", 200_000, AFTER, 150_000),
        (TWO, EACH_150, "from_cost", 50_000, AFTER, 195_000),
    ],
)
def test_the_places_come_in_their_order(
    costs_yen: tuple[int, ...],
    cap: Cap,
    mode: AidMode,
    aid: int,
    rounding: Rounding,
    granted: int,
) -> None:
    """Each number was worked out by hand: cost, half of it, cap, other aid, rounding."""
    acts = [Part(act, yen) for act, yen in zip(("deletion", "disclosure"), costs_yen, strict=False)]
    assert reckon(shared(HALF, acts), Reading(cap, mode, rounding), aid, ()) == granted


LONE, BOTH = (299_999,), (400_001, 100_000)
SHARES = "share_deletion 200,000.5, share_disclosure 50,000, sum 250,000.5"


@pytest.mark.parametrize(
    ("changed", "costs_yen", "aid", "told"),
    [
        (
            {"less": Less("from_grant", "x"), "rounding": BEFORE},
            LONE,
            12_345,
            "share 149,999.5, rounding_down 149,000, cap_within, aid_from_grant 136,655, result",
        ),
        (
            {"less": Less("from_grant", "x"), "rounding": AFTER},
            LONE,
            12_345,
            "share 149,999.5, cap_within, aid_from_grant 137,654.5, rounding_down 137,000, result",
        ),
        (
            {"less": Less("from_cost", "x"), "rounding": AFTER},
            LONE,
            12_345,
            "share 149,999.5, aid_from_cost 143,827, cap_within, rounding_down 143,000, result",
        ),
        (
            {"cap": EACH_150},
            BOTH,
            0,
            f"{SHARES}, cap_each 200,000, rounding_down 200,000, result",
        ),
        (
            {"cap": EachAct(150_000, "x", UNCONFIRMED)},
            BOTH,
            0,
            f"{SHARES}, cap 150,000, rounding_down 150,000, result",
        ),
        (
            {"rounding": replace(AFTER, source=UNCONFIRMED)},
            BOTH[::-1],
            0,
            "share_deletion 50,000, share_disclosure 200,000.5, sum 250,000.5, cap 150,000, result",
        ),
    ],
)
def test_the_lines_come_in_the_order_of_the_places(
    changed: dict[str, object], costs_yen: tuple[int, ...], aid: int, told: str
) -> None:
    """An open cap is one for all; no word of what is open where it changes nothing."""
    rule = amount(**changed)
    named = zip(("deletion", "disclosure"), costs_yen, strict=False)
    track = eligible(COSTS, tuple(Cost(act, "retainer", yen, 0) for act, yen in named), rule)  # type: ignore[arg-type]
    paid = Given(aid, ())
    lines = working(rule, track, paid, grant(rule, track, paid))
    assert ", ".join(f"{one.code} {one.values.get('result', '')}".strip() for one in lines) == told


def test_what_counts_of_several_lines_is_known_line_by_line() -> None:
    """One line that surely counts is enough to say that something does; the sum stays open."""
    sure, vague = Cost("deletion", "retainer", 100_000), Cost("disclosure", None, 50_000)
    other = Cost("other", "retainer", None)
    for lines in ((sure, vague), (vague, sure)):
        track = eligible(COSTS, lines, amount())
        assert (track.held, track.known, track.open) == (Held.MET, False, False)
        assert sum(part.money for part in track.least) == 100_000
        assert sum(part.money for part in track.most) == 150_000
    track = eligible(COSTS, (sure, other), amount())
    assert (track.held, track.known, track.open) == (Held.MET, True, False)
    assert eligible(COSTS, (vague,), amount()).held is Held.UNKNOWN
    either = eligible(COSTS, (Cost(None, "retainer", 300_000),), amount())
    assert (either.held, either.known, either.open) == (Held.UNKNOWN, False, False)
    assert [sum(part.money for part in acts) for acts in either[:2]] == [0, 300_000]
    assert eligible(COSTS, (other,), amount()) == ((), (), Held.UNMET, True, False)
    assert eligible(COSTS, (), amount()) == ((), (), Held.UNKNOWN, False, False)


def test_a_line_is_open_where_no_rule_that_it_may_be_of_is_confirmed() -> None:
    first, second = COSTS
    half = (replace(first, source=UNCONFIRMED), second)
    opens, sure = Cost("deletion", "retainer", 1), Cost("disclosure", "retainer", 1)
    for lines in ((opens, sure), (sure, opens)):
        track = eligible(half, lines, amount())
        assert (track.held, track.known, track.open) == (Held.MET, True, True)
    assert not eligible(half, (Cost(None, "retainer", 1),), amount()).open
    assert not eligible(half, (sure,), amount()).open
    other = (Cost("other", "retainer", 1),)
    assert eligible(half, other, amount()) == ((), (), Held.UNKNOWN, False, True)


@pytest.mark.parametrize(
    ("rule", "source", "cost", "counts"),
    [
        ("counts", "x", Cost("deletion", "retainer", 110_000, 10_000), (110_000, 110_000)),
        ("does_not_count", "x", Cost("deletion", "retainer", 110_000, 10_000), (100_000, 100_000)),
        ("does_not_count", "x", Cost("deletion", "retainer", 110_000), (100_000, 110_000)),
        ("counts", UNCONFIRMED, Cost("deletion", "retainer", 110_000, 10_000), (100_000, 110_000)),
        ("counts", UNCONFIRMED, Cost("deletion", "retainer", 110_000, 0), (110_000, 110_000)),
        ("counts", UNCONFIRMED, Cost("deletion", "retainer", 110_000), (100_000, 110_000)),
    ],
)
def test_consumption_tax(rule: str, source: str, cost: Cost, counts: tuple[int, int]) -> None:
    assert taxed(cost, amount(consumption_tax=rule, consumption_tax_source=source)) == counts


@pytest.mark.parametrize(("order", "granted"), [("after_cap", 150_000), ("before_cap", 150_500)])
def test_the_rest_is_left_out_before_the_cap_or_after(order: str, granted: int) -> None:
    reading = Reading(
        Overall(150_500, "x", "x"),
        "not_at_all",
        Rounding(1000, "down", order, "x"),  # type: ignore[arg-type]
    )
    assert reckon(shared(HALF, [Part("deletion", 400_000)]), reading, 0, ()) == granted


@pytest.mark.parametrize(("source", "left"), [("x", 50_000), (UNCONFIRMED, 150_000)])
def test_a_cap_for_all_leaves_what_was_not_granted_before(source: str, left: int) -> None:
    """Where nobody confirmed that it is one for all, an officer gives the reason instead."""
    before = (
        Granted(date(2026, 6, 1), 100_000, same_matter=True),
        Granted(date(2026, 6, 1), 30_000, same_matter=False),
    )
    rule = amount(cap=Overall(150_000, "x", source))
    track = eligible(COSTS, (Cost("deletion", "retainer", 400_000),), rule)
    assert grant(rule, track, Given(0, before)).most == left
