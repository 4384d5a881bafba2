"""Which agencies fit a person, and why (紹介先の選び方)? By need, place, audience and hour."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from madoguchi.rules.decision import Decision, Ground, Held
from madoguchi.rules.programme.agency import Agency, Audience, Need
from madoguchi.rules.reach import Reach, lines


@dataclass(frozen=True)
class Wanted:
    """What the person needs; what is not asked for (None) rules nothing out.

    ``places``: where they live, from the widest name to the narrowest (群馬県, 渋川市); none of the
    names is known for somebody who lives elsewhere: ``()``.
    """

    need: Need | None = None
    places: tuple[str, ...] | None = None
    audience: Audience | None = None
    now: bool = False


@dataclass(frozen=True)
class Fit:
    """One agency held against what is wanted: its lines now, the grounds, whether it is due."""

    agency: Agency
    lines: tuple[Reach, ...]
    decision: Decision
    review_due: bool

    @property
    def open(self) -> bool:
        """Whether some line answers now."""
        return any(line.open for line in self.lines)


def fit(agency: Agency, wanted: Wanted, at: datetime) -> Fit:
    """The agency held against what is wanted, every ground at once.

    >>> from madoguchi.rules.programme.load import programme
    >>> night = datetime.fromisoformat("2026-11-28T23:00+09:00")
    >>> [fit(programme("shibukawa").agency(name), Wanted("delete", now=True), night).decision.answer
    ...  for name in ("moj_web", "moj_110", "sia_hotline")]
    ['yes', 'no', 'ask']
    """
    reached = lines(agency, at)
    grounds = (
        _need(agency, wanted.need),
        _place(agency, wanted.places),
        _audience(agency, wanted.audience),
        _hour(reached, wanted=wanted.now),
    )
    decision = Decision.of(*(ground for ground in grounds if ground))
    return Fit(agency, reached, decision, review_due(agency, at))


def fits(agencies: Iterable[Agency], wanted: Wanted, at: datetime) -> tuple[Fit, ...]:
    """Those that nothing rules out; made for just this audience first, then near, then in order.

    >>> from madoguchi.rules.programme.load import programme
    >>> noon = datetime.fromisoformat("2026-11-30T12:00+09:00")
    >>> found = fits(programme("shibukawa").directory, Wanted("delete", audience="child"), noon)
    >>> [one.agency.id for one in found][:2]
    ['moj_kodomo', 'step_gunma']
    """
    held = [fit(agency, wanted, at) for agency in agencies]
    fitting = [one for one in held if one.decision.answer != "no"]
    return tuple(sorted(fitting, key=lambda one: _rank(one.agency, wanted)))


def review_due(agency: Agency, at: datetime) -> bool:
    """Whether the day of its review has come (見直しの日を過ぎた記載)."""
    return agency.review_on <= at.date()


def _rank(agency: Agency, wanted: Wanted) -> tuple[bool, bool, int, str]:
    made_for_them = wanted.audience is not None and wanted.audience in agency.only_for
    return (not made_for_them, not agency.areas, agency.order, agency.id)


def _need(agency: Agency, need: Need | None) -> Ground | None:
    if need is None:
        return None
    return _ground("need", Held.MET if need in agency.needs else Held.UNMET)


def _place(agency: Agency, places: tuple[str, ...] | None) -> Ground | None:
    if not agency.areas:
        return None
    if places is None:
        return _ground("place", Held.UNKNOWN)
    inside = any(place in agency.areas for place in places)
    return _ground("place", Held.MET if inside else Held.UNMET)


def _audience(agency: Agency, audience: Audience | None) -> Ground | None:
    if not agency.only_for:
        return None
    if audience is None:
        return _ground("audience", Held.UNKNOWN)
    return _ground("audience", Held.MET if audience in agency.only_for else Held.UNMET)


def _hour(reached: tuple[Reach, ...], *, wanted: bool) -> Ground | None:
    if not wanted:
        return None
    if any(line.open for line in reached):
        return _ground("hour", Held.MET)
    known = bool(reached) and all(line.open is not None for line in reached)
    return _ground("hour", Held.UNMET if known else Held.UNKNOWN)


def _ground(about: str, held: Held) -> Ground:
    return Ground(f"referral.{about}", held)
