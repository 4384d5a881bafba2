"""The interviews (面談) of a day, and which may be booked: hours, pause, closed days."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Literal

from madoguchi.rules.decision import Decision, Held, Reason
from madoguchi.rules.koyomi.hours import Span
from madoguchi.rules.opening import day_spans, working_days
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.desk import Desk, Interviews

type Booker = Literal["desk", "person"]

FARTHEST_DAYS = 365  # for the desk; the programme says how far a person may look


def slots(desk: Desk, day: date, changes: Sequence[Change] = ()) -> tuple[Span, ...]:
    """The times at which interviews are given on a day, in order (面談の枠).

    They are cut from the beginning of each stretch of the counter's hours; the pause cuts a
    stretch. A counter that never closes gives them while the desk is staffed.

    >>> from madoguchi.rules.programme.load import programme
    >>> monday = slots(programme("shibukawa").desk, date(2026, 11, 30))
    >>> [f"{span.starts:%H:%M}" for span in monday]
    ['08:30', '09:30', '10:30', '13:00', '14:00', '15:00', '16:00']
    >>> slots(programme("shibukawa").desk, date(2026, 12, 29))
    ()
    """
    week, given = desk.hours_of("face"), desk.interviews
    if week is None or given is None:
        return ()
    week = desk.hours if week.on(day).always else week
    return tuple(
        Span(start, start + given.slot_min)
        for span in day_spans(desk, week, day, changes)
        for part in _without(given.pause, span)
        for start in range(part.starts_min, part.ends_min - given.slot_min + 1, given.slot_min)
    )


def slot(desk: Desk, day: date, starts: time, changes: Sequence[Change] = ()) -> Span | None:
    """The interview that begins then, or None where none does.

    >>> from madoguchi.rules.programme.load import programme
    >>> slot(programme("shibukawa").desk, date(2026, 11, 30), time(12))
    """
    return next((span for span in slots(desk, day, changes) if span.starts == starts), None)


def bookable(
    desk: Desk,
    day: date,
    starts: time,
    at: datetime,
    by: Booker,
    changes: Sequence[Change] = (),
) -> Decision:
    """Whether an interview may be booked for then at this moment (aware, office time).

    Whether a place is left is not asked here: the database guards it.

    >>> from madoguchi.rules.programme.load import programme
    >>> at = datetime.fromisoformat("2026-11-30T10:00+09:00")
    >>> found = bookable(programme("shibukawa").desk, date(2026, 12, 5), time(10, 30), at, "desk")
    >>> [reason.code for reason in found.reasons if reason.held is Held.UNMET]
    ['interview.closed']
    """
    given = desk.interviews
    if given is None:
        return Decision.of(Reason("interview.none"))
    if by == "person" and not given.by_citizens:
        return Decision.of(Reason("interview.by_desk"))
    if slots(desk, day, changes):
        there = slot(desk, day, starts, changes) is not None
        open_then = Reason("interview.hours", Held.MET if there else Held.UNMET)
    else:
        open_then = Reason("interview.closed")
    return Decision.of(open_then, _in_time(desk, given, day, starts, at, by, changes))


def days_for(
    desk: Desk, today: date, changes: Sequence[Change] = ()
) -> Iterator[tuple[date, tuple[Span, ...]]]:
    """The days, with their times, that a person may choose from today.

    >>> from madoguchi.rules.programme.load import programme
    >>> list(days_for(programme("shibukawa").desk, date(2026, 11, 30)))  # the desk alone books
    []
    """
    given = desk.interviews
    if given is None or not given.by_citizens:
        return
    for day in _window(desk, given, today, changes):
        if found := slots(desk, day, changes):
            yield day, found


def _without(pause: Span | None, span: Span) -> Iterator[Span]:
    """The parts of a stretch before and after the pause."""
    if pause is None or pause.ends_min <= span.starts_min or span.ends_min <= pause.starts_min:
        yield span
        return
    if span.starts_min < pause.starts_min:
        yield Span(span.starts_min, pause.starts_min)
    if pause.ends_min < span.ends_min:
        yield Span(pause.ends_min, span.ends_min)


def _in_time(
    desk: Desk,
    given: Interviews,
    day: date,
    starts: time,
    at: datetime,
    by: Booker,
    changes: Sequence[Change],
) -> Reason:
    begins = datetime.combine(day, starts, tzinfo=at.tzinfo)
    if begins + timedelta(minutes=given.slot_min) <= at:
        return Reason("interview.past")
    if by == "desk":
        near = day <= at.date() + timedelta(days=FARTHEST_DAYS)
        return Reason("interview.far", Held.MET if near else Held.UNMET)
    window = list(_window(desk, given, at.date(), changes))
    if not window or day > window[-1]:
        return Reason("interview.far")
    early_enough = day >= window[0] and begins > at
    return Reason("interview.soon", Held.MET if early_enough else Held.UNMET)


def _window(
    desk: Desk, given: Interviews, today: date, changes: Sequence[Change]
) -> Iterator[date]:
    """The working days (開庁日) on which a person may have an interview."""
    after = (day for day in working_days(desk, today, changes) if day > today)
    if given.from_working_days == 0:
        yield today
        yield from islice(after, given.within_working_days)
    else:
        yield from islice(after, given.from_working_days - 1, given.within_working_days)
