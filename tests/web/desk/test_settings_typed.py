"""Hours as officers write them become hours as the programme files write them."""

import pytest

from madoguchi.rules.koyomi.hours import Week
from madoguchi.web.desk.settings.kinds import as_typed, written
from madoguchi.web.desk.settings.preview import dead


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("月〜金 8:30〜17:15", "mon-fri 8:30-17:15"),
        ("月曜日から金曜日　８：３０−１７：１５", "mon-fri 8:30-17:15"),
        ("平日 9:00-12:00、13:00-16:00", "mon-fri 9:00-12:00, 13:00-16:00"),
        ("火・木 9:00-12:00", "tue,thu 9:00-12:00"),
        ("火、木 9:00-12:00；第3土 9:00-12:00", "tue,thu 9:00-12:00;3rd sat 9:00-12:00"),
        ("毎日 10:00-22:00", "mon-sun 10:00-22:00"),
        ("毎日 16:00-21:00；毎月10日 8:00-24:00", "mon-sun 16:00-21:00;10th 8:00-24:00"),
        ("10日・20日 9:00〜12:00", "10th,20th 9:00-12:00"),
        ("3日 9:00-12:00", "3rd 9:00-12:00"),
        ("第3日 9:00-12:00", "3rd sun 9:00-12:00"),
        ("毎月第1・3日曜日 9:00-12:00", "1st,3rd sun 9:00-12:00"),
        ("第1、第3日 9:00-12:00", "1st,3rd sun 9:00-12:00"),
        ("24時間", "24h"),
        ("mon-fri 8:30-17:15", "mon-fri 8:30-17:15"),
        ("1st,3rd sat 9:00-12:00", "1st,3rd sat 9:00-12:00"),
    ],
)
def test_hours_are_read_as_written(typed: str, stored: str) -> None:
    assert written(typed) == stored
    assert Week.from_text(written(typed)).text == stored


@pytest.mark.parametrize(
    "stored",
    [
        "mon-fri 8:30-12:00, 13:00-17:15",
        "tue,thu 9:00-12:00; 1st,3rd sat 9:00-12:00; mon-sun 18:00-19:00",
        "sun-sat 16:00-21:00; 10th 8:00-24:00; 1st,22nd,31st 0:00-8:00",
        "24h",
    ],
)
def test_what_stands_in_a_file_is_shown_as_it_is_typed(stored: str) -> None:
    shown = as_typed(stored)
    assert not [sign for sign in shown if sign.isascii() and sign.isalpha()]
    assert Week.from_text(written(shown)).lines == Week.from_text(stored).lines


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "朝から夕方",
        "月",
        "月-金",
        "8:30",
        "月 25:00-26:00",
        "8:30-17:15",
        "32日 8:30-9:00",
        "3日曜 8:30-9:00",
    ],
)
def test_what_is_no_hours_is_none(typed: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Week.from_text(written(typed))


def test_links_and_controls_of_a_sample_are_dead() -> None:
    page = (
        '<a class="exit" data-exit href="https://x/">a</a>'
        '<a class="b" href="/y" lang="ja">d</a><a href="#z">e</a><input name="e">'
    )
    assert dead(page) == (
        '<a class="exit" href="#main">a</a>'
        '<a class="b" href="#main" lang="ja">d</a><a href="#z">e</a><input disabled name="e">'
    )
    assert dead('<link href="/x.css">') == '<link href="/x.css">'
