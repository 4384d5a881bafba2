"""When somebody is told or asked of a clinic day (お知らせの時期): offers, reminders, papers."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from madoguchi.rules.opening import day_spans, working_day, working_day_before
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.desk import Desk
from madoguchi.rules.slots import ClinicDay, begins

BRIEF_WORKING_DAYS = 4  # to ask for consent, to write, and to print the day before


def answer_until(
    clinic: Clinic,
    desk: Desk,
    day: ClinicDay,
    number: int,
    at: datetime,
    changes: Sequence[Change] = (),
) -> datetime:
    """Until when a place that is offered now may be accepted (回答の期限).

    The end of the desk's hours on the last of the working days that the programme gives, or the
    beginning of the consultation where that is earlier.

    >>> from madoguchi.rules.programme.load import programme
    >>> from madoguchi.rules.slots import day
    >>> whole = programme("shibukawa")
    >>> friday = datetime.fromisoformat("2025-02-07T10:00+09:00")
    >>> there = day(whole.clinic, "2025-02-15")
    >>> answer_until(whole.clinic, whole.desk, there, 1, friday).isoformat()
    '2025-02-10T17:15:00+09:00'
    """
    last = working_day(desk, at.date(), clinic.booking.offer_working_days, changes)
    closes_min = day_spans(desk, desk.hours, last, changes)[-1].ends_min
    midnight = datetime.combine(last, time(), at.tzinfo)
    return min(midnight + timedelta(minutes=closes_min), begins(day, number))


def remind_on(
    clinic: Clinic, desk: Desk, day: ClinicDay, changes: Sequence[Change] = ()
) -> date | None:
    """The working day on which people are reminded of a day; None where nobody is.

    >>> from madoguchi.rules.programme.load import programme
    >>> from madoguchi.rules.slots import day
    >>> whole = programme("shibukawa")
    >>> remind_on(whole.clinic, whole.desk, day(whole.clinic, "2025-02-15")).isoformat()
    '2025-02-13'
    """
    ahead = clinic.booking.remind_working_days
    return working_day_before(desk, day.on, ahead, changes) if ahead else None


def brief_on(desk: Desk, day: ClinicDay, changes: Sequence[Change] = ()) -> date:
    """The working day from which the lawyer's brief is prepared (相談の要点の準備)."""
    return working_day_before(desk, day.on, BRIEF_WORKING_DAYS, changes)


def outcome_on(desk: Desk, day: ClinicDay, changes: Sequence[Change] = ()) -> date:
    """The first working day after a day, on which its outcomes are typed in (結果の入力)."""
    return working_day(desk, day.on, 1, changes)
