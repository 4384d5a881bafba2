"""Guides for who was exposed, bullied, sued: they say what this city has, and no more."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from django.test import Client

from madoguchi.rules.check import check
from madoguchi.rules.programme.desk import AddressProtection
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.programme.words import COLUMNS, Words
from madoguchi.web.kit import arrival, finished
from tests.answers import squeezed

SHIBUKAWA = programme("shibukawa")
PREFIX = {"ja": "", "easy": "/easy", "en": "/en"}
NO_COPIES = {
    "ja": "保存も、撮影も、転送もしないでください",
    "easy": "のこさないで ください",
    "en": "Do not save, photograph or forward",
}
QUESTION = {
    "ja": "判決ではありません",
    "easy": "裁判で きまった ことでは ありません",
    "en": "not a judgment",
}
VICTIMS = {"ja": "被害を受けた方のため", "easy": "こまって いる 人の ため", "en": "harmed by posts"}


@pytest.fixture(autouse=True)
def _morning(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(arrival, "now", lambda: now)
    finished.forget()


def main(portal: Client, path: str) -> str:
    """What stands between menu and foot."""
    return squeezed(portal.get(path)).split("<main", 1)[1].split("</main>")[0]


@pytest.mark.parametrize("column", COLUMNS)
def test_a_tile_of_the_first_page_leads_to_each(portal: Client, column: str) -> None:
    page = main(portal, f"{PREFIX[column]}/")
    for name in ("exposed", "school", "posted"):
        assert f'href="{PREFIX[column]}/guide/{name}/"' in page


@pytest.mark.parametrize("column", COLUMNS)
def test_who_was_exposed_asks_at_once_and_copies_nothing_of_a_child(
    portal: Client, column: str
) -> None:
    page = main(portal, f"{PREFIX[column]}/guide/exposed/")
    assert page.index("tel:110") < page.index(NO_COPIES[column])
    for agency in ("safeline", "takeitdown", "stopncii", "ihc", "police_cyber"):
        assert f'id="a-{agency}"' in page


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("name", ["evidence", "delete"])
def test_whoever_is_told_to_save_the_screen_is_told_first_what_nobody_may_save(
    portal: Client, name: str, column: str
) -> None:
    page = main(portal, f"{PREFIX[column]}/guide/{name}/")
    assert page.index(NO_COPIES[column]) < page.index("<h2")
    assert "#8103" in page


@pytest.mark.parametrize("column", COLUMNS)
def test_a_child_is_told_what_nobody_may_save_where_it_is_told_to_save(
    portal: Client, column: str
) -> None:
    save = {"ja": "ほかの書き込みは、画面を残します", "en": "Of other posts, save the screen"}
    page = main(portal, f"{PREFIX[column]}/guide/school/")
    saved = page.index(save.get(column, "画面の 写真を とります"))
    assert page.index(NO_COPIES[column]) < saved


@pytest.mark.parametrize("column", COLUMNS)
def test_who_wants_somebody_to_listen_finds_who_does_so_by_night(
    portal: Client, monkeypatch: pytest.MonkeyPatch, now: datetime, column: str
) -> None:
    monkeypatch.setattr(arrival, "now", lambda: now.replace(hour=2))
    page = main(portal, f"{PREFIX[column]}/guide/talk/")
    assert page.index("tel:0120279338") < page.index("</ul>") < page.index("tel:0279258526")
    assert "https://talkme.jp/" in page.split("</ul>")[0]


@pytest.mark.parametrize("column", COLUMNS)
def test_who_was_exposed_and_cannot_speak_finds_a_chat_unfolded(
    portal: Client, monkeypatch: pytest.MonkeyPatch, now: datetime, column: str
) -> None:
    monkeypatch.setattr(arrival, "now", lambda: now.replace(hour=2))
    page = main(portal, f"{PREFIX[column]}/guide/exposed/").split('id="pictures"')[1]
    assert "https://talkme.jp/" in page.split("<details")[0]


def test_the_officers_words_on_saving_the_screen_say_it_too() -> None:
    assert NO_COPIES["ja"] in texts("shibukawa").get("block.answer.evidence.words").words


@pytest.mark.parametrize("column", COLUMNS)
def test_who_wants_a_post_removed_finds_who_removes_pictures(portal: Client, column: str) -> None:
    page = main(portal, f"{PREFIX[column]}/guide/delete/")
    assert page.count('id="a-safeline"') == 1


def test_an_agency_that_is_shown_for_a_need_is_not_shown_twice(
    portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A city whose directory is short has it among the first six."""
    few = tuple(each for each in SHIBUKAWA.agencies if each.id in ("moj_110", "safeline"))
    monkeypatch.setattr(arrival, "in_force", lambda *_: replace(SHIBUKAWA, agencies=few))
    assert main(portal, "/guide/delete/").count('id="a-safeline"') == 1


@pytest.mark.parametrize("column", COLUMNS)
def test_who_saves_evidence_copies_nothing_of_a_child_and_finds_a_way_without_a_telephone(
    portal: Client, column: str
) -> None:
    page = main(portal, f"{PREFIX[column]}/guide/evidence/")
    assert page.index(NO_COPIES[column]) < page.index("<h2")
    assert page.count('id="a-ihc"') == 1
    assert {"ja": "ホットラインセンター", "en": "Hotline Center"}.get(
        column, "ホットライン"
    ) in page


@pytest.mark.parametrize("column", COLUMNS)
def test_the_page_says_that_its_title_stays_in_the_history(portal: Client, column: str) -> None:
    said = {
        "ja": "ブラウザーの履歴に残ります",
        "easy": "きろく（履歴）に のこります",
        "en": "history of the browser",
    }
    assert said[column] in main(portal, f"{PREFIX[column]}/guide/exposed/")


def test_who_thinks_of_suicide_and_reads_english_finds_who_speaks_it_first(portal: Client) -> None:
    page = main(portal, "/en/guide/danger/").split('id="dying"')[1].split("<details")[0]
    assert page.index("tel:0120279338") < page.index("Press 2 for other languages")
    assert "TELL Lifeline" in page
    japanese = main(portal, "/guide/danger/").split('id="dying"')[1].split("<details")[0]
    assert "TELL" not in japanese


@pytest.mark.parametrize(
    ("column", "said"),
    [("", "110と119では"), ("/easy", "110と 119では"), ("/en", "At 110 and 119")],
)
def test_english_is_promised_at_110_and_119_alone(portal: Client, column: str, said: str) -> None:
    assert said in main(portal, f"{column}/guide/danger/")


def test_each_line_of_the_english_strip_names_its_languages(portal: Client) -> None:
    strip = squeezed(portal.get("/en/s/c/")).split('class="strip"')[1].split("</aside>")[0]
    assert "English, please" in strip
    lines = strip.split("<li>")[1:]
    assert len(lines) > 4
    assert all("Japanese" in line for line in lines if "tel:" in line or "talkme" in line)


@pytest.mark.parametrize(("column", "said"), [("", "ポルトガル語"), ("/easy", "ポルトガル語")])
def test_who_reads_no_japanese_finds_the_languages_by_name(
    portal: Client, column: str, said: str
) -> None:
    card = main(portal, f"{column}/guide/danger/").split('id="foreign"')[1].split("<details")[0]
    assert said in card


@pytest.mark.parametrize("column", COLUMNS)
def test_a_child_is_shown_the_line_of_day_and_night_first(portal: Client, column: str) -> None:
    page = main(portal, f"{PREFIX[column]}/guide/school/").split('class="people"')[1]
    ways = (
        "tel:0120078310",
        "tel:189",
        "https://talkme.jp/",
        "<details",
    )  # nothing of it is folded
    lines = [page.index(way) for way in ways]
    assert lines == sorted(lines)
    prose = page.split('class="split"')[1]
    name = "Anata no Ibasho" if column == "en" else "いばしょ"
    assert name in prose


def test_who_reads_english_finds_first_who_answers_in_it(portal: Client) -> None:
    """Of those that are open; on a page of Japanese it is the other way round."""
    for path, english, japanese in (
        ("/guide/posted/", "tel:0570078377", "tel:0570078374"),
        ("/guide/talk/", 'id="a-moj_foreign"', 'id="a-yorisoi"'),
    ):
        here = main(portal, f"/en{path}")
        assert here.index(english) < here.index(japanese)
        there = main(portal, path)
        assert there.index(japanese) < (there + english).index(english)


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("path", ["/", "/guide/delete/"])
def test_a_shut_desk_is_not_the_first_to_be_pressed(
    portal: Client, monkeypatch: pytest.MonkeyPatch, now: datetime, path: str, column: str
) -> None:
    """By night the way to those that answer stands before its number, which is no longer large."""

    def card(hour: int) -> str:
        monkeypatch.setattr(arrival, "now", lambda: now.replace(hour=hour))
        page = main(portal, PREFIX[column] + path).split('aria-labelledby="reception"')[1]
        return page.split("</section>")[0]

    large, way = 'class="phone" href="tel:0279258526"', "/guide/danger/"
    assert large in card(10)
    assert way not in card(10)
    assert large not in card(22)
    assert card(22).index(way) < card(22).index("tel:0279258526")


@pytest.mark.parametrize("column", COLUMNS)
def test_who_posted_reads_that_it_is_a_question_and_whom_the_city_s_help_is_for(
    portal: Client, column: str
) -> None:
    page = main(portal, f"{PREFIX[column]}/guide/posted/")
    assert (
        page.index("tel:0120061338") < page.index("tel:0570078374") < page.index(QUESTION[column])
    )
    assert "tel:0120078310" in page
    assert VICTIMS[column] in page


def test_a_city_without_clinic_and_grant_says_nothing_of_either(
    portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = replace(SHIBUKAWA, clinic=None, subsidy=None)
    monkeypatch.setattr(arrival, "in_force", lambda *_: bare)
    page = main(portal, "/guide/posted/")
    assert "被害を受けた方のため" not in page
    assert "補助" not in page


@pytest.mark.parametrize(
    ("counter", "source", "named"),
    [
        ("市民課2番窓口", "要確認", False),
        ("要確認", "https://example.jp/", False),
        ("市民課2番窓口", "https://example.jp/", True),
    ],
)
def test_the_counter_of_addresses_is_named_once_it_is_confirmed(
    portal: Client, monkeypatch: pytest.MonkeyPatch, counter: str, source: str, *, named: bool
) -> None:
    protection = AddressProtection(Words(counter), accompanied=True, source=source)
    desk = replace(SHIBUKAWA.desk, address_protection=protection)
    monkeypatch.setattr(arrival, "in_force", lambda *_: replace(SHIBUKAWA, desk=desk))
    page = main(portal, "/guide/exposed/")
    assert ("市民課2番窓口" in page) is named
    assert ("いっしょに行くこともできます" in page) is named
    assert ("住民票の窓口に、電話などでお確かめください" in page) is not named
    assert "要確認" not in page


def test_of_the_citys_own_counter_the_office_is_asked_and_the_citizen_told_what_to_do(
    portal: Client,
) -> None:
    report = check("shibukawa", date(2026, 11, 30))
    assert {"desk.address_protection.counter.ja", "desk.address_protection.source"} <= set(
        report.unconfirmed
    )
    page = main(portal, "/guide/exposed/")
    assert "住民票の窓口に、電話などでお確かめください" in page
    assert "要確認" not in page
