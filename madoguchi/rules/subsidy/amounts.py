"""How much (補助の額), exactly: cost → share → cap → less other aid → rounding.

Money is counted in whole parts of a yen, so that nothing is lost on the way: half a yen is one of
two parts. What is not known makes two tracks, the least and the most that it can be; every place
keeps their order, so the grant lies between their results. Where the two agree, it is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, assert_never

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

VAST_YEN = 10**12
"""More than any retainer: what an unknown sum is at most."""
TAXED, UNTAXED = 11, 10
"""Consumption tax of 10 % in and out (消費税等): eleven parts with it, ten without."""


class Part(NamedTuple):
    """The money of one act, in yen (`Track`) or in parts of a yen (`Shares`)."""

    act: str
    money: int


class Track(NamedTuple):
    """What counts of the cost, act by act, in yen: the least and the most it can be.

    ``held``: whether anything counts at all. ``known``: whether every line that may count says what
    it is for and how much it is. ``open``: whether some line counts by an unconfirmed rule only.
    """

    least: tuple[Part, ...]
    most: tuple[Part, ...]
    held: Held
    known: bool
    open: bool = False

    @property
    def vast(self) -> bool:
        """Whether nobody knows how much one of the lines is."""
        return any(part.money >= VAST_YEN for part in self.most)


class Shares(NamedTuple):
    """What is granted of each act so far; ``per`` parts are a yen. ``cost_yen``: of what cost."""

    parts: Sequence[Part]
    per: int
    cost_yen: int

    @property
    def money(self) -> int:
        """All acts together, in parts of a yen."""
        return sum([money for _, money in self.parts])


class Bounds(NamedTuple):
    """A sum in yen that is known only to lie between two."""

    least: int
    most: int


class Given(NamedTuple):
    """What the amount is reckoned from beside the cost; None where it is not known.

    ``aid_yen``: other aid and insurance; what nobody knows of may be all or nothing, as with the
    cost. ``granted``: what was granted before, as far as anybody knows: of the rest the condition
    asks (`NotGrantedBefore`).
    """

    aid_yen: int | None
    granted: Sequence[Granted]

    @classmethod
    def of(cls, facts: Facts) -> Given:
        return cls(facts.other_aid_yen, facts.granted or ())


def grant(amount: Amount, track: Track, given: Given) -> Bounds:
    """The least and the most that may be granted; they agree where nothing open changes it.

    >>> from madoguchi.rules.programme.load import programme
    >>> rule = programme("shibukawa").subsidy.version[0]
    >>> track = eligible(rule.cost, (Cost("deletion", "retainer", 299_999),), rule.amount)
    >>> grant(rule.amount, track, Given(0, ()))
    Bounds(least=136000, most=149999)
    """
    aid, granted = given
    shares = shared(amount.formula, track.least)
    most_aid = VAST_YEN if aid is None else aid
    readings = amount.readings[most_aid != 0].lowest
    least = min([reckon(shares, reading, most_aid, granted) for reading in readings])
    return Bounds(least, highest(amount, track.most, given))


def highest(amount: Amount, acts: Sequence[Part], given: Given) -> int:
    """The most that may be granted for costs in yen.

    >>> from madoguchi.rules.programme.load import programme
    >>> amount = programme("shibukawa").subsidy.version[0].amount
    >>> highest(amount, [Part("deletion", 299_999)], Given(0, ()))
    149999
    """
    aid = given.aid_yen or 0
    shares = shared(amount.formula, acts)
    readings = amount.readings[aid != 0].highest
    return max([reckon(shares, reading, aid, given.granted) for reading in readings])


def eligible(rules: Sequence[EligibleCost], costs: Sequence[Cost], amount: Amount) -> Track:
    """What counts of the cost (補助対象経費), summed up act by act.

    >>> from madoguchi.rules.programme.load import programme
    >>> rule = programme("shibukawa").subsidy.version[0]
    >>> eligible(rule.cost, (Cost("deletion", "retainer", 110_000, 10_000),), rule.amount)
    Track(least=(Part(act='deletion', money=100000),), most=(Part(act='deletion', money=110000),),
          held=<Held.MET: 'met'>, known=True, open=False)
    """
    least: dict[str, int] = {}
    most: dict[str, int] = {}
    unsure = any(rule.source == UNCONFIRMED for rule in rules)
    held = Held.UNKNOWN if unsure or not costs else Held.UNMET
    known, is_open = bool(costs), False
    for cost in costs:
        counting = [
            rule for rule in rules if cost.act in (None, rule.act) and cost.fee in (None, rule.fee)
        ]
        if not counting:
            continue
        named = cost.act is not None and cost.fee is not None
        unconfirmed = all(rule.source == UNCONFIRMED for rule in counting)
        sure = named and not unconfirmed
        is_open = is_open or unconfirmed
        if held is not Held.MET:
            held = Held.MET if sure else Held.UNKNOWN
        low, high = taxed(cost, amount)
        act = cost.act or ""
        least[act] = least.get(act, 0) + (low if sure else 0)
        most[act] = most.get(act, 0) + high
        known = known and named and cost.yen is not None
    if costs and unsure and not most:  # a list with an open end refuses nothing
        known, is_open = False, True
    return Track(_parts(least), _parts(most), held, known, is_open)


def taxed(cost: Cost, amount: Amount) -> tuple[int, int]:
    """The least and the most yen of one line that count, by how its tax counts (消費税).

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


def reckon(shares: Shares, reading: Reading, aid_yen: int, granted: Sequence[Granted]) -> int:
    """The grant in yen, every place decided; never below nothing nor above the cap.

    >>> from fractions import Fraction
    >>> shares = shared(Share(Fraction(1, 2), "x"), [Part("deletion", 299_999)])
    >>> rounding = Rounding(1000, "down", "after_cap", "x")
    >>> reckon(shares, Reading(Overall(150_000, "x", "x"), "not_at_all", rounding), 0, ())
    149000
    """
    rule = reading.rounding
    if aid_yen and reading.other_aid == "from_cost":
        shares = less_cost(shares, aid_yen)
    if rule.order == "before_cap":
        shares = rounded_each(shares, rule)
    money = capped(reading.cap, shares, granted)
    if aid_yen and reading.other_aid == "from_grant":
        money = max(0, money - aid_yen * shares.per)
    if rule.order == "before_cap":
        return money
    return rounded(money, shares.per, rule)


def shared(rule: Formula, acts: Sequence[Part]) -> Shares:
    """What a formula gives for each act.

    >>> from fractions import Fraction
    >>> shared(Share(Fraction(1, 2), "x"), [Part("deletion", 299_999)])
    Shares(parts=[Part(act='deletion', money=299999)], per=2, cost_yen=299999)
    """
    cost = sum([yen for _, yen in acts])
    match rule:
        case Share():
            times = rule.share.numerator
            parts = [Part(act, yen * times) for act, yen in acts]
            return Shares(parts, rule.share.denominator, cost)
        case _:
            assert_never(rule)


def less_cost(shares: Shares, aid_yen: int) -> Shares:
    """The shares of the cost that other aid leaves; the aid is spread over the acts by their cost.

    >>> less_cost(Shares([Part("deletion", 300_000)], 2, 300_000), 100_000)
    Shares(parts=[Part(act='deletion', money=60000000000)], per=600000, cost_yen=200000)
    """
    parts, per, cost = shares
    left = max(0, cost - aid_yen)
    return Shares([Part(act, money * left) for act, money in parts], per * max(1, cost), left)


def capped(rule: Cap, shares: Shares, granted: Sequence[Granted]) -> int:
    """What a cap leaves of all the acts, in parts of a yen.

    A cap that is confirmed to be one for all leaves of it what was not granted in the same matter.

    >>> from datetime import date
    >>> acts = Shares([Part("deletion", 100_000), Part("disclosure", 200_000)], 1, 600_000)
    >>> before = [Granted(date(2026, 6, 1), 100_000, same_matter=True)]
    >>> [capped(kind(150_000, "x", "x"), acts, before) for kind in (Overall, EachAct)]
    [50000, 250000]
    """
    match rule:
        case Overall():
            sure = rule.kind_source != UNCONFIRMED
            spent = sum([each.yen for each in granted if sure and each.same_matter])
            return min(shares.money, max(0, rule.cap_yen - spent) * shares.per)
        case EachAct():
            return sum([min(money, rule.cap_yen * shares.per) for _, money in shares.parts])
        case _:
            assert_never(rule)


def rounded(money: int, per: int, rule: Rounding) -> int:
    """Whole yen for parts of a yen, down to the unit of the rule (端数切捨て).

    >>> rounded(299_999, 2, Rounding(1000, "down", "after_cap", "x"))
    149000
    """
    return money // (rule.unit_yen * per) * rule.unit_yen


def rounded_each(shares: Shares, rule: Rounding) -> Shares:
    """Each act rounded for itself, as it is before the cap.

    >>> rounded_each(Shares([Part("", 2_999)], 2, 2_999), Rounding(1000, "down", "before_cap", "x"))
    Shares(parts=[Part(act='', money=1000)], per=1, cost_yen=2999)
    """
    parts, per, cost = shares
    return Shares([Part(act, rounded(money, per, rule)) for act, money in parts], 1, cost)


def _parts(money: dict[str, int]) -> tuple[Part, ...]:
    return tuple(Part(*each) for each in money.items())
