"""Era dates, written and read (security study: bad inputs B7 and B8)."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from madoguchi.rules.koyomi.wareki import (
    SLIP_DAYS,
    SOLAR_SINCE,
    NotADate,
    When,
    era_of,
    read_date,
    read_day,
    wareki,
    wareki_day,
    wareki_fiscal_year,
    wareki_short,
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


TODAY = date(2026, 11, 29)  # a Sunday
modern = st.dates(date(2020, 1, 1), date(2060, 12, 31))


@given(today=modern, away=st.integers(-400, 400), when=st.sampled_from(("past", "ahead", "near")))
def test_a_day_reads_the_same_however_it_is_written(today: date, away: int, when: When) -> None:
    day = today + timedelta(days=away)
    era = era_of(day)
    year, month, number = day.year - era.begins_on.year + 1, day.month, day.day
    wide = str.maketrans("0123456789/", "０１２３４５６７８９／")
    for text in (
        wareki(day),
        wareki_day(day),
        wareki_short(day),
        day.isoformat(),
        f"{day.year}/{month}/{number}",
        f"{era.letter}{year}/{month}/{number}".translate(wide),
    ):
        found = read_day(text, today, when)
        assert (found.day, found.guessed) == (day, False)


@given(today=modern, away=st.integers(-300, 300), when=st.sampled_from(("past", "ahead", "near")))
def test_a_day_without_its_year_is_the_nearest_sensible_one(
    today: date, away: int, when: When
) -> None:
    """Of 60 days ago nothing becomes next year's, of the next 60 days nothing last year's."""
    said = today + timedelta(days=away)
    assume((said.month, said.day) != (2, 29))
    for text in (f"{said.month}/{said.day}", f"{said.month}月{said.day}日", f" {said:%m.%d} "):
        found = read_day(text, today, when)
        assert (found.day.month, found.day.day) == (said.month, said.day)
        assert found.guessed
        distance = (found.day - today).days
        assert abs(distance) <= 366
        if abs(away) <= SLIP_DAYS:
            assert found.day == said
        elif when != "near":
            assert distance > 0 if when == "ahead" else distance < 0
        else:
            assert abs(distance) <= 183


@pytest.mark.parametrize(
    ("text", "when", "day"),
    [
        ("11/19", "ahead", "2026-11-19"),  # to be refused as past; not next year's
        ("12/8", "past", "2026-12-08"),  # to be refused as future
        ("1/23", "ahead", "2027-01-23"),
        ("１／２３", "near", "2027-01-23"),
        ("6/1", "ahead", "2027-06-01"),
        ("6/1", "past", "2026-06-01"),
        ("明日", "ahead", "2026-11-30"),
        ("あさって", "ahead", "2026-12-01"),
        ("昨日", "past", "2026-11-28"),
        ("来週月曜", "ahead", "2026-11-30"),
        ("来週の 金曜日", "ahead", "2026-12-04"),
        ("先週水", "past", "2026-11-18"),
        ("金曜", "ahead", "2026-12-04"),
        ("日曜日", "ahead", "2026-12-06"),  # today is one
        ("日曜", "past", "2026-11-29"),
        ("月曜", "past", "2026-11-23"),
        ("8日", "ahead", "2026-12-08"),
        ("８日（火）", "ahead", "2026-12-08"),
        ("8日", "past", "2026-11-08"),
        ("28日", "near", "2026-11-28"),
        ("31日", "ahead", "2026-12-31"),
        ("来月8日", "ahead", "2026-12-08"),
        ("今月の８日", "ahead", "2026-11-08"),  # to be refused as past
        ("12/8（火）", "ahead", "2026-12-08"),
        ("令和8年12月8日（火曜日）", "ahead", "2026-12-08"),
    ],
)
def test_days_as_officers_type_them(text: str, when: When, day: str) -> None:
    assert read_day(text, TODAY, when).day.isoformat() == day


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(
            (text, "no_such_day")
            for text in ("2/29", "2/30", "13/1", "0/5", "2027-2-29", "32日", "来月0日", "来月32日")
        ),
        *((text, "other_weekday") for text in ("12/8（水）", "12月8日(月)", "令和8年12月8日(月)")),
        *((text, "unreadable") for text in ("", "12", "12/8/1", "令和元年", "月", "12/8ごろ")),
    ],
)
def test_what_is_no_day_is_said_to_be_none(text: str, code: str) -> None:
    for when in ("past", "ahead", "near"):
        with pytest.raises(NotADate, match=code):
            read_day(text, TODAY, when)


def test_the_leap_day_is_a_day_of_leap_years_only() -> None:
    assert read_day("2/29", date(2027, 11, 25), "ahead").day == date(2028, 2, 29)
    assert read_day("2/29", date(2028, 3, 10), "ahead").day == date(2028, 2, 29)
    assert read_day("2/29", date(2028, 3, 10), "past").day == date(2028, 2, 29)
