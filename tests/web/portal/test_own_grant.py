"""A person's own grant: where it is in words, what is theirs to do, and nothing typed is lost."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from madoguchi.rules import limits
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.law import Disposition
from madoguchi.rules.programme.load import programme
from madoguchi.rules.steps.grant import State, Verb
from madoguchi.rules.subsidy import year
from madoguchi.rules.subsidy.fields import later
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import upload
from madoguchi.tools.vault.models import Visit
from madoguchi.web.kit import publications
from madoguchi.web.portal.apply.cards import to_bring
from madoguchi.web.portal.own_grant.cards import version_of
from madoguchi.work.evidence import public as evidence
from madoguchi.work.evidence.models import Item
from madoguchi.work.subsidy.application import Applied
from madoguchi.work.subsidy.models import Step
from tests.answers import squeezed
from tests.web.portal import browsing
from tests.web.portal.granting import Comes
from tests.web.portal.own_page import ADDRESS, hidden, page, send
from tests.web.portal.saturdays import Clock, decide
from tests.work.subsidy import owning
from tests.work.subsidy.granting import opened_year
from tests.work.subsidy.lettered import LAW
from tests.work.subsidy.owning import PATHS, SHOWN, Owner

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

CONTRACT: dict[str, Any] = {
    "signed_on": ["令和8", "11", "30"],
    "contract_lawyer": "法務 一郎",
    "contract_yen": "３０万円",
    "contract_words": "",
}
REPORT: dict[str, Any] = {
    "receipt_on": ["2026", "11", "30"],
    "paid_yen": "300,000",
    "report_words": "",
}
WORDS = {
    "sent": "申請の日は、窓口が書類を受け取った日です",
    "received": "窓口が、申請の内容を確かめています",
    "returned": "URLと日時が見えるもの",
    "drafted": "市が決めたら、書面でお知らせします",
    "decided": "弁護士と契約したら、届けてください",
    "refused": "市内に住民登録がありませんでした。（交付要領第3条）",
    "contracted": "領収書をつけて報告してください",
    "reported": "領収書を、窓口が開いている時間にお持ちください",
    "fixed": "振込先の口座を知らせて、請求してください",
    "claimed": "口座番号の最後の3けたが567の口座",
    "paid": "この申請の手続きは、終わりました",
    "withdrawn": "この申請の手続きは、終わりました",
    "revoked": "契約がなくなったため",
    "reclaimed": "お渡しする書面に書いてあります",
    "lapsed": "新しい年度の申請ができるかは、窓口にお尋ねください",
    "repaid": "150,000円",
}


@pytest.fixture
def one(comes: Comes, portal: Client) -> Owner:
    """A person whose grant is decided."""
    return comes("decided")


@pytest.mark.parametrize("state", PATHS)
def test_each_state_says_where_it_is_and_what_comes_next(
    comes: Comes, portal: Client, state: str
) -> None:
    comes(state)
    shown = page(portal)
    assert WORDS[state] in shown
    assert "内部のメモ" not in shown
    assert "手続き 申請のようす" in shown
    follow = unescape(squeezed(portal.get("/s/f/")))
    assert 'name="to" value="own-grant"' in follow
    for column in ("easy", "en"):
        assert portal.get(f"/{column}{ADDRESS}").status_code == 200


def test_no_letter_is_said_to_have_come_before_it_can_have(comes: Comes, portal: Client) -> None:
    one = comes("drafted")
    assert "市が決めて、書面で知らせる <" in page(portal)
    one.goes(Verb.DECIDE)
    shown = page(portal)
    assert "市が決めた <" in shown
    assert "市が決めて、書面で知らせる" not in shown
    assert "令和8年（2026年）11月30日（月）" in shown  # as the letter has it


def test_what_march_left_undecided_waits_in_april_for_the_new_year(
    comes: Comes, portal: Client, office: OfficeCard, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publications, "CHECK_EVERY_S", -1.0)
    opened_year(office, 2026)
    one = comes("received")
    words = "この年度の予算と決まりが整うのを待っています"
    assert words not in page(portal)
    clock.now = clock.now.replace(year=2027, month=4, day=2)
    browsing.open_receipt(portal, *one.pair)
    assert words in page(portal)
    opened_year(office, 2027)
    assert words not in page(portal)


def test_a_rule_on_a_page_is_a_link_with_words_and_not_its_address(
    comes: Comes, portal: Client
) -> None:
    one = comes("drafted")
    at = "https://www.city.shibukawa.lg.jp/kurashi/p009505.html"
    reason = {
        "code": "subsidy.resident",
        "source": at,
        "words": "市内に住民登録がありませんでした。",
    }
    one.goes(Verb.REFUSE, grounds=[reason])
    shown = page(portal)
    assert "住民登録がありませんでした。" in shown
    (link,) = re.findall(f'<a class="out" rel="noreferrer" href="{at}">(.*?) ?<', shown)
    assert link == "決まりが載っている市のページを見る"
    assert at not in re.sub(r"<[^>]+>", "", shown)


def test_while_money_is_owed_the_page_says_how_much_until_when_and_whom_to_ask(
    comes: Comes, portal: Client
) -> None:
    one = comes("reclaimed")
    shown = page(portal)
    now, _, _ = shown.partition("お知らせしたこと")
    for words in (
        "していただくこと",
        "150,000円",
        "期限は、令和8年（2026年）12月28日",
        "窓口にお話しください",
    ):
        assert words in now
    assert "ここで終わり" not in shown
    one.goes(Verb.REPAY)
    assert "ここで終わり" in page(portal)


REVOKED = {
    "": "決定を取り消したので",
    "/easy": "決定（けってい）を とりけしました",
    "/en": "has revoked",
}
CHANGED = {"": "補助の額を変更したので", "/easy": "額（がく）を かえました", "/en": "has lowered"}
LOOKED = {
    "": "まだ何も決まっていません",
    "/easy": "まだ きまって いません",
    "/en": "Nothing is decided yet",
}


def test_why_money_is_to_come_back_is_what_happened_last(comes: Comes, portal: Client) -> None:
    """A lower sum is no revocation, and a refund alone demands nothing."""
    one = comes("paid")
    ways: tuple[tuple[Verb, dict[str, int], dict[str, str]], ...] = (
        (Verb.REFUND, {}, LOOKED),
        (Verb.REDUCE, {}, CHANGED),
        (Verb.REVOKE, {"repay_yen": 60_000}, REVOKED),
    )
    for verb, told, words in ways:
        one.goes(verb, **told)
        for column, said in words.items():
            shown = squeezed(portal.get(column + ADDRESS)).partition("<h2>")[0]
            assert said in shown, (verb, column)
            others = {each[column] for each in (LOOKED, CHANGED, REVOKED)} - {said}
            assert not any(other in shown for other in others), (verb, column)


@pytest.mark.usefixtures("office", "clock")
def test_without_an_application_there_is_no_page(portal: Client) -> None:
    assert portal.get(ADDRESS)["Location"] == "/s/f/"
    browsing.fill(portal)
    browsing.open_receipt(portal, *browsing.send(portal))
    assert portal.get(ADDRESS)["Location"] == "/s/f/"


def test_the_page_of_what_was_sent_gives_way_once_the_desk_has_it(
    comes: Comes, portal: Client
) -> None:
    one = comes()
    assert 'href="/s/h/sent/"' in page(portal)
    shown = portal.get("/s/h/sent/")
    assert shown.status_code == 200
    assert f'href="{ADDRESS}"' in squeezed(shown)
    one.goes(Verb.RECEIVE)
    assert portal.get("/s/h/sent/")["Location"] == ADDRESS
    assert 'href="/s/h/sent/"' not in page(portal)


def brought(shown: str) -> list[str]:
    """What a page lists to be brought."""
    _, _, rest = shown.partition("次のものを、窓口にお持ちください")
    return re.findall(r"<li>(.*?)</li>", rest.partition("</ul>")[0])


def test_both_pages_of_what_was_sent_list_the_same_to_bring(comes: Comes, portal: Client) -> None:
    one = comes()
    wanted = ["印刷した申請書（窓口で印刷することもできます）", "弁護士の見積書"]
    assert brought(page(portal)) == wanted
    assert brought(squeezed(portal.get("/s/h/sent/"))) == wanted
    one.goes(Verb.RECEIVE)
    assert brought(page(portal)) == []


def test_what_is_brought_is_what_the_application_says() -> None:
    on_paper = Applied(screens_brought=True, register_consent="bring")
    assert to_bring(on_paper, counts=False) == (
        "apply.bring_form",
        "apply.bring_screens",
        "apply.bring_register",
    )
    assert to_bring(Applied(), counts=True) == (), "the form on the web is the application"


def test_the_number_is_said_as_letters_write_it(comes: Comes, portal: Client) -> None:
    comes("received")
    number = {
        "": "整理番号：令和8年度 第1号",
        "/easy": "番号：令和8年度 第1号",
        "/en": 'Number 1 of <span lang="ja">令和8年度</span> (the city',
    }
    for column, words in number.items():
        assert words in squeezed(portal.get(column + ADDRESS))


def test_what_is_missing_stands_under_the_part_of_the_form_in_every_column(
    comes: Comes, portal: Client
) -> None:
    comes("returned")
    what = '<span lang="ja">画面を印刷したもの（URLと日時が見えるもの）</span>'
    parts = {"": "添える書類", "/easy": "いっしょに 出す もの", "/en": "Papers to add"}
    for column, part in parts.items():
        shown = squeezed(portal.get(column + ADDRESS))
        assert f"<b>⑪</b> {part}: {what}" in shown


def places(shown: str) -> list[str]:
    """The order as the page shows it."""
    order = shown.partition('<ol class="steps order">')[2].partition("</ol>")[0]
    return re.findall(r'<li class="(\w+)"', order)


def test_the_whole_order_is_in_sight_with_what_is_done_now_and_to_come(
    comes: Comes, portal: Client
) -> None:
    one = comes("returned")
    shown = page(portal)
    assert places(shown) == ["past", "past", "now", *["ahead"] * 7]
    assert "決まりは、窓口にお確かめください" in shown  # Shibukawa's stages are 要確認
    one.goes(Verb.COMPLETE, Verb.DRAFT)
    assert places(page(portal)) == ["past"] * 3 + ["now"] + ["ahead"] * 5
    one.goes(Verb.REFUSE)
    assert places(page(portal)) == ["past"] * 3 + ["end"]


def test_what_was_sent_back_is_not_done_any_more(comes: Comes, portal: Client) -> None:
    one = comes("reported")
    assert places(page(portal)).count("past") == 6
    one.goes(Verb.SEND_BACK)
    shown = page(portal)
    assert places(shown).count("past") == 5
    assert "領収書の日が読めません" in shown
    one.goes(Verb.REPORT)
    assert "領収書の日が読めません" not in page(portal)


def test_what_was_sent_back_is_named_by_its_number_here_and_on_the_form(
    comes: Comes, portal: Client
) -> None:
    one = comes("reported")
    asked = [{"field": 6, "what": "領収書の日付が写っていません"}]
    one.goes(Verb.SEND_BACK, why="", missing=asked)
    shown = page(portal)
    assert shown.count('<li lang="ja">⑥ 領収書の日付が写っていません</li>') == 1
    assert "報告を、もう一度出してください" in shown.split("<h2")[1], "first of all"
    assert "着手金を支払ったら" not in shown
    assert '<li lang="ja">⑥ 領収書の日付が写っていません</li>' in page(portal, "r/")
    one.goes(Verb.AMEND)  # the desk's own work ends no asking
    assert "⑥ 領収書の日付が写っていません" in page(portal)
    one.goes(Verb.REPORT)
    assert "領収書の日付が写っていません" not in page(portal)


def test_what_is_corrected_afterwards_moves_no_end(comes: Comes, portal: Client) -> None:
    one = comes("withdrawn")
    assert "11月30日" in page(portal)
    one.now += timedelta(days=3)
    one.goes(Verb.AMEND)
    assert "12月3日" not in page(portal)


@pytest.mark.parametrize(
    ("state", "what", "marks"),
    [
        ("decided", "c/", "①②③"),
        ("contracted", "r/", "①②③④⑤⑥⑥"),
        ("fixed", "q/", "①①①②②③④⑤⑤⑥"),
        ("sent", "x/", "①"),
    ],
)
def test_each_field_has_the_number_of_the_paper_form_in_its_order(
    comes: Comes, portal: Client, state: str, what: str, marks: str
) -> None:
    comes(state)
    labels = re.findall(r"<(?:label|legend)[^>]*>([①-⑳])", page(portal, what))
    assert "".join(labels) == marks


def test_dates_are_said_only_where_they_are_confirmed_and_never_as_a_threat(
    comes: Comes, portal: Client
) -> None:
    one = comes("contracted")
    shown = page(portal)
    assert "いつまでかは、窓口にお確かめください" in shown  # 30 days are 要確認
    assert "令和9年（2027年）3月31日（水）で終わります" in shown
    assert "日が過ぎたことだけで、自動的にお断りすることはありません" in shown
    one.goes(Verb.REPORT, Verb.FIX)
    assert "令和9年（2027年）5月31日（月）までです" in page(portal)


def test_a_correction_says_by_when_and_that_no_day_refuses(comes: Comes, portal: Client) -> None:
    comes("returned")
    shown = page(portal)
    assert "⑪" in shown
    assert "令和8年（2026年）12月14日（月）までにお願いします" in shown
    assert "自動的にお断りすることはありません" in shown


def test_a_decision_says_sum_and_day_and_that_the_letter_counts(portal: Client, one: Owner) -> None:
    shown = page(portal)
    assert "150,000円" in shown
    assert "正式なお知らせは、選んでいただいた方法でお渡しする書面です" in shown
    one.goes(Verb.CHANGE, amount_yen=120_000)
    assert "120,000円" in page(portal)


@pytest.mark.parametrize(
    ("disposition", "said", "never"),
    [
        ("treat", "3か月以内に、渋川市長に", "窓口にお申し出ください"),
        ("do_not_treat", "もう一度見てほしいときは、窓口にお申し出ください", "審査請求"),
        (None, "ほかにできることは、窓口にお尋ねください", "審査請求"),
    ],
)
def test_a_decision_says_what_one_can_do_against_it_as_the_years_law_has_it(
    portal: Client,
    one: Owner,
    office: OfficeCard,
    disposition: Disposition | None,
    said: str,
    never: str,
) -> None:
    if disposition:
        year = fiscal_year(one.now.date())
        begins = date(year, 4, 1)
        law = replace(LAW, fiscal_year=year, from_on=begins, disposition=disposition)
        decide(office, law, one.now)
        publications.forget_versions()
    shown = page(portal)
    assert "決定に納得できないとき" in shown
    assert said in shown
    assert never not in shown
    assert ("6か月以内に、前橋地方裁判所に" in shown) == (disposition == "treat")


def test_the_contract_is_reported(portal: Client, one: Owner) -> None:
    answer = send(portal, "c/", **CONTRACT)
    assert (answer.status_code, answer["Location"]) == (303, ADDRESS)
    shown = page(portal)
    assert "契約の届が届きました" in shown
    step = one.own.last(Verb.CONTRACT)
    assert step is not None
    assert step.details == {
        "contract_on": "2026-11-30",
        "lawyer": "法務 一郎",
        "yen": 300_000,
        "before": "",
        "words": "",
    }


@pytest.mark.parametrize(("day", "before"), [("30", ""), ("29", "application")])
def test_a_contract_before_the_application_is_taken_and_a_human_looks(
    portal: Client, one: Owner, day: str, before: str
) -> None:
    send(portal, "c/", **{**CONTRACT, "signed_on": ["2026", "11", day]})
    step = one.own.last(Verb.CONTRACT)
    assert step is not None
    assert step.details["before"] == before
    assert ("職員が確かめてからお知らせします" in page(portal)) == bool(before)
    assert one.own.state is State.CONTRACTED


def test_what_is_not_received_yet_says_not_to_sign_whenever_the_page_is_opened(
    comes: Comes, portal: Client
) -> None:
    one = comes()
    wait = "受け付けたことが番号で開く画面に出るまで、弁護士と契約しないでください"
    for _ in range(2):
        assert "まだ申請は終わっていません" in page(portal)
        for path in (ADDRESS, "/s/f/", "/s/h/sent/"):
            assert wait in squeezed(portal.get(path)), path
    assert "契約を急ぐ事情があるときは" in page(portal)
    assert "けいやくするのは、まって ください" in squeezed(portal.get(f"/easy{ADDRESS}"))
    assert "Do not sign a contract" in squeezed(portal.get(f"/en{ADDRESS}"))
    one.goes(Verb.RECEIVE)  # Shibukawa has not confirmed what a contract waits for then
    for path in (ADDRESS, "/s/f/"):
        shown = squeezed(portal.get(path))
        assert wait not in shown
        assert "弁護士と契約する前に、決定を待つ必要があるかを、窓口にお確かめください" in shown
    one.goes(Verb.DRAFT, Verb.DECIDE)
    assert "決定を待つ必要" not in page(portal)


def test_who_signed_before_is_not_told_not_to_sign(
    comes: Comes, portal: Client, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = {**owning.APPLICATION, "contract": "signed", "contract_on": "2026-11-30"}
    monkeypatch.setitem(owning.TOLD, Verb.APPLY, {"application": signed})
    one = comes()
    for path in (ADDRESS, "/s/f/", "/s/h/sent/"):
        shown = squeezed(portal.get(path))
        assert "契約しないでください" not in shown, path
        assert "契約か支払いの日が、申請より前です" not in shown, path
    shown = page(portal)
    assert "弁護士と契約したことを届ける <" in shown
    assert "弁護士と契約して、届ける" not in shown
    clock.now += timedelta(days=1)  # the paper was not there on the day of the contract
    browsing.open_receipt(portal, *one.pair)
    assert "契約か支払いの日が、申請より前です" in page(portal)
    assert "まだ申請は終わっていません" in page(portal)


def test_what_stops_the_desk_is_what_the_person_reads_until_it_is_decided(
    portal: Client, one: Owner
) -> None:
    send(portal, "c/", **{**CONTRACT, "signed_on": ["2026", "11", "29"]})
    for _ in range(2):
        shown = page(portal)
        assert "補助をお支払いできるかは、まだ決まっていません" in shown
        assert "着手金を支払ったら" not in shown
        assert "職員が、契約や支払いの日を確かめる <" in shown
        assert places(shown).count("now") == 1
        follow = squeezed(portal.get("/s/f/"))
        assert "補助をお支払いできるかは、まだ決まっていません" in follow
        assert "着手金を支払ったら" not in follow
    assert f'href="{ADDRESS}r/"' in shown, "who has paid already may say so"
    for column in ("easy", "en"):
        assert portal.get(f"/{column}{ADDRESS}").status_code == 200
    one.goes(Verb.PROCEED)
    shown = page(portal)
    assert "まだ決まっていません" not in shown
    assert "着手金を支払ったら、領収書をつけて報告してください" in shown


def test_a_wrong_day_that_is_sent_back_is_asked_for_again(portal: Client, one: Owner) -> None:
    send(portal, "c/", **{**CONTRACT, "signed_on": ["2026", "11", "29"]})
    one.goes(Verb.SEND_BACK)
    shown = page(portal)
    assert "契約の届を、もう一度出してください" in shown
    assert "まだ決まっていません" not in shown
    one.goes(Verb.REVOKE)
    assert "まだ決まっていません" not in page(portal)


def test_a_contract_between_application_and_decision_is_for_a_human(
    comes: Comes, portal: Client, clock: Clock
) -> None:
    """Shibukawa has not confirmed what the contract has to wait for."""
    one = comes("received")
    one.now = clock.now = clock.now + timedelta(days=10)
    one.goes(Verb.DRAFT, Verb.DECIDE)
    browsing.open_receipt(portal, *one.pair)
    send(portal, "c/", **{**CONTRACT, "signed_on": ["2026", "12", "5"]})
    step = one.own.last(Verb.CONTRACT)
    assert step is not None
    assert step.details["before"] == "decision"
    for _ in range(2):
        assert "補助に影響するかは、窓口にお確かめください" in page(portal)


@pytest.mark.parametrize(("counts", "before"), [(True, "decision"), (False, "application")])
def test_a_contract_between_sending_and_receipt_is_before_what_the_rules_count(
    comes: Comes,
    portal: Client,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    *,
    counts: bool,
    before: str,
) -> None:
    monkeypatch.setattr(year, "counts_online", lambda _: counts)
    one = comes()
    one.now = clock.now = clock.now + timedelta(days=10)
    one.goes(Verb.RECEIVE, Verb.DRAFT, Verb.DECIDE)
    browsing.open_receipt(portal, *one.pair)
    send(portal, "c/", **{**CONTRACT, "signed_on": ["2026", "12", "5"]})
    step = one.own.last(Verb.CONTRACT)
    assert step is not None
    assert step.details["before"] == before


def test_what_is_missing_or_not_yet_is_said_at_the_field_and_nothing_is_lost(
    portal: Client, one: Owner
) -> None:
    answer = send(portal, "c/", **{**CONTRACT, "signed_on": ["2026", "12", "1"]})
    assert answer.status_code == 422
    shown = unescape(squeezed(answer))
    assert "契約した日には、きょうまでの日を入れてください" in shown
    assert 'value="法務 一郎"' in shown
    assert "法務 一郎" in page(portal, "c/")  # and it waits there
    assert one.own.state is State.DECIDED


def test_a_double_click_reports_once(portal: Client, one: Owner) -> None:
    shown = page(portal, "c/")
    for _ in range(3):
        assert send(portal, "c/", shown, **CONTRACT)["Location"] == ADDRESS
    assert Step.objects.filter(verb="contract").count() == 1
    assert "契約の届が届きました" in page(portal)


def test_a_second_tab_finds_it_done_and_keeps_what_was_typed(portal: Client, one: Owner) -> None:
    first, second = page(portal, "c/"), page(portal, "c/")
    send(portal, "c/", first, **CONTRACT)
    answer = send(portal, "c/", second, **{**CONTRACT, "contract_lawyer": "弁護 二郎"})
    assert answer.status_code == 409
    shown = unescape(squeezed(answer))
    assert "同じ届は、もう届いています" in shown
    assert 'value="弁護 二郎"' in shown
    assert "この内容で届ける" not in shown
    assert Step.objects.filter(verb="contract").count() == 1


def test_a_page_that_the_desk_overtook_can_be_sent_again(portal: Client, one: Owner) -> None:
    shown = page(portal, "c/")
    one.goes(Verb.CHANGE, amount_yen=120_000)
    answer = send(portal, "c/", shown, **CONTRACT)
    assert answer.status_code == 409
    again = unescape(squeezed(answer))
    assert "この画面を開いたあとに、この申請に動きがありました" in again
    assert send(portal, "c/", again, **CONTRACT).status_code == 303
    assert one.own.state is State.CONTRACTED


@pytest.mark.parametrize("what", ["a/", "r/", "q/", "q/check/", "x/"])
def test_a_step_skipped_by_its_address_leads_back_with_a_sentence(
    portal: Client, one: Owner, what: str
) -> None:
    answer = portal.get(ADDRESS + what, follow=True)
    assert answer.redirect_chain[-1][0] == ADDRESS
    assert "その手続きは、いまの段階ではありません" in squeezed(answer)
    assert one.own.state is State.DECIDED


def test_a_step_skipped_by_a_post_changes_nothing(portal: Client, one: Owner) -> None:
    shown = page(portal, "c/")
    receipt = {"receipt_bring": "yes"}
    answer = send(portal, "r/", shown, **REPORT, **receipt)
    assert answer.status_code == 409
    assert "いまの段階では、実績報告を出せません" in squeezed(answer)
    assert one.own.state is State.DECIDED
    assert Step.objects.filter(verb="report").count() == 0


def test_the_payment_is_reported_with_its_receipt(comes: Comes, portal: Client) -> None:
    one = comes("contracted")
    before = len(evidence.cards(one.held.drawer))
    answer = send(portal, "r/", **REPORT)
    assert answer.status_code == 422
    assert "領収書の写しを送るか" in squeezed(answer)
    shown = page(portal, "r/")
    for _ in range(2):  # a double click
        sent = [browsing.file("ryoshusho.jpg")]
        assert send(portal, "r/", shown, **REPORT, files=sent)["Location"] == ADDRESS
    files = evidence.cards(one.held.drawer)
    assert len(files) == before + 1
    step = one.own.last(Verb.REPORT)
    assert step is not None
    assert step.details["files"] == [str(files[-1].id)]
    assert step.details["paid_yen"] == 300_000


def test_a_payment_before_the_contract_is_asked_about(comes: Comes, portal: Client) -> None:
    one = comes("contracted")
    early = {**REPORT, "receipt_on": ["2026", "11", "29"], "receipt_bring": "yes"}
    answer = send(portal, "r/", **early)
    assert answer.status_code == 422
    shown = unescape(squeezed(answer))
    assert "契約した日より前になっています" in shown
    assert (
        send(portal, "r/", shown, **{**early, "report_words": "手付を先に"})["Location"] == ADDRESS
    )
    step = one.own.last(Verb.REPORT)
    assert step is not None
    assert step.details["paid_on"] == "2026-11-29"


def test_what_came_back_is_reported_where_something_did(comes: Comes, portal: Client) -> None:
    one = comes("contracted")
    told = {**REPORT, "refunded_yen": "５万円", "recovered_yen": "0", "other_aid_yen": ""}
    bad = send(portal, "r/", **{**told, "recovered_yen": "すこし"}, receipt_bring="yes")
    assert bad.status_code == 422
    shown = unescape(squeezed(bad))
    assert 'value="５万円"' in shown
    assert all(field.mark in shown for field in later("report"))
    assert send(portal, "r/", shown, **told, receipt_bring="yes").status_code == 303
    step = one.own.last(Verb.REPORT)
    assert step is not None
    assert step.details["refunded_yen"] == 50_000
    assert not {"recovered_yen", "other_aid_yen"} & step.details.keys()


def test_a_receipt_that_was_sent_before_is_ticked(comes: Comes, portal: Client) -> None:
    one = comes("contracted")
    bad = {**REPORT, "paid_yen": "たくさん", "files": [browsing.file("ryoshusho.jpg")]}
    answer = send(portal, "r/", **bad)
    assert answer.status_code == 422
    shown = unescape(squeezed(answer))
    kept = str(evidence.cards(one.held.drawer)[-1].id)
    assert f'value="{kept}" checked' in shown
    assert send(portal, "r/", shown, **REPORT, have=[kept]).status_code == 303
    step = one.own.last(Verb.REPORT)
    assert step is not None
    assert step.details["files"] == [kept]


@pytest.mark.parametrize("also", [{}, {"receipt_bring": "yes"}])
def test_a_receipt_that_is_too_large_is_said_to_be_and_nothing_is_reported(
    comes: Comes, portal: Client, monkeypatch: pytest.MonkeyPatch, also: dict[str, str]
) -> None:
    one = comes("contracted")
    shown = page(portal, "r/")
    monkeypatch.setattr(limits, "BYTES_A_CASE", 1_000)
    monkeypatch.setattr(upload, "SLACK", 0)
    large = [browsing.file("ryoshusho.jpg", b"x" * 2_000)]
    told = unescape(squeezed(send(portal, "r/", shown, **REPORT, **also, files=large)))
    assert "ファイルが大きすぎます" in told
    assert "領収書の写しを送るか" not in told
    assert 'value="300,000"' in told
    assert one.own.state is State.CONTRACTED


def test_a_file_too_large_for_a_closed_page_is_not_said_to_wait(
    comes: Comes, portal: Client, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    comes("contracted")
    shown = page(portal, "r/")
    clock.now += timedelta(minutes=20)
    monkeypatch.setattr(limits, "BYTES_A_CASE", 1_000)
    monkeypatch.setattr(upload, "SLACK", 0)
    large = [browsing.file("ryoshusho.jpg", b"x" * 2_000)]
    told = squeezed(send(portal, "r/", shown, **REPORT, files=large))
    assert "この画面は閉じています" in told
    assert "受け取れなかったファイルがあります" in told


def test_who_brings_the_receipt_is_asked_for_it_as_long_as_it_is_checked(
    comes: Comes, portal: Client
) -> None:
    comes("contracted")
    assert send(portal, "r/", **REPORT, receipt_bring="yes").status_code == 303
    for _ in range(2):  # and when the page is opened again
        shown = page(portal)
        assert "領収書を、窓口が開いている時間にお持ちください" in shown
        assert "していただくことはありません" not in shown
        assert "していただくこと</h2>" in squeezed(portal.get(ADDRESS))


def test_a_file_that_vanished_is_said_and_what_was_typed_stays(
    comes: Comes, portal: Client
) -> None:
    one = comes("contracted")
    send(portal, "r/", **{**REPORT, "paid_yen": "", "files": [browsing.file()]})
    kept = str(evidence.cards(one.held.drawer)[-1].id)
    shown = page(portal, "r/")
    Item.objects.filter(pk=kept).update(locked=True)
    answer = send(portal, "r/", shown, **REPORT, have=[kept])
    assert answer.status_code == 409
    told = unescape(squeezed(answer))
    assert "書類のファイルが見つかりません" in told
    assert 'value="300,000"' in told
    assert one.own.state is State.CONTRACTED


def test_while_the_receipt_is_closed_words_and_files_wait(
    comes: Comes, portal: Client, clock: Clock
) -> None:
    one = comes("contracted")
    shown = page(portal, "r/")
    clock.now += timedelta(minutes=20)
    answer = send(portal, "r/", shown, **REPORT, files=[browsing.file("ryoshusho.jpg")])
    assert answer.status_code == 200
    assert "書いたことは預かっています" in squeezed(answer)
    assert one.own.state is State.CONTRACTED
    browsing.open_receipt(portal, *one.pair)
    again = page(portal, "r/")
    assert 'value="300,000"' in again
    assert send(portal, "r/", again, **REPORT).status_code == 303
    step = one.own.last(Verb.REPORT)
    assert step is not None
    assert len(step.details["files"]) == 1


def test_another_receipt_opened_meanwhile_gets_nothing(comes: Comes, portal: Client) -> None:
    one = comes("decided")
    shown = page(portal, "c/")
    other = comes("decided")
    answer = send(portal, "c/", shown, **{**CONTRACT, "contract_lawyer": "契約 次郎"})
    assert "この画面は閉じています" in squeezed(answer)
    assert {one.own.state, other.own.state} == {State.DECIDED}
    assert "契約 次郎" not in page(portal, "c/")  # nor sees what the first wrote
    browsing.open_receipt(portal, *one.pair)
    assert "契約 次郎" in page(portal, "c/")


def test_before_anything_is_drafted_it_is_withdrawn_alone(comes: Comes, portal: Client) -> None:
    one = comes("received")
    assert f'href="{ADDRESS}x/"' in page(portal)
    assert send(portal, "x/", withdraw_words="")["Location"] == ADDRESS
    assert one.own.state is State.WITHDRAWN
    assert "申請を取り下げました" in page(portal)


def test_later_the_desk_is_informed(portal: Client, one: Owner) -> None:
    shown = page(portal)
    assert f'href="{ADDRESS}x/"' not in shown
    assert "やめたいときや、書いたことが変わったときは、窓口にお知らせください" in shown


def test_leaving_forgets_what_was_written(portal: Client, one: Owner) -> None:
    send(portal, "c/", **{**CONTRACT, "contract_yen": ""})
    assert Visit.objects.exists()
    portal.post("/s/leave/")
    assert not Visit.objects.exists()


def test_sums_of_the_fixture_are_those_that_are_asked_for() -> None:
    assert SHOWN[Verb.DECIDE] == {"amount_yen": 150_000}


def test_the_rules_are_those_of_the_day_here_not_in_utc() -> None:
    """Sent at half past midnight on the first day of the rules."""
    sent_at = datetime(2024, 3, 31, 15, 30, tzinfo=UTC)
    subsidy = programme("shibukawa").subsidy
    assert subsidy
    assert subsidy.version_on(sent_at.date()) is None
    request: Any = SimpleNamespace(programme=SimpleNamespace(subsidy=subsidy))
    own: Any = SimpleNamespace(sent_at=sent_at, received_on=None)
    assert version_of(request, own) == subsidy.version[0]


@pytest.mark.parametrize("way", [{"stay": ""}, {"scheme": "blue"}, {"to": "own-grant"}])
def test_words_of_a_withdrawal_are_kept_in_other_languages_and_on_the_way(
    comes: Comes, portal: Client, way: dict[str, str]
) -> None:
    comes("received")
    sent = hidden(page(portal, "x/"))
    leads = portal.post("/en/s/h/grant/x/", {**sent, "withdraw_words": "途中のわけ", **way})
    assert leads["Location"] == ("/en/s/h/grant/" if "to" in way else "/en/s/h/grant/x/")
    assert "途中のわけ" in squeezed(portal.get("/s/h/grant/x/"))
