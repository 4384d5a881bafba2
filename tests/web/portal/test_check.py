"""The check of the subsidy: a question a page, an end for each answer, and nothing kept of it."""

import logging
import math
import re
from urllib.parse import quote

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madoguchi.web.kit import publications
from madoguchi.web.portal.check.questions import QUESTIONS
from tests.answers import squeezed
from tests.web.portal.checking import HERE, answer, asked, body, carried, walk

POSSIBLE = {
    "": "<h1>対象になるかもしれません</h1>",
    "/easy": "<h1>つかえるかも しれません</h1>",
    "/en": "<h1>It may be for you</h1>",
}
ENDS = {
    "registered": ("no", "お住まいの条件がある補助です"),
    "used_desk": ("no", "先に、窓口への相談が必要です"),
    "contract": ("earlier", "契約の前に申請する補助です"),
    "act": ("other", "次の費用への補助です"),
}
ORDER = [
    "registered",
    "used_desk",
    "contract",
    "engaged",
    "act",
    "estimate",
    "estimate_on",
    "yen_deletion",
    "other_aid",
]
NAMES = ("at", "to", "stay", "changing", "unknown", "scheme", *QUESTIONS)
WORDS = ("", "yes", "no", "unknown", "later", "today", "both", "question", "1", "30万円", "\ud800")
ODD = ("\x00", "<b>", "\u202e1", "🙂", "令和8", "9" * 5000, "０", "-0", "%", "\r\n")
SENT = st.dictionaries(
    st.sampled_from(NAMES),
    st.lists(st.sampled_from((*WORDS, *ODD, *QUESTIONS)), max_size=4),
)


@pytest.mark.parametrize("column", POSSIBLE)
def test_full_answers_lead_to_the_amount_and_the_way_to_it(portal: Client, column: str) -> None:
    page = walk(portal, column)
    words = body(page)
    assert POSSIBLE[column] in words
    assert "150,000" in words
    assert "330,000" in words
    assert "1/2" in words
    assert "2024" in words
    assert page["Cache-Control"] == "no-store"


def test_a_page_asks_one_question_and_offers_not_to_know(portal: Client) -> None:
    page, seen = portal.get(HERE), []
    for words in ("yes", "phone", "none", "lawyer", "deletion", "yes"):
        seen.append(asked(page))
        assert len(re.findall(r"<legend>|<label for=\"f-\w+\">[^<]+ <span", body(page))) == 1
        assert 'value="unknown"' in body(page)
        page = answer(portal, page, words)
    for name in ("estimate_on", "yen_deletion"):
        seen.append(asked(page))
        assert f'name="unknown" value="{name}"' in body(page)
        page = answer(portal, page, unknown=name)
    assert [*seen, asked(page)] == ORDER


@pytest.mark.parametrize("name", ENDS)
@pytest.mark.parametrize("column", POSSIBLE)
def test_each_ending_is_a_page_with_ways_on(portal: Client, name: str, column: str) -> None:
    page = walk(portal, column, **{name: ENDS[name][0]})
    words = body(page)
    assert ENDS[name][1] in words or column
    assert "aria-invalid" not in words
    assert f'href="{column}/s/"' in words
    assert f'href="{column}/clinic/"' in words
    assert f'href="{column}/desks/cost/"' in words
    assert 'id="a-houterasu"' in words
    assert "2024" in words
    changed = answer(portal, page, to=name, column=column)
    assert asked(changed) == name
    assert f'value="{ENDS[name][0]}" checked' in body(changed)


def test_who_has_not_used_the_desk_may_see_the_amount_first(portal: Client) -> None:
    on = answer(portal, walk(portal, used_desk="no"), used_desk="later")
    assert asked(on) == "contract"
    back = answer(portal, on, to="used_desk")
    assert "これから相談する" not in body(back)
    for words in ("none", "lawyer", "deletion", "no", "150000", "no"):
        on = answer(portal, on, words)
    assert POSSIBLE[""] in body(on)
    assert "これから相談する" in body(on)


def test_a_judicial_scrivener_is_for_the_desk_to_look_at(portal: Client) -> None:
    words = body(walk(portal, engaged="judicial_scrivener"))
    assert POSSIBLE[""] in words
    assert "弁護士のほかに、だれへの依頼が入るかは、確かめている途中です。" in words


def test_a_contract_of_today_is_for_the_desk_to_look_at(portal: Client) -> None:
    assert "申請と契約が同じ日です。" in body(walk(portal, contract="today"))


@pytest.mark.parametrize("column", POSSIBLE)
def test_nothing_need_be_known(portal: Client, column: str) -> None:
    every = dict.fromkeys((*ORDER, "yen_either"), "unknown")
    words = body(walk(portal, column, **every))
    assert POSSIBLE[column] in words
    assert "150,000" in words


def test_what_nobody_confirmed_is_no_condition_to_a_citizen(portal: Client) -> None:
    words = body(walk(portal))
    for never in ("滞納", "暴力団", "損害賠償", "返金"):
        assert never not in words
    assert "ほかにも条件があります。" in words
    assert "ほかの条件があるかどうかを、確かめている途中です。" in words
    assert "契約の前に、申請の決定を待つ必要があるかは、窓口にお確かめください。" in words
    assert "この確認は、申請にはなりません。" in words


def test_two_acts_are_asked_and_reckoned_apart(portal: Client) -> None:
    words = body(walk(portal, act="both", yen_disclosure="２２０，０００"))
    assert "削除の着手金 330,000円" in words
    assert "発信者の特定の着手金 220,000円" in words
    assert "220,000円" in words


@pytest.mark.parametrize("written", ["30万円", "３００，０００", "300,000円", " 300000 "])
def test_amounts_are_read_as_people_write_them(portal: Client, written: str) -> None:
    assert "300,000円 × 1/2" in body(walk(portal, yen_deletion=written))


@pytest.mark.parametrize("written", ["1e9", "150000.00", "-1", "", "99999999999", "九千円"])
def test_what_is_no_amount_is_said_at_the_field(portal: Client, written: str) -> None:
    page = portal.get(HERE)
    for words in ("yes", "phone", "none", "lawyer", "deletion", "no"):
        page = answer(portal, page, words)
    page = answer(portal, page, written)
    assert page.status_code == 422
    assert asked(page) == "yen_deletion"
    assert body(page).count('class="slip"') == 1
    assert f'value="{written}" class="middle"' in body(page)
    assert "<title>エラー：" in body(page)
    assert carried(page)["engaged"] == ["lawyer"]


def test_a_day_that_does_not_exist_is_said_at_the_field(portal: Client) -> None:
    page = portal.get(HERE)
    for words in ("yes", "phone", "none", "lawyer", "deletion", "yes"):
        page = answer(portal, page, words)
    page = answer(portal, page, "2026", "2", "29")
    assert (page.status_code, asked(page)) == (422, "estimate_on")


def test_an_estimate_of_an_earlier_year_is_for_the_desk_to_look_at(portal: Client) -> None:
    words = body(walk(portal, estimate_on=("2025", "4", "1")))
    assert "見積書の年度が、申請の年度と違います。" in words


def test_back_keeps_what_was_answered_and_what_stands_on_the_page(portal: Client) -> None:
    page = portal.get(HERE)
    for words in ("yes", "phone", "none", "lawyer", "deletion", "no"):
        page = answer(portal, page, words)
    back = answer(portal, page, "15万円", to="estimate")
    assert asked(back) == "estimate"
    assert 'value="no" checked' in body(back)
    again = answer(portal, back, "no")
    assert asked(again) == "yen_deletion"
    assert 'value="15万円"' in body(again)


def test_an_answer_is_changed_from_the_result_and_leads_back_to_it(portal: Client) -> None:
    page = answer(portal, walk(portal), to="yen_deletion")
    assert asked(page) == "yen_deletion"
    page = answer(portal, page, "100000")
    assert asked(page) == ""
    assert "100,000円 × 1/2" in body(page)
    page = answer(portal, answer(portal, page, to="act"), "both")
    assert asked(page) == "yen_disclosure"
    page = answer(portal, page, "50000")
    assert "合わせて" in body(page)
    page = answer(portal, answer(portal, page, to="contract"), "earlier")
    assert ENDS["contract"][1] in body(page)


@pytest.mark.parametrize(
    "forged",
    [
        {},
        {"at": "nothing"},
        {"at": "other_aid"},
        {"at": "other_aid", "other_aid": "no"},
        {"at": "registered", "registered": "perhaps"},
        {"to": "income_year"},
        {"stay": "question"},
        {"stay": "after", "at": "act"},
        {"changing": "1", "at": "registered", "registered": "yes"},
        {"at": "act", "act": ["deletion", "both", "x" * 9000], "unknown": "registered"},
        {"unknown": "nothing", "at": "registered"},
        {"at": "registered", "registered": "\x00\udcff".encode("utf-8", "surrogatepass")},
        {"scheme": "pink", "size": "vast"},
    ],
)
def test_what_no_page_of_ours_sent_is_asked_again(portal: Client, forged: dict[str, str]) -> None:
    page = portal.post(HERE, forged)
    assert page.status_code in (200, 422)
    assert asked(page)


@pytest.mark.parametrize("name", ["registered", "contract", "yen_deletion"])
@pytest.mark.parametrize("word", ["", "perhaps", "99999999999", "\x00"])
def test_a_forged_answer_of_an_earlier_page_is_asked_again(
    portal: Client, name: str, word: str
) -> None:
    page = answer(portal, walk(portal), to="other_aid")
    sent = {**carried(page), name: word, "other_aid": "no"}
    again = portal.post(HERE, sent)
    assert (again.status_code, asked(again)) == (200, name)
    assert not word or word not in carried(again).get(name, [])


def test_another_sites_page_learns_nothing_and_loses_nothing(portal: Client) -> None:
    elsewhere = {"origin": "https://evil.example"}
    page = portal.post(HERE, {"at": "registered", "registered": "yes"}, headers=elsewhere)
    assert page.status_code == 403


def test_nothing_is_kept_of_it(
    portal: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publications, "CHECK_EVERY_S", math.inf)
    portal.get(HERE)  # the office and what was published are known
    with (
        caplog.at_level(logging.INFO, "madoguchi"),
        CaptureQueriesContext(connections["default"]) as queries,
    ):
        walk(portal)
        walk(portal, contract="earlier")
    told = [one["sql"] for one in queries.captured_queries]
    assert all(re.match(r'SELECT .* FROM "notices_notice"', one) for one in told)
    assert len(told) <= 4  # two pages of twenty say whether the desk is open
    assert not portal.cookies
    assert not caplog.records


def test_colours_and_language_change_without_losing_an_answer(portal: Client) -> None:
    page = answer(portal, portal.get(HERE), "yes")
    tools = re.search(r"<form[^>]* data-display data-here>(.*?)</form>", body(page), re.DOTALL)
    assert tools
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', tools[1]))
    blue = portal.post(HERE, {**sent, "scheme": "blue"})
    assert asked(blue) == "used_desk"
    assert carried(blue)["registered"] == ["yes"]
    assert 'data-scheme="blue"' in body(blue)
    assert list(portal.cookies) == ["disp"]
    english = portal.post(f"/en{HERE}", sent)
    assert "Have you talked to this desk already?" in body(english)
    assert carried(english)["registered"] == ["yes"]


def test_titles_say_nothing(portal: Client) -> None:
    for page in (portal.get(HERE), walk(portal), walk(portal, contract="earlier")):
        title = re.search(r"<title>(.*?)</title>", body(page))
        assert title
        assert title[1].startswith("手続き ")
        assert not re.search(r"補助|弁護士|費用|相談", title[1])


def test_where_there_is_no_subsidy_it_says_so(portal: Client, other_office: object) -> None:
    page = portal.get(HERE, headers={"host": "portal.pref.test"})
    assert "いま確かめられる補助はありません" in body(page)
    posted = portal.post(HERE, {"at": "registered"}, headers={"host": "portal.pref.test"})
    assert "いま確かめられる補助はありません" in body(posted)


def test_ways_lead_to_it(portal: Client) -> None:
    for column in POSSIBLE:
        for page in ("/subsidy/", "/guide/cost/"):
            assert f'href="{column}{HERE}"' in squeezed(portal.get(column + page))
        assert f'href="{column}{HERE}"' not in squeezed(portal.get(f"{column}/guide/talk/"))


@given(sent=SENT)
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_sent_leads_to_a_page(portal: Client, sent: dict[str, list[str]]) -> None:
    words = "&".join(
        f"{name}={quote(word, errors='surrogatepass')}" for name in sent for word in sent[name]
    )
    page = portal.post(HERE, words, content_type="application/x-www-form-urlencoded")
    assert page.status_code in (200, 422)
    assert "<h1>" in body(page)
