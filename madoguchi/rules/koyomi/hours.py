"""Hours as an officer writes them: ``mon-fri 8:30-12:00, 13:00-17:15; 3rd sat 9:00-12:00``.

An ordinal before a weekday is a week of the month, before a span a day: ``10th 8:00-24:00``.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise
from typing import Self

from madoguchi.rules.koyomi.dates import nth_in_month

DAY_MIN = 24 * 60
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SHORTEST_MONTH = 28
LONGEST_MONTH = 31
MOST_WEEKS = 5
_LINE = re.compile(r"(?:(\d+[a-z]\S*)\s+)?(?:([^\d\s]\S*)\s+)?(\S.*)")
_SPAN = re.compile(r"(\d{1,2}):([0-5]\d)-(\d{1,2}):([0-5]\d)")
_EXAMPLE = (
    "「mon-fri 8:30-17:15」「3rd sat 9:00-12:00」「10th 8:00-24:00」「24h」のように書いてください。"
)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one day, in minutes from midnight; the end itself is outside it."""

    starts_min: int
    ends_min: int

    def __post_init__(self) -> None:
        """Refuse a span that leaves the day or runs backwards."""
        if not 0 <= self.starts_min < self.ends_min <= DAY_MIN:
            raise ValueError("終わりの時刻を、始まりより後の、24:00 までの時刻にしてください。")

    @property
    def starts(self) -> time:
        """The time at which it begins."""
        return time(*divmod(self.starts_min, 60))

    @property
    def ends(self) -> time:
        """The time at which it ends; 24:00 reads as 00:00."""
        return time(*divmod(self.ends_min % DAY_MIN, 60))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The span written as ``8:30-17:15``.

        >>> Span.from_text("8:30-17:15")
        Span(starts_min=510, ends_min=1035)

        Raises:
            ValueError: the text is no span of a day.
        """
        found = _SPAN.fullmatch(text.strip())
        if found is None:
            raise ValueError(
                f"時刻「{text.strip()}」は読めません。「8:30-17:15」のように書いてください。"
            )
        hour, minute, last_hour, last_minute = (int(part) for part in found.groups())
        return cls(hour * 60 + minute, last_hour * 60 + last_minute)


@dataclass(frozen=True, slots=True)
class WeekLine:
    """One line of hours: on these weekdays (of these weeks of the month) these spans.

    ``days``: of a line that goes by the day of the month; it has no weekdays.
    """

    spans: tuple[Span, ...]
    weekdays: frozenset[int] = frozenset()
    nths: frozenset[int] = frozenset()
    days: frozenset[int] = frozenset()

    def covers(self, day: date) -> bool:
        """Whether the line speaks of this day; no weeks of the month means every week."""
        if self.days:
            return day.day in self.days
        return day.weekday() in self.weekdays and (not self.nths or nth_in_month(day) in self.nths)

    def goes_on_in(self, other: "WeekLine") -> bool:
        """Whether its days run over midnight into the other line, which says no more than that.

        >>> first, second = Week.from_text("10th 8:00-24:00; 11th 0:00-8:00").lines
        >>> first.goes_on_in(second), second.goes_on_in(first)
        (True, False)
        """
        next_days = {day + 1 for day in self.days if day < SHORTEST_MONTH}  # there in every month
        return (
            len(next_days) == len(self.days) > 0
            and next_days == other.days
            and self.spans[-1].ends_min == DAY_MIN
            and len(other.spans) == 1
            and other.spans[0].starts_min == 0
            and other.spans[0].ends_min < DAY_MIN
        )


@dataclass(frozen=True, slots=True)
class Week:
    """Hours by the weekday or day of the month (受付時間), before any closed day is taken away.

    ``then``: the hours that follow, each from a day on, in order.
    """

    lines: tuple[WeekLine, ...]
    text: str
    then: tuple[tuple[date, "Week"], ...] = ()

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The hours read from their written form; ``24h`` means always.

        >>> week = Week.from_text("mon-fri 9:00-12:00, 13:00-16:00; 3rd sat 9:00-12:00")
        >>> [len(week.spans_on(date(2024, 4, day))) for day in (19, 20, 27)]
        [2, 1, 0]

        Raises:
            ValueError: the text is no weekly hours; it says what to write.
        """
        if text.strip() == "24h":
            return cls((WeekLine((Span(0, DAY_MIN),), weekdays=frozenset(range(7))),), "24h")
        return cls(tuple(_line(part) for part in text.split(";")), text)

    @property
    def always(self) -> bool:
        """Whether it is open day and night, every day (24時間).

        >>> Week.from_text("24h").always
        True
        """
        return self.text == "24h"

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """The spans of one day, in order, those that touch joined."""
        lines = self.on(day).lines
        return joined(span for line in lines if line.covers(day) for span in line.spans)

    def on(self, day: date) -> "Week":
        """The hours that hold on a day, with those that follow after it.

        >>> week = Week.from_text("mon-fri 8:30-17:15").followed_by(
        ...     date(2027, 4, 1), Week.from_text("mon-fri 9:00-17:00"))
        >>> week.on(date(2027, 3, 31)).text, week.on(date(2027, 4, 1)).text
        ('mon-fri 8:30-17:15', 'mon-fri 9:00-17:00')
        """
        begun = [week for since, week in self.then if since <= day]
        later = tuple(each for each in self.then if each[0] > day)
        holds = begun[-1] if begun else self
        return Week(holds.lines, holds.text, later)

    def followed_by(self, since: date, week: "Week") -> "Week":
        """The same hours until a day, and others from that day on."""
        until = tuple(each for each in self.then if each[0] < since)
        return Week(self.lines, self.text, (*until, (since, week)))


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same minutes in as few spans as possible, in order.

    >>> joined([Span(60, 120), Span(0, 60)])
    (Span(starts_min=0, ends_min=120),)
    """
    out: list[Span] = []
    for span in sorted(spans):
        if out and span.starts_min <= out[-1].ends_min:
            out[-1] = Span(out[-1].starts_min, max(out[-1].ends_min, span.ends_min))
        else:
            out.append(span)
    return tuple(out)


def spans_from_text(text: str) -> tuple[Span, ...]:
    """The spans of one day, written as ``9:00-12:00, 13:00-16:00``.

    >>> len(spans_from_text("9:00-12:00, 13:00-16:00"))
    2

    Raises:
        ValueError: a span cannot be read, or two overlap.
    """
    spans = tuple(sorted(Span.from_text(part) for part in text.split(",")))
    if any(before.ends_min > after.starts_min for before, after in pairwise(spans)):
        raise ValueError("時間帯が重なっています。重ならないように書いてください。")
    return spans


def ordinal(number: int) -> str:
    """A week or a day of the month as it is written.

    >>> " ".join(ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 31))
    '1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 23rd 31st'
    """
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number in (11, 12, 13) else ending}"


def _line(text: str) -> WeekLine:
    found = _LINE.fullmatch(text.strip())
    ordinals, weekdays, spans = found.groups() if found else (None, None, "")
    if weekdays:
        nths = _ordinals(ordinals, MOST_WEEKS) if ordinals else frozenset()
        return WeekLine(nths=nths, weekdays=_weekdays(weekdays), spans=spans_from_text(spans))
    if ordinals:
        return WeekLine(days=_ordinals(ordinals, LONGEST_MONTH), spans=spans_from_text(spans))
    raise ValueError(f"受付時間「{text.strip()}」は読めません。{_EXAMPLE}")


def _ordinals(text: str, last: int) -> frozenset[int]:
    known = {ordinal(number): number for number in range(1, last + 1)}
    for part in text.split(","):
        if part not in known:
            number = re.fullmatch(r"(\d{1,2})[a-z]{2}", part)
            meant = ordinal(int(number[1])) if number else ""
            raise ValueError(
                f"「{part}」は読めません。「{meant}」と書いてください。"
                if meant in known
                else f"「{part}」は読めません。1st から {ordinal(last)} までを、"
                "「1st,3rd」のように書いてください。"
            )
    return frozenset(known[part] for part in text.split(","))


def _weekdays(text: str) -> frozenset[int]:
    days: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
            raise ValueError(
                f"曜日「{part}」は読めません。{'・'.join(WEEKDAYS)} で書いてください。"
            )
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        days.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    return frozenset(days)
