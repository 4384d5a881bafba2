"""The working days behind us (過ぎた開庁日): at which moment each thing happened."""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice, pairwise, takewhile

from madoguchi.rules.opening import working_days
from madoguchi.rules.programme.desk import Desk

LONGEST_DAYS = 395
APRIL, AHEAD = 4, timedelta(days=75)
FIRST_MIN, LAST_MIN = 9 * 60, 16 * 60 + 30


class Past:
    """Counts working days back from now; what would lie ahead of now has happened just now."""

    def __init__(self, desk: Desk, now: datetime, seed: int) -> None:
        self._desk, self._now = desk, now
        today = now.date()
        days = working_days(desk, today - timedelta(days=LONGEST_DAYS))
        self._days = list(takewhile(lambda day: day <= today, days))
        self._chance = random.Random(seed)  # noqa: S311 - the same town every time

    def moment(self, ago: int, at: str = "", after: datetime | None = None) -> datetime:
        """A moment of the working day that lies `ago` of them back, later than `after`.

        `at`: HH:MM; without it some minute of the desk's hours.
        """
        return self._on(self._days[-1 - ago], at, after)

    def first(self) -> datetime:
        """The beginning of the earliest working day."""
        return self._on(self._days[0], "08:30", None)

    def openings(self) -> Iterator[datetime]:
        """The beginning of each working day."""
        return (self._on(day, "08:30", None) for day in self._days)

    @property
    def today(self) -> date:
        """The day of now."""
        return self._now.date()

    def before_year(self, year: int) -> datetime | None:
        """A moment in the January before a fiscal year; None where it still lies ahead.

        The earliest working day where that lies further back.
        """
        begins = date(year, APRIL, 1)
        first = next((day for day in self._days if day >= begins - AHEAD), None)
        return self._on(first, "10:00", None) if first else None

    def before(self, day: date, days: int, after: datetime) -> datetime:
        """The working day that lies so many of them before a day, and later than `after`."""
        earlier = [one for one in self._days if one < day]
        return self._on(earlier[-days], "15:30", after)

    def following(self, day: date) -> datetime:
        """The first working day after a day."""
        later = (one for one in self._days if one > day)
        return self._on(next(later, self._now.date()), "09:40", None)

    def first_days(self) -> list[datetime]:
        """The close of the first working day of each month behind us, but for the earliest."""
        pairs = pairwise(self._days)
        return [self._on(day, "17:00", None) for before, day in pairs if before.month != day.month]

    def _on(self, day: date, at: str, after: datetime | None) -> datetime:
        minute = self._chance.randint(FIRST_MIN, LAST_MIN)
        clock = time.fromisoformat(at) if at else time(*divmod(minute, 60))
        moment = datetime.combine(day, clock, tzinfo=self._now.tzinfo)
        if after is not None:
            moment = max(moment, after + timedelta(minutes=4))
        return min(moment, self._now)

    def in_days(self, moment: datetime, days: int) -> date:
        """The working day that comes `days` of them after a moment."""
        ahead = working_days(self._desk, moment.date() + timedelta(days=1))
        return next(islice(ahead, days - 1, None))
