"""Fiscal years, yearly spans and holidays."""

from datetime import date, timedelta

import pytest

from madoguchi.rules.koyomi.dates import (
    YearlySpan,
    fiscal_year,
    fiscal_year_days,
    holiday_name,
    nth_in_month,
)


def test_every_day_lies_in_its_own_fiscal_year() -> None:
    for year in range(2019, 2036):
        days = list(fiscal_year_days(year))
        assert {fiscal_year(day) for day in days} == {year}
        assert days[0] - timedelta(days=1) not in days


def test_third_weekdays_lie_between_the_15th_and_the_21st() -> None:
    thirds = [d.day for d in fiscal_year_days(2026) if nth_in_month(d) == 3]
    assert set(thirds) == set(range(15, 22))


def test_year_end_goes_over_new_year() -> None:
    span = YearlySpan.from_text("12-29..01-03")
    closed = [d for d in fiscal_year_days(2026) if d in span]
    assert (closed[0], closed[-1], len(closed)) == (date(2026, 12, 29), date(2027, 1, 3), 6)
    assert str(span) == "12-29..01-03"


def test_a_span_inside_one_year() -> None:
    span = YearlySpan.from_text("08-13..08-15")
    assert [d.day for d in fiscal_year_days(2026) if d in span] == [13, 14, 15]


@pytest.mark.parametrize("text", ["12/29-1/3", "12-29", "02-30..03-01", "13-01..13-02"])
def test_what_is_no_yearly_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"12-29\.\.01-03|という日はありません"):
        YearlySpan.from_text(text)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2021-03-20", "春分の日"),
        ("2032-03-20", "春分の日"),
        ("2024-05-06", "こどもの日 振替休日"),
        ("2024-11-04", "文化の日 振替休日"),
        ("2026-09-22", "国民の休日"),
        ("2021-07-23", "スポーツの日"),
        ("2021-10-11", None),
        ("2024-12-30", None),
    ],
)
def test_holidays_with_their_moved_and_in_between_days(day: str, name: str | None) -> None:
    assert holiday_name(date.fromisoformat(day)) == name
