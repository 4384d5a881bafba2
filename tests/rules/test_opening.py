"""When the desk is open, when next, and when it answers."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.rules.koyomi.dates import is_holiday
from madoguchi.rules.opening import NeverOpenError, day_spans, next_change, opening, working_days
from madoguchi.rules.programme.changes import Change, DeskClosed, DeskHours
from madoguchi.rules.programme.desk import CHANNELS, Desk, Promise
from madoguchi.rules.programme.load import programme

JST = timezone(timedelta(hours=9))
FIRST, LAST = datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2035-12-31")
SHIBUKAWA = programme("shibukawa").desk
GUNMA = programme("gunma_pref").desk
moments = st.datetimes(min_value=FIRST, max_value=LAST).map(
    lambda at: at.replace(microsecond=0, tzinfo=JST)
)
desks = st.sampled_from([SHIBUKAWA, GUNMA])
channels = st.sampled_from(CHANNELS)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JST)


def is_closed_day(desk: Desk, day: date) -> bool:
    year_end = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() >= 5 or year_end or is_holiday(day)


@given(desks, channels, moments)
def test_the_next_opening_is_never_in_closed_time(
    desk: Desk, channel: str, moment: datetime
) -> None:
    found = opening(desk, channel, moment)  # type: ignore[arg-type] # drawn from CHANNELS
    assert found.next_opening >= moment
    assert opening(desk, channel, found.next_opening).open  # type: ignore[arg-type] # the same
    week = desk.hours_of(channel)  # type: ignore[arg-type] # the same
    if week is not None and not week.always:
        assert found.next_opening > moment
        assert not is_closed_day(desk, found.next_opening.date())
        just_before = found.next_opening - timedelta(seconds=1)
        assert not opening(desk, channel, just_before).open  # type: ignore[arg-type] # the same


@given(desks, moments)
def test_open_exactly_on_working_days_between_the_hours(desk: Desk, moment: datetime) -> None:
    minute = moment.hour * 60 + moment.minute
    begins, ends = (510, 1035) if desk is SHIBUKAWA else (540, 1020)
    expected = begins <= minute < ends and not is_closed_day(desk, moment.date())
    found = opening(desk, "face", moment)
    assert found.open is expected
    assert (found.closes_at is not None) is expected


@given(desks, moments, st.integers(1, 20))
def test_a_confirmed_promise_counts_working_days(desk: Desk, moment: datetime, days: int) -> None:
    unpromised = opening(desk, "email", moment).answer_by
    promised = replace(desk, promise=Promise(days, "要綱"))
    answer_by = opening(promised, "email", moment).answer_by
    between = [
        day
        for step in range((answer_by.date() - unpromised.date()).days)
        if not is_closed_day(desk, day := unpromised.date() + timedelta(days=step + 1))
    ]
    assert len(between) == days
    assert answer_by == opening(desk, "face", answer_by - timedelta(minutes=1)).closes_at


@given(desks, moments)
def test_nothing_changes_before_the_next_change(desk: Desk, moment: datetime) -> None:
    change = next_change(desk, moment)
    assert moment < change <= moment + timedelta(days=1)
    for moment_before in (moment, change - timedelta(seconds=1)):
        states = [opening(desk, name, moment_before).open for name in CHANNELS]
        assert states == [opening(desk, name, moment).open for name in CHANNELS]


def test_the_end_itself_is_closed() -> None:
    assert opening(SHIBUKAWA, "phone", at("2026-11-30T17:14:59")).open
    assert not opening(SHIBUKAWA, "phone", at("2026-11-30T17:15:00")).open
    assert opening(SHIBUKAWA, "phone", at("2026-11-30T08:30:00")).open
    assert not opening(SHIBUKAWA, "phone", at("2026-11-30T08:29:59")).open


def test_lunch_closes_the_phone_and_not_the_desk() -> None:
    noon = at("2026-11-25T12:00:00")
    assert not opening(GUNMA, "phone", noon).open
    assert opening(GUNMA, "phone", noon).next_opening == at("2026-11-25T13:00:00")
    assert opening(GUNMA, "face", noon).open
    assert next_change(GUNMA, at("2026-11-25T11:00:00")) == noon


def test_mail_is_received_by_night_and_read_in_the_morning() -> None:
    found = opening(SHIBUKAWA, "email", at("2026-11-27T23:00:00"))
    assert (found.open, found.closes_at) == (True, None)
    assert found.answer_by == at("2026-11-30T08:30:00")


@pytest.mark.parametrize("channel", CHANNELS)
def test_while_the_desk_is_staffed_it_reads_at_once(channel: str) -> None:
    moment = at("2026-11-30T10:00:00")
    assert opening(SHIBUKAWA, channel, moment).answer_by == moment  # type: ignore[arg-type] # from CHANNELS


def test_closed_for_a_day() -> None:
    changes = (DeskClosed(date(2026, 11, 30)),)
    found = opening(SHIBUKAWA, "phone", at("2026-11-30T10:00:00"), changes)
    assert (found.open, found.next_opening) == (False, at("2026-12-01T08:30:00"))
    assert opening(SHIBUKAWA, "email", at("2026-11-30T10:00:00"), changes).open
    assert opening(SHIBUKAWA, "phone", at("2026-11-28T10:00:00"), changes).next_opening == at(
        "2026-12-01T08:30:00"
    )


def test_other_hours_for_a_day_even_on_a_saturday() -> None:
    changes = (DeskHours(date(2026, 11, 28), "10:00-12:00, 13:00-15:00"),)
    found = opening(SHIBUKAWA, "phone", at("2026-11-28T12:30:00"), changes)
    assert (found.open, found.next_opening) == (False, at("2026-11-28T13:00:00"))


def test_the_later_decision_about_a_day_wins() -> None:
    day = date(2026, 11, 30)
    closed, longer = DeskClosed(day), DeskHours(day, "8:30-19:00")
    evening = at("2026-11-30T18:00:00")
    assert opening(SHIBUKAWA, "phone", evening, (closed, longer)).open
    assert not opening(SHIBUKAWA, "phone", evening, (longer, closed)).open


def test_year_end() -> None:
    found = opening(SHIBUKAWA, "phone", at("2026-12-28T17:15:00"))
    assert found.next_opening == at("2027-01-04T08:30:00")
    assert opening(SHIBUKAWA, "phone", at("2024-12-27T18:00:00")).next_opening == at(
        "2025-01-06T08:30:00"
    )


def test_working_days_are_in_order_and_never_closed() -> None:
    found = [
        day for day, _ in zip(working_days(SHIBUKAWA, date(2026, 12, 25)), range(8), strict=False)
    ]
    assert all(a < b for a, b in pairwise(found))
    assert [day.isoformat() for day in found[:3]] == ["2026-12-25", "2026-12-28", "2027-01-04"]


def test_a_channel_that_is_not_there_says_so() -> None:
    with pytest.raises(NeverOpenError):
        opening(replace(SHIBUKAWA, phone=None), "phone", at("2026-11-30T10:00:00"))


def test_a_desk_closed_for_ever_does_not_search_for_ever() -> None:
    changes: tuple[Change, ...] = tuple(
        DeskClosed(date(2026, 11, 30) + timedelta(days=step)) for step in range(500)
    )
    with pytest.raises(NeverOpenError):
        opening(SHIBUKAWA, "phone", at("2026-11-30T10:00:00"), changes)


def test_closed_days_close_every_standing_span() -> None:
    assert day_spans(SHIBUKAWA, SHIBUKAWA.hours, date(2026, 11, 23)) == ()
