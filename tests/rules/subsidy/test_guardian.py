"""A minor whose representative may be the other party: asked about, never refused, never told."""

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.rules.decision import Decision, Held
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.subsidy.guardian import (
    Representative,
    age_on,
    guardian,
    is_minor,
    officer_words,
)
from madoguchi.rules.subsidy.judge import words_of

DAY = date(2026, 6, 3)
CHILD = date(2010, 6, 3)
ANSWERS: tuple[Representative | None, ...] = (None, *get_args(Representative.__value__))
WORDS = texts("shibukawa")


@pytest.mark.parametrize(
    ("born_on", "minor"),
    [
        (date(2008, 6, 3), False),
        (date(2008, 6, 4), True),
        (date(2008, 6, 2), False),
        (date(2026, 6, 3), True),
    ],
)
def test_eighteen_is_of_age_on_the_day_itself(born_on: date, *, minor: bool) -> None:
    assert is_minor(born_on, DAY) is minor
    assert (guardian(born_on, DAY) is not None) is minor


@given(st.dates(date(1920, 1, 1), date(2020, 12, 31)), st.integers(0, 40_000))
def test_nobody_grows_younger(born_on: date, days: int) -> None:
    day = born_on + timedelta(days=days)
    assert 0 <= age_on(born_on, day) <= age_on(born_on, day + timedelta(days=1))
    assert age_on(born_on, day + timedelta(days=1)) - age_on(born_on, day) <= 1


def test_who_is_asked_for_no_birthday_is_asked_for_no_representative() -> None:
    assert guardian(None, DAY, "other_party") is None


@pytest.mark.parametrize("answer", ANSWERS)
def test_it_is_never_a_no(answer: Representative | None) -> None:
    reason = guardian(CHILD, DAY, answer)
    assert reason is not None
    expected = "yes" if answer == "settled" else "ask"
    assert Decision.of(reason).answer == expected
    assert reason.held is not Held.UNMET


@pytest.mark.parametrize("answer", ANSWERS)
def test_the_person_and_the_officer_each_have_their_words(answer: Representative | None) -> None:
    reason = guardian(CHILD, DAY, answer)
    assert reason is not None
    for column in ("ja", "easy", "en"):
        assert WORDS.get(words_of(reason), column).column == column
    assert WORDS.get(officer_words(reason)).words


@pytest.mark.parametrize("answer", [None, "unsure", "other_party"])
def test_the_person_is_asked_before_anybody_is_contacted(answer: Representative | None) -> None:
    reason = guardian(CHILD, DAY, answer)
    assert reason is not None
    assert "あなたに確かめます" in WORDS.get(words_of(reason)).words
    assert "連絡は自動では行いません" in WORDS.get("desk_grant_guardian.ask").words


def test_the_officer_reads_whom_else_to_think_of() -> None:
    reason = guardian(CHILD, DAY, "other_party")
    assert reason is not None
    said = WORDS.get(officer_words(reason)).words
    assert "特別代理人" in said
    assert "児童相談所" in said
    assert "連絡や郵送をしないでください" in said


def test_every_word_of_it_is_said() -> None:
    told = {words_of(one) for answer in ANSWERS if (one := guardian(CHILD, DAY, answer))}
    written = {key for key in WORDS.words if key.startswith("ground.subsidy.guardian.")}
    assert told == written
