"""The month or the fiscal year of a sheet (集計の期間), as its address says it: 2026-11 or 2026."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from madoguchi.rules.koyomi.dates import fiscal_year, months_of
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year, wareki_year
from madoguchi.rules.programme.texts import Texts
from madoguchi.work.reports.queries import month_before

FIRST_YEAR = 2020
SHAPE = re.compile(r"(20\d{2})(?:-(\d{2}))?")


@dataclass(frozen=True)
class Period:
    """A month, or a fiscal year where `month` is None."""

    year: int
    month: date | None = None

    def __str__(self) -> str:
        """As the address says it."""
        return f"{self.month:%Y-%m}" if self.month else str(self.year)

    @property
    def months(self) -> tuple[date, ...]:
        """Its months."""
        return (self.month,) if self.month else months_of(self.year)

    @property
    def of_year(self) -> Period:
        """Its fiscal year."""
        return Period(self.year)

    @property
    def before(self) -> Period:
        """The month or year before."""
        if self.month is None:
            return Period(self.year - 1)
        return period_of(month_before(self.month))

    @property
    def after(self) -> Period:
        """The month or year after."""
        if self.month is None:
            return Period(self.year + 1)
        month = self.month
        return period_of(date(month.year + month.month // 12, month.month % 12 + 1, 1))

    @property
    def year_ago(self) -> Period:
        """The same month a year before."""
        if self.month is None:
            return self.before
        return period_of(self.month.replace(year=self.month.year - 1))

    def begun(self, today: date) -> bool:
        """Whether it has begun, and is none from before there were such desks."""
        return self.year >= FIRST_YEAR and self.months[0] <= today

    def name(self, words: Texts) -> str:
        """令和8年11月, 令和8年度."""
        if self.month is None:
            return wareki_fiscal_year(self.year)
        year, month = wareki_year(self.month), self.month.month
        return words.get("desk.reports.month", year=year, month=month).words


def period_of(month: date) -> Period:
    """The period of a month that begins on this day."""
    return Period(fiscal_year(month), month)


def read(said: str, today: date) -> Period | None:
    """The period of an address; None for one that is none, or has not begun.

    >>> str(read("2026-11", date(2026, 11, 25))), read("2026-12", date(2026, 11, 25))
    ('2026-11', None)
    """
    found = SHAPE.fullmatch(said)
    if found is None or (found[2] and not 1 <= int(found[2]) <= 12):  # noqa: PLR2004 - months
        return None
    year = int(found[1])
    period = period_of(date(year, int(found[2]), 1)) if found[2] else Period(year)
    return period if period.begun(today) else None
