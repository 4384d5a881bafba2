"""What was missing, given once: by the form's own fields, a file, a word, or brought."""

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from madoguchi.rules import limits
from madoguchi.rules.steps.grant import State, Verb
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import upload
from madoguchi.work.evidence import public as evidence
from madoguchi.work.evidence.models import Item
from madoguchi.work.subsidy.granted import actions as granted
from madoguchi.work.subsidy.history import current
from madoguchi.work.subsidy.models import Step
from tests.answers import Response, squeezed
from tests.web.portal import browsing
from tests.web.portal.granting import Comes
from tests.web.portal.own_page import ADDRESS, hidden, page
from tests.work.subsidy.owning import Owner

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
LINE = re.compile(r'<input type="(?:text|tel)" id="[\w-]+" name="(\w+)" value="([^"]*)"')
TICK = re.compile(
    r'<input type="(?:checkbox|radio)" id="[^"]+" name="(\w+)" value="([^"]*)" checked'
)


@pytest.fixture
def one(comes: Comes) -> Owner:
    """A person who sent no screenshot, and is asked for it."""
    return comes("returned")


def asks(one: Owner, *missing: tuple[int, str]) -> None:
    """The desk asks for these things instead."""
    listed = [{"field": number, "what": what} for number, what in missing]
    one.goes(Verb.COMPLETE, Verb.RETURN, missing=listed, by_on="2026-12-14")


def drawn(shown: str) -> dict[str, Any]:
    """What the page's form sends when nothing is changed on it."""
    typed: dict[str, Any] = {}
    for name, value in (*LINE.findall(shown), *TICK.findall(shown)):
        typed.setdefault(name, []).append(value)
    return {**typed, "answer_words": "", **hidden(shown)}


def answer(portal: Client, shown: str = "", **typed: Any) -> Response:
    """Send the page, changed."""
    return portal.post(f"{ADDRESS}a/", {**drawn(shown or page(portal, "a/")), **typed})


def told(one: Owner) -> dict[str, Any]:
    """What the answer holds."""
    step = one.own.last(Verb.COMPLETE)
    assert step is not None
    return dict(step.details)


def test_a_missing_screenshot_is_sent(portal: Client, one: Owner) -> None:
    shown = page(portal, "a/")
    assert "⑪ 画面を印刷したもの（URLと日時が見えるもの）" in shown
    assert "令和8年（2026年）12月14日（月）までにお願いします" in shown
    assert shown.count("18歳未満の人の性的な画像は") == 1
    assert answer(portal, shown, screens=[browsing.file("gamen.png")])["Location"] == ADDRESS
    assert "窓口が続きを確かめます" in page(portal)
    sent = evidence.cards(one.held.drawer)[-1]
    assert told(one)["application"]["screen_files"] == [str(sent.id)]
    assert told(one)["answers"] == [{"field": 11, "how": "file", "words": ""}]
    assert one.own.state is State.RECEIVED
    after, before = current(one.own.steps), current(one.own.steps[:1])
    assert after.screen_files == (sent.id,)
    assert (after.name, after.costs, after.estimate_brought) == (
        before.name,
        before.costs,
        before.estimate_brought,
    )


def test_a_file_that_was_sent_before_is_ticked(comes: Comes, portal: Client) -> None:
    one = comes("returned")
    browsing.add(portal, "画面です", browsing.file("mae.png"))
    kept = str(evidence.cards(one.held.drawer)[-1].id)
    assert answer(portal, screen_files=[kept]).status_code == 303
    assert told(one)["application"]["screen_files"] == [kept]


def test_a_screenshot_that_is_too_large_is_said_to_be(
    portal: Client, one: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = page(portal, "a/")
    monkeypatch.setattr(limits, "BYTES_A_CASE", 1_000)
    monkeypatch.setattr(upload, "SLACK", 0)
    large = [browsing.file("gamen.png", b"x" * 2_000)]
    reply = answer(portal, shown, screens=large, screens_brought=["yes"])
    assert "ファイルが大きすぎます" in squeezed(reply)
    assert one.own.state is State.RETURNED


def test_it_may_be_brought(portal: Client, one: Owner) -> None:
    assert answer(portal, screens_brought=["yes"]).status_code == 303
    assert told(one)["answers"] == [{"field": 11, "how": "bring", "words": ""}]
    shown = page(portal)
    assert "窓口が開いている時間にお持ちください" in shown
    assert "していただくことはありません" not in shown


def test_a_word_is_an_answer_too(portal: Client, one: Owner) -> None:
    words = "画面はもう消えていて、用意できません。"
    assert answer(portal, answer_words=words).status_code == 303
    assert told(one)["answers"] == [{"field": 11, "how": "words", "words": words}]


def test_nothing_said_of_it_is_no_answer(portal: Client, one: Owner) -> None:
    reply = answer(portal)
    assert reply.status_code == 422
    assert "⑪について、送る、書き直す、「持っていく」を選ぶ" in unescape(squeezed(reply))
    assert one.own.state is State.RETURNED


def test_a_field_is_corrected_and_all_others_stay(portal: Client, one: Owner) -> None:
    asks(one, (3, "昼間につながる電話番号"))
    shown = page(portal, "a/")
    assert "③ 昼間につながる電話番号" in shown
    assert 'value="0279-00-0000"' in shown  # as it was told
    assert "⑪" not in shown.partition("<form")[2].partition("</form>")[0]
    assert "18歳未満" not in shown  # nothing is sent here
    assert answer(portal, shown, phone="090-0000-0000").status_code == 303
    assert told(one)["application"]["phone"] == "090-0000-0000"
    assert told(one)["application"]["address"] == "渋川市石原80番地"
    assert told(one)["answers"] == [{"field": 3, "how": "change", "words": ""}]


def test_what_the_desk_corrected_stays_when_the_person_answers(portal: Client, one: Owner) -> None:
    right = {"name": "吉田 花子", "address": "渋川市石原81番地"}
    officer = Actor(one.grant.office_id, "subsidy_officer", uuid4())
    told = granted.Correction(1, right, "住民票の写しと照らして直した")
    granted.amend(officer, one.grant, told, now=one.now)
    assert answer(portal, answer_words="画面はもう消えています。").status_code == 303
    now = current(one.own.steps)
    assert {"name": now.name, "address": now.address} == right


def test_of_two_each_is_answered_in_its_own_way(portal: Client, one: Owner) -> None:
    asks(one, (7, "消費税の額"), (2, "住民票の住所"))
    shown = page(portal, "a/")
    assert shown.index("② 住民票の住所") < shown.index("⑦ 消費税の額")
    reply = answer(portal, shown, answer_bring=["2"])
    assert reply.status_code == 422
    again = unescape(squeezed(reply))
    assert "⑦について" in again
    assert "②について" not in again
    reply = answer(portal, again, answer_bring=["2"], tax_deletion="27,272")
    assert reply.status_code == 303
    assert [one["how"] for one in told(one)["answers"]] == ["bring", "change"]
    assert told(one)["application"]["costs"][0]["tax_yen"] == 27_272


def test_what_cannot_be_is_said_at_its_field(portal: Client, one: Owner) -> None:
    asks(one, (7, "消費税の額"))
    reply = answer(portal, tax_deletion="9,999,999")
    assert reply.status_code == 422
    assert 'value="9,999,999"' in squeezed(reply)
    reply = answer(portal, tax_deletion="9,999,999", answer_bring=["7"])
    assert reply.status_code == 303  # brought: the paper says it
    assert told(one)["application"]["costs"][0]["tax_yen"] is None


def test_what_has_no_field_is_sent_as_a_file(portal: Client, one: Owner) -> None:
    asks(one, (4, "窓口に来た日がわかるもの"), (0, "身分を示すもの"))
    shown = page(portal, "a/")
    assert "身分を示すもの" in shown
    assert answer(portal, shown, others=[browsing.file("menkyo.jpg")]).status_code == 303
    assert [one["how"] for one in told(one)["answers"]] == ["file", "file"]
    assert len(told(one)["application"]["other_files"]) == 1


def test_a_double_click_answers_once(portal: Client, one: Owner) -> None:
    shown = page(portal, "a/")
    for _ in range(3):
        reply = answer(portal, shown, screens=[browsing.file("gamen.png")])
        assert reply["Location"] == ADDRESS
    assert Step.objects.filter(verb="complete").count() == 1
    assert sum(card.name == "gamen.png" for card in evidence.cards(one.held.drawer)) == 1


def test_a_second_tab_finds_it_answered_and_keeps_what_was_typed(
    portal: Client, one: Owner
) -> None:
    first, second = page(portal, "a/"), page(portal, "a/")
    answer(portal, first, screens_brought=["yes"])
    reply = answer(portal, second, answer_words="あとから書いたこと")
    assert reply.status_code == 409
    shown = unescape(squeezed(reply))
    assert "お願いした直しは、もう届いています" in shown
    assert "あとから書いたこと" in shown
    assert "この内容で送る" not in shown
    assert Step.objects.filter(verb="complete").count() == 1


def test_after_the_desk_typed_it_in_it_is_answered(portal: Client, one: Owner) -> None:
    shown = page(portal, "a/")
    one.goes(Verb.COMPLETE)
    reply = answer(portal, shown, screens=[browsing.file("gamen.png")])
    assert reply.status_code == 409
    assert "お願いした直しは、もう届いています" in squeezed(reply)
    names = [card.name for card in evidence.cards(one.held.drawer)]
    assert "gamen.png" in names  # what was sent is not lost


def test_a_file_that_vanished_is_said(portal: Client, one: Owner) -> None:
    shown = page(portal, "a/")
    browsing.add(portal, "画面です", browsing.file("mae.png"))
    kept = evidence.cards(one.held.drawer)[-1].id
    Item.objects.filter(pk=kept).update(locked=True)
    reply = answer(portal, shown, screen_files=[str(kept)])
    assert reply.status_code == 409
    assert "書類のファイルが見つかりません" in squeezed(reply)
    assert one.own.state is State.RETURNED


def test_the_address_of_the_page_is_of_its_time(portal: Client, one: Owner) -> None:
    one.goes(Verb.COMPLETE)
    reply = portal.get(f"{ADDRESS}a/", follow=True)
    assert reply.redirect_chain[-1][0] == ADDRESS
    assert "その手続きは、いまの段階ではありません" in squeezed(reply)
