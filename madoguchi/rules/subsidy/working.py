"""The way to the amount, line by line (計算の過程), for the one who gets it and the one who checks.

A line has a code, whose words stand under ``working.<code>``, and finished values. A place that
the city has not confirmed changes no number; a line says that it is open, where that can matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd
from typing import TYPE_CHECKING, assert_never

from madoguchi.rules.programme.subsidy_amount import Amount, Cap, EachAct, Overall, Share
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.subsidy.amounts import (
    VAST_YEN,
    Bounds,
    Part,
    Track,
    capped,
    ceiling,
    less_cost,
    rounded,
    shared,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from madoguchi.rules.subsidy.facts import Facts

_DECIMALS = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the working (計算の一行)."""

    code: str
    values: Mapping[str, object]

    @property
    def key(self) -> str:
        """Where its words stand.

        >>> Line("sum", {"result": "1"}).key
        'working.sum'
        """
        return f"working.{self.code}"


@dataclass(frozen=True, slots=True)
class _Running:
    """The number as it stands: the acts in parts of a yen; ``yen`` says all of them together."""

    parts: Sequence[Part]
    per: int

    @property
    def money(self) -> int:
        return sum(part.money for part in self.parts)

    @property
    def yen(self) -> str:
        return exact(self.money, self.per)


def working(amount: Amount, track: Track, facts: Facts, bounds: Bounds) -> tuple[Line, ...]:
    """The lines from the cost to the grant.

    >>> from madoguchi.rules.programme.load import programme
    >>> from madoguchi.rules.subsidy.amounts import eligible, grant
    >>> from madoguchi.rules.subsidy.facts import Cost, Facts
    >>> rule = programme("shibukawa").subsidy.version[0]
    >>> facts = Facts(costs=(Cost("deletion", "retainer", 299_999),), other_aid_yen=0)
    >>> track = eligible(rule.cost, facts.costs, rule.amount)
    >>> lines = working(rule.amount, track, facts, grant(rule.amount, track, facts))
    >>> [line.code for line in lines]
    ['share', 'cap_within', 'tax_open', 'rounding_open', 'between']
    >>> lines[0].values
    {'yen': '299,999', 'share': '1/2', 'result': '149,999.5'}
    """
    if not track.known:
        return tuple(_unknown(facts, bounds))
    return tuple(_known(amount, track, facts, bounds))


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


def _unknown(facts: Facts, bounds: Bounds) -> Iterator[Line]:
    yield Line("cost_unknown", {})
    if facts.costs and bounds.most < VAST_YEN:
        yield Line("at_most", {"yen": f"{bounds.most:,}"})


def _known(amount: Amount, track: Track, facts: Facts, bounds: Bounds) -> Iterator[Line]:
    """Each place in its order; a place that is open leaves the number as it is and says so."""
    now = _Running(*shared(amount.formula, track.most))
    yield from _shares(amount, track.most, now)
    aid = facts.other_aid_yen
    sure_aid = aid if amount.less.source != UNCONFIRMED else 0
    if sure_aid and amount.less.other_aid == "from_cost":
        now = _Running(*less_cost(now.parts, now.per, track.most, sure_aid))
        yield Line("aid_from_cost", {"aid": f"{sure_aid:,}", "result": now.yen})
    rounding = amount.rounding
    sure_rounding = rounding.source != UNCONFIRMED
    if sure_rounding and rounding.order == "before_cap":
        now = _Running([Part(act, rounded(yen, now.per, rounding)) for act, yen in now.parts], 1)
        yield _rounding(amount, now)
    before, now = now, _under_the_cap(amount.cap, now, facts)
    yield from _cap(amount.cap, before, now)
    if sure_aid and amount.less.other_aid == "from_grant":
        now = _Running([Part("", max(0, now.money - sure_aid * now.per))], now.per)
        yield Line("aid_from_grant", {"aid": f"{sure_aid:,}", "result": now.yen})
    if sure_rounding and rounding.order == "after_cap":
        limit = ceiling(amount.cap, track.most, facts.granted or ())
        yen = rounded(now.money, now.per, rounding)
        now = _Running([Part("", min(yen, limit) if rounding.mode != "down" else yen)], 1)
        yield _rounding(amount, now)
    yield from _open(amount, track, facts, bounds)
    yield _result(bounds)


def _shares(amount: Amount, acts: Sequence[Part], now: _Running) -> Iterator[Line]:
    share = str(amount.formula.share) if isinstance(amount.formula, Share) else ""
    for (act, yen), part in zip(acts, now.parts, strict=True):
        code = f"share_{act}" if len(acts) > 1 else "share"
        result = exact(part.money, now.per)
        yield Line(code, {"yen": f"{yen:,}", "share": share, "result": result})
    if len(acts) > 1:
        yield Line("sum", {"result": now.yen})


def _under_the_cap(rule: Cap, now: _Running, facts: Facts) -> _Running:
    """The acts under a sure cap; while its kind is open and it matters, they stay as they are."""
    if rule.kind_source == UNCONFIRMED and len(now.parts) > 1:
        return now
    return _Running([Part("", capped(rule, now.parts, now.per, facts.granted or ()))], now.per)


def _cap(rule: Cap, before: _Running, now: _Running) -> Iterator[Line]:
    cap = f"{rule.cap_yen:,}"
    if rule.kind_source == UNCONFIRMED and len(before.parts) > 1:
        yield Line("cap_open", {"cap": cap})
        return
    if now.money == before.money:
        yield Line("cap_within", {"cap": cap})
        return
    match rule:
        case Overall():
            yield Line("cap", {"cap": cap, "result": now.yen})
        case EachAct():
            yield Line("cap_each", {"cap": cap, "result": now.yen})
        case _:
            assert_never(rule)


def _rounding(amount: Amount, now: _Running) -> Line:
    rule = amount.rounding
    return Line(f"rounding_{rule.mode}", {"unit": f"{rule.unit_yen:,}", "result": now.yen})


def _open(amount: Amount, track: Track, facts: Facts, bounds: Bounds) -> Iterator[Line]:
    """What is still to be confirmed or to be known, where it can change the amount."""
    if bounds.least == bounds.most:
        return
    if track.least != track.most:
        is_open = amount.consumption_tax_source == UNCONFIRMED
        net = sum(part.money for part in track.least)
        yield Line("tax_open" if is_open else "tax_unknown", {"net": f"{net:,}"})
    aid = facts.other_aid_yen
    open_aid = amount.less.source == UNCONFIRMED
    if aid is None and (open_aid or amount.less.other_aid != "not_at_all"):
        yield Line("aid_unknown", {})
    elif aid and open_aid:
        yield Line("aid_open", {"aid": f"{aid:,}"})
    if amount.rounding.source == UNCONFIRMED:
        yield Line("rounding_open", {})


def _result(bounds: Bounds) -> Line:
    if bounds.least == bounds.most:
        return Line("result", {"yen": f"{bounds.most:,}"})
    return Line("between", {"least": f"{bounds.least:,}", "most": f"{bounds.most:,}"})
