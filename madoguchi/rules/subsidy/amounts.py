"""How much (補助の額), exactly: cost → share → cap → less other aid → rounding.

Money is counted in whole parts of a yen, so that nothing is lost on the way: half a yen is one of
two parts. What is not known makes two tracks, the least and the most it can be; every place keeps
their order, so the grant lies between their ends. Where the two agree, it is known.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple, assert_never

from madoguchi.rules.decision import Held
from madoguchi.rules.programme.subsidy_amount import (
    Amount,
    Cap,
    EachAct,
    EligibleCost,
    Formula,
    Overall,
    Reading,
    Rounding,
    Share,
)
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.subsidy.facts import Cost, Facts, Granted

if TYPE_CHECKING:
    from collections.abc import Sequence

VAST_YEN = 10**12
"""More than any retainer: what an unknown sum is at most."""
TAXED, UNTAXED = 11, 10
"""Consumption tax of 10 % in and out (消費税等): eleven parts with it, ten without."""
_ALL_SPENT = (Granted(date(1970, 1, 1), VAST_YEN, same_matter=True),)


class Part(NamedTuple):
    """The money of one act; what unit it is in is said where it is used."""

    act: str
    money: int


class Track(NamedTuple):
    """What counts of the cost, act by act, in yen: the least and the most it can be.

    ``held``: whether anything counts at all. ``known``: whether every line that may count says what
    it is for and how much it is.
    """

    least: tuple[Part, ...]
    most: tuple[Part, ...]
    held: Held
    known: bool


class Bounds(NamedTuple):
    """A sum in yen that is known only to lie between two."""

    least: int
    most: int


class Given(NamedTuple):
    """What the amount is reckoned from, beside the cost: None where it is not known.

    ``aid_yen``: other aid and insurance. ``granted``: what was granted before.
    """

    aid_yen: int | None
    granted: Sequence[Granted] | None

    @classmethod
    def of(cls, facts: Facts, *, said: bool = False) -> Given:
        """From the facts; what a citizen does not say is taken for nothing (目安)."""
        if said:
            return cls(facts.other_aid_yen or 0, facts.granted or ())
        return cls(facts.other_aid_yen, facts.granted)


def grant(amount: Amount, track: Track, given: Given) -> Bounds:
    """The least and the most that may be granted; they agree where nothing open changes it.

    >>> from madoguchi.rules.programme.load import programme
    >>> rule = programme("shibukawa").subsidy.version[0]
    >>> track = eligible(rule.cost, (Cost("deletion", "retainer", 299_999),), rule.amount)
    >>> grant(rule.amount, track, Given(0, ()))
    Bounds(least=136000, most=150000)
    """
    aid_yen, granted = given
    readings = amount.readings[len(track.most) > 1, aid_yen != 0]
    aid = VAST_YEN if aid_yen is None else aid_yen
    spent = _ALL_SPENT if granted is None else granted
    rule = amount.formula
    lowest = [reckon(rule, track.least, one, aid, spent) for one in readings.lowest]
    aid, spent = aid_yen or 0, granted or ()
    return Bounds(
        min(lowest), max(reckon(rule, track.most, one, aid, spent) for one in readings.highest)
    )


def eligible(rules: Sequence[EligibleCost], costs: Sequence[Cost], amount: Amount) -> Track:
    """What counts of the cost (補助対象経費), summed up act by act.

    >>> from madoguchi.rules.programme.load import programme
    >>> rule = programme("shibukawa").subsidy.version[0]
    >>> eligible(rule.cost, (Cost("deletion", "retainer", 110_000, 10_000),), rule.amount)
    Track(least=(Part(act='deletion', money=100000),), most=(Part(act='deletion', money=110000),),
          held=<Held.MET: 'met'>, known=True)
    """
    least: dict[str, int] = {}
    most: dict[str, int] = {}
    held = Held.UNMET if costs else Held.UNKNOWN
    known = bool(costs)
    for cost in costs:
        sure = cost.act is not None and cost.fee is not None
        if not any(_may_be(rule, cost) for rule in rules):
            continue
        if held is not Held.MET:
            held = Held.MET if sure else Held.UNKNOWN
        low, high = taxed(cost, amount)
        act = cost.act or ""
        least[act] = least.get(act, 0) + (low if sure else 0)
        most[act] = most.get(act, 0) + high
        known = known and sure and cost.yen is not None
    return Track(_parts(least), _parts(most), held, known)


def taxed(cost: Cost, amount: Amount) -> tuple[int, int]:
    """The least and the most yen that count of one line, for what becomes of its tax (消費税).

    >>> from madoguchi.rules.programme.load import programme
    >>> amount = programme("shibukawa").subsidy.version[0].amount
    >>> taxed(Cost("deletion", "retainer", 299_999), amount)
    (272726, 299999)
    """
    if cost.yen is None:
        return 0, VAST_YEN
    is_open = amount.consumption_tax_source == UNCONFIRMED
    if amount.consumption_tax == "counts" and not is_open:
        return cost.yen, cost.yen
    if cost.tax_yen is None:
        return cost.yen * UNTAXED // TAXED, cost.yen
    net = cost.yen - cost.tax_yen
    return net, cost.yen if is_open else net


def reckon(
    rule: Formula, acts: Sequence[Part], reading: Reading, aid_yen: int, granted: Sequence[Granted]
) -> int:
    """The grant in yen for costs in yen, every place decided; never below 0 nor above the cap.

    >>> rounding = Rounding(1000, "down", "after_cap", "x")
    >>> from fractions import Fraction
    >>> half, cap = Share(Fraction(1, 2), "x"), Overall(150_000, "x", "x")
    >>> reckon(half, [Part("deletion", 299_999)], Reading(cap, "not_at_all", rounding), 0, ())
    149000
    """
    parts, per = shared(rule, acts)
    if aid_yen and reading.other_aid == "from_cost":
        parts, per = less_cost(parts, per, acts, aid_yen)
    before = reading.rounding.order == "before_cap"
    if before:
        parts = [Part(act, rounded(money, per, reading.rounding)) for act, money in parts]
        per = 1
    money = capped(reading.cap, parts, per, granted)
    if aid_yen and reading.other_aid == "from_grant":
        money = max(0, money - aid_yen * per)
    if before:
        return money
    yen = rounded(money, per, reading.rounding)
    return yen if reading.rounding.mode == "down" else min(yen, ceiling(reading.cap, acts, granted))


def shared(rule: Formula, acts: Sequence[Part]) -> tuple[list[Part], int]:
    """What a formula gives for each act, in parts of a yen, and how many parts a yen has.

    >>> from fractions import Fraction
    >>> shared(Share(Fraction(1, 2), "x"), [Part("deletion", 299_999)])
    ([Part(act='deletion', money=299999)], 2)
    """
    match rule:
        case Share():
            times = rule.share.numerator
            return [Part(act, yen * times) for act, yen in acts], rule.share.denominator
        case _:
            assert_never(rule)


def capped(
    rule: Cap,
    parts: Sequence[Part],
    per: int,
    granted: Sequence[Granted],  # noqa: ARG001 - a cap with a remainder asks what came before
) -> int:
    """What a cap leaves of the acts together; ``per`` parts are a yen, ``granted`` came before.

    >>> acts = [Part("deletion", 100_000), Part("disclosure", 200_000)]
    >>> [capped(kind(150_000, "x", "x"), acts, 1, ()) for kind in (Overall, EachAct)]
    [150000, 250000]
    """
    match rule:
        case Overall():
            return min(sum(part.money for part in parts), rule.cap_yen * per)
        case EachAct():
            return sum(min(part.money, rule.cap_yen * per) for part in parts)
        case _:
            assert_never(rule)


def less_cost(
    parts: Sequence[Part], per: int, acts: Sequence[Part], aid_yen: int
) -> tuple[list[Part], int]:
    """The shares of what other aid leaves of the cost; it is spread over the acts by their cost.

    >>> less_cost([Part("deletion", 300_000)], 2, [Part("deletion", 300_000)], 100_000)
    ([Part(act='deletion', money=60000000000)], 600000)
    """
    cost = sum(part.money for part in acts)
    left = max(0, cost - aid_yen)
    return [Part(act, money * left) for act, money in parts], per * max(1, cost)


def ceiling(rule: Cap, acts: Sequence[Part], granted: Sequence[Granted]) -> int:
    """The most that a cap lets through for these acts, in whole yen.

    >>> ceiling(EachAct(150_000, "x", "x"), [Part("deletion", 1), Part("disclosure", 1)], ())
    300000
    """
    return capped(rule, [Part(part.act, VAST_YEN) for part in acts], 1, granted)


def rounded(money: int, per: int, rule: Rounding) -> int:
    """Whole yen for parts of a yen, to the unit of the rule (端数の扱い).

    >>> [rounded(299_999, 2, Rounding(1000, mode, "after_cap", "x")) for mode in ("down", "up")]
    [149000, 150000]
    """
    unit = rule.unit_yen * per
    if rule.mode == "down":
        money = money // unit
    elif rule.mode == "up":
        money = -(-money // unit)
    else:
        money = (2 * money + unit) // (2 * unit)
    return money * rule.unit_yen


def _may_be(rule: EligibleCost, cost: Cost) -> bool:
    return cost.act in (None, rule.act) and cost.fee in (None, rule.fee)


def _parts(money: dict[str, int]) -> tuple[Part, ...]:
    return tuple(Part(*each) for each in money.items())
