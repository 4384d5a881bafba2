"""Applying on the portal: tasks in any order, kept as they go, nothing lost, sent once."""

import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from madoguchi.rules import limits
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.subsidy import BeforeContract
from madoguchi.rules.programme.texts import texts
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import store
from madoguchi.tools.vault.models import Visit
from madoguchi.web.kit import publications, subsidy_year
from madoguchi.web.kit.application import check
from madoguchi.work.evidence import public as evidence
from madoguchi.work.evidence.models import Item
from madoguchi.work.record.models import Entry
from madoguchi.work.subsidy.applying import public as applying
from madoguchi.work.subsidy.granted import actions as granted
from madoguchi.work.subsidy.models import Draft, Grant, Step
from tests import pdf
from tests.answers import squeezed
from tests.offices import PORTAL_HOST, browser_of
from tests.web.portal import applying as page
from tests.web.portal import browsing
from tests.web.portal.applying import DELIVERY, LAWYER, PAPERS, PERSON, PROMISE
from tests.web.portal.browsing import Pair
from tests.web.portal.saturdays import Clock
from tests.work.subsidy import budgets
from tests.work.subsidy.granting import opened_year
from tests.work.subsidy.owning import goes_to
from tests.work.subsidy.test_application import asking_birth

type Told = Callable[[], applying.Applied | None]

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
TODAY = date(2026, 11, 30)
NONE, BEGUN, DONE, LATER = "未入力", "入力中", "完了", "まだ始められません"
HUMAN = "ここで断られることはありません"


@pytest.fixture
def pair(portal: Client, clock: Clock) -> Pair:
    """A person whose receipt is open."""
    return page.come(portal)


@pytest.fixture
def told(office: OfficeCard, pair: Pair) -> Told:
    """What the application that is running says."""
    return lambda: applying.running_application(browsing.holding(office, pair))


def said(portal: Client, path: str) -> str:
    return html.unescape(squeezed(portal.get(path)))


# ---- where it begins


def test_without_a_receipt_two_lines_say_what_is_needed_first(portal: Client) -> None:
    found = portal.get("/s/h/")
    shown = squeezed(found)
    assert found.status_code == 200
    assert "先に、相談の受付番号が要ります" in shown
    assert all(f'href="{way}"' in shown for way in ("/s/f/", "/s/", "/s/h/check/"))
    assert found["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/s/h/1/", "/s/h/6/", "/s/h/time/", "/s/h/sent/"])
def test_every_page_of_it_leads_there_without_a_receipt(portal: Client, path: str) -> None:
    assert portal.get(path)["Location"] == "/s/h/"


@pytest.mark.parametrize("number", [0, 7, 99])
def test_a_task_that_there_is_not_is_not_there(portal: Client, number: int) -> None:
    assert portal.get(f"/s/h/{number}/").status_code == 404


def test_where_the_city_has_none_it_is_said(
    portal: Client, monkeypatch: pytest.MonkeyPatch, pair: Pair
) -> None:
    monkeypatch.setattr(subsidy_year, "terms", lambda _: None)
    assert "いま、申請できる補助はありません" in said(portal, "/s/h/")
    assert portal.get("/s/h/3/")["Location"] == "/s/h/"


# ---- written and sent


def test_it_is_written_in_any_order_and_sent_once(portal: Client, pair: Pair, told: Told) -> None:
    assert page.statuses(portal) == [NONE, DONE, NONE, NONE, NONE, LATER]
    page.write(portal)
    assert page.statuses(portal) == [DONE] * 5 + [NONE]
    sent = page.send(portal)
    assert (sent.status_code, sent["Location"]) == (303, "/s/h/sent/")
    shown = said(portal, "/s/h/sent/")
    assert "まだ申請は終わっていません" in shown
    assert "申請の日は、窓口が書類を受け取った日です" in shown
    assert "弁護士の見積書" in shown  # it is to be brought
    found = told()
    assert found is not None
    assert (found.name, found.phone) == ("𠮷田 花子", "０２７９−００−００００")
    assert found.kana == "ヨシダ ハナコ"
    assert (found.costs[0].yen, found.costs[0].tax_yen) == (330_000, 30_000)
    assert (found.contract_on, found.delivery.how) == ("2026-12-21", "post")
    assert (found.adult, found.by, found.promises) == ("yes", "self", ("before_contract", "true"))


def test_the_button_pressed_again_from_wherever_sends_nothing_more(
    portal: Client, pair: Pair
) -> None:
    page.write(portal)
    hidden = page.hidden(portal, 6)
    other = browser_of(PORTAL_HOST)
    browsing.open_receipt(other, *pair)
    for browser in (portal, portal, other):
        assert browser.post("/s/h/6/", {**hidden, **PROMISE})["Location"] == "/s/h/sent/"
    assert (Grant.objects.count(), Step.objects.count()) == (1, 1)
    assert portal.get("/s/h/")["Location"] == "/s/h/grant/"


def test_the_sum_that_the_last_page_says_is_the_one_that_is_applied_for(
    portal: Client,
    office: OfficeCard,
    clock: Clock,
    pair: Pair,
    told: Told,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A page from before the sum changed sends nothing; a sum that nobody was shown is not sent."""
    monkeypatch.setattr(publications, "CHECK_EVERY_S", -1.0)
    page.write(portal)
    assert page.hidden(portal, 6)["asks"] == "", "by the rules of an earlier year none is sure"
    budgets.opened(office, budgets.officer(office, clock.now), clock.now)
    before = page.hidden(portal, 6)
    assert before["asks"] == "150000"
    page.answer(portal, 3, **LAWYER | {"yen_deletion": "400,000"})
    assert page.hidden(portal, 6)["asks"] == "150000", "as before: it is still the cap"
    page.answer(portal, 3, **LAWYER | {"yen_deletion": "100,000", "tax_deletion": "0"})
    for asks in (before["asks"], "1", ""):
        again = portal.post("/s/h/6/", {**before, **PROMISE, "asks": asks})
        assert again.status_code == 409
        assert "まだ送っていません" in squeezed(again)
        assert (told(), "50,000" in squeezed(again)) == (None, True)
    assert page.send(portal)["Location"] == "/s/h/sent/"
    found = told()
    assert found is not None
    assert found.applied_yen == 50_000


def test_what_another_tab_writes_after_sending_changes_nothing_and_is_answered(
    portal: Client, pair: Pair, told: Told
) -> None:
    page.write(portal)
    late = page.hidden(portal, 3)
    page.send(portal)
    before = told()
    assert portal.post("/s/h/3/", {**late, **LAWYER, "lawyer": "別人"})["Location"] == "/s/h/sent/"
    assert "もうお預かりしています" in said(portal, "/s/h/sent/")
    assert told() == before


def test_the_last_task_asked_for_by_its_address_leads_back_with_a_sentence(
    portal: Client, pair: Pair
) -> None:
    found = portal.get("/s/h/6/")
    assert found.status_code == 409
    assert "ほかがすべて完了すると始められます" in squeezed(found)
    first = page.hidden(portal, 1)
    sent = portal.post("/s/h/6/", {**first, **PROMISE})
    assert sent.status_code == 409
    assert not Grant.objects.exists()


@pytest.mark.parametrize("lacking", ["true", "before_contract", "register"])
def test_without_promise_or_consent_nothing_is_sent(
    portal: Client, pair: Pair, lacking: str
) -> None:
    page.write(portal)
    typed: dict[str, Any] = dict(PROMISE)
    if lacking == "register":
        del typed["register_consent"]
    else:
        typed["promises"] = [one for one in typed["promises"] if one != lacking]
    found = page.answer(portal, 6, **typed)
    assert found.status_code == 422
    assert not Grant.objects.exists()


def test_fields_that_no_form_has_change_nothing(portal: Client, pair: Pair, told: Told) -> None:
    page.write(portal)
    hidden = page.hidden(portal, 6)
    more = {"state": "decided", "amount_yen": "150000", "number": "1", "is_staff": "1"}
    portal.post("/s/h/6/", {**hidden, **PROMISE, **more})
    grant = Grant.objects.get()
    assert (grant.state, grant.number) == ("sent", None)


# ---- what is known already


def test_what_the_receipt_knows_is_shown_and_not_asked_again(portal: Client, pair: Pair) -> None:
    shown = said(portal, "/s/h/1/")
    assert "𠮷田 花子" in shown
    assert 'name="name"' not in shown
    assert 'name="phone"' not in shown
    assert 'name="kana"' in shown  # it was never told
    changing = said(portal, "/s/h/1/?change")
    assert 'name="name" value="𠮷田 花子"' in changing


def test_it_can_be_changed(portal: Client, pair: Pair, told: Told) -> None:
    page.write(portal)
    page.answer(portal, 1, **PERSON, name="見本 花子", phone="0279-11-1111")
    page.send(portal)
    found = told()
    assert found is not None
    assert (found.name, found.phone) == ("見本 花子", "0279-11-1111")


def test_what_an_act_costs_is_shown_no_more_once_it_is_not_asked_for(
    portal: Client, pair: Pair, told: Told
) -> None:
    page.write(portal)
    both = {**LAWYER, "acts": ["deletion", "disclosure"], "yen_disclosure": "440,000"}
    page.answer(portal, 3, **both)
    assert "440,000" in said(portal, "/s/h/6/")
    page.answer(portal, 3, **LAWYER, yen_disclosure="440,000")
    assert "440,000" not in said(portal, "/s/h/6/")
    page.send(portal)
    found = told()
    assert found is not None
    assert [each.act for each in found.costs] == ["deletion"]


def test_who_asked_for_somebody_else_is_not_the_one_who_applies(begun: Client) -> None:
    browsing.answer(begun, "danger", danger="no", who="guardian")
    browsing.answer(begun, "contact", **browsing.CONTACT)
    browsing.answer(begun, "about")
    browsing.answer(begun, "story", **browsing.STORY)
    browsing.answer(begun, "wishes", how="any")
    browsing.open_receipt(begun, *browsing.send(begun))
    shown = said(begun, "/s/h/1/")
    assert "𠮷田 花子" not in shown
    assert 'name="name" value=""' in shown


def test_the_town_stands_in_the_address(begun: Client) -> None:
    browsing.answer(begun, "danger", **browsing.START)
    browsing.answer(begun, "contact", **browsing.CONTACT)
    browsing.answer(begun, "about", residence="inside", town="渋川市石原")
    browsing.answer(begun, "story", **browsing.STORY)
    browsing.answer(begun, "wishes", how="any")
    browsing.open_receipt(begun, *browsing.send(begun))
    assert 'value="渋川市石原"' in said(begun, "/s/h/1/")


# ---- kept as it goes


def test_another_device_goes_on_with_it(portal: Client, pair: Pair) -> None:
    page.answer(portal, 3, **LAWYER)
    portal.get("/s/leave/")
    other = browser_of(PORTAL_HOST)
    browsing.open_receipt(other, *pair)
    assert page.statuses(other)[2] == DONE
    assert 'value="例示 太郎"' in said(other, "/s/h/3/")


def test_a_task_half_written_is_kept_and_says_what_is_missing(portal: Client, pair: Pair) -> None:
    found = page.answer(portal, 1, kana="ヨシダ")
    assert found.status_code == 422
    assert page.statuses(portal)[0] == BEGUN
    assert 'value="ヨシダ"' in said(portal, "/s/h/1/")
    back = page.answer(portal, 1, kana="ヤマダ", before="1")
    assert back["Location"] == "/s/h/"
    assert 'value="ヤマダ"' in said(portal, "/s/h/1/")


def test_what_is_sent_when_the_receipt_has_closed_waits_for_it(
    portal: Client, pair: Pair, clock: Clock, told: Told
) -> None:
    page.write(portal)
    hidden = page.hidden(portal, 3)
    clock.now += timedelta(minutes=16)
    closed = portal.post("/s/h/3/", {**hidden, **LAWYER, "lawyer": "長く書いた 一郎"})
    assert closed["Location"] == "/s/f/"
    assert "書いた" in said(portal, "/s/f/")
    browsing.open_receipt(portal, *pair)
    assert page.statuses(portal)[2] == BEGUN
    assert "画面が閉じる前に書いた内容も、お預かりしています" in said(portal, "/s/h/")
    assert portal.get("/s/h/6/").status_code == 409
    assert 'value="長く書いた 一郎"' in said(portal, "/s/h/3/")
    page.answer(portal, 3, **{**LAWYER, "lawyer": "長く書いた 一郎"})
    assert page.statuses(portal) == [DONE] * 5 + [NONE]
    page.send(portal)
    found = told()
    assert found is not None
    assert found.lawyer == "長く書いた 一郎"


def test_a_page_of_another_receipt_changes_nothing_here(portal: Client, pair: Pair) -> None:
    hidden = page.hidden(portal, 3)
    portal.get("/s/leave/")
    page.come(portal)
    assert portal.post("/s/h/3/", {**hidden, **LAWYER})["Location"] == "/s/f/"
    assert page.statuses(portal)[2] == NONE
    assert "例示 太郎" not in said(portal, "/s/h/3/")
    assert not Draft.objects.exists()


def test_two_tabs_the_last_counts_and_the_other_is_shown(portal: Client, pair: Pair) -> None:
    one, two = page.hidden(portal, 3), page.hidden(portal, 3)
    assert portal.post("/s/h/3/", {**one, **LAWYER, "lawyer": "一つ目 太郎"}).status_code == 303
    found = portal.post("/s/h/3/", {**two, **LAWYER, "lawyer": "二つ目 太郎"})
    shown = squeezed(found)
    assert found.status_code == 409
    assert "一つ目 太郎" in shown
    assert "二つ目 太郎" in shown
    assert 'value="二つ目 太郎"' in said(portal, "/s/h/3/")


def test_the_same_page_twice_is_no_other_tab(portal: Client, pair: Pair) -> None:
    one = page.hidden(portal, 3)
    for _ in range(2):
        assert portal.post("/s/h/3/", {**one, **LAWYER}).status_code == 303


# ---- the day of the contract


@pytest.mark.parametrize(
    ("contract", "on", "sentence"),
    [
        ("signed", ["2026", "11", "29"], "契約したあとの申請は、補助の対象になりません"),
        ("signed", ["2026", "11", "30"], "契約したあとの申請は、補助の対象になりません"),
        ("none", ["令和8", "11", "29"], "契約の予定日が、今日より前です"),
    ],
)
def test_a_contract_of_yesterday_is_no_refusal_here(
    portal: Client, pair: Pair, contract: str, on: list[str], sentence: str
) -> None:
    page.write(portal)
    found = page.answer(portal, 3, **{**LAWYER, "contract": contract, "contract_on": on})
    assert found["Location"] == "/s/h/time/"
    shown = said(portal, "/s/h/time/")
    assert sentence in shown
    assert HUMAN in shown
    assert "使えません" not in shown
    assert "法テラス" in shown  # other help
    promises = {**PROMISE, "promises": ["true"]} if contract == "signed" else PROMISE
    assert HUMAN in said(portal, "/s/h/6/")
    assert page.answer(portal, 6, **promises)["Location"] == "/s/h/sent/"
    assert Grant.objects.get().state == "sent"


@pytest.mark.parametrize("year", ["2026", "2126"])
def test_a_contract_that_is_signed_is_not_of_a_day_to_come(
    portal: Client, pair: Pair, year: str
) -> None:
    told = {**LAWYER, "contract_on": [year, "12", "1"]}
    ahead = page.answer(portal, 3, **{**told, "contract": "signed"})
    assert ahead.status_code == 422
    assert "これからのときは、「まだ契約していない」を選んでください" in squeezed(ahead)
    assert page.answer(portal, 3, **told).status_code == 303  # planned


def test_the_reading_of_a_name_is_asked_for_in_kana(portal: Client, pair: Pair) -> None:
    asked = page.answer(portal, 1, **{**PERSON, "kana": "yoshida"})
    assert asked.status_code == 422
    assert "フリガナは、カタカナかひらがなで書いてください" in squeezed(asked)
    assert 'value="yoshida"' in squeezed(asked)
    assert page.answer(portal, 1, **{**PERSON, "kana": "よしだ はなこ"}).status_code == 303
    latin = {**PERSON, "name": "Hanako Smith", "kana": "HANAKO SMITH"}
    assert page.answer(portal, 1, **latin).status_code == 303, "as a passbook may have it"


def test_who_has_signed_is_not_asked_to_promise_that_they_have_not(
    portal: Client, pair: Pair
) -> None:
    page.write(portal)
    assert 'value="before_contract"' in said(portal, "/s/h/6/")
    page.answer(portal, 3, **{**LAWYER, "contract": "signed", "contract_on": ["2026", "11", "29"]})
    assert 'value="before_contract"' not in said(portal, "/s/h/6/")


def test_a_planned_day_ahead_shows_nothing_of_it(portal: Client, pair: Pair) -> None:
    assert page.answer(portal, 3, **LAWYER)["Location"] == "/s/h/#task-lawyer"
    assert portal.get("/s/h/time/")["Location"] == "/s/h/"


def test_no_day_is_needed_before_there_is_one(portal: Client, pair: Pair) -> None:
    assert page.answer(portal, 3, **{**LAWYER, "contract_on": ["", "", ""]}).status_code == 303


# ---- what cannot be understood


@pytest.mark.parametrize(
    ("number", "changed", "sentence"),
    [
        (1, {"postal_code": "377-85"}, "郵便番号は、7つの数字"),
        (1, {"by": "representative"}, "代理の人の氏名と間柄を入れてください"),
        (1, {"by": "minor"}, "の答えを選んでください"),
        (1, {"address": ""}, "住所を入れてください"),
        (3, {"yen_deletion": "三十万"}, "例"),
        (3, {"yen_deletion": ""}, "削除の着手金"),
        (3, {"tax_deletion": "400,000"}, "消費税が、着手金より多くなっています"),
        (3, {"acts": []}, "弁護士に頼むこと"),
        (3, {"contract": "signed", "contract_on": ["", "", ""]}, "契約の日"),
        (3, {"contract_on": ["2026", "2", "30"]}, "契約の日"),
        (4, {"estimate_brought": []}, "見積書は、送ったものを選ぶか"),
        (4, {"screens_brought": []}, "画面の写真などは、送ったものを選ぶか"),
        (5, {"delivery": "address"}, "郵送先の住所と宛名を入れてください"),
        (5, {"sender": "own"}, "封筒に書く名前を入れてください"),
    ],
)
def test_a_sentence_says_what_to_do_and_nothing_is_lost(
    portal: Client, pair: Pair, number: int, changed: dict[str, Any], sentence: str
) -> None:
    typed = page.TASKS[number] | changed
    found = page.answer(portal, number, **typed)
    shown = html.unescape(squeezed(found))
    assert found.status_code == 422
    assert sentence in re.sub(r"<[^>]+>", "", shown)
    assert "エラー：" in shown
    for words in (each for each in changed.values() if isinstance(each, str) and each):
        assert f'value="{words}"' in shown


def test_far_too_much_is_said_and_its_beginning_kept(
    portal: Client, office: OfficeCard, pair: Pair
) -> None:
    found = page.answer(portal, 3, **{**LAWYER, "lawyer": "長" * 90_000})
    assert found.status_code == 422
    draft = applying.draft(browsing.holding(office, pair))
    assert len(draft["answers"]["lawyer"][0]) <= limits.WORDS_A_FIELD


# ---- files


def test_a_new_file_belongs_to_the_case_at_once_and_is_ticked(
    portal: Client, office: OfficeCard, pair: Pair
) -> None:
    for _ in range(2):  # a page that is loaded again brings the same file
        sent = {**PAPERS, "estimate_brought": [], "estimate": [browsing.file("mitsumori.pdf")]}
        assert page.answer(portal, 4, **sent).status_code == 303
    held = browsing.holding(office, pair)
    (file,) = evidence.readable(held.drawer)
    assert (file.name, Item.objects.count()) == ("mitsumori.pdf", 1)
    assert Entry.objects.filter(case_id=held.case_id, kind="received").count() == 2
    assert f'value="{file.id}" checked' in said(portal, "/s/h/4/")
    assert "mitsumori.pdf" in said(portal, "/s/f/")
    assert not Grant.objects.exists()


def test_what_was_sent_before_is_ticked(portal: Client, office: OfficeCard) -> None:
    pair = page.come(portal, files=[browsing.file("gamen.jpg")])
    (file,) = evidence.readable(browsing.holding(office, pair).drawer)
    assert "gamen.jpg" in said(portal, "/s/h/4/")
    page.write(portal)
    typed = {**PAPERS, "screens_brought": [], "screen_files": [str(file.id)]}
    assert page.answer(portal, 4, **typed).status_code == 303
    assert "gamen.jpg" in said(portal, "/s/h/6/")
    page.send(portal)
    found = applying.running_application(browsing.holding(office, pair))
    assert found is not None
    assert found.screen_files == (file.id,)


def test_who_does_not_want_a_screen_seen_may_ask_before_printing(
    portal: Client, office: OfficeCard
) -> None:
    """Nothing is sent nor promised to be possible: the city has not said so (要確認)."""
    pair = page.come(portal)
    page.write(portal)
    shown = said(portal, "/s/h/4/")
    assert "読むのは、補助金の手続きをする職員と、市の監査の職員です" in shown
    assert "印刷や送信の前に窓口に相談できます" in shown
    assert "代えられます" not in shown
    assert page.answer(portal, 4, **{**PAPERS, "screens_brought": ["ask"]}).status_code == 303
    assert "先に窓口に相談します" in said(portal, "/s/h/6/")
    page.send(portal)
    found = applying.running_application(browsing.holding(office, pair))
    assert found is not None
    assert (found.screens_asked, found.screens_brought, found.screen_files) == (True, False, ())


@pytest.mark.parametrize("how", ["gone", "locked"])
def test_a_file_that_vanished_is_said_at_its_field(
    portal: Client, office: OfficeCard, how: str
) -> None:
    pair = page.come(portal, files=[browsing.file("gamen.jpg")])
    (file,) = evidence.readable(browsing.holding(office, pair).drawer)
    page.write(portal)
    page.answer(portal, 4, **{**PAPERS, "screen_files": [str(file.id)]})
    hidden = page.hidden(portal, 6)
    if how == "gone":
        store.delete(file.id)
    else:
        Item.objects.update(locked=True)
    sent = portal.post("/s/h/6/", {**hidden, **PROMISE})
    assert sent.status_code == 409
    assert not Grant.objects.exists()
    assert page.statuses(portal)[3] == BEGUN
    found = page.answer(portal, 4, **{**PAPERS, "screen_files": [str(file.id)]})
    assert found.status_code == 422
    assert "選んだファイルが、いま開けません" in squeezed(found)
    assert page.answer(portal, 4, **PAPERS).status_code == 303  # ticked no more


def test_more_files_than_a_case_holds_are_said_and_the_rest_is_kept(
    portal: Client, office: OfficeCard, pair: Pair
) -> None:
    many = [browsing.file(f"{at}.jpg", b"\xff\xd8" + bytes([at])) for at in range(12)]
    found = page.answer(portal, 4, **PAPERS, screens=many)
    assert found.status_code == 422
    assert "ファイルは10個まで" in html.unescape(squeezed(found))
    assert len(evidence.readable(browsing.holding(office, pair).drawer)) == 10


# ---- what nobody else shall read


def test_a_protected_address_is_on_no_page_and_no_paper(portal: Client, told: Told) -> None:
    page.write(portal)
    page.answer(portal, 1, **PERSON, protected="yes")
    assert "石原80番地" not in said(portal, "/s/h/6/")
    assert "支援措置のため、住所は表示しません" in said(portal, "/s/h/6/")
    words = pdf.text(paper(portal))
    assert "石原80番地" not in words
    assert "支援措置のため記載しません" in words
    page.send(portal)
    found = told()
    assert found is not None
    assert (found.protected, found.address) == (True, "渋川市石原80番地")  # the officer needs it


@pytest.fixture
def hidden_by_the_desk(portal: Client, office: OfficeCard, clock: Clock, pair: Pair) -> None:
    """The desk wrote down the measures of support, and the application was taken back."""
    page.write(portal)
    page.send(portal)
    goes_to(browsing.holding(office, pair), clock.now, "received")
    officer = Actor(office.id, "subsidy_officer", uuid4())
    told = granted.Correction(1, {"protected": "on"}, "電話で聞いた")
    granted.amend(officer, Grant.objects.get(), told, now=clock.now)
    granted.withdraw(officer, Grant.objects.get(), "取下げ", now=clock.now)
    clock.now += timedelta(minutes=1)


@pytest.mark.parametrize("answered", ["yes", "ended"])
def test_who_applies_again_is_asked_whether_the_address_stays_hidden(
    portal: Client, hidden_by_the_desk: None, told: Told, answered: str
) -> None:
    shown = said(portal, "/s/h/1/")
    assert "支援措置は終わった" in shown
    assert re.search(r'name="protected" value="yes" checked', shown)
    asked = page.answer(portal, 1, **PERSON)
    assert asked.status_code == 422
    assert "住所を知られたくないとき" in html.unescape(squeezed(asked))
    page.write(portal, protected=answered)
    page.send(portal)
    found = told()
    assert found is not None
    assert found.protected is (answered == "yes")
    assert Line.objects.filter(verb="grant.unprotect").count() == (answered == "ended")


def test_until_that_is_answered_the_form_has_no_address(
    portal: Client, hidden_by_the_desk: None
) -> None:
    page.answer(portal, 1, **PERSON)
    assert "石原80番地" not in pdf.text(paper(portal, 1))
    page.answer(portal, 1, **PERSON, protected="ended")
    assert "石原80番地" in pdf.text(paper(portal, 1))


def test_who_was_never_hidden_is_not_asked(portal: Client, pair: Pair) -> None:
    assert "支援措置は終わった" not in said(portal, "/s/h/1/")


def test_a_word_that_no_page_offered_takes_nothing_back(portal: Client, told: Told) -> None:
    page.write(portal)
    assert page.answer(portal, 1, **PERSON, protected="ended").status_code == 303
    page.send(portal)
    assert told() is not None
    assert not Line.objects.filter(verb="grant.unprotect").exists()


def paper(portal: Client, number: int = 6) -> bytes:
    hidden = page.hidden(portal, number)
    answer = portal.post("/s/h/paper/", {"case": hidden["case"], "others": "no"})
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"] == 'inline; filename="document.pdf"'
    return answer.content


def test_the_paper_is_filled_with_the_same_numbers(portal: Client, pair: Pair) -> None:
    page.write(portal)
    page.answer(portal, 1, **PERSON, former_name="旧姓 花子")
    words = pdf.text(paper(portal))
    page.send(portal)
    sent = pdf.text(paper_of_sent(portal))
    assert sent.replace("☑", "☐") == words.replace("☑", "☐")
    assert sent.count("☑") == words.count("☑") + 3  # consent and promises came with sending
    assert "1／1" in sent, "what is read and signed is one sheet"
    for told in (
        *("𠮷田花子", "（前の氏名旧姓花子）", "渋川市石原80番地", "330,000円", "30,000円"),
        *("例示太郎", "令和8年12月21日", "なし", "⑬", "差出人：書かない"),
        *(pair[0], "150,000円"),
    ):
        assert told in words


def paper_of_sent(portal: Client) -> bytes:
    found = re.search(r'name="case" value="(\w+)"', said(portal, "/s/h/sent/"))
    assert found
    return portal.post("/s/h/paper/", {"case": found[1], "others": "no"}).content


@pytest.mark.parametrize("others", ["yes", ""])
def test_no_paper_for_who_says_that_others_look(portal: Client, pair: Pair, others: str) -> None:
    hidden = page.hidden(portal, 1)
    answer = portal.post("/s/h/paper/", {"case": hidden["case"], "others": others})
    assert answer["Location"] == "/s/h/"
    assert portal.get("/s/h/paper/")["Location"] == "/s/h/"


@pytest.mark.parametrize("answered", ["no", "yes", "unsure"])
def test_a_minor_is_never_stopped_and_reads_that_they_are_asked_first(
    portal: Client, pair: Pair, told: Told, answered: str
) -> None:
    page.write(portal)
    page.answer(portal, 1, **{**PERSON, "by": "minor", "guardian_is_other": answered})
    assert "保護者に連絡する前に、あなたに確かめます" in said(portal, "/s/h/1/")
    page.send(portal)
    found = told()
    assert found is not None
    assert (found.adult, found.by, found.guardian_is_other) == ("no", "self", answered)


# ---- one at a time, and the words of the year


def test_after_one_that_is_over_a_new_one_begins_with_its_answers(
    portal: Client, office: OfficeCard, clock: Clock, pair: Pair
) -> None:
    page.write(portal)
    page.send(portal)
    goes_to(browsing.holding(office, pair), clock.now, "withdrawn")
    assert "前の申請の内容が入っています" in said(portal, "/s/h/")
    assert page.statuses(portal) == [BEGUN, DONE, BEGUN, BEGUN, BEGUN, LATER]
    assert 'value="渋川市石原80番地"' in said(portal, "/s/h/1/")
    assert 'value="330000"' in said(portal, "/s/h/3/")
    page.write(portal)
    assert "checked" not in said(portal, "/s/h/6/")  # nothing is promised beforehand
    assert page.send(portal)["Location"] == "/s/h/sent/"
    assert Grant.objects.count() == 2


def test_where_the_city_says_so_the_form_is_the_application(
    portal: Client, monkeypatch: pytest.MonkeyPatch, pair: Pair
) -> None:
    subsidy = programme("shibukawa").subsidy
    assert subsidy is not None
    terms = subsidy.terms_on(subsidy.version[-1].since)
    assert terms.version is not None
    assert isinstance(terms.version.timing, BeforeContract)
    timing = replace(
        terms.version.timing,
        online_counts_as_application=True,
        online_counts_as_application_source="https://city.example/",
    )
    counting = replace(terms, version=replace(terms.version, timing=timing))
    monkeypatch.setattr(subsidy_year, "terms", lambda _: counting)
    page.write(portal)
    assert "送った日が、申請の日になります" in said(portal, "/s/h/6/")
    page.send(portal)
    shown = said(portal, "/s/h/sent/")
    assert "申請を受け付けました" in shown
    assert "申請の日は、令和8年（2026年）11月30日（月）です" in shown


@pytest.mark.parametrize("source", ["様式第1号", "要確認"])
def test_the_day_of_birth_is_asked_where_the_citys_form_asks_it(
    portal: Client, monkeypatch: pytest.MonkeyPatch, pair: Pair, source: str
) -> None:
    subsidy = programme("shibukawa").subsidy
    assert subsidy is not None
    terms = subsidy.terms_on(subsidy.version[-1].since)
    assert terms.version is not None
    asking = replace(terms, version=asking_birth(terms.version, source))
    monkeypatch.setattr(subsidy_year, "terms", lambda _: asking)
    asked = source != "要確認"
    page.answer(portal, 1, **PERSON)
    assert page.statuses(portal)[0] == (BEGUN if asked else DONE)
    assert ("生年月日" in said(portal, "/s/h/1/")) == asked
    page.answer(portal, 1, **PERSON, born_on=["昭和63", "4", "1"])
    assert page.statuses(portal)[0] == DONE
    assert ('value="昭和63"' in said(portal, "/s/h/1/")) == asked


def test_a_year_whose_budget_is_spent_is_said_and_stops_nobody(
    portal: Client, office: OfficeCard, clock: Clock, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publications, "CHECK_EVERY_S", -1.0)
    actor = budgets.officer(office, clock.now)
    budgets.opened(office, actor, clock.now, budget_yen=1, warn_below_yen=1000)
    page.write(portal)
    words = texts("shibukawa").get("budget.nearly_spent", "ja").words
    assert words in said(portal, "/s/h/")
    assert words in said(portal, "/s/h/6/")
    assert page.send(portal)["Location"] == "/s/h/sent/"


def test_the_order_says_whom_to_ask_whether_the_decision_is_waited_for(
    portal: Client, pair: Pair
) -> None:
    _, _, order = said(portal, "/s/h/").partition("進める順番")
    assert "申請の決定を待つ必要があるかは、窓口にお確かめください" in order


@pytest.mark.parametrize("opened", [True, False])
def test_what_waits_for_a_new_year_says_so(
    portal: Client,
    office: OfficeCard,
    clock: Clock,
    pair: Pair,
    monkeypatch: pytest.MonkeyPatch,
    opened: bool,  # noqa: FBT001 - by name
) -> None:
    monkeypatch.setattr(publications, "CHECK_EVERY_S", -1.0)
    opened_year(office, 2026 if opened else 2025)
    page.write(portal)
    page.send(portal)
    words = "この年度の予算と決まりが整うのを待っています"
    assert (words in said(portal, "/s/h/sent/")) is not opened
    assert (words in said(portal, "/s/h/grant/")) is not opened
    goes_to(browsing.holding(office, pair), clock.now, "received")
    assert (words in said(portal, "/s/h/grant/")) is not opened


def test_rules_of_an_earlier_year_are_said_to_be(portal: Client, pair: Pair) -> None:
    assert "この内容は令和6年度（2024年度）の決まりです" in said(portal, "/s/h/")


def test_leaving_keeps_the_draft_and_forgets_the_visit(
    portal: Client, office: OfficeCard, pair: Pair
) -> None:
    page.answer(portal, 5, **DELIVERY)
    portal.get("/s/leave/")
    assert not Visit.objects.exists()
    assert applying.draft(browsing.holding(office, pair))["saved"] == ["delivery"]


def test_who_has_no_telephone_says_so_and_who_fetches_it_names_no_sender() -> None:
    subsidy = programme("shibukawa").subsidy
    assert subsidy
    version = subsidy.version[-1]
    for said in ("なし", "ない", "none"):
        found = check(version, "person", {"phone": [said]}, TODAY)
        assert "phone" not in {error.name for error in found.errors}
    assert "phone" in {error.name for error in check(version, "person", {}, TODAY).errors}
    fetched = check(version, "delivery", {"delivery": ["counter"]}, TODAY)
    assert fetched.ok
    for way in ("post", "address"):
        wrong = check(version, "delivery", {"delivery": [way]}, TODAY).errors
        assert "sender" in {error.name for error in wrong}


@pytest.mark.parametrize("tool", [{"scheme": "blue"}, {"stay": ""}])
def test_a_tool_of_a_task_keeps_what_was_typed_and_shows_it_again(
    portal: Client, pair: Pair, tool: dict[str, str]
) -> None:
    sent = page.answer(portal, 3, lawyer="途中の名前", **tool)
    assert sent["Location"] == "/s/h/3/"
    assert "途中の名前" in said(portal, "/s/h/3/")
