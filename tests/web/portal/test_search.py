"""Search finds what a worried person types, and keeps nothing of it."""

import pytest
from django.test import Client

from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.texts import texts
from madoguchi.web.portal.search.views import Entry, index, look_up

WANTED = {
    "消したい": "guide/delete",
    "削除": "guide/delete",
    "さくじょ": "guide/delete",
    "ｻｸｼﾞｮ": "guide/delete",
    "ﾂｲｯﾀｰ": "guide/delete",
    "Ｔｗｉｔｔｅｒ": "guide/delete",
    "twiter": "guide/delete",
    "だれが書いた": "guide/identify",
    "犯人　特定": "guide/identify",
    "スクショ": "guide/evidence",
    "スクシヨ": "guide/evidence",
    "しょうこ": "guide/evidence",
    "殺すと言われた": "guide/danger",
    "シニタイ": "guide/danger",
    "死にたい": "guide/danger",
    "助けて": "guide/danger",
    "お金がない": "guide/cost",
    "つらい": "guide/talk",
    "べんごし": "clinic",
    "土曜日": "clinic",
    "補助金": "subsidy",
    "条例": "ordinance",
    "プライバシー": "privacy",
}


def found(words: str) -> tuple[Entry, ...]:
    """What Shibukawa finds."""
    return look_up(index(texts("shibukawa"), programme("shibukawa")), words)


@pytest.mark.parametrize("words", WANTED)
def test_the_page_is_among_the_first(words: str) -> None:
    pages = [entry.page for entry in found(words)[:3]]
    assert WANTED[words] in pages


def test_an_agency_is_found_by_name_and_number() -> None:
    for words in ("法テラス", "ほうてらす", "みんなの人権110番", "0570-003-110"):
        assert any(entry.agency for entry in found(words))


@pytest.mark.parametrize("words", ["", "　", "xyzzy", "、。", "'; DROP TABLE", "<script>"])
def test_nothing_is_found_for_nothing(words: str) -> None:
    assert found(words) == ()


def test_words_are_posted_and_not_kept(portal: Client) -> None:
    answer = portal.post("/search/", {"words": "<b>消したい</b>"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "&lt;b&gt;消したい" in page
    assert "/guide/delete/" in page
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    assert "消したい" not in answer.request["PATH_INFO"]


@pytest.mark.parametrize("words", ["a\x00b", "𠮷" * 5000, "あ" * 100_000])
def test_hostile_words_are_answered(portal: Client, words: str) -> None:
    assert portal.post("/search/", {"words": words}).status_code == 200


def test_another_site_cannot_search_here(portal: Client) -> None:
    headers = {"origin": "https://evil.example", "host": "portal.test"}
    assert portal.post("/search/", {"words": "x"}, headers=headers).status_code == 403


def test_an_address_without_words_leads_to_the_first_page(portal: Client) -> None:
    assert portal.get("/en/search/")["Location"] == "/en/"
