"""Every verb of a grant, taken through the pages of both windows, as it is sealed and audited."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import pytest

from madoguchi.ops import prepare
from madoguchi.rules.programme.load import folder
from tests.answers import Response, squeezed
from tests.golden import reading, telling
from tests.golden.applying import BUDGET, apply, ask, complete, listed, open_year, sit
from tests.golden.telling import HERE, Walk
from tests.golden.windows import Town, done
from tests.pdf import text
from tests.web.desk.granted import CLAIM, Seat, fields, slips
from tests.web.desk.test_grants import ON_PAPER, amendable
from tests.web.portal import applying, browsing
from tests.web.portal.own_page import page, send
from tests.web.portal.saturdays import Clock
from tests.web.portal.test_apply_swapped import TASKS as YAMANASHI
from tests.web.portal.test_own_grant import CONTRACT, REPORT
from tests.web.portal.test_own_grant_claim import BANK, YUCHO

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
DELEGATED = {"decision_class": "delegated"}
DRAFT = {
    "outcome": "grant",
    "amount_yen": "15万円",
    "amount_why": "見積の着手金の半分",
    "binder": "簿冊A",
    "retention_years": "5",
    "disclosure": "partly",
}
DECISION = {**DELEGATED, "document_number": "渋安第12号", "commitment_number": " 支負第8号 "}
WALKS = ("grant", "grant_ends", "grant_in_tool", "grant_after_payment", "grant_one_report")


def to_decision(town: Town, grant: UUID) -> Seat:
    """Received, looked at, drafted and decided."""
    here = sit(town, grant)
    here.done("receive", received_number="渋安収第3号")
    assert here.check().status_code == 303
    here.done("draft", **DRAFT)
    here.done("decide", **DECISION)
    town.work()
    return here


def test_a_grant_goes_the_whole_way_and_its_money_comes_back(town: Town) -> None:
    open_year(town, 2026)
    person, _ = apply(town)
    here = sit(town, listed(town, "sent"))
    assert here.do("receive", received_on="13/45").status_code == 422
    here.done("receive", received_number=" 渋安収第3号 ")
    note = {"note-subsidy.printed_screens": "日時が写っていない"}
    assert here.check("unmet", only="printed_screens", **note).status_code == 303
    here.done(
        "return", **{"what-11": "日時の見える画面", "by_on": "12/14", "note": "電話でも話した"}
    )
    town.work()
    complete(person, screens=[browsing.file("gamen.png")], answer_words="撮り直しました")
    town.work()
    assert here.check().status_code == 303
    here.done("draft", **DRAFT)
    here.done("undraft", why="金額の理由を書き直す")
    assert here.do("draft", **{**DRAFT, "amount_yen": "14万円"}).status_code == 422
    here.done("draft", **{**DRAFT, "amount_why": "端数は出ない"})
    assert here.do("decide", **{**DECISION, "decision_class": "deputy"}).status_code == 422
    here.done("decide", **DECISION)
    town.work()
    assert send(person, "c/", **CONTRACT).status_code == 303
    here.done("change", amount_yen="12万円", why="見積が変わった", **DECISION)
    town.work()
    assert send(person, "r/", **REPORT, files=[browsing.file("ryoshu.jpg")]).status_code == 303
    here.done("send_back", **{"what-6": "領収書の日が読めない"}, why="写り")
    town.work()
    assert send(person, "r/", **REPORT, receipt_bring=["yes"]).status_code == 303
    here.done("fix", amount_yen="110,000", less="partly", **DECISION)
    town.work()
    for bank in (BANK, {**YUCHO, "holder_kana": "ヨシダ ハナ"}):
        assert send(person, "q/", **bank).status_code == 303
        assert send(person, "q/check/").status_code == 303
        if bank is BANK:
            here.done("send_back", **{"what-6": "名義が違います"})
            town.work()
    assert here.do("pay", order_number="支命第5号").status_code == 422, "who settled the sum"
    other = sit(town, here.id, "other officer")
    assert other.do("pay", order_number="支命第5号").status_code == 422, "in another name"
    asked = {"proof": "委任状 11月29日付", "asked_on": "11/30"}
    other.done("holder", holder="entrusted", **asked)
    other.done("pay", order_number=" 支命第5号 ", creditor_number="債12")
    town.work()
    what = amendable(other.page("?do=amend"), "document_number")
    other.done("amend", of=what, value="渋安第99号", why="写しまちがい")
    other.done("refund", refunded_on="11/30", refunded_yen="10万円", why="弁護士が返した")
    other.done("reduce", why="着手金の一部が返された", repay_by_on="12/21", **DECISION)
    town.work()
    other.done("repay", yen="4,000")
    other.done("revoke", why="契約が解除された", repay_by_on="12/28", **DECISION)
    town.work()
    other.done("repay")
    town.work()
    telling.compare("grant", town.walk.text())


def test_a_grant_ends_in_every_other_way(town: Town) -> None:
    walk = town.walk
    open_year(town, 2026)
    walk.say("withdrawn by the person")
    person, _ = apply(town)
    assert send(person, "x/", withdraw_words="考え直しました").status_code == 303
    town.work()

    walk.say("typed in from paper, completed, refused")
    _, pair = ask(town)
    here = typed_in(town, pair[0])
    here.done("return", **{"what-11": "画面を印刷したもの", "by_on": "12/14"})
    town.work()
    path = f"{here.path}type/complete/"
    typed = {**fields(squeezed(here.browser.get(path))), "screens_brought": "yes"}
    assert here.browser.post(path, typed).status_code == 303
    note = {"note-subsidy.resident": "申請の日に住民登録がない"}
    assert here.check().status_code == 303
    assert here.check("unmet", only="resident", **note).status_code == 303
    here.done("draft", outcome="refuse", amount_yen="")
    here.done("refuse", **DELEGATED, document_number="渋安第13号")
    town.work()
    what = amendable(here.page("?do=amend"), "kana")
    here.done("amend", of=what, value="ヨシダ ハナ", why="住民票と照らした")

    walk.say("typed in step by step, withdrawn by the desk")
    apply(town)
    here = to_decision(town, listed(town, "sent"))
    early = here.typed("contract", contract_on="11/29", lawyer="法務 一郎", contract_yen="30万円")
    assert early.status_code == 422
    contract = {"contract_on": "11/29", "lawyer": "法務 一郎", "contract_yen": "30万円"}
    contract["contract_why"] = "急いでいたと聞いた"
    assert here.typed("contract", **contract, kept=["contract"]).status_code == 303
    report = {"paid_on": "11/30", "paid_yen": "300,000", "refunded_yen": "3万円"}
    assert here.typed("report", **report, kept=["receipt"]).status_code == 303
    here.done("proceed", document_number="渋安第80号", why="窓口の説明が遅れたため")
    here.done("fix", amount_yen="12万円", amount_why="返金を差し引いた", **DELEGATED)
    assert here.typed("claim", **CLAIM, creditor_number="債7").status_code == 303
    here.done("withdraw", why="本人から電話があった")
    town.work()

    walk.say("revoked before any money")
    apply(town)
    to_decision(town, listed(town, "sent")).done("revoke", why="市外へ移った", **DELEGATED)
    town.work()

    walk.say("carried over the year's end, lapsed after it")
    apply(town)
    here = to_decision(town, listed(town, "sent"))
    town.turn(town.clock.now.replace(year=2027, month=4, day=5))
    here = sit(town, here.id)
    here.done("carry", why="裁判が続いている")
    here.done("lapse", why="年度内に契約がなかった")
    town.work()
    here.done("undo", why="ほかの申請と取り違えて記録した")
    town.work()
    telling.compare("grant_ends", walk.text())


def typed_in(town: Town, number: str) -> Seat:
    """An application on paper, by the number on it."""
    browser = town.colleague("officer", "subsidy_officer")
    form = fields(squeezed(browser.post("/grants/new/", {"number": number})))
    typed = {**form, **ON_PAPER, "received_number": "渋安収第9号", "screens_brought": []}
    made = browser.post("/grants/new/", typed)
    assert made.status_code == 303, made.content.decode()
    return sit(town, UUID(made["Location"].split("/")[2]))


def test_a_supervisor_decides_here_what_another_drafted(
    town: Town,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    clock: Clock,
    sealed: list[reading.Sealed],
) -> None:
    """Shibukawa, as if it had the switch on."""
    approval = {"[version.life]\n": '[version.life]\napproval = "in_tool"\n'}
    monkeypatch.setenv("MADOGUCHI_PROGRAMMES", str(tmp_path))
    here = another(as_if(tmp_path, approval), clock, sealed)
    open_year(here, 2026)
    apply(here)
    grant = listed(here, "sent")
    one = sit(here, grant, "drafting", "supervisor")
    one.done("receive", received_number="渋安収第3号")
    assert one.check().status_code == 303
    one.done("draft", **DRAFT)
    assert one.do("decide", **DECISION).status_code == 422, "one's own draft"
    assert sit(here, grant).do("decide", **DECISION).status_code == 422, "no supervisor"
    deputy = {**DECISION, "decision_class": "deputy", "deputy": "危機管理室長代理 見本"}
    two = sit(here, grant, "deciding", "supervisor")
    two.done("decide", **deputy)
    here.work()
    two.done("change", amount_yen="12万円", why="見積が変わった", **DECISION)
    two.done("revoke", why="契約しなかった", **DECISION)
    here.work()
    telling.compare("grant_in_tool", here.walk.text())


def test_contract_and_payment_are_one_report_where_the_city_says_so(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    office: object,
    clock: Clock,
    sealed: list[reading.Sealed],
) -> None:
    """Shibukawa, as if its rules had no report of the contract alone: by the web, then on paper."""
    all_of_them = 'stages = ["contract", "report", "fixing", "claim"]'
    stages = {
        all_of_them: all_of_them.replace('"contract", ', ""),
        'stages_source = "要確認"': 'stages_source = "要領第8条"',
    }
    monkeypatch.setenv("MADOGUCHI_PROGRAMMES", str(tmp_path))
    here = another(as_if(tmp_path, stages), clock, sealed)
    open_year(here, 2026)
    person, _ = apply(here)
    one = to_decision(here, listed(here, "sent"))
    assert "契約と支払の報告書" in said(one.paper("decision"))
    shown = page(person)
    assert "契約と支払いをまとめて報告してください" in shown
    assert "契約して、届ける" not in shown
    alone = send(person, "c/", page(person, "r/"), **CONTRACT)
    assert alone.status_code == 409, "the contract is not reported alone"
    for asked in ("契約した日", "弁護士の名前", "着手金の額（円）", "支払った日"):
        assert asked in page(person, "r/")
    whole = {**CONTRACT, **REPORT, "receipt_bring": ["yes"]}
    assert send(person, "r/", **{**whole, "contract_lawyer": ""}).status_code == 422
    much = send(person, "r/", **{**whole, "contract_yen": "40万円"})
    assert much.status_code == 422, "above the estimate, without a word"
    early = {**whole, "signed_on": ["令和8", "11", "29"]}
    assert send(person, "r/", **early).status_code == 303
    assert "職員が確かめてからお知らせします" in page(person)
    assert "契約日は令和8年11月29日です。申請日の令和8年11月30日より前です。" in one.page()
    assert "続ける" in slips(one.do("fix", amount_yen="15万円", **DECISION)), "the order holds"
    marks = re.findall(r'name="what-(\d+)"', one.page("?do=send_back"))
    assert marks == [str(number) for number in range(1, 10)]
    one.done("send_back", **{"what-1": "契約書の日と違います"})
    here.work()
    assert 'name="signed_on" value="29"' in page(person, "r/"), "what was written stays"
    assert send(person, "r/", **whole).status_code == 303
    one.done("fix", amount_yen="15万円", amount_why="消費税を含めた", **DECISION)
    here.work()

    here.walk.say("on paper")
    apply(here)
    two = to_decision(here, listed(here, "sent"))
    form = two.paper("report_form")
    blank = said(form)
    assert "1／1" in blank, "it stays on one page"
    assert all(words in blank for words in ("①契約の日", "③着手金の額", "⑨添える書類"))
    typed = {"contract_on": "11/29", "paid_on": "11/30", "paid_yen": "33万円"}
    assert "申請の日より前" in slips(two.typed("report", **typed))
    came = {"contract_on": "11/30", "kept": ["contract", "receipt"]}
    assert two.typed("report", **{**typed, **came}).status_code == 303
    day = amendable(two.page("?do=amend"), "contract_on")
    two.done("amend", of=day, value="令和8年11月29日", why="契約書の写しと照らした")
    assert "続ける" in slips(two.do("fix", amount_yen="15万円", **DECISION)), "a corrected day"
    telling.compare("grant_one_report", here.walk.text())


def said(answer: Response) -> str:
    """The words of a paper."""
    return "".join(text(answer.content).split())


def as_if(home: Path, lines: Mapping[str, str]) -> str:
    """A city that is Shibukawa with other lines in its rules of the subsidy."""
    there = home / "shibukawa_here"
    shutil.copytree(folder("shibukawa"), there)
    words = (there / "subsidy.toml").read_text("utf-8")
    for line, other in lines.items():
        assert words.count(line) == 1
        words = words.replace(line, other)
    (there / "subsidy.toml").write_text(words, "utf-8")
    return there.name


def test_a_city_with_fewer_stages_pays_after_the_decision(
    office: object, clock: Clock, sealed: list[reading.Sealed]
) -> None:
    """Yamanashi, where one applies after the payment, and neither contract nor report follow."""
    here = another("yamanashi", clock, sealed)
    open_year(here, 2026)
    person, _ = ask(here)
    for number, typed in YAMANASHI.items():
        assert applying.answer(person, number, **typed).status_code == 303
    promise = {"register_consent": "consent", "promises": ["true"]}
    assert applying.answer(person, 6, **promise)["Location"] == "/s/h/sent/"
    here.work()
    one = sit(here, listed(here, "sent"))
    one.done("receive", received_number="人権第1号")
    assert one.check().status_code == 303
    one.done("draft", **{**DRAFT, "amount_yen": "11万円"})
    one.done("decide", **DECISION)
    here.work()
    assert send(person, "q/", **BANK).status_code == 303
    assert send(person, "q/check/").status_code == 303
    sit(here, one.id, "other officer").done("pay", order_number="支命第5号")
    here.work()
    telling.compare("grant_after_payment", here.walk.text())


def test_what_is_read_and_printed_of_a_grant(town: Town) -> None:
    """Its letters, the auditor's reading, the ledger with names, a hidden address, the budget."""
    open_year(town, 2026)
    person, _ = ask(town)
    applying.write(person)
    screens = {"screens": [browsing.file("gamen.png")]}
    assert applying.answer(person, 1, **applying.PERSON, protected="yes").status_code == 303
    assert applying.answer(person, 4, **applying.PAPERS, **screens).status_code == 303
    assert applying.send(person).status_code == 303
    town.work()
    here = to_decision(town, listed(town, "sent"))
    for name in ("draft", "decision"):
        assert here.paper(name).headers["Content-Type"] == "application/pdf"
    (copy, *_) = re.findall(rf"{here.path}issued/[0-9a-f-]+/", here.page())
    (file, *_) = re.findall(rf"{here.path}files/[0-9a-f-]+/", here.page())
    bundle = f"{here.path}bundle/"
    assert [here.browser.post(at).status_code for at in (copy, file, bundle)] == [200] * 3
    auditor = town.colleague("auditor")
    assert auditor.post("/grants/audit/2026/", {"number": "1"}).status_code == 303
    assert auditor.post(f"/grants/audit/{here.id}/").status_code == 200
    what = f"{amendable(here.page('?do=amend'), 'name').partition(':')[0]}:protected"
    boss = sit(town, here.id, "supervisor", "supervisor")
    boss.done("amend", of=what, why="支援措置が終わったと本人が言った")
    ledger = "/grants/ledger/"
    assert here.browser.post(f"{ledger}2026/names/").status_code == 303
    asked = squeezed(boss.browser.get(ledger))
    ((sign, wish),) = re.findall(r'action="(/signing/([0-9a-f-]+)/sign/)"', asked)
    (shown,) = re.findall(r'name="shown" value="(\w+)"', asked)
    assert boss.browser.post(sign, {"shown": shown}).status_code == 303
    assert here.browser.post(f"{ledger}names/{wish}/take/").status_code == 200
    assert here.browser.get(f"{ledger}2026.xlsx").status_code == 200
    budget = "/grants/budget/2026/"
    more = {**BUDGET, "how": "supplement", "budget": "1,500,000円"}
    done(here.browser, budget, f"{budget}change/", **more)
    telling.compare("grant_read", town.walk.text())


def another(slug: str, clock: Clock, sealed: list[reading.Sealed]) -> Town:
    """Another city's office in the house."""
    hosts = f"portal.{slug}.test".replace("_", "-"), f"desk.{slug}.test".replace("_", "-")
    office = prepare.office(slug, *hosts)
    return Town(office, hosts, Walk(office.id, sealed), clock)


def test_the_walks_take_every_verb() -> None:
    told = "".join((HERE / f"{name}.txt").read_text("utf-8") for name in WALKS)
    seen = set(re.findall(r" grant\.(\w+) done case ", told))
    assert reading.grant_verbs() - seen == set()
