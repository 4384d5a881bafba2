"""Which clinic days and slots exist: by standing rule, published dates and the day's decisions.

Which of them may be booked now, and when people are reminded or asked (お知らせの時期).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

from madoguchi.rules.clinic_year import (
    ClinicChange,
    ClinicDay,
    DayDecision,
    Slot,
    name,
    publication,
    year_days,
)
from madoguchi.rules.decision import Decision, Held, Reason
from madoguchi.rules.koyomi.dates import JAPAN, day_in_japan, fiscal_year
from madoguchi.rules.opening import day_spans, working_day, working_day_before
from madoguchi.rules.programme.changes import (
    Change,
    ClinicDayAdded,
    ClinicDayCancelled,
    ClinicDayMoved,
    ClinicYearPublished,
)
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.desk import Desk
from madoguchi.rules.programme.words import UNCONFIRMED

__all__ = [
    "NEVER",
    "Booker",
    "ClinicChange",
    "ClinicDay",
    "DayDecision",
    "Slot",
    "Used",
    "Window",
    "announced_on",
    "answer_until",
    "begins",
    "bookable",
    "brief_on",
    "coming",
    "day",
    "days",
    "finishes",
    "fits",
    "is_published",
    "name",
    "outcome_on",
    "received",
    "remind_on",
    "window",
    "years",
]
type Booker = Literal["desk", "person"]
WRITTEN_DOWN_DAYS = 14  # as long as a lawyer's window is open, too
CLINIC_CHANGES = (ClinicYearPublished, ClinicDayMoved, ClinicDayCancelled, ClinicDayAdded)
BRIEF_WORKING_DAYS = 4  # to ask for consent, to write, and to print the day before


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when a person may book a day (予約できる期間), both days included.

    ``first_on``: None from its publication on.
    """

    first_on: date | None
    last_on: date


@dataclass(frozen=True, slots=True)
class Used:
    """How many consultations somebody had (利用回数): ever, in this matter, in the day's year."""

    person: int = 0
    matter: int = 0
    year: int = 0


NEVER = Used()


def days(clinic: Clinic, fiscal_year: int, changes: Sequence[Change] = ()) -> tuple[ClinicDay, ...]:
    """The clinic days of a fiscal year, in order, moved and cancelled ones marked.

    A moved day stays in the fiscal year in which it was announced. Two days of one venue are never
    on one date: a decision that would bring them there does nothing (`rules.validity` refuses it).

    >>> from madoguchi.rules.programme.load import programme
    >>> found = days(programme("shibukawa").clinic, 2024)
    >>> len(found), found[0].ref, [slot.starts.hour for slot in found[0].slots]
    (12, '2024-04-20', [9, 9, 10, 11])
    """
    return year_days(clinic, fiscal_year, _of_clinic(changes))


def day(clinic: Clinic, ref: str, changes: Sequence[Change] = ()) -> ClinicDay | None:
    """The day of that name, wherever it has been moved to, or None where there is none.

    >>> from madoguchi.rules.programme.load import programme
    >>> moved = ClinicDayMoved(date(2024, 8, 17), date(2024, 8, 24))
    >>> day(programme("shibukawa").clinic, "2024-08-17", (moved,)).on.isoformat()
    '2024-08-24'
    """
    first_on = announced_on(ref)
    if first_on is None:
        return None
    return _by_ref(clinic, fiscal_year(first_on), _of_clinic(changes)).get(ref)


def announced_on(ref: str) -> date | None:
    """The date by which a day is known, or None where the calendar has no such date.

    >>> announced_on("2026-12-05_hall"), announced_on("2026-02-29")
    (datetime.date(2026, 12, 5), None)
    """
    try:
        return date.fromisoformat(ref.partition("_")[0])
    except ValueError:
        return None


def begins(day: ClinicDay, number: int) -> datetime:
    """The moment at which a slot begins, in Japan's time wherever the host is.

    Raises:
        LookupError: the day has no such slot.
    """
    return datetime.combine(day.on, _slot(day, number).starts, JAPAN)


def finishes(day: ClinicDay, number: int) -> datetime:
    """The moment at which a slot ends.

    Raises:
        LookupError: the day has no such slot.
    """
    slot = _slot(day, number)
    midnight = timedelta(days=1 if slot.ends <= slot.starts else 0)
    return datetime.combine(day.on, slot.ends, JAPAN) + midnight


def coming(clinic: Clinic, today: date, changes: Sequence[Change] = ()) -> tuple[ClinicDay, ...]:
    """The published days from a day on that take place, in order, of whichever fiscal year.

    >>> from madoguchi.rules.programme.load import programme
    >>> found = coming(programme("shibukawa").clinic, date(2025, 2, 1))
    >>> [day.ref for day in found]
    ['2025-02-15', '2025-03-15']
    """
    mine = _of_clinic(changes)
    found = (day for year in years(clinic, today, mine) for day in year_days(clinic, year, mine))
    there = (day for day in found if day.published and not day.cancelled and day.on >= today)
    return tuple(sorted(there, key=lambda day: (day.on, day.starts, day.ref)))


def bookable(
    clinic: Clinic | None,
    desk: Desk,
    day: ClinicDay | None,
    number: int,
    at: datetime,
    by: Booker,
    changes: Sequence[Change] = (),
    used: Used = NEVER,
) -> Decision:
    """Whether a slot may be booked at this moment (aware, office time), and why not.

    The window binds a person; the desk books until the slot is over. Whether a place is left is not
    asked here: the database guards it. What one more costs is a reason that is met.

    >>> from madoguchi.rules.programme.load import programme
    >>> city = programme("shibukawa")
    >>> at = datetime.fromisoformat("2025-02-15T10:30+09:00")
    >>> there = day(city.clinic, "2025-02-15")
    >>> [bookable(city.clinic, city.desk, there, n, at, "desk").answer for n in (1, 2, 3)]
    ['no', 'no', 'yes']
    """
    if clinic is None:
        return Decision.of(Reason("clinic.none"))
    if by == "person" and clinic.booking.only_if_needed:
        return Decision.of(Reason("clinic.if_needed"))
    if by == "person" and clinic.booking.online == "no":
        return Decision.of(Reason("clinic.by_desk"))
    if day is None:
        return Decision.of(Reason("clinic.no_day"))
    if day.cancelled:
        return Decision.of(Reason("clinic.cancelled"))
    if not day.published:
        return Decision.of(Reason("clinic.unpublished"))
    if day.slot(number) is None:
        return Decision.of(Reason("clinic.no_slot"))
    return Decision.of(
        _in_time(clinic, desk, day, number, at, by, changes), *_free_times(clinic, by, used)
    )


def window(
    clinic: Clinic, desk: Desk, day: ClinicDay, changes: Sequence[Change] = ()
) -> Window | None:
    """From when until when a person may book a day; None while the office did not confirm it.

    >>> from madoguchi.rules.programme.load import programme
    >>> city = programme("shibukawa")
    >>> from dataclasses import replace
    >>> rule = replace(city.clinic.booking, closes_working_days=2, window_source="x")
    >>> clinic = replace(city.clinic, booking=rule)
    >>> window(clinic, city.desk, days(clinic, 2024)[0]).last_on.isoformat()
    '2024-04-18'
    """
    rule = clinic.booking
    if not rule.window_known:
        return None
    first_on = None if rule.opens_days is None else day.on - timedelta(days=rule.opens_days)
    return Window(first_on, working_day_before(desk, day.on, rule.closes_working_days, changes))


def fits(
    clinic: Clinic,
    ref: str,
    change: Change,
    numbers: Iterable[int],
    changes: Sequence[Change] = (),
) -> Decision:
    """Whether the taken slots of a day are still there after a decision about it.

    >>> from madoguchi.rules.programme.load import programme
    >>> short = ClinicDayMoved(date(2024, 8, 17), date(2024, 8, 24), "9:00-10:30")
    >>> fits(programme("shibukawa").clinic, "2024-08-17", short, [1, 4]).answer
    'no'
    """
    then = day(clinic, ref, (*changes, change))
    if then is None:
        return Decision.of(Reason("clinic.no_day"))
    lost = sorted(number for number in set(numbers) if then.slot(number) is None)
    held = Held.UNMET if lost else Held.MET
    return Decision.of(Reason("clinic.too_short", held, {"slots": len(then.slots)}))


def years(clinic: Clinic, today: date, changes: Sequence[Change] = ()) -> tuple[int, ...]:
    """The fiscal years that may have a clinic day: in the files, by a decision, or near today."""
    near = fiscal_year(today)
    found = {near - 1, near, near + 1, *(each.fiscal_year for each in clinic.year)}
    for change in changes:
        match change:
            case ClinicYearPublished():
                found.add(change.fiscal_year)
            case ClinicDayMoved():
                found.add(fiscal_year(change.was_on))
            case ClinicDayAdded():
                found.add(fiscal_year(change.on))
            case _:
                pass
    return tuple(sorted(found))


def is_published(
    clinic: Clinic, fiscal_year: int, changes: Sequence[Change] = (), venue: str = ""
) -> bool:
    """Whether the days of a fiscal year at a venue are public, by the files or by the desk.

    >>> from madoguchi.rules.programme.load import programme
    >>> [is_published(programme("shibukawa").clinic, year) for year in (2024, 2026)]
    [True, False]
    """
    table = clinic.published(fiscal_year, venue)
    return table is not None or publication(fiscal_year, venue, changes) is not None


def _in_time(
    clinic: Clinic,
    desk: Desk,
    day: ClinicDay,
    number: int,
    at: datetime,
    by: Booker,
    changes: Sequence[Change],
) -> Reason:
    limit = finishes(day, number) if by == "desk" else begins(day, number)
    if limit <= at:
        return Reason("clinic.past")
    open_for = window(clinic, desk, day, changes) if by == "person" else None
    today = day_in_japan(at)
    if open_for and open_for.first_on and today < open_for.first_on:
        return Reason("clinic.early", values={"first_on": open_for.first_on})
    late = open_for is not None and today > open_for.last_on
    return Reason("clinic.late", Held.UNMET if late else Held.MET)


def _free_times(clinic: Clinic, by: Booker, used: Used) -> Iterator[Reason]:
    """Whether another consultation is due to somebody, and what it costs.

    A limit that the office did not confirm is asked about where a person books; the desk decides.
    """
    free = clinic.free
    if free is None or getattr(used, free.per) < free.times:
        return
    known = free.source != UNCONFIRMED
    if not known:
        yield Reason("clinic.times", Held.MET if by == "desk" else Held.UNKNOWN)
    elif free.then_yen is None:
        yield Reason("clinic.times", values={"times": free.times}, source=free.source)
    else:
        yield Reason("clinic.fee", Held.MET, {"yen": free.then_yen}, free.source)


def _of_clinic(changes: Iterable[Change]) -> tuple[ClinicChange, ...]:
    """Only what concerns the clinic: other decisions would make every year anew."""
    return tuple(change for change in changes if isinstance(change, CLINIC_CHANGES))


def _slot(day: ClinicDay, number: int) -> Slot:
    found = day.slot(number)
    if found is None:
        raise LookupError(f"{day.ref} has {len(day.slots)} slots, none of number {number}")
    return found


@lru_cache(maxsize=256)
def _by_ref(
    clinic: Clinic, year: int, changes: tuple[ClinicChange, ...]
) -> Mapping[str, ClinicDay]:
    return {day.ref: day for day in year_days(clinic, year, changes)}


def received(day: ClinicDay, today: date) -> bool:
    """Whether who came to the day without a booking may be written down today (当日の受付).

    On the day itself, and for two weeks after it: the Saturday is on paper.

    >>> from madoguchi.rules.programme.load import programme
    >>> december = days(programme("shibukawa").clinic, 2026)[8]
    >>> [received(december, date(2026, 12, on)) for on in (18, 19, 21)]
    [False, True, True]
    """
    return day.on <= today <= day.on + timedelta(days=WRITTEN_DOWN_DAYS)


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
    >>> city = programme("shibukawa")
    >>> friday = datetime.fromisoformat("2025-02-07T10:00+09:00")
    >>> there = day(city.clinic, "2025-02-15")
    >>> answer_until(city.clinic, city.desk, there, 1, friday).isoformat()
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
    >>> city = programme("shibukawa")
    >>> remind_on(city.clinic, city.desk, day(city.clinic, "2025-02-15")).isoformat()
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
