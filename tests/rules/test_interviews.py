"""The interviews of a day, and who may book which."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from madoguchi.rules.decision import Decision, Held
from madoguchi.rules.interviews import bookable, days_for, slots
from madoguchi.rules.koyomi.hours import Span, Week, spans_from_text
from madoguchi.rules.opening import day_spans
from madoguchi.rules.programme.as_of import as_of
from madoguchi.rules.programme.changes import (
    Change,
    DeskClosed,
    DeskClosedSpan,
    DeskHours,
    HoursFrom,
)
from madoguchi.rules.programme.desk import Desk, Face, Interviews
from madoguchi.rules.programme.load import programme

MONDAY = date(2026, 11, 30)
TEN = datetime.fromisoformat("2026-11-30T10:00+09:00")
DAYS = some.dates(date(2024, 4, 1), date(2035, 3, 31))
CITY, PREFECTURE = "shibukawa", "gunma_pref"


def desk(slug: str) -> Desk:
    return programme(slug).desk


def starts(found: tuple[Span, ...]) -> list[str]:
    return [f"{span.starts:%H:%M}" for span in found]


def codes(slug: str, day: date, at: time, by: str, *changes: Change) -> set[str]:
    said = bookable(desk(slug), day, at, TEN, by, changes)  # type: ignore[arg-type] # a parameter
    return unmet(said)


def unmet(said: Decision) -> set[str]:
    return {reason.code for reason in said.reasons if reason.held is not Held.MET}


def test_other_numbers_give_other_times() -> None:
    assert starts(slots(desk(PREFECTURE), MONDAY)) == [
        "09:00",
        "09:45",
        "10:30",
        "11:15",
        "13:00",
        "13:45",
        "14:30",
        "15:15",
        "16:00",
    ]


@pytest.mark.parametrize(
    "day", [date(2026, 12, 5), date(2026, 12, 29), date(2026, 11, 23), date(2027, 1, 1)]
)
def test_a_closed_day_has_none(day: date) -> None:
    assert slots(desk(CITY), day) == ()
    assert "interview.closed" in codes(CITY, day, time(10, 30), "desk")


def test_the_days_decisions_are_obeyed() -> None:
    closed, short = DeskClosed(MONDAY), DeskHours(MONDAY, "13:00-15:00")
    assert slots(desk(CITY), MONDAY, (closed,)) == ()
    assert starts(slots(desk(CITY), MONDAY, (closed, short))) == ["13:00", "14:00"]
    saturday = date(2026, 12, 5)
    assert starts(slots(desk(CITY), saturday, (DeskHours(saturday, "9:00-11:00"),))) == [
        "09:00",
        "10:00",
    ]
    assert codes(CITY, MONDAY, time(13), "desk", closed) == {"interview.closed"}


def test_what_the_desk_decides_for_many_days_is_obeyed() -> None:
    later = as_of(
        programme(CITY), [HoursFrom("face", Week.from_text("mon-fri 13:00-16:00"), MONDAY)], MONDAY
    ).desk
    assert starts(slots(later, MONDAY)) == ["13:00", "14:00", "15:00"]
    away = DeskClosedSpan(MONDAY, MONDAY + timedelta(days=2))
    days = [MONDAY + timedelta(days=step) for step in range(4)]
    assert [len(slots(desk(CITY), day, (away,))) for day in days] == [0, 0, 0, 7]


def test_a_counter_that_never_closes_gives_none_at_night_nor_on_a_holiday() -> None:
    face = desk(CITY).face
    assert face is not None
    always = replace(desk(CITY), face=replace(face, hours=Week.from_text("24h")))
    assert slots(always, MONDAY) == slots(desk(CITY), MONDAY)
    assert slots(always, date(2026, 12, 29)) == ()


def test_without_interviews_there_are_none() -> None:
    face = desk(CITY).face
    assert face is not None
    for bare in (replace(face, interviews=None), None):
        told = bookable(replace(desk(CITY), face=bare), MONDAY, time(13), TEN, "desk")
        assert unmet(told) == {"interview.none"}
        assert slots(replace(desk(CITY), face=bare), MONDAY) == ()


@given(DAYS)
def test_times_lie_in_the_hours_and_outside_the_pause(day: date) -> None:
    for slug in (CITY, PREFECTURE):
        here = desk(slug)
        week, rule = here.hours_of("face"), here.interviews
        assert week is not None
        assert rule is not None
        assert rule.pause is not None
        found, hours = slots(here, day), day_spans(here, week, day)
        assert all(span.ends_min - span.starts_min == rule.slot_min for span in found)
        for span in found:
            assert any(h.starts_min <= span.starts_min < span.ends_min <= h.ends_min for h in hours)
            assert span.ends_min <= rule.pause.starts_min or rule.pause.ends_min <= span.starts_min
        assert all(a.ends_min <= b.starts_min for a, b in pairwise(found))


@given(some.integers(0, 1380), some.integers(5, 600))
def test_a_pause_takes_only_its_own_minutes(begin: int, length: int) -> None:
    pause = Span(begin, min(begin + length, 24 * 60))
    rule = Interviews(slot_min=10, places=1, source="x", pause=pause)
    here = replace(desk(CITY), face=Face("x", interviews=rule))
    minutes = {m for s in slots(here, MONDAY) for m in range(s.starts_min, s.ends_min)}
    (day,) = spans_from_text("8:30-17:15")
    outside = set(range(day.starts_min, day.ends_min)) - set(range(begin, pause.ends_min))
    assert minutes <= outside
    assert len(outside) - len(minutes) < 2 * rule.slot_min


def test_the_desk_books_from_now_for_a_year() -> None:
    assert codes(CITY, MONDAY, time(9, 30), "desk") == set()  # who comes in while it runs
    assert codes(CITY, MONDAY, time(8, 30), "desk") == {"interview.past"}
    assert codes(CITY, MONDAY, time(11), "desk") == {"interview.hours"}
    assert codes(CITY, MONDAY, time(12), "desk") == {"interview.hours"}
    assert "interview.far" in codes(CITY, MONDAY + timedelta(days=371), time(10, 30), "desk")


def test_a_person_books_where_the_office_confirmed_it() -> None:
    assert codes(CITY, date(2026, 12, 3), time(10, 30), "person") == {"interview.by_desk"}
    assert codes(PREFECTURE, date(2026, 12, 1), time(9), "person") == {"interview.soon"}
    assert codes(PREFECTURE, date(2026, 12, 2), time(9), "person") == set()
    assert codes(PREFECTURE, date(2026, 12, 14), time(9), "person") == set()
    assert codes(PREFECTURE, date(2026, 12, 15), time(9), "person") == {"interview.far"}


def test_an_unconfirmed_programme_leaves_booking_to_the_desk() -> None:
    rule = desk(PREFECTURE).interviews
    assert rule is not None
    assert rule.by_citizens
    assert not replace(rule, source="要確認").by_citizens


def test_the_days_that_a_person_chooses_from_may_all_be_booked() -> None:
    found = list(days_for(desk(PREFECTURE), MONDAY))
    assert [found[0][0], found[-1][0]] == [date(2026, 12, 2), date(2026, 12, 14)]
    for day, times in found:
        for span in times:
            assert bookable(desk(PREFECTURE), day, span.starts, TEN, "person").answer == "yes"
    closed = DeskClosed(date(2026, 12, 2))
    assert next(days_for(desk(PREFECTURE), MONDAY, (closed,)))[0] == date(2026, 12, 3)


def test_today_where_the_programme_allows_it_but_not_what_has_begun() -> None:
    rule = desk(PREFECTURE).interviews
    assert rule is not None
    face = Face("x", interviews=replace(rule, from_working_days=0))
    here = replace(desk(PREFECTURE), face=face)
    assert next(days_for(here, MONDAY))[0] == MONDAY
    began = bookable(here, MONDAY, time(9, 45), TEN, "person")
    assert unmet(began) == {"interview.soon"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"slot_min": 5},
        {"places": 0},
        {"from_working_days": 21},
        {"within_working_days": 200},
    ],
)
def test_numbers_that_no_desk_has_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"してください|書いてください"):
        Interviews(**{"slot_min": 60, "places": 1, "source": "x", **wrong})  # type: ignore[arg-type]
