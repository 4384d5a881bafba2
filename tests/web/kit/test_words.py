"""Words on the page: gaps are marked, values are inert, prose cannot carry a script."""

from datetime import UTC, date, datetime, time

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

from madoguchi.rules.koyomi.hours import Week
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.programme.words import Column
from madoguchi.web.kit.column import column, speak
from madoguchi.web.kit.formatting import Formatter
from madoguchi.web.kit.templatetags.words import cached_text, html_of


@pytest.fixture(autouse=True)
def _japanese() -> object:
    """Begin and end in Japanese."""
    speak("ja")
    yield
    speak("ja")


def show(template: str, **values: object) -> str:
    """A template as a page shows it."""
    request = RequestFactory().get("/")
    return Template("{% load words %}" + template).render(Context({"request": request, **values}))


def test_a_gap_in_english_says_that_it_is_japanese() -> None:
    speak("en")
    assert show('{% t "desk.menu.inbox" %}') == '<span lang="ja">一覧</span>'
    assert show('{% ta "desk.menu.inbox" %}') == "一覧"
    assert show('{% t "kit.skip" %}') == "Skip to main content"


def test_a_value_is_text() -> None:
    page = show('{% t "search.found" words=x %}', x="<b>{y}</b>")
    assert page == "「&lt;b&gt;{y}&lt;/b&gt;」で見つかったページ"


@pytest.mark.parametrize(
    ("at", "ja", "easy", "en"),
    [
        (time(8, 30), "8時30分", "午前8時30分", "8:30 am"),
        (time(12), "12時", "昼の12時", "noon"),
        (time(12, 30), "12時30分", "午後0時30分", "12:30 pm"),
        (time(13), "13時", "午後1時", "1 pm"),
        (time(0, 15), "0時15分", "午前0時15分", "12:15 am"),
    ],
)
def test_noon_is_said_so_that_nobody_takes_it_for_midnight(
    at: time, ja: str, easy: str, en: str
) -> None:
    told: tuple[tuple[Column, str], ...] = (("ja", ja), ("easy", easy), ("en", en))
    for name, words in told:
        speak(name)
        assert show("{% clock at %}", at=at) == words


@pytest.mark.parametrize(
    ("hours", "ja", "easy", "en"),
    [
        (
            "sun-sat 16:00-21:00; 10th 8:00-24:00; 11th 0:00-8:00",
            "毎日 16時から21時まで。毎月10日 8時から翌日の8時まで",
            "毎日 午後4時から 午後9時まで。毎月 10日 午前8時から つぎの 日の 午前8時まで",
            "every day, 4 pm to 9 pm; the 10th of each month, 8 am to 8 am of the next day",
        ),
        (
            "10th,22nd 20:00-24:00",
            "毎月10日、22日 20時から24時まで",
            "毎月 10日、22日 午後8時から 夜の12時まで",
            "the 10th, 22nd of each month, 8 pm to midnight",
        ),
        (
            "3rd sat 0:00-24:00; 3rd 0:00-24:00",
            "毎月第3土曜日 24時間。毎月3日 24時間",
            "毎月 3番目の 土曜日 24時間。毎月 3日 24時間",
            "the third Saturday of each month, 24 hours; the 3rd of each month, 24 hours",
        ),
    ],
)
def test_hours_are_said_in_every_column(hours: str, ja: str, easy: str, en: str) -> None:
    told: tuple[tuple[Column, str], ...] = (("ja", ja), ("easy", easy), ("en", en))
    for name, words in told:
        speak(name)
        assert show("{% hours week %}", week=Week.from_text(hours)) == words


@pytest.mark.parametrize(
    "hours",
    [
        "28th 20:00-24:00; 29th 0:00-8:00",  # in most years February has no 29th
        "10th 20:00-23:45; 11th 0:00-8:00",
        "10th 20:00-24:00; 12th 0:00-8:00",
        "10th 20:00-24:00; 11th 0:00-8:00, 9:00-10:00",
        "10th 20:00-24:00; 11th 0:00-24:00",
    ],
)
def test_only_what_runs_into_the_next_morning_is_said_to(hours: str) -> None:
    said = show("{% hours week %}", week=Week.from_text(hours))
    assert "翌日" not in said
    assert said.count("毎月") == 2


@pytest.mark.parametrize(
    ("ends", "ja", "easy", "en"),
    [
        ("2026-12-10T21:00", "21時", "午後9時", "9 pm"),
        ("2026-12-11T00:00", "24時", "夜の12時", "midnight"),
        ("2026-12-11T08:00", "明日の8時", "あしたの 午前8時", "tomorrow, 8 am"),
        ("2026-12-12T00:00", "土曜日0時", "土曜日 午前0時", "Saturday, 12 am"),
    ],
)
def test_an_end_is_said_with_its_day_where_it_is_not_today(
    ends: str, ja: str, easy: str, en: str
) -> None:
    now, said = datetime.fromisoformat("2026-12-10T09:00"), Formatter(texts("_national"))
    told: tuple[tuple[Column, str], ...] = (("ja", ja), ("easy", easy), ("en", en))
    for name, words in told:
        speak(name)
        assert said.until(datetime.fromisoformat(ends), now) == words


def test_an_unknown_key_is_named() -> None:
    with pytest.raises(KeyError, match=r"no\.such"):
        show('{% t "no.such" %}')


def test_prose_cannot_carry_a_script() -> None:
    page = html_of("<script>x</script>\n\n[a](javascript:alert(1))\n\n## b", "ja")
    assert "<script>" not in page
    assert 'href="javascript' not in page
    assert "<h2>b</h2>" in page


def test_the_column_is_japanese_unless_chosen() -> None:
    assert column() == "ja"


def test_words_are_kept_for_each_column() -> None:
    for _ in range(2):
        for name, words in (("en", "Skip to main content"), ("ja", "本文へ")):
            speak(name)  # type: ignore[arg-type]
            assert show('{% t "kit.skip" %}').startswith(words)


def test_words_with_a_value_are_never_kept() -> None:
    before = cached_text.cache_info().currsize
    assert "あ" in show('{% t "search.found" words=x %}', x="あ")
    assert "い" in show('{% t "search.found" words=x %}', x="い")
    assert cached_text.cache_info().currsize == before


def test_numbers_have_commas() -> None:
    assert show("{{ few|number }} {{ many|number }}", few=999, many=182_345) == "999 182,345"


@pytest.mark.parametrize(
    ("on", "said"), [(date(2026, 1, 2), "1月2日（金）"), (date(2025, 12, 2), "2025年12月2日（火）")]
)
def test_a_year_is_said_where_it_is_another_one(on: date, said: str) -> None:
    page = show("{% day on now=now %}", on=on, now=datetime(2026, 11, 25, tzinfo=UTC))
    assert page == f'<time datetime="{on.isoformat()}">{said}</time>'


@pytest.mark.parametrize("tag", ["{% t %}", '{% t "kit.skip" "kit.home" %}', "{% ta %}"])
def test_a_tag_without_a_key_is_refused(tag: str) -> None:
    with pytest.raises(TemplateSyntaxError, match="takes a key"):
        show(tag)
