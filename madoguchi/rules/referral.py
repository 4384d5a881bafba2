"""Which agencies fit a person, and why (紹介先の選び方)? By need, place, audience and hour.

Each line of an agency has its own hours (相談機関の受付時間); they are read at a moment.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from madoguchi.rules.decision import Decision, Held, Reason
from madoguchi.rules.koyomi.dates import YearlySpan, is_holiday
from madoguchi.rules.programme.agency import Agency, AgencyLink, AgencyPhone, Audience, Need

YEAR_END = YearlySpan((12, 29), (1, 3))
"""Days on which those that close on holidays close as well. Source: most desks' own pages."""
_FARTHEST_DAYS = 60
type Line = AgencyPhone | AgencyLink


@dataclass(frozen=True, slots=True)
class Reach:
    """A line at a moment. ``open`` of None: nobody confirmed its hours (受付時間は要確認).

    ``closes_at``: None when shut or when it never closes; ``opens_at``: the next opening, None when
    open, not known or more than two months away.
    """

    line: Line
    open: bool | None
    closes_at: datetime | None = None
    opens_at: datetime | None = None


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
    """One agency held against what is wanted: its lines now, the reasons, whether it is due."""

    agency: Agency
    lines: tuple[Reach, ...]
    decision: Decision
    review_due: bool

    @property
    def open(self) -> bool:
        """Whether some line answers now."""
        return any(line.open for line in self.lines)


def fits(agencies: Iterable[Agency], wanted: Wanted, at: datetime) -> tuple[Fit, ...]:
    """Those that nothing rules out; made for just this audience first, then near, then in order.

    >>> from madoguchi.rules.programme.load import programme
    >>> noon = datetime.fromisoformat("2026-11-30T12:00+09:00")
    >>> found = fits(programme("shibukawa").directory, Wanted("delete", audience="child"), noon)
    >>> [each.agency.id for each in found][:2]
    ['moj_kodomo', 'step_gunma']
    """
    held = [fit(agency, wanted, at) for agency in agencies]

    def rank(found: Fit) -> tuple[bool, bool, int, str]:
        agency = found.agency
        return (wanted.audience not in agency.only_for, not agency.areas, agency.order, agency.id)

    return tuple(sorted((found for found in held if found.decision.answer != "no"), key=rank))


def fit(agency: Agency, wanted: Wanted, at: datetime) -> Fit:
    """The agency held against what is wanted, every reason at once.

    >>> from madoguchi.rules.programme.load import programme
    >>> night = datetime.fromisoformat("2026-11-28T23:00+09:00")
    >>> [fit(programme("shibukawa").agency(name), Wanted("delete", now=True), night).decision.answer
    ...  for name in ("moj_web", "moj_110", "sia_hotline")]
    ['yes', 'no', 'ask']
    """
    reached = lines(agency, at)
    held: dict[str, Held] = {}
    if wanted.need is not None:
        held["need"] = Held.MET if wanted.need in agency.needs else Held.UNMET
    if agency.areas:
        if wanted.places is None:
            held["place"] = Held.UNKNOWN
        else:
            inside = any(place in agency.areas for place in wanted.places)
            held["place"] = Held.MET if inside else Held.UNMET
    if agency.only_for:
        if wanted.audience is None:
            held["audience"] = Held.UNKNOWN
        else:
            held["audience"] = Held.MET if wanted.audience in agency.only_for else Held.UNMET
    if wanted.now:
        known = bool(reached) and all(line.open is not None for line in reached)
        if any(line.open for line in reached):
            held["hour"] = Held.MET
        else:
            held["hour"] = Held.UNMET if known else Held.UNKNOWN
    reasons = (Reason(f"referral.{about}", holds) for about, holds in held.items())
    return Fit(agency, reached, Decision.of(*reasons), review_due(agency, at))


def review_due(agency: Agency, at: datetime) -> bool:
    """Whether the day of its review has come (見直しの日を過ぎた記載)."""
    return agency.review_on <= at.date()


def reach(line: Line, at: datetime) -> Reach:
    """Whether the line answers at a moment (aware, office time), until when, and when next.

    >>> from madoguchi.rules.programme.load import programme
    >>> line = programme("shibukawa").agency("moj_110").phone[0]
    >>> saturday = datetime.fromisoformat("2026-11-28T10:00+09:00")
    >>> reach(line, saturday).opens_at.isoformat()
    '2026-11-30T08:30:00+09:00'
    """
    week = line.hours_on(at.date())
    if week is None:
        return Reach(line, None)
    if week.always:
        return Reach(line, open=True)
    closes_at, end = None, at
    for starts, ends in _spans(line, at):
        if ends <= at:
            continue
        if starts > end:
            break
        closes_at = end = ends  # midnight alone shuts nothing
    if closes_at is None:
        opens_at = next((starts for starts, _ in _spans(line, at) if starts > at), None)
        return Reach(line, open=False, opens_at=opens_at)
    return Reach(line, open=True, closes_at=closes_at)


def lines(agency: Agency, at: datetime) -> tuple[Reach, ...]:
    """Every line of the agency at a moment, those that answer first, then by when they open."""
    every: tuple[Line, ...] = (*agency.phone, *agency.link)
    found = [reach(line, at) for line in every]
    return tuple(sorted(found, key=_soonest))


def _soonest(found: Reach) -> tuple[int, float]:
    if found.open:
        return (0, 0)
    return (1, found.opens_at.timestamp()) if found.opens_at else (2, 0)


def _spans(line: Line, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The stretches in which the line answers, from the moment's day on."""
    for step in range(_FARTHEST_DAYS):
        day = at.date() + timedelta(days=step)
        week = line.hours_on(day)
        closed = line.closed_on_holidays and (is_holiday(day) or day in YEAR_END)
        if week is None or (closed and not week.always):
            continue
        for span in week.spans_on(day):
            yield _moment(at, day, span.starts_min), _moment(at, day, span.ends_min)


def _moment(at: datetime, day: date, minute: int) -> datetime:
    return datetime.combine(day, time(0), tzinfo=at.tzinfo) + timedelta(minutes=minute)
