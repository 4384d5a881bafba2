"""Weekly hours as an officer writes them."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.rules.koyomi.hours import DAY_MIN, Span, Week, joined, spans_from_text
from tests.rules.weeks import DAYS, written

MONDAY = date(2026, 11, 23)
spans = st.tuples(st.integers(0, DAY_MIN - 1), st.integers(1, DAY_MIN)).filter(
    lambda s: s[0] < s[1]
)


def at(week: str, day: int) -> list[tuple[int, int]]:
    return [
        (s.starts_min, s.ends_min) for s in Week.from_text(week).spans_on(MONDAY.replace(day=day))
    ]


def test_lunch_gap_gives_two_spans() -> None:
    assert at("mon-fri 9:00-12:00, 13:00-16:00", 25) == [(540, 720), (780, 960)]


def test_a_range_of_weekdays_may_go_round_the_week() -> None:
    assert at("sat-mon 9:00-12:00", 28)
    assert at("sat-mon 9:00-12:00", 23)
    assert not at("sat-mon 9:00-12:00", 24)


def test_nth_weekdays() -> None:
    week = "1st,3rd fri 13:00-16:00"
    assert [day for day in range(1, 31) if at(week, day)] == [6, 20]


@pytest.mark.parametrize(
    ("week", "days"),
    [
        ("3rd 9:00-12:00", [3]),
        ("3rd sat 9:00-12:00", [21]),
        ("10th,22nd 9:00-12:00", [10, 22]),
        ("10th 9:00-12:00; 1st mon 9:00-12:00", [2, 10]),
    ],
)
def test_an_ordinal_before_a_span_is_a_day_of_the_month(week: str, days: list[int]) -> None:
    assert [day for day in range(1, 31) if at(week, day)] == days


def test_a_month_without_the_day_has_none() -> None:
    week = Week.from_text("31st 9:00-12:00")
    year = [date(2027, 1, 1) + timedelta(days=away) for away in range(365)]
    assert [(on.month, on.day) for on in year if week.spans_on(on)] == [
        (month, 31) for month in (1, 3, 5, 7, 8, 10, 12)
    ]


def test_the_days_of_a_month_are_written_as_in_english_and_in_no_other_way() -> None:
    def is_read(day: str) -> bool:
        try:
            return bool(Week.from_text(f"{day} 9:00-12:00"))
        except ValueError:
            return False

    tried = [f"{n}{ending}" for n in range(101) for ending in ("st", "nd", "rd", "th", "", "ST")]
    assert tuple(filter(is_read, tried)) == DAYS


def test_midnight_is_an_end() -> None:
    assert at("sun-sat 12:00-24:00", 25) == [(720, 1440)]


def test_seconds_line_adds_to_the_first() -> None:
    assert at("mon-fri 9:00-21:00; sat 9:00-17:00", 28) == [(540, 1020)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("8:30-17:15", "mon-fri 8:30-17:15"),
        ("mon-fri 17:15-8:30", "始まりより後"),
        ("mon-fry 8:30-17:15", "曜日「mon-fry」"),
        ("mon-fri 8.30-17.15", "時刻「8.30-17.15」"),
        ("mon-fri 8:75-17:15", "時刻「8:75-17:15」"),
        ("mon-fri 8:30-25:00", "24:00 まで"),
        ("mon-fri 8:30-12:00, 11:00-17:15", "重なって"),
        ("3rd,9th sat 9:00-12:00", "「9th」.*1st から 5th まで"),
        ("10th sat 9:00-12:00", "「10th」.*1st から 5th まで"),
        ("10st 9:00-12:00", "「10st」は読めません。「10th」と書いてください"),
        ("1st,32nd 9:00-12:00", "「32nd」.*1st から 31st まで"),
        ("mon,10th 9:00-12:00", "曜日「10th」"),
        ("3rd", "「3rd」は読めません"),
        ("", "読めません"),
    ],
)
def test_what_cannot_be_read_says_how_to_write_it(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Week.from_text(text)


@given(written, st.dates(date(2026, 1, 1), date(2031, 12, 31)))
def test_a_day_has_the_minutes_of_every_line_that_speaks_of_it(text: str, on: date) -> None:
    def minutes(hours: str) -> set[int]:
        found = Week.from_text(hours).spans_on(on)
        return {minute for span in found for minute in range(span.starts_min, span.ends_min)}

    assert minutes(text) == set().union(*(minutes(line) for line in text.split(";")))


@given(st.lists(spans, max_size=6))
def test_joining_keeps_every_minute_and_leaves_gaps_between(written: list[tuple[int, int]]) -> None:
    found = joined(Span(*pair) for pair in written)
    minutes = {minute for starts, ends in written for minute in range(starts, ends)}
    assert {m for s in found for m in range(s.starts_min, s.ends_min)} == minutes
    assert all(a.ends_min < b.starts_min for a, b in itertools.pairwise(found))


@given(spans)
def test_a_span_reads_back_as_written(pair: tuple[int, int]) -> None:
    span = Span(*pair)
    last = "24:00" if span.ends_min == DAY_MIN else f"{span.ends:%H:%M}"
    assert spans_from_text(f"{span.starts:%H:%M}-{last}") == (span,)
