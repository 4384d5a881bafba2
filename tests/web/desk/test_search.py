"""The search page: words by POST only, slips keep what was typed, refusals look like nothing."""

import re
from datetime import datetime
from uuid import uuid4

import pytest
from django.test import Client

from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.fairness import Lane
from madoguchi.work.cases.models import Case
from madoguchi.work.search import queries
from tests.web.desk.colleagues import ABOUT, asked, colleague

WORD = "金糸雀の掲示板"


def search(browser: Client, words: str = WORD, purpose: str = "check") -> str:
    """The page after pressing the button."""
    answer = browser.post("/search/", {"words": words, "purpose": purpose})
    assert answer.status_code == 200
    return answer.content.decode()


def opened(browser: Client, office: OfficeCard, now: datetime, text: str) -> str:
    """The short name of a case that the colleague has opened."""
    case = asked(office, now, text=text)
    assert browser.get(f"/cases/{case.pk}/").status_code == 200
    return case.short_name


def test_what_is_found_leads_to_its_case(office: OfficeCard, now: datetime) -> None:
    _, browser = colleague(office, "counsellor", now)
    name = opened(browser, office, now, f"あの{WORD}に\u202e書かれた")
    page = search(browser)
    assert f">{name}</a>" in page
    assert f"あの<mark>{WORD}</mark>に⟦U+202E⟧書かれた" in page
    assert "1件で見つかりました。開いて調べた相談は1件です。" in page
    assert ABOUT["name"] not in page
    assert "<title>検索：1件" in page


def test_forbidden_and_missing_look_the_same(office: OfficeCard, now: datetime) -> None:
    _, browser = colleague(office, "counsellor", now)
    missing = unsigned(search(browser))
    assert "見つかりませんでした" in missing
    _, other = colleague(office, "counsellor", now)
    opened(other, office, now, WORD)
    assert unsigned(search(browser)) != missing
    Case.objects.update(level="care")
    assert unsigned(search(browser)) == missing


def test_what_was_not_searched_is_said(
    browser: Client, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(browser, office, now, WORD)
    always, unopened, older = (
        "あなたが開けない相談",
        "まだだれも開いていない相談",
        "それより前の相談",
    )
    page = search(browser)
    assert (always in page, unopened in page, older in page) == (True, False, False)
    for _ in range(2):
        asked(office, now, text=WORD)
    page = search(browser, "どこにもない語")
    assert "見つかりませんでした。開いて調べた相談は1件です。" in page
    assert f"{unopened}が2件あります。調べたのは番号だけです。" in page
    monkeypatch.setattr(queries, "MOST_CASES", 2)
    assert f"最後の動きが新しい2件だけです。{older}" in search(browser)
    monkeypatch.setattr(queries, "MOST_CASES", 3)
    monkeypatch.setattr(queries, "MOST_HITS", 0)
    assert "0件より多く見つかりました" in search(browser)


def test_numbers_have_commas(browser: Client) -> None:
    assert "5,000件まで" in browser.get("/search/").content.decode()


def unsigned(page: str) -> str:
    """The page without the tokens and the moment that differ each time."""
    return re.sub(r'name="\w+" value="\w{30,}"|<time [^>]*>[^<]*', "", page)


@pytest.mark.parametrize(
    ("words", "purpose", "slip"),
    [
        ("", "check", "探す言葉を入れてください"),
        ("あ", "check", "2文字以上"),
        ("あ・", "check", "2文字以上"),
        (WORD, "", "答えを選んでください"),
        (WORD, "curiosity", "答えを選んでください"),
        ("あ" * 61, "check", "60文字まで"),
        ("あ い う え お か", "check", "5つまでにしてください。いまは6つあります"),
    ],
)
def test_an_error_keeps_what_was_typed(
    browser: Client, words: str, purpose: str, slip: str
) -> None:
    answer = browser.post("/search/", {"words": words, "purpose": purpose})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert slip in page
    assert f'value="{words}"' in page


def test_words_in_the_address_are_not_looked_for(browser: Client) -> None:
    page = browser.get("/search/", {"words": WORD, "purpose": "check"}).content.decode()
    assert WORD not in page
    assert "開いて調べた" not in page


@pytest.mark.parametrize("role", ["auditor", "administrator", "subsidy_officer"])
def test_who_may_not_search_finds_no_page(office: OfficeCard, now: datetime, role: str) -> None:
    _, browser = colleague(office, role, now)
    typed, nowhere = {"words": WORD}, f"/cases/{uuid4()}/"
    for answer, other in (
        (browser.get("/search/"), browser.get(nowhere)),
        (browser.post("/search/", typed), browser.post(f"{nowhere}note/", typed)),
    ):
        assert (answer.status_code, answer.content) == (404, other.content)


def test_who_waits_too_long_keeps_the_words(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    lane = Lane(places=1, patience_s=0.05)
    monkeypatch.setattr(queries, "SEARCHES", lane)
    with lane.place("somebody else"):
        answer = browser.post("/search/", {"words": WORD, "purpose": "check"})
    assert answer.status_code == 503
    assert "まだ探していません" in answer.content.decode()
    assert f'value="{WORD}"' in answer.content.decode()


def test_the_auditor_reads_what_for_and_how_many(office: OfficeCard, now: datetime) -> None:
    _, browser = colleague(office, "counsellor", now)
    opened(browser, office, now, WORD)
    search(browser, purpose="same")
    _, auditor = colleague(office, "auditor", now)
    page = auditor.get("/audit/").content.decode()
    assert "同じ人や同じ書き込みの相談があるかを確かめるため" in page
    assert "1件を開き、1件で見つかった" in page
    assert WORD not in page
