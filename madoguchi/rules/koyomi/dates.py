"""Days as an office counts them: fiscal years, n-th weekdays, holidays, what holds on a day."""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta, timezone
from functools import lru_cache
from itertools import pairwise
from typing import Literal, Protocol, Self

import jpholiday

APRIL = 4
SATURDAY = 5
JAPAN = timezone(timedelta(hours=9), "Asia/Tokyo")
"""The one zone of every office, wherever the host computer stands; it has no summer time."""


@dataclass(frozen=True, slots=True)
class YearlySpan:
    """Days of every year, both ends included, such as the year-end closing (年末年始)."""

    first: tuple[int, int]
    last: tuple[int, int]

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The span written as ``12-29..01-03`` (month-day..month-day).

        >>> YearlySpan.from_text("12-29..01-03")
        YearlySpan(first=(12, 29), last=(1, 3))

        Raises:
            ValueError: the text is not two real days of a year.
        """
        found = re.fullmatch(r"(\d{2})-(\d{2})\.\.(\d{2})-(\d{2})", text.strip())
        if found is None:
            raise ValueError("「12-29..01-03」のように、月-日..月-日 の形で書いてください。")
        month, day, last_month, last_day = (int(part) for part in found.groups())
        for each in ((month, day), (last_month, last_day)):
            try:
                date(2024, *each)  # a leap year: 29 February is a day, too
            except ValueError:
                raise ValueError(f"{each[0]}月{each[1]}日という日はありません。") from None
        return cls((month, day), (last_month, last_day))

    def __str__(self) -> str:
        """The span as it is written."""
        return f"{self.first[0]:02}-{self.first[1]:02}..{self.last[0]:02}-{self.last[1]:02}"

    def __contains__(self, day: date) -> bool:
        """Whether a day lies in the span, over New Year too.

        >>> date(2027, 1, 3) in YearlySpan.from_text("12-29..01-03")
        True
        """
        here = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= here <= self.last
        return here >= self.first or here <= self.last


class Dated(Protocol):
    """Anything that holds from a day on."""

    @property
    def since(self) -> date:
        """The first day on which it holds."""
        ...


def moment(text: str) -> datetime:
    """A moment as `isoformat` writes it, with its zone, such that every database can hold it.

    >>> moment("2026-11-29T10:00:00+09:00").hour
    10

    Raises:
        ValueError: it is none, has no zone, or lies at the edge of what there is.
    """
    found = datetime.fromisoformat(text)
    if found.tzinfo is None or not MINYEAR < found.year < MAXYEAR:  # other zones' days exist
        raise ValueError(text)
    return found


def day_in_japan(moment: datetime) -> date:
    """The day of a moment as the office's calendar has it; a moment out of a table is in UTC.

    >>> from datetime import UTC
    >>> day_in_japan(datetime(2026, 11, 29, 23, 0, tzinfo=UTC))
    datetime.date(2026, 11, 30)
    """
    return moment.astimezone(JAPAN).date()


def fiscal_year(day: date) -> int:
    """The fiscal year (年度) that a day belongs to; it runs from 1 April to 31 March.

    >>> fiscal_year(date(2025, 3, 31)), fiscal_year(date(2025, 4, 1))
    (2024, 2025)
    """
    return day.year if day.month >= APRIL else day.year - 1


def months_of(year: int) -> tuple[date, ...]:
    """The first days of a fiscal year's months.

    >>> months_of(2026)[0], months_of(2026)[-1]
    (datetime.date(2026, 4, 1), datetime.date(2027, 3, 1))
    """
    return tuple(date(year + at // 12, at % 12 + 1, 1) for at in range(3, 15))


def fiscal_year_days(year: int) -> Iterator[date]:
    """Every day of a fiscal year, in order.

    >>> days = list(fiscal_year_days(2023))
    >>> len(days), days[0].isoformat(), days[-1].isoformat()
    (366, '2023-04-01', '2024-03-31')
    """
    day = date(year, 4, 1)
    last = date(year + 1, 3, 31)
    while day <= last:
        yield day
        day += timedelta(days=1)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month where it is shorter.

    >>> months_after(date(2026, 8, 31), 6), months_after(date(2026, 11, 24), 12)
    (datetime.date(2027, 2, 28), datetime.date(2027, 11, 24))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def nth_in_month(day: date) -> int:
    """Which of its weekday in the month this day is: 3 for the third Saturday (第3土曜日).

    >>> nth_in_month(date(2024, 4, 20))
    3
    """
    return (day.day - 1) // 7 + 1


@lru_cache(maxsize=4096)
def holiday_name(day: date) -> str | None:
    """The Japanese name of the national holiday on this day, or None.

    Substitute and in-between holidays (振替休日, 国民の休日) count.
    Source: 国民の祝日に関する法律.

    >>> holiday_name(date(2032, 3, 20))
    '春分の日'
    >>> holiday_name(date(2024, 4, 20)) is None
    True
    """
    name: str | None = jpholiday.is_holiday_name(day)
    return name


def is_holiday(day: date) -> bool:
    """Whether this day is a national holiday.

    >>> is_holiday(date(2024, 5, 6))  # 振替休日
    True
    """
    return holiday_name(day) is not None


def weekday(day: date, way: Literal["before", "after"]) -> date:
    """The day itself, or where it is a weekend or a national holiday, the next one that is not.

    >>> weekday(date(2027, 5, 1), "before"), weekday(date(2027, 5, 1), "after")
    (datetime.date(2027, 4, 30), datetime.date(2027, 5, 6))
    """
    step = timedelta(days=-1 if way == "before" else 1)
    while day.weekday() >= SATURDAY or is_holiday(day):
        day += step
    return day


def version_on[V: Dated](versions: Sequence[V], day: date) -> V | None:
    """The version that holds on a day, or None before the first one.

    >>> from madoguchi.rules.programme.city import Division
    >>> old, new = (Division(date(y, 4, 1), (n,), "x", "x") for y, n in ((2022, "A"), (2024, "B")))
    >>> version_on((old, new), date(2024, 3, 31)).names
    ('A',)
    """
    held = [version for version in versions if version.since <= day]
    return held[-1] if held else None


def must_be_in_order(versions: Sequence[Dated], what: str) -> None:
    """Raise ValueError unless each version begins after the one before it.

    Raises:
        ValueError: two begin on one day or one stands before an older one.
    """
    for before, after in pairwise(versions):
        if after.since == before.since:
            raise ValueError(
                f"{what}のうち二つが同じ日（since = {after.since}）から始まっています。"
                "どちらかの since を直してください。"
            )
        if after.since < before.since:
            raise ValueError(
                f"{what}が古い順に並んでいません（{before.since} の次に {after.since}）。"
                "since の古いものを先に書いてください。"
            )
