"""When does an agency answer? For each of its lines, at a moment (相談機関の受付時間)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from madoguchi.rules.koyomi.dates import YearlySpan
from madoguchi.rules.koyomi.holidays import is_holiday
from madoguchi.rules.programme.agency import Agency, AgencyLink, AgencyPhone

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
        if week is None or (_closed(line, day) and not week.always):
            continue
        for span in week.spans_on(day):
            yield _moment(at, day, span.starts_min), _moment(at, day, span.ends_min)


def _closed(line: Line, day: date) -> bool:
    return line.closed_on_holidays and (is_holiday(day) or day in YEAR_END)


def _moment(at: datetime, day: date, minute: int) -> datetime:
    return datetime.combine(day, time(0), tzinfo=at.tzinfo) + timedelta(minutes=minute)
