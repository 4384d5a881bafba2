"""National holidays (国民の祝日), from the published tables and the equinox formulas."""

from datetime import date
from functools import lru_cache

import jpholiday


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
