"""Era dates, written and read (security study: bad inputs B7 and B8)."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from madoguchi.rules.koyomi.wareki import (
    SOLAR_SINCE,
    NotADate,
    read_date,
    read_day_without_year,
    wareki,
    wareki_fiscal_year,
)

solar = st.dates(min_value=SOLAR_SINCE, max_value=date(2117, 12, 31))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("平成31年4月30日", "2019-04-30"),
        ("令和元年5月1日", "2019-05-01"),
        ("令和1年5月1日", "2019-05-01"),
        ("昭和64年1月7日", "1989-01-07"),
        ("平成元年1月8日", "1989-01-08"),
        ("明治45年7月29日", "1912-07-29"),
        ("令和6年2月29日", "2024-02-29"),
        ("令和８年１１月２５日", "2026-11-25"),
        ("R8.11.25", "2026-11-25"),
        ("r8/11/25", "2026-11-25"),
        ("2026-11-25", "2026-11-25"),
        ("西暦2026年11月25日", "2026-11-25"),
        (" 2026 年 11 月 25 日 ", "2026-11-25"),
    ],
)
def test_b7_dates_as_people_write_them(text: str, day: str) -> None:
    found = read_date(text, near=date.fromisoformat(day))
    assert (found.day.isoformat(), found.note) == (day, None)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("平成31年5月1日", "2019-05-01"),
        ("平成元年1月7日", "1989-01-07"),
        ("昭和64年1月8日", "1989-01-08"),
    ],
)
def test_b7_an_era_that_had_ended_is_taken_with_a_note(text: str, day: str) -> None:
    found = read_date(text)
    assert (found.day.isoformat(), found.note) == (day, "era_name_differs")


def test_b7_heisei_for_reiwa_is_asked_about() -> None:
    assert read_date("平成8年11月1日", near=date(2026, 11, 25)).note == "era_may_be_wrong"
    assert read_date("昭和40年11月1日", near=date(2026, 11, 25)).note is None
    assert read_date("平成8年11月1日").note is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("令和7年2月29日", "no_such_day"),
        ("2100-02-29", "no_such_day"),
        ("令和8年2月30日", "no_such_day"),
        ("令和8年13月1日", "no_such_day"),
        ("令和0年1月1日", "no_such_day"),
        ("0000-01-01", "no_such_day"),
        ("明治5年1月1日", "too_old"),
        ("先週の夜ごろ", "unreadable"),
        ("", "unreadable"),
        ("令和8年", "unreadable"),
        ("\x002026-11-25", "unreadable"),
    ],
)
def test_b8_what_is_no_date_says_why(text: str, code: str) -> None:
    with pytest.raises(NotADate) as refused:
        read_date(text)
    assert refused.value.code == code


@given(solar)
def test_every_written_day_reads_back(day: date) -> None:
    found = read_date(wareki(day))
    assert (found.day, found.note) == (day, None)


def test_eras_meet_without_gap() -> None:
    for first in ("2019-05-01", "1989-01-08", "1926-12-25", "1912-07-30"):
        day = date.fromisoformat(first)
        assert "元年" in wareki(day)
        assert "元年" not in wareki(day - timedelta(days=1))
    assert wareki_fiscal_year(2026) == "令和8年度"


@given(solar, st.booleans())
def test_a_day_without_its_year_is_the_nearest_on_its_side(
    today: date,
    ahead: bool,  # noqa: FBT001 - drawn
) -> None:
    for text in (f"{today.month}/{today.day}", f"{today.month}月{today.day}日"):
        assert read_day_without_year(text, today, ahead=ahead) == today
    neighbour = today + timedelta(days=1 if ahead else -1)
    assume(neighbour >= SOLAR_SINCE)
    said = f"{neighbour.month}.{neighbour.day}"
    assert read_day_without_year(said, today, ahead=ahead) == neighbour


@pytest.mark.parametrize("text", ["2/30", "13/1", "12", "12/8/1", "令和8年12月8日", ""])
def test_what_is_no_day_of_a_year_is_refused(text: str) -> None:
    with pytest.raises(NotADate):
        read_day_without_year(text, date(2026, 11, 25), ahead=True)


def test_the_leap_day_is_a_day_of_leap_years_only() -> None:
    with pytest.raises(NotADate, match="no_such_day"):
        read_day_without_year("2/29", date(2026, 11, 25), ahead=True)
    assert read_day_without_year("2/29", date(2027, 11, 25), ahead=True) == date(2028, 2, 29)
