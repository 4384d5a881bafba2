"""Who answers now: a year of quarter hours over the seven persons, and the gaps that are known."""

import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.rules.koyomi.dates import JAPAN, is_holiday
from madoguchi.rules.koyomi.hours import Span
from madoguchi.rules.programme.agency import YEAR_END
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.people import PEOPLE, PersonName
from madoguchi.rules.referral import (
    ENOUGH,
    STATES,
    answering,
    helplines,
    next_change,
    open_first,
    reach,
)

SHIBUKAWA = programme("shibukawa")
GAPS = tomllib.loads((Path(__file__).parent / "helpline_gaps.toml").read_text("utf-8"))
MOST_QUARTERS = {
    **dict.fromkeys(("pictures", "threatened", "silent"), 26_570),
    "foreign": 27_296,
    "sued": 35_040,
}
"""So many quarter hours of 2027 had too few when the list was written; lower it, never more."""
FIRST = datetime(2027, 1, 1, tzinfo=JAPAN)
QUARTERS = tuple(range(0, 24 * 60, 15))
moments = st.one_of(
    st.integers(0, 365 * 96 - 1).map(lambda n: FIRST + timedelta(minutes=15 * n)),
    st.builds(  # the days of the month on which いのちの電話 is open for longer
        lambda month, n: FIRST.replace(month=month, day=10) + timedelta(minutes=15 * n),
        st.integers(1, 12),
        st.integers(0, 2 * 96 - 1),
    ),
)


def kind(day: date) -> str:
    """The kind of a day, as those that close on holidays see it."""
    if day in YEAR_END:
        return "year_end"
    if is_holiday(day) or day.weekday() == 6:
        return "sunday"
    return "saturday" if day.weekday() == 5 else "workday"


def known(person: PersonName, day: date, minute: int) -> int:
    """How many answer at least, as the list of gaps has it."""
    for line in GAPS.get(person, {}).get(kind(day), ()):
        span, count = line.split()
        held = Span.from_text(span)
        if held.starts_min <= minute < held.ends_min:
            return int(count)
    return ENOUGH


@pytest.mark.parametrize("name", PEOPLE)
def test_in_every_quarter_hour_of_a_year_two_answer_or_the_gap_is_known(name: PersonName) -> None:
    person, other, short = SHIBUKAWA.person(name), dict[tuple[str, int], set[int]](), 0
    for days in range(365):
        midnight = FIRST + timedelta(days=days)
        for minute in QUARTERS:
            there = len(answering(SHIBUKAWA, person, midnight + timedelta(minutes=minute)))
            short += there < ENOUGH
            if min(there, ENOUGH) != known(name, midnight.date(), minute):
                other.setdefault((kind(midnight.date()), minute), set()).add(there)
    assert other == {}, "gaps that nobody wrote down, or that are there no more"
    assert short == MOST_QUARTERS.get(name, 0), "the gaps may only shrink; then lower this number"


@given(st.sampled_from(PEOPLE), moments)
def test_what_is_shown_first_is_what_answers(name: PersonName, at: datetime) -> None:
    person = SHIBUKAWA.person(name)
    found = helplines(SHIBUKAWA, person, at)
    answer = answering(SHIBUKAWA, person, at)
    own = [each.agency.id for each in found.first if each.agency.id in person.lines]
    assert tuple(own[:ENOUGH]) == (*answer, *own[len(answer) :])[:ENOUGH]
    states = [each.state for each in found.first]
    assert states == sorted(states, key=STATES.index)
    assert states.count("open") >= min(ENOUGH, len(answer))
    shut = [each for each in (*found.first, *found.others) if each.agency.id in person.lines]
    shut = [each for each in shut if each.state == "shut"]
    if len(answer) < ENOUGH and shut:
        assert found.opens_next is not None
        assert found.opens_next.first is not None
        assert found.opens_next.first.opens_at is not None
        assert found.opens_next.first.opens_at > at


@given(st.sampled_from(PEOPLE), moments)
def test_nobody_is_sent_to_a_line_they_cannot_use(name: PersonName, at: datetime) -> None:
    person = SHIBUKAWA.person(name)
    found = helplines(SHIBUKAWA, person, at)
    for each in (*found.first, *found.others):
        for line in each.lines:
            assert person.voice or line.way != "phone"
            if line.way != "page":
                assert set(each.agency.languages_of(line.line)) & set(person.languages)


@pytest.mark.parametrize(("name", "page"), [("silent", "soudan/sns/"), ("dying", "")])
def test_who_cannot_speak_is_led_to_the_page_of_chats(name: PersonName, page: str) -> None:
    found = helplines(SHIBUKAWA, SHIBUKAWA.person(name), FIRST)
    portal = next(x for x in (*found.first, *found.others) if x.agency.id == "mhlw_portal")
    assert portal.first is not None
    assert portal.first.line.address == f"https://www.mhlw.go.jp/mamorouyokokoro/{page}"  # type: ignore[union-attr] # a page


def test_a_form_is_never_open() -> None:
    for at in (FIRST + timedelta(hours=hour) for hour in range(24 * 14)):
        for each in open_first(SHIBUKAWA.directory, at):
            assert not [x for x in each.lines if x.way in ("form", "page") and x.open]


@given(moments)
def test_nothing_opens_or_closes_before_the_next_change(at: datetime) -> None:
    """A finished page holds until then."""

    def states(moment: datetime) -> list[tuple[str, str]]:
        return [(each.agency.id, each.state) for each in open_first(SHIBUKAWA.directory, moment)]

    before = next_change(SHIBUKAWA, at) - timedelta(minutes=1)
    assert states(max(at, before)) == states(at)


def test_the_end_of_the_year_closes_what_says_so() -> None:
    evening = datetime(2026, 12, 30, 18, 0, tzinfo=JAPAN)
    child = answering(SHIBUKAWA, SHIBUKAWA.person("child"), evening)
    assert "childline" not in child
    assert {"kodomo_sos", "child_189", "ibasho"} <= set(child)
    assert "childline" in answering(
        SHIBUKAWA, SHIBUKAWA.person("child"), evening - timedelta(days=7)
    )


def test_a_chat_that_opens_at_four_is_shut_a_minute_before() -> None:
    chat = next(x for x in SHIBUKAWA.agency("childline").lines if x.way == "chat")

    def opens(text: str) -> str:
        found = reach(chat, datetime.fromisoformat(f"{text}+09:00"))
        return "open" if found.open else f"{found.opens_at:%m-%d %H:%M}"

    assert opens("2026-12-03T15:59") == "12-03 16:00"
    assert opens("2026-12-03T16:00") == opens("2026-12-03T20:59") == "open"
    assert opens("2026-12-03T21:00") == "12-04 16:00"
    assert opens("2026-12-07T16:00") == "open"  # the first Monday; the second is none of its days
    assert opens("2026-12-14T16:00") == "12-15 16:00"
    assert opens("2026-12-28T23:00") == "01-04 16:00"  # closed until the third; a first Monday


def test_the_one_open_line_of_everybody_answers_day_and_night() -> None:
    assert [agency.id for agency in SHIBUKAWA.calls] == ["police_110", "fire_119", "yorisoi"]
    assert all(agency.always for agency in SHIBUKAWA.calls)
    assert SHIBUKAWA.person("child").lines[:3] == ("kodomo_sos", "child_189", "ibasho")
