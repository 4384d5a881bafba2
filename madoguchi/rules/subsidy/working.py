"""The working of an amount, line by line (計算の過程), for the applicant and for who checks it.

A line has a code, whose words are the text ``working.<code>``, and finished values. A place (cost,
share, cap, aid, rounding) that the city has not confirmed changes no number; a line says that it is
open, where that can matter.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import gcd
from typing import assert_never

from madoguchi.rules.decision import Held
from madoguchi.rules.programme.subsidy_amount import (
    COARSEST_YEN,
    AidMode,
    Amount,
    Cap,
    EachAct,
    Less,
    Overall,
    Rounding,
)
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.subsidy.amounts import (
    VAST_YEN,
    Bounds,
    Given,
    Part,
    Shares,
    Track,
    capped,
    highest,
    less_cost,
    rounded,
    rounded_each,
    shared,
)

_DECIMALS = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the working (計算の一行)."""

    code: str
    values: Mapping[str, object]

    @property
    def key(self) -> str:
        """The key of its words.

        >>> Line("sum", {"result": "1"}).key
        'working.sum'
        """
        return f"working.{self.code}"


def working(amount: Amount, track: Track, given: Given, bounds: Bounds) -> tuple[Line, ...]:
    """The lines from the cost to the grant.

    >>> from madoguchi.rules.programme.load import programme
    >>> from madoguchi.rules.subsidy.amounts import eligible, grant
    >>> from madoguchi.rules.subsidy.facts import Cost
    >>> rule, nothing = programme("shibukawa").subsidy.version[0], Given(0, ())
    >>> track = eligible(rule.cost, (Cost("deletion", "retainer", 299_999),), rule.amount)
    >>> lines = working(rule.amount, track, nothing, grant(rule.amount, track, nothing))
    >>> [line.code for line in lines]
    ['share', 'cap_within', 'tax_open', 'rounding_open', 'between']
    >>> lines[0].values
    {'yen': '299,999', 'share': '1/2', 'result': '149,999.5'}
    """
    if amount.rate_is_open:
        return (Line("rate_open", {}),)
    if not track.most and track.held is not Held.UNKNOWN:
        return ()
    if track.open and not track.most:
        return (Line("cost_open", {}),)
    if not track.known:
        at_most = [Line("at_most", {"yen": f"{bounds.most:,}"})]
        return (Line("cost_unknown", {}), *(at_most if 0 < bounds.most < VAST_YEN else ()))
    if bounds.least == bounds.most:
        result = Line("result", {"yen": f"{bounds.most:,}"})
    elif not bounds.least:
        result = Line("at_most", {"yen": f"{bounds.most:,}"})
    else:
        result = Line("between", {"least": f"{bounds.least:,}", "most": f"{bounds.most:,}"})
    return (*_known(amount, track, given), *_open(amount, track, given, bounds), result)


def leading_to(amount: Amount, track: Track, given: Given, yen: int) -> tuple[Line, ...]:
    """The working of a decided sum (決めた額の計算): what was open is read as it was decided.

    Of the readings that which gives the sum, else, with no more rounded than has to be, the least
    above it; what is left between the last line and the sum has its reason in words.

    >>> from madoguchi.rules.programme.load import programme
    >>> from madoguchi.rules.subsidy.amounts import eligible
    >>> from madoguchi.rules.subsidy.facts import Cost
    >>> rule, nothing = programme("shibukawa").subsidy.version[0], Given(0, ())
    >>> track = eligible(rule.cost, (Cost("deletion", "retainer", 299_999),), rule.amount)
    >>> lines = leading_to(rule.amount, track, nothing, 149_000)
    >>> [line.code for line in lines], lines[-2].values
    (['share', 'cap_within', 'rounding_down', 'result'], {'unit': '1,000', 'result': '149,000'})
    """
    if amount.rate_is_open or not track.known:
        return ()
    found = {reading: highest(reading, track.most, given) for reading in _readings(amount, given)}

    def far(reading: Amount) -> tuple[bool, bool, int, int]:
        result = found[reading]
        return result != yen, result < yen, reading.rounding.unit_yen, abs(result - yen)

    reading = min(found, key=far)
    lines = tuple(_known(reading, track, given))
    if any(line.code == "cap_each" for line in lines):  # it adds up what the cap leaves of each
        lines = tuple(line for line in lines if line.code != "sum")
    return (*lines, Line("result", {"yen": f"{found[reading]:,}"}))


def _readings(amount: Amount, given: Given) -> Iterator[Amount]:
    """The amount with every open place decided; the plainest and highest readings first."""
    lesses: tuple[Less, ...] = (amount.less,)
    roundings: tuple[Rounding, ...] = (amount.rounding,)
    if given.aid_yen and amount.less.source == UNCONFIRMED:
        modes: tuple[AidMode, ...] = ("not_at_all", "from_cost", "from_grant")
        lesses = tuple(Less(mode, amount.cap.source) for mode in modes)
    if amount.rounding_is_open:
        units = dict.fromkeys((1, amount.rounding.unit_yen, COARSEST_YEN))
        source = amount.cap.source
        roundings = tuple(Rounding(unit, "down", "after_cap", source) for unit in units)
    for less, rounding in product(lesses, roundings):
        yield replace(amount, less=less, rounding=rounding)


def exact(money: int, per: int) -> str:
    """Yen with commas, to the last part: as a decimal where that is exact, else as a fraction.

    >>> exact(299_999, 2), exact(300_000, 2), exact(100_000, 3)
    ('149,999.5', '150,000', '33,333 1/3')
    """
    yen, rest = divmod(money, per)
    if not rest:
        return f"{yen:,}"
    if rest * _DECIMALS % per == 0:
        return f"{yen:,}.{f'{rest * _DECIMALS // per:03d}'.rstrip('0')}"
    common = gcd(rest, per)
    return f"{yen:,} {rest // common}/{per // common}"


def _known(amount: Amount, track: Track, given: Given) -> Iterator[Line]:
    """Each place in its order; a place that is open leaves the number as it is."""
    rounding = amount.rounding
    now = shared(amount.formula, track.most)
    yield from _shares(amount, track.most, now)
    aid = 0 if amount.less.source == UNCONFIRMED else given.aid_yen
    if aid and amount.less.other_aid == "from_cost":
        now = less_cost(now, aid)
        yield Line("aid_from_cost", {"aid": f"{aid:,}", "result": exact(now.money, now.per)})
    order = None if amount.rounding_is_open else rounding.order
    if order == "before_cap":
        now = rounded_each(now, rounding)
        yield _rounding(amount, now.money)
    money = capped(amount.cap_reckoned, now, given.granted)
    yield _cap(amount.cap_reckoned, now, money)
    if aid and amount.less.other_aid == "from_grant":
        money = max(0, money - aid * now.per)
        yield Line("aid_from_grant", {"aid": f"{aid:,}", "result": exact(money, now.per)})
    if order == "after_cap" and (rounding.unit_yen > 1 or money % now.per):
        yield _rounding(amount, rounded(money, now.per, rounding))


def _shares(amount: Amount, acts: Sequence[Part], now: Shares) -> Iterator[Line]:
    share = str(amount.formula.share)
    for (act, yen), (_, money) in zip(acts, now.parts, strict=True):
        code = f"share_{act}" if len(acts) > 1 else "share"
        result = exact(money, now.per)
        yield Line(code, {"yen": f"{yen:,}", "share": share, "result": result})
    if len(acts) > 1:
        yield Line("sum", {"result": exact(now.money, now.per)})


def _cap(rule: Cap, before: Shares, money: int) -> Line:
    """What the cap does; a new kind of cap has its arm and its words here."""
    cap = f"{rule.cap_yen:,}"
    if money == before.money:
        return Line("cap_within", {"cap": cap})
    result = exact(money, before.per)
    match rule:
        case Overall():
            return Line("cap", {"cap": cap, "result": result})
        case EachAct() if len(before.parts) > 1:
            most = rule.cap_yen * before.per
            parts = (f"{exact(min(money, most), before.per)}円" for _, money in before.parts)
            return Line("cap_each", {"cap": cap, "parts": " + ".join(parts), "result": result})
        case EachAct():
            return Line("cap", {"cap": cap, "result": result})
        case _:
            assert_never(rule)


def _rounding(amount: Amount, yen: int) -> Line:
    rule = amount.rounding
    return Line(f"rounding_{rule.mode}", {"unit": f"{rule.unit_yen:,}", "result": f"{yen:,}"})


def _open(amount: Amount, track: Track, given: Given, bounds: Bounds) -> Iterator[Line]:
    """What is still to be confirmed, where it can change the amount."""
    if bounds.least == bounds.most:
        return
    if track.open:
        yield Line("cost_open", {})
    elif track.least != track.most and bounds.most != highest(amount, track.least, given):
        is_open = amount.consumption_tax_source == UNCONFIRMED
        net = sum(part.money for part in track.least)
        yield Line("tax_open" if is_open else "tax_unknown", {"net": f"{net:,}"})
    if given.aid_yen and amount.less.source == UNCONFIRMED:
        yield Line("aid_open", {"aid": f"{given.aid_yen:,}"})
    if amount.rounding_is_open and any(_leaves_a_rest(amount, given, acts) for acts in track[:2]):
        yield Line("rounding_open", {})
    if given.aid_yen is None and amount.aid_matters:
        yield Line("aid_unknown", {})


def _leaves_a_rest(amount: Amount, given: Given, acts: Sequence[Part]) -> bool:
    """Whether there is anything to round, at the cap or with the aid."""
    aid = given.aid_yen or 0
    shares = shared(amount.formula, acts)
    unit = max(amount.rounding.unit_yen, COARSEST_YEN) * shares.per
    kept = capped(amount.cap_reckoned, shares, given.granted)
    rests = (kept, aid * shares.per, *(money for _, money in shares.parts[1:]))
    return any(money % unit for money in rests)
