"""When will somebody answer? Standing hours and the day's decisions, for each channel.

What holds for the desk holds for every line of an agency: `stretches` turns the spans of days into
moments, `stretch_at` says which one a moment is in or before.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from madoguchi.rules.koyomi.hours import Span, Week, spans_from_text
from madoguchi.rules.programme.changes import Change, DeskClosed, DeskClosedSpan, DeskHours
from madoguchi.rules.programme.desk import CHANNELS, ChannelName, Desk

_FARTHEST_DAYS = 400


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether a channel is open at a moment, and what comes next (いま開いているか).

    ``closes_at``: None when closed or when it never closes. ``next_opening``: the next beginning
    after this moment; the moment itself on a channel that never closes. ``answer_by``: when
    somebody at the desk next reads (the moment itself while the desk is staffed), or, where the
    office confirmed a promise (``promised``), the end of the last working day that it promised.
    """

    open: bool
    closes_at: datetime | None
    next_opening: datetime
    answer_by: datetime
    promised: bool = False

    def as_data(self) -> dict[str, object]:
        """The state as JSON holds it: moments in ISO 8601 with their zone.

        A channel that never closes has neither a closing nor a next opening.
        """
        always = self.open and self.closes_at is None
        return {
            "open": self.open,
            "closes_at": self.closes_at and self.closes_at.isoformat(),
            "next_opening": None if always else self.next_opening.isoformat(),
            "answer_by": self.answer_by.isoformat(),
            "answer_promised": self.promised,
        }


class NeverOpenError(ValueError):
    """The desk does not open within the coming year, or has no such channel."""


def opening(
    desk: Desk, channel: ChannelName, at: datetime, changes: Sequence[Change] = ()
) -> Opening:
    """The state of a channel at a moment (aware, office time).

    >>> from madoguchi.rules.programme.load import programme
    >>> saturday = datetime.fromisoformat("2026-11-28T10:00+09:00")
    >>> opening(programme("shibukawa").desk, "phone", saturday).next_opening.isoformat()
    '2026-11-30T08:30:00+09:00'

    Raises:
        NeverOpenError: the desk has no such channel or no opening within a year.
    """
    week = desk.hours_of(channel)
    if week is None:
        raise NeverOpenError(channel)
    answer_by, promised = _answer_by(desk, at, changes), desk.promise.confirmed
    if week.on(at.date()).always:
        return Opening(
            open=True, closes_at=None, next_opening=at, answer_by=answer_by, promised=promised
        )
    spans = _stretches_of(desk, week, at, changes)
    now = stretch_at(spans, at)
    if now is None:
        raise NeverOpenError(channel)
    starts, ends = now
    if starts > at:
        return Opening(
            open=False, closes_at=None, next_opening=starts, answer_by=answer_by, promised=promised
        )
    following = next((begins for begins, _ in spans), None)
    if following is None:
        raise NeverOpenError(channel)
    return Opening(
        open=True, closes_at=ends, next_opening=following, answer_by=answer_by, promised=promised
    )


def stretches(
    spans_on: Callable[[date], tuple[Span, ...]], at: datetime, days: int = _FARTHEST_DAYS
) -> Iterator[tuple[datetime, datetime]]:
    """The stretches from the moment's day on, as moments; midnight alone ends none.

    >>> at = datetime.fromisoformat("2026-11-28T23:00+09:00")
    >>> found = stretches(Week.from_text("sat 22:00-24:00; sun 0:00-2:00").spans_on, at)
    >>> [moment.isoformat() for moment in next(found)]
    ['2026-11-28T22:00:00+09:00', '2026-11-29T02:00:00+09:00']
    """
    begun: tuple[datetime, datetime] | None = None
    for step in range(days):
        day = at.date() + timedelta(days=step)
        for span in spans_on(day):
            starts, ends = _moment(at, day, span.starts_min), _moment(at, day, span.ends_min)
            if begun and begun[1] == starts:
                begun = begun[0], ends
                continue
            if begun:
                yield begun
            begun = starts, ends
    if begun:
        yield begun


def stretch_at(
    found: Iterator[tuple[datetime, datetime]], at: datetime
) -> tuple[datetime, datetime] | None:
    """The first stretch that is not over at a moment: the one it lies in, or the next."""
    return next(((starts, ends) for starts, ends in found if ends > at), None)


def next_change(desk: Desk, at: datetime, changes: Sequence[Change] = ()) -> datetime:
    """The next moment at which any channel opens or closes, at the latest the next midnight.

    >>> from madoguchi.rules.programme.load import programme
    >>> monday = datetime.fromisoformat("2026-11-30T10:00+09:00")
    >>> next_change(programme("shibukawa").desk, monday).isoformat()
    '2026-11-30T17:15:00+09:00'
    """
    weeks = [desk.hours, *(week for name in CHANNELS if (week := desk.hours_of(name)))]
    midnight = _moment(at, at.date() + timedelta(days=1), 0)
    edges = [
        _moment(at, at.date(), edge)
        for week in weeks
        for span in day_spans(desk, week, at.date(), changes)
        for edge in (span.starts_min, span.ends_min)
    ]
    return min((edge for edge in edges if edge > at), default=midnight)


def day_spans(
    desk: Desk, week: Week, day: date, changes: Sequence[Change] = ()
) -> tuple[Span, ...]:
    """The spans of one day after closed days and the day's decisions; the last decision wins.

    >>> from madoguchi.rules.programme.load import programme
    >>> desk = programme("shibukawa").desk
    >>> day_spans(desk, desk.hours, date(2026, 12, 29))
    ()
    """
    if week.on(day).always:
        return week.spans_on(day)
    for change in reversed(changes):
        if isinstance(change, DeskClosed | DeskClosedSpan) and day in change:
            return ()
        if isinstance(change, DeskHours) and change.on == day:
            return spans_from_text(change.hours)
    return () if day in desk.closed else week.spans_on(day)


def staffed(desk: Desk, at: datetime, changes: Sequence[Change] = ()) -> bool:
    """Whether somebody is at the desk at this moment (開庁時間).

    >>> from madoguchi.rules.programme.load import programme
    >>> desk = programme("shibukawa").desk
    >>> [staffed(desk, datetime.fromisoformat(f"2026-11-30T{clock}+09:00"))
    ...  for clock in ("08:29", "08:30", "17:15")]
    [False, True, False]
    """
    starts, ends = stretch_at(_stretches_of(desk, desk.hours, at, changes), at) or (at, at)
    return starts <= at < ends


def working_days(desk: Desk, first: date, changes: Sequence[Change] = ()) -> Iterator[date]:
    """The days from one day on, itself included, on which the desk is staffed (開庁日).

    >>> from madoguchi.rules.programme.load import programme
    >>> next(working_days(programme("shibukawa").desk, date(2026, 12, 29))).isoformat()
    '2027-01-04'
    """
    for step in range(_FARTHEST_DAYS):
        day = first + timedelta(days=step)
        if day_spans(desk, desk.hours, day, changes):
            yield day


def working_day(desk: Desk, today: date, ahead: int, changes: Sequence[Change] = ()) -> date:
    """The day that lies so many working days (開庁日) after today; today is not counted.

    >>> from madoguchi.rules.programme.load import programme
    >>> working_day(programme("shibukawa").desk, date(2026, 12, 25), 2).isoformat()
    '2027-01-04'

    Raises:
        NeverOpenError: the desk does not open so often within a year.
    """
    days = working_days(desk, today + timedelta(days=1), changes)
    day = next(islice(days, ahead - 1, None), None)
    if day is None:
        raise NeverOpenError("desk")
    return day


def working_day_before(desk: Desk, on: date, count: int, changes: Sequence[Change] = ()) -> date:
    """The day that lies so many working days (開庁日) before one; the day itself for none.

    >>> from madoguchi.rules.programme.load import programme
    >>> working_day_before(programme("shibukawa").desk, date(2027, 1, 5), 2).isoformat()
    '2026-12-28'
    """
    before = (on - timedelta(days=step) for step in range(1, _FARTHEST_DAYS))
    staffed = (day for day in before if day_spans(desk, desk.hours, day, changes))
    return next(islice(staffed, count - 1, None), on) if count else on


def _answer_by(desk: Desk, at: datetime, changes: Sequence[Change]) -> datetime:
    reading = stretch_at(_stretches_of(desk, desk.hours, at, changes), at)
    if reading is None:
        raise NeverOpenError("desk")
    if not desk.promise.confirmed:
        return max(reading[0], at)
    days = working_days(desk, reading[0].date() + timedelta(days=1), changes)
    last = next(islice(days, desk.promise.working_days - 1, None), None)
    if last is None:
        raise NeverOpenError("desk")
    return _moment(at, last, day_spans(desk, desk.hours, last, changes)[-1].ends_min)


def _stretches_of(
    desk: Desk, week: Week, at: datetime, changes: Sequence[Change]
) -> Iterator[tuple[datetime, datetime]]:
    return stretches(lambda day: day_spans(desk, week, day, changes), at)


def _moment(at: datetime, day: date, minute: int) -> datetime:
    return datetime.combine(day, time(0), tzinfo=at.tzinfo) + timedelta(minutes=minute)
