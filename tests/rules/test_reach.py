"""When a line of an agency answers: spans, holidays, special days, hours nobody confirmed."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.rules.koyomi.dates import is_holiday
from madoguchi.rules.koyomi.hours import Week
from madoguchi.rules.programme.agency import AgencyLink, AgencyPhone, Line, SpecialHours
from madoguchi.rules.programme.load import programme
from madoguchi.rules.referral import lines, reach
from tests.rules.weeks import weeks

JST = timezone(timedelta(hours=9))
SHIBUKAWA = programme("shibukawa")
LINES = [line for one in SHIBUKAWA.agencies for line in (*one.phone, *one.link)]
moments = st.datetimes(datetime(2026, 1, 1), datetime(2031, 12, 31)).map(  # noqa: DTZ001 - given a zone next
    lambda at: at.replace(microsecond=0, tzinfo=JST)
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JST)


def phone(name: str) -> AgencyPhone:
    return SHIBUKAWA.agency(name).phone[0]


drawn = st.builds(
    lambda week, closed: replace(phone("moj_110"), hours=week, closed_on_holidays=closed),
    weeks,
    st.booleans(),
)


@given(st.one_of(st.sampled_from(LINES), drawn), moments, st.integers(0, 99))
def test_what_is_said_of_the_next_change_is_true_at_that_moment_and_not_before(
    line: Line, now: datetime, part: int
) -> None:
    found = reach(line, now)
    if found.open is None:
        assert line.hours is None
        return
    if change := found.opens_at or found.closes_at:
        assert reach(line, now + (change - now) * part / 100).open is found.open
    if found.opens_at:
        assert not found.open
        assert found.opens_at > now
        assert reach(line, found.opens_at).open
        assert not reach(line, found.opens_at - timedelta(seconds=1)).open
    if found.closes_at:
        assert found.open
        assert found.closes_at > now
        assert not reach(line, found.closes_at).open
        assert reach(line, found.closes_at - timedelta(seconds=1)).open


@given(moments)
def test_an_office_line_is_shut_on_closed_days(now: datetime) -> None:
    day, minute = now.date(), now.hour * 60 + now.minute
    year_end = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    working = day.weekday() < 5 and not is_holiday(day) and not year_end
    assert reach(phone("moj_110"), now).open is (working and 510 <= minute < 1035)


@pytest.mark.parametrize(
    ("now", "is_open", "closes", "opens"),
    [
        ("2026-11-30T08:29", False, None, "2026-11-30T08:30"),
        ("2026-11-30T08:30", True, "2026-11-30T17:15", None),
        ("2026-11-30T17:15", False, None, "2026-12-01T08:30"),
        ("2026-12-28T17:15", False, None, "2027-01-04T08:30"),
    ],
)
def test_the_minutes_at_the_ends(
    now: str, is_open: object, closes: str | None, opens: str | None
) -> None:
    found = reach(phone("moj_110"), at(now))
    assert found.open is is_open
    assert found.closes_at == (at(closes) if closes else None)
    assert found.opens_at == (at(opens) if opens else None)


@pytest.mark.parametrize(
    ("now", "is_open", "changes"),
    [
        ("2026-12-09T23:00", False, "2026-12-10T08:00"),
        ("2026-12-10T07:59", False, "2026-12-10T08:00"),
        ("2026-12-10T09:00", True, "2026-12-11T08:00"),
        ("2026-12-10T23:00", True, "2026-12-11T08:00"),
        ("2026-12-11T07:59", True, "2026-12-11T08:00"),
        ("2026-12-11T08:00", False, "2026-12-11T16:00"),
        ("2026-12-11T16:00", True, "2026-12-11T21:00"),
    ],
)
def test_inochi_no_denwa_answers_from_the_10th_to_the_next_morning(
    now: str, is_open: object, changes: str
) -> None:
    found = reach(phone("inochi_free"), at(now))
    assert found.open is is_open
    assert (found.closes_at if found.open else found.opens_at) == at(changes)


def test_a_line_that_never_closes_says_no_end() -> None:
    found = reach(phone("police_110"), at("2027-01-01T03:00"))
    assert (found.open, found.closes_at, found.opens_at) == (True, None, None)


def test_a_line_past_midnight_does_not_close_at_midnight() -> None:
    night = Week.from_text("mon 20:00-24:00; tue 0:00-6:00")
    line = replace(phone("moj_110"), hours=night)
    assert reach(line, at("2026-11-30T23:00")).closes_at == at("2026-12-01T06:00")


def test_a_chat_that_keeps_no_holidays() -> None:
    chat = next(link for link in SHIBUKAWA.agency("dv_plus").link if link.kind == "chat")
    assert reach(chat, at("2027-01-01T13:00")).open
    assert not reach(replace(chat, closed_on_holidays=True), at("2027-01-01T13:00")).open


def test_special_hours_hold_on_their_days_only() -> None:
    week = SpecialHours(date(2026, 8, 27), date(2026, 9, 2), Week.from_text("sun-sat 8:30-19:00"))
    line = replace(phone("moj_kodomo"), special=(week,))
    assert reach(line, at("2026-08-29T18:00")).open
    assert not reach(line, at("2026-09-05T18:00")).open


def test_hours_that_nobody_confirmed_are_not_known() -> None:
    chat = AgencyLink("chat", "https://example.jp/", "https://example.jp/")
    found = reach(chat, at("2026-11-30T10:00"))
    assert (found.open, found.opens_at) == (None, None)


def test_lines_that_answer_come_first_then_the_next_to_open() -> None:
    evening = at("2026-11-30T23:00")
    found = [one.open for one in lines(SHIBUKAWA.agency("dv_plus"), evening)]
    assert found == [True, False]
