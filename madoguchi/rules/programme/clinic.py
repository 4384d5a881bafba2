"""The lawyer's free consultation days (弁護士の無料相談): which days, how long, how to book."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.koyomi.hours import DAY_MIN, Span, Week
from madoguchi.rules.programme.desk import Asked, ChannelName
from madoguchi.rules.programme.phone import Phone
from madoguchi.rules.programme.words import Words

SHORTEST_SLOT_MIN = 5
MOST_SLOTS = 200


@dataclass(frozen=True)
class ClinicYear:
    """The dates that the city published for one fiscal year (相談実施予定日)."""

    fiscal_year: int
    dates: tuple[date, ...]
    source: str

    def __post_init__(self) -> None:
        """Refuse dates of another fiscal year, out of order or twice."""
        for day in self.dates:
            if fiscal_year(day) != self.fiscal_year:
                raise ValueError(f"{day} は {self.fiscal_year} 年度の日ではありません。")
        if list(self.dates) != sorted(set(self.dates)):
            raise ValueError("dates は早い順に、同じ日を二度書かずに並べてください。")


@dataclass(frozen=True)
class Booking:
    """How a slot is booked (予約): by which channels and when."""

    channels: tuple[ChannelName, ...]
    phone: Phone | None
    hours: Week
    asked: tuple[Asked, ...]
    source: str


@dataclass(frozen=True)
class Clinic:
    """The clinic: days by a weekly rule (``3rd sat 9:00-12:00``) or by published dates.

    ``days_by = "dates"``: there is no rule, only the published dates count. ``slots_per_day``
    limits the slots of a day; without it, as many as fit.
    """

    name: Words
    hours: Week
    slot_min: int
    place: Words
    cost: Words
    booking: Booking
    caution: tuple[Words, ...]
    source: str
    slots_source: str
    slots_per_day: int | None = None
    days_by: Literal["rule", "dates"] = "rule"
    year: tuple[ClinicYear, ...] = ()

    def __post_init__(self) -> None:
        """Refuse slots that cannot be, and a fiscal year written twice."""
        if not SHORTEST_SLOT_MIN <= self.slot_min <= DAY_MIN:
            raise ValueError("slot_min は 5 分以上 1440 分以下で書いてください。")
        if self.slots_per_day is not None and not 1 <= self.slots_per_day <= MOST_SLOTS:
            raise ValueError("slots_per_day は 1 から 200 までで書いてください。")
        years = [each.fiscal_year for each in self.year]
        if years != sorted(set(years)):
            raise ValueError("[[year]] は年度の古い順に、同じ年度を二度書かずに並べてください。")
        if any(span.ends_min - span.starts_min < self.slot_min for span in self.spans):
            raise ValueError("slot_min が一回の時間より長くなっています。")

    @property
    def spans(self) -> tuple[Span, ...]:
        """The spans of a clinic day, whichever day it is."""
        return self.hours.lines[0].spans

    def published(self, year: int) -> ClinicYear | None:
        """The published dates of a fiscal year, or None."""
        return next((each for each in self.year if each.fiscal_year == year), None)
