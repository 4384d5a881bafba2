"""The check of the subsidy: five screens, an end for each answer, and nothing kept of it."""

import logging
import math
import re
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.law import Clause
from madoguchi.rules.programme.subsidy import BeforeContract, Terms
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.kit import publications, subsidy_year
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.check.questions import QUESTIONS
from madoguchi.web.portal.check.questions import SCREENS as SCREENS_OF
from tests.answers import Response, squeezed
from tests.web.portal.checking import FULL, HERE, answer, asked, body, carried, walk
from tests.web.portal.saturdays import Clock, decide
from tests.work.subsidy.lettered import LAW

POSSIBLE = {
    "": "<h1>対象になるかもしれません</h1>",
    "/easy": "<h1>つかえるかも しれません</h1>",
    "/en": "<h1>It may be for you</h1>",
}
ENDS = {
    "registered": ("no", "住民登録のある方が対象の補助です"),
    "used_desk": ("no", "先に、窓口への相談が必要です"),
    "contract": ("earlier", "契約したあとの申請は、対象になりません"),
    "act": ("other", "次の費用への補助です"),
}
SCREENS = [
    ["registered", "used_desk"],
    ["contract"],
    ["act", "engaged"],
    ["estimate", "yen_deletion"],
    ["other_aid"],
]
ANSWERS = [["yes", "phone"], ["none"], ["deletion", "lawyer"], ["yes", "unknown"]]
NAMES = ("at", "to", "stay", "changing", "unknown", "scheme", *QUESTIONS)
WORDS = ("", "yes", "no", "unknown", "later", "today", "both", "question", "1", "30万円", "\ud800")
ODD = (*SCREENS_OF, "\x00", "<b>", "\u202e1", "🙂", "令和8", "9" * 5000, "０", "-0", "%", "\r\n")
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


def at_amount(portal: Client) -> Response:
    """The screen that asks for the estimate and the amount."""
    page = portal.get(HERE)
    for words in ANSWERS[:3]:
        page = answer(portal, page, *words)
    return page


def test_a_screen_offers_not_to_know_for_each_of_its_questions(portal: Client) -> None:
    page, seen = portal.get(HERE), []
    for words in ANSWERS:
        seen.append(asked(page))
        found = body(page).split("novalidate")[1].split("</form>")[0]
        assert found.count('value="unknown"') + found.count('name="unknown"') == len(words)
        page = answer(portal, page, *words)
    assert [*seen, asked(page)] == SCREENS


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
    assert name in asked(changed)
    assert f'value="{ENDS[name][0]}" checked' in body(changed)


def test_who_has_not_used_the_desk_is_led_first_to_what_surely_counts(portal: Client) -> None:
    end = body(walk(portal, used_desk="no"))
    assert "窓口が確かめます" in end
    assert end.index('id="reception"') < end.index('href="/s/"')
    assert '<a class="button" href="/s/"' not in end


def test_who_has_not_used_the_desk_may_see_the_amount_first(portal: Client) -> None:
    on = answer(portal, walk(portal, used_desk="no"), used_desk="later")
    assert asked(on) == ["contract"]
    back = answer(portal, on, to="used_desk")
    assert "これから相談する" not in body(back)
    for words in (["none"], ["deletion", "lawyer"], ["no", "150000"], ["no"]):
        on = answer(portal, on, *words)
    assert POSSIBLE[""] in body(on)
    assert "これから相談する" in body(on)


def test_a_judicial_scrivener_is_for_the_desk_to_look_at(portal: Client) -> None:
    words = body(walk(portal, engaged="judicial_scrivener"))
    assert POSSIBLE[""] in words
    assert "弁護士のほかに、だれへの依頼が入るかは、まだ確認できていません。" in words
    assert "窓口（電話 0279-25-8526）にお尋ねください" in words
    assert "確かめている途中" not in words


def test_a_contract_of_today_is_before_the_application(portal: Client) -> None:
    assert ENDS["contract"][1] in body(walk(portal, contract="today"))


@pytest.mark.parametrize(
    ("weekday", "hour", "in_time"), [(0, 10, True), (0, 20, False), (6, 10, False)]
)
def test_where_the_same_day_is_enough_today_is_in_time_while_the_desk_still_opens(
    portal: Client,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    weekday: int,
    hour: int,
    *,
    in_time: bool,
) -> None:
    found = subsidy_year.terms

    def enough(request: OfficeRequest) -> Terms:
        terms = found(request)
        assert terms
        assert terms.version
        assert isinstance(terms.version.timing, BeforeContract)
        timing = replace(terms.version.timing, same_day=True, same_day_source="要領第6条")
        return replace(terms, version=replace(terms.version, timing=timing))

    monkeypatch.setattr(subsidy_year, "terms", enough)
    clock.now = (clock.now + timedelta(days=weekday)).replace(hour=hour)
    page = body(walk(portal, contract="today", another="no"))
    assert ("今日のうちに、窓口に申請してください" in page) == in_time
    assert (ENDS["contract"][1] in page) != in_time


def test_who_signed_for_one_act_is_asked_about_another(portal: Client) -> None:
    page = walk(portal, contract="earlier", another="yes")
    assert POSSIBLE[""] in body(page)
    assert "150,000" in body(page)
    changed = answer(portal, answer(portal, page, to="another"), "no")
    assert ENDS["contract"][1] in body(changed)


@pytest.mark.parametrize("column", POSSIBLE)
def test_nothing_need_be_known(portal: Client, column: str) -> None:
    every = dict.fromkeys((*FULL, "yen_either"), "unknown")
    words = body(walk(portal, column, **every))
    assert POSSIBLE[column] in words
    assert "150,000" in words


def test_what_nobody_confirmed_is_no_condition_to_a_citizen(portal: Client) -> None:
    words = body(walk(portal))
    for never in ("滞納", "暴力団", "損害賠償", "返金"):
        assert never not in words
    assert "ほかにも条件があります。" in words
    assert "このほかの条件は、申請の前に窓口でご確認ください。" in words
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
    page = answer(portal, at_amount(portal), "no", written)
    assert page.status_code == 422
    assert asked(page) == ["estimate", "yen_deletion"]
    assert 'value="no" checked' in body(page)
    assert body(page).count('class="slip"') == 1
    assert f'value="{written}" class="middle"' in body(page)
    assert "<title>エラー：" in body(page)
    assert carried(page)["engaged"] == ["lawyer"]


def test_whatever_of_a_screen_is_not_answered_is_said_at_its_field(portal: Client) -> None:
    page = answer(portal, at_amount(portal))
    assert (page.status_code, body(page).count('class="slip"')) == (422, 2)
    page = answer(portal, page, "no")
    assert body(page).count('class="slip"') == 1
    page = portal.post(HERE, {**carried(page), "estimate": "no", "unknown": "yen_deletion"})
    assert asked(page) == ["other_aid"]
    page = answer(portal, page, to="yen_deletion")
    assert re.search(r'name="unknown" value="yen_deletion" checked', body(page))
    sent = {**carried(page), "estimate": "no", "unknown": "yen_deletion", "yen_deletion": "40万円"}
    page = answer(portal, portal.post(HERE, sent), "no")
    assert "400,000円 × 1/2" in body(page), "what is written counts, ticked or not"


def test_an_estimate_of_an_earlier_year_is_for_the_desk_to_look_at(portal: Client) -> None:
    words = body(walk(portal, estimate="other_year"))
    assert "見積書の年度が、申請の年度と違います。" in words


@pytest.mark.parametrize("column", POSSIBLE)
def test_lost_income_is_plainly_outside(portal: Client, column: str) -> None:
    words = body(walk(portal, column, act="income"))
    assert "減った収入への補助ではありません" in words or column
    assert POSSIBLE[column] not in words
    assert "aria-invalid" not in words


def test_a_minor_reads_how_a_guardian_applies_and_whom_to_ask(portal: Client) -> None:
    for page in (portal.get(HERE), walk(portal)):
        assert "18歳未満の方、保護者の方へ" in body(page)
        assert "保護者に知られたくないとき" in body(page)


def test_each_result_says_where_its_rule_stands(portal: Client) -> None:
    for page in (walk(portal), walk(portal, registered="no")):
        assert "p009505.html" in body(page)
        assert "2024年" in body(page)


def test_the_clause_of_the_years_law_is_the_source_where_there_is_one(
    portal: Client, office: OfficeCard, now: datetime
) -> None:
    clauses = (*LAW.clause, Clause("resident", "要領第3条第1号"))
    year = fiscal_year(now.date())
    decide(office, replace(LAW, fiscal_year=year, from_on=now.date(), clause=clauses), now)
    publications.forget_versions()
    for page, at in (
        (walk(portal), "要領第6条第1項"),
        (walk(portal, registered="no"), "要領第3条第1号"),
    ):
        assert f"{at}</span> （{LAW.title}）" in body(page)
        assert "p009505.html" not in body(page)


@pytest.mark.parametrize(
    ("changed", "step"),
    [
        ({}, "申請を書いてください。受け付けの連絡があるまで"),
        ({"estimate": "no"}, "見積書を、弁護士にもらってください。"),
    ],
)
def test_each_result_says_what_to_do_first(
    portal: Client, changed: dict[str, str], step: str
) -> None:
    assert step in body(walk(portal, **changed))


def test_back_keeps_what_was_answered_and_what_stands_on_the_page(portal: Client) -> None:
    back = answer(portal, at_amount(portal), "no", "15万円", to="what")
    assert asked(back) == ["act", "engaged"]
    assert 'value="lawyer" checked' in body(back)
    again = answer(portal, back, "deletion", "lawyer")
    assert asked(again) == ["estimate", "yen_deletion"]
    assert 'value="15万円"' in body(again)
    assert 'value="no" checked' in body(again)


def test_an_answer_is_changed_from_the_result_and_leads_back_to_it(portal: Client) -> None:
    page = answer(portal, walk(portal), to="yen_deletion")
    assert asked(page) == ["estimate", "yen_deletion"]
    page = answer(portal, page, "yes", "100000")
    assert not asked(page)
    assert "100,000円 × 1/2" in body(page)
    page = answer(portal, answer(portal, page, to="act"), "both", "lawyer")
    assert asked(page) == ["estimate", "yen_deletion", "yen_disclosure"]
    page = answer(portal, page, "yes", "100000", "50000")
    assert "合わせて" in body(page)
    page = answer(portal, answer(portal, page, to="contract"), "earlier")
    page = answer(portal, page, "no")
    assert ENDS["contract"][1] in body(page)


@pytest.mark.parametrize(
    "forged",
    [
        {},
        {"at": "nothing"},
        {"at": "aid"},
        {"at": "aid", "other_aid": "no"},
        {"at": "you", "registered": "perhaps"},
        {"to": "income_year"},
        {"stay": "question"},
        {"stay": "after", "at": "what"},
        {"changing": "1", "at": "you", "registered": "yes"},
        {"at": "what", "act": ["deletion", "both", "x" * 9000], "unknown": "registered"},
        {"unknown": "nothing", "at": "you"},
        {"at": "you", "registered": "\x00\udcff".encode("utf-8", "surrogatepass")},
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
    assert again.status_code == 200
    assert name in asked(again)
    assert not word or word not in carried(again).get(name, [])


def test_another_sites_page_learns_nothing_and_loses_nothing(portal: Client) -> None:
    elsewhere = {"origin": "https://evil.example"}
    page = portal.post(HERE, {"at": "you", "registered": "yes"}, headers=elsewhere)
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
    page = answer(portal, portal.get(HERE), "yes", "phone")
    form = r'<form[^>]* data-display="[^"]+" data-here>(.*?)</form>'
    tools = re.search(form, body(page), re.DOTALL)
    assert tools
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', tools[1]))
    blue = portal.post(HERE, {**sent, "scheme": "blue"})
    assert asked(blue) == ["contract"]
    assert carried(blue)["registered"] == ["yes"]
    assert 'data-scheme="blue"' in body(blue)
    assert list(portal.cookies) == ["disp"]
    english = portal.post(f"/en{HERE}", sent)
    assert "Have you signed a contract already?" in body(english)
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
    posted = portal.post(HERE, {"at": "you"}, headers={"host": "portal.pref.test"})
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


def test_the_common_case_is_five_screens(portal: Client) -> None:
    """Registered and used the desk, contract, act and lawyer, amount, other aid; then the result.

    Every field of a screen is answered together, however many there are.
    """
    page, screens = portal.get(HERE), 0
    while "novalidate" in body(page):
        form = body(page).split("novalidate")[1].split("</form>")[0]
        names = [name for name in FULL if f'name="{name}"' in form]
        assert names, form
        screens += 1
        assert screens <= 5, names
        page = portal.post(HERE, {**carried(page), **{name: FULL[name] for name in names}})
    assert "150,000" in body(page)
