"""The desk's pages of grants: the list, one of them from the letterbox to the payment."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from madoguchi.rules.programme.load import NATIONAL
from madoguchi.rules.programme.subsidy import Terms
from madoguchi.rules.programme.texts import texts
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.models import Receipt
from madoguchi.web.desk.grants import opened
from madoguchi.web.desk.grants.acts import ACTS, PAPERS
from madoguchi.web.desk.grants.typing import COMPLETE
from madoguchi.work.cases.models import Access, Case
from madoguchi.work.cases.public import Holding, Wishes, consultee
from madoguchi.work.issued.models import Issued
from madoguchi.work.record import public as record
from madoguchi.work.subsidy import doubles
from madoguchi.work.subsidy.application import Applied, Delivery
from madoguchi.work.subsidy.models import Budget, Check, Grant, Step
from tests.answers import squeezed
from tests.badinputs.test_grant_law import LAW
from tests.looking import drawers, inside
from tests.offices import actor_of, make_staff
from tests.pdf import text
from tests.web.desk.colleagues import asked, colleague
from tests.web.desk.granted import CLAIM, Seat, Sit, fields, slips
from tests.work.subsidy import lawful
from tests.work.subsidy.granting import (
    APPLIED,
    CANARY,
    YEN,
    Desk,
    opened_year,
    sent,
    sent_in,
    terms,
)
from tests.work.subsidy.states import returned
from tests.work.subsidy.test_application import asking_birth
from tests.work.subsidy.turning import RECEIVED, SENT_AT, turn, turning

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
DRAFTED = {
    "outcome": "grant",
    "amount_yen": "15万円",
    "amount_why": "見積の着手金の半分で、端数なし",
}
DECIDED = {"decision_class": "delegated", "document_number": "渋安第12号"}


def test_a_grant_goes_from_the_letterbox_to_the_payment_on_its_page(sit: Sit) -> None:
    here = sit()
    here.done("receive", received_number="渋安収第3号")
    assert here.check().status_code == 303
    here.done("draft", **DRAFTED)
    assert here.paper("draft").headers["Content-Type"] == "application/pdf"
    here.done("decide", **DECIDED, commitment_number="支負第8号")
    assert here.typed("contract", contract_on="12/1").status_code == 422, "tomorrow is to come"
    assert here.typed("contract", contract_on="11/30").status_code == 303
    assert here.typed("report", paid_on="11/30").status_code == 303
    here.done("fix", **DECIDED)
    assert here.typed("claim", **CLAIM).status_code == 303
    refused = here.do("pay", order_number="支命第5号")
    assert refused.status_code == 422
    other = sit(here)
    other.done("pay", order_number="支命第5号")
    assert Grant.objects.get().state == "paid"
    year = Budget.objects.get()
    assert (year.reserved_yen, year.spent_yen) == (0, YEN)
    page = other.page()
    for words in ("渋安収第3号", "支負第8号", "支命第5号", "12月1日", "150,000円"):
        assert (words in page) == (words != "12月1日"), words


def test_after_an_act_its_page_says_once_what_was_done(sit: Sit) -> None:
    here = sit()

    def said(words: str) -> None:
        assert f'role="status">{words}</p>' in here.page()
        assert f">{words}<" not in here.page(), "once"

    here.done("receive", received_number="渋安収第3号")
    said("収受を記録しました。")
    assert here.check().status_code == 303
    said("条件の確かめを記録しました。")
    here.done("draft", **DRAFTED)
    said("起案しました。")
    twice = fields(here.page("?do=decide")) | DECIDED | {"commitment_number": "支負第8号"}
    for _ in range(2):  # pressed twice it is done once, and said for both
        answer = here.browser.post(f"{here.path}do/decide/", twice)
        assert (answer.status_code, answer["Location"]) == (303, here.path)
    said("交付の決裁を記録しました。")
    assert here.typed("contract", contract_on="11/30").status_code == 303
    said("契約の届け出を記録しました。")
    refused = here.typed("report", paid_on="12/24")
    assert refused.status_code == 422
    assert 'role="status"' not in here.page(), "nothing was done"


def test_every_act_on_a_grant_is_confirmed_in_words_of_its_own() -> None:
    confirmed = {key for key in texts(NATIONAL).words if key.startswith("desk.done.grant.")}
    acts = {*ACTS, *PAPERS, COMPLETE, "check", "type_in"}
    assert confirmed == {f"desk.done.grant.{name}" for name in acts}


@pytest.mark.parametrize(
    ("state", "names"),
    [
        ("drafted", ("draft",)),
        ("decided", ("decision", "draft", "envelope")),
        ("fixed", ("decision", "fixing", "envelope")),
        ("paid", ("payment", "decision", "fixing", "envelope")),
    ],
)
def test_papers_come_from_the_steps_and_open_again_as_issued(
    sit: Sit, office: OfficeCard, state: str, names: tuple[str, ...]
) -> None:
    here = sit(state=state)
    lawful.open_law(office, 2026, **LAW)
    made = {name: here.paper(name).content for name in names}
    for name in names:
        said = text(made[name])
        assert CANARY in said, name
        assert ("150,000円" in said) == (name != "envelope"), name
    assert Issued.objects.count() == len(names)
    assert set(Issued.objects.values_list("of_id", flat=True)) == {here.id}
    first = Issued.objects.order_by("number").first()
    assert first
    again = here.browser.post(f"{here.path}issued/{first.id}/")
    assert again.content == made[names[0]]
    assert "発行番号1" in here.page()


def test_the_draft_says_who_how_much_and_what_was_checked_and_no_story(
    sit: Sit, office: OfficeCard, now: datetime
) -> None:
    desk = sent(office, now, text="掲示板に書かれた話")
    desk.officer = actor_of(make_staff(office, "subsidy_officer", "林", now))
    desk.until("drafted")
    here = sit(desk)
    said = text(here.paper("draft").content)
    for words in (
        "150,000円",
        "令和8年度",
        "渋安収第3号",
        "別封",
        "1,000,000円",
        "850,000円",
        "林",
    ):
        assert words in said, words
    assert "目安" not in said, "what a citizen is told it may come to is no working"
    assert "掲示板" not in said
    assert "掲示板" not in here.page()


def test_one_press_confirms_what_the_machine_found_each_as_a_verdict_of_its_own(sit: Sit) -> None:
    here = sit()
    here.done("receive")
    page = here.page()
    named = re.search(r'value="as_found">[^<]*（(\d+)件）', page)
    assert named
    count = int(named[1])
    assert 0 < count < 13
    assert page.count('class="condition met"') == count
    answer = here.check(only="nothing", do="as_found")
    assert answer.status_code == 303
    assert Check.objects.count() == count
    assert Line.objects.filter(verb="grant.check").count() == count
    assert "機械の判定どおりに確かめた" not in here.page()


def test_a_no_says_why_and_everything_typed_is_kept(sit: Sit) -> None:
    here = sit()
    here.done("receive")
    answer = here.check("unmet", only="resident", **{"on-subsidy.resident": "13月1日"})
    page = squeezed(answer)
    assert answer.status_code == 422
    assert page.count("13月1日") == 1
    assert 'value="unmet" checked' in page
    assert "エラー" in page
    assert not Check.objects.exists()
    kept = here.check("unmet", only="resident", **{"note-subsidy.resident": "転出した"})
    assert kept.status_code == 303
    assert "転出した" in here.page()


def test_nothing_chosen_says_so(sit: Sit) -> None:
    here = sit()
    here.done("receive")
    assert "判定を選んでいません" in slips(here.check(only="nothing"))


def test_the_same_press_twice_is_one_step(sit: Sit) -> None:
    here = sit()
    page = here.page()
    form = re.search(r"do/receive/(.*?)</form>", page, re.DOTALL)
    assert form
    sent_twice = {
        "token": re.findall(r'name="token" value="(\w+)"', form[1])[0],
        "revision": re.findall(r'name="revision" value="(\d+)"', form[1])[0],
        "received_on": "11/30",
    }
    for _ in range(2):
        assert here.browser.post(f"{here.path}do/receive/", sent_twice).status_code == 303
    assert Step.objects.filter(verb="receive").count() == 1


def test_what_is_missing_is_asked_for_field_by_field(sit: Sit) -> None:
    lacking = replace(APPLIED, screens_brought=False)
    here = sit(told=lacking)
    here.done("receive")
    page = here.page("?do=return")
    assert 'name="what-11" value="画面の写真などを印刷したもの"' in page
    nothing = here.do("return", **{"what-11": "", "by_on": "12/14"})
    assert nothing.status_code == 422
    here.done("return", by_on="12/14", note="電話でも伝えた")
    said = text(here.paper("correction").content)
    assert "画面の写真などを印刷したもの" in said
    assert "電話でも伝えた" not in said
    assert "電話でも伝えた" in here.page()


def test_a_refusal_gives_its_reasons(sit: Sit) -> None:
    here = sit()
    here.done("receive")
    assert here.check().status_code == 303
    why = {"note-subsidy.resident": "申請の日に住民登録がなかった"}
    assert here.check("unmet", only="resident", **why).status_code == 303
    page = here.page("?do=draft")
    assert 'value="refuse" checked' in page
    here.done("draft", outcome="refuse")
    here.done("refuse", **DECIDED)
    assert "申請の日に住民登録がなかった" in text(here.paper("refusal").content)


def test_nothing_is_proposed_as_long_as_an_officer_has_not_looked_at_it(sit: Sit) -> None:
    """The machine's no refuses nobody: it is neither chosen beforehand nor a reason."""
    signed = replace(APPLIED, contract="signed", contract_on="2026-01-05")
    here = sit(told=signed)
    here.done("receive")
    page = here.page()
    assert "職員の判定がまだない条件が8件あります（そのうち、機械にも分からないものは" in page
    assert 'value="refuse" checked' not in page
    assert "「合わない」の条件があるため、計算していません" in page, "and not 0 yen"
    assert here.do("draft", outcome="refuse").status_code == 422
    assert here.check().status_code == 303
    why = {"note-subsidy.before_contract": "契約書は1月5日の日付"}
    assert here.check("unmet", only="before_contract", **why).status_code == 303
    page = here.page()
    assert 'value="refuse" checked' in page
    facts = "契約日は令和8年1月5日、申請日は令和8年11月30日です。"
    assert f"{facts}契約書は1月5日の日付" in page, "what the addressee will read"
    here.done("draft")
    said = text(here.paper("draft").content)
    assert said.count("満たさない") == 2, "machine and officer, of the same condition"
    here.done("refuse", **DECIDED)
    letter = text(here.paper("refusal").content)
    assert facts in letter
    assert "契約書は1月5日の日付" in letter


def test_the_draft_says_where_only_the_machine_has_looked(sit: Sit) -> None:
    here = sit()
    here.done("receive")
    why = {"note-subsidy.resident": "住民登録がなかった"}
    assert here.check("unmet", only="resident", **why).status_code == 303
    here.done("draft", outcome="refuse")
    said = text(here.paper("draft").content)
    assert said.count("まだ") == 7
    assert "機械の判定" in said


@pytest.mark.parametrize(
    ("without", "condition"),
    [
        (replace(APPLIED, estimate_brought=False), "estimate"),
        (replace(APPLIED, screens_brought=False), "printed_screens"),
    ],
)
def test_what_lacks_a_paper_is_asked_for_before_anything_is_proposed(
    sit: Sit, without: Applied, condition: str
) -> None:
    here = sit(told=without)
    here.done("receive")
    first = here.page().split('id="act"')[1].split("<form")[1]
    assert "/do/return/" in first.split(">")[0]
    assert here.check("met", only=condition).status_code == 303, "it lies on the table"
    first = here.page().split('id="act"')[1].split("<form")[1]
    assert "/do/draft/" in first.split(">")[0]


def test_a_refusal_gives_the_reasons_that_the_city_confirmed(sit: Sit) -> None:
    here = sit()
    here.done("receive")
    assert here.check().status_code == 303
    taxes = {"note-subsidy.no_tax_arrears": "納税証明がない"}
    assert here.check("unmet", only="no_tax_arrears", **taxes).status_code == 422
    alone = here.do("draft", outcome="refuse")
    assert alone.status_code == 422
    assert "市が決めた条件で、判定が「合わない」のものが、一つ以上いります" in slips(alone)
    why = {"note-subsidy.resident": "申請の日に住民登録がなかった"}
    assert here.check("unmet", only="resident", **why).status_code == 303
    page = here.page("?do=draft")
    assert "なかった</li>" in page
    assert "規則と要領で確かめていない条件（5件）は、審査しません" in page
    here.done("draft", outcome="refuse")
    here.done("refuse", **DECIDED)
    letter = text(here.paper("refusal").content)
    assert "申請の日に住民登録がなかった" in letter
    assert "納税証明がない" not in letter


def test_a_protected_address_is_on_no_page_and_no_paper(sit: Sit) -> None:
    hiding = replace(APPLIED, protected=True, address="渋川市金井七丁目7番", postal_code="377-9999")
    here = sit(told=hiding, state="decided")
    page = here.page()
    assert "支援措置の申出があります" in page
    for place in ("金井七丁目", "377-9999"):
        assert place not in page
        assert place not in here.page("?do=amend")
        for name in ("decision", "envelope", "draft"):
            assert place not in text(here.paper(name, how="post").content), name


def test_a_letter_goes_as_the_person_chose_or_as_written_down(sit: Sit) -> None:
    here = sit(state="decided")
    here.paper("envelope")
    here.paper("envelope", how="post")
    page = here.page()
    assert "（窓口で渡す）" in page
    assert "（郵送）" in page


def test_what_is_posted_against_the_newest_wish_has_its_reason(
    sit: Sit, office: OfficeCard, now: datetime
) -> None:
    """As of calls: the wish is asked when it is pressed, and a reason goes with the rule it saw."""
    desk = returned(sent(office, now, wishes=Wishes("wait")))
    here = sit(desk)
    assert "渡し方：窓口で渡す" in here.page(), "as the person chose"
    assert here.paper("envelope", how="counter").status_code == 200
    for name in ("envelope", "correction"):
        refused = here.paper(name, how="post")
        assert refused.status_code == 422, name
        assert "この方法で連絡しません" in slips(refused)
        page = squeezed(refused)
        form = page.partition(f'action="{here.path}paper/{name}/"')[2].partition("</form>")[0]
        assert "窓口からは連絡しない" in form
        assert f'id="{name}-post" name="how" value="post" checked' in page
    looked = {"how": "post", "against_rule": "wait"}
    assert "against_why" in squeezed(here.paper("envelope", **looked)), "no reason was given"
    why = "本人から、きょうは郵送でと電話があった"
    other = here.paper("envelope", **(looked | {"against_rule": "mail_only"}), against_why=why)
    assert other.status_code == 422, "it was said of another rule"
    assert Issued.objects.count() == 1
    assert here.paper("envelope", **looked, against_why=why).status_code == 200
    shared, staff = drawers(office.id, desk.grant.case_id)
    with inside():
        told = [staff.open("entry", each.id, each.words) for each in record.readable(staff)]
    assert [words.get("against") for words in told if "number" in words] == [None, why]
    record.change_wishes(consultee(office.id), Holding(shared), Wishes("phone"), now=now)
    assert here.paper("envelope", how="post").status_code == 200, "the page was drawn before"


def test_letters_go_as_the_person_chose_in_the_application_until_they_wish_otherwise(
    sit: Sit, office: OfficeCard, now: datetime
) -> None:
    """A rule about calls that was there when they chose 郵送 forbids none of those letters."""
    told = replace(APPLIED, delivery=Delivery("post"))
    desk = returned(sent(office, now, told, wishes=Wishes("wait")))
    here = sit(desk)
    assert here.paper("correction").status_code == 200
    shared, _ = drawers(office.id, desk.grant.case_id)
    later = now + timedelta(minutes=1)
    record.change_wishes(
        consultee(office.id), Holding(shared), Wishes("mail_only", mail=True), now=later
    )
    refused = here.paper("envelope")
    assert refused.status_code == 422
    assert "この方法で連絡しません" in slips(refused)


def test_who_applies_under_18_is_a_warning_and_no_answer(sit: Sit) -> None:
    young = replace(APPLIED, born_on="2010-05-05", guardian_is_other="yes")
    here = sit(told=young)
    assert "連絡や郵送をしないでください" in here.page()


@pytest.mark.parametrize("says", ["yes", "unsure"])
def test_no_letter_goes_home_where_the_guardian_may_be_the_other_party(
    sit: Sit, office: OfficeCard, now: datetime, says: Any
) -> None:
    """Not as the person's own wish either, which they wrote where somebody may have looked on."""
    young = replace(
        APPLIED, born_on="2010-05-05", guardian_is_other=says, delivery=Delivery("post")
    )
    here = sit(returned(sent(office, now, young)))
    page = here.page()
    assert "自宅に郵送しないでください" in page.split('class="papers"')[1], (
        "it stands at the buttons"
    )
    assert "渡し方：窓口で渡す" in page
    assert 'name="how" value="post"' not in page
    for name in ("correction", "envelope"):
        for how in ("post", ""):
            answer = here.paper(name, how=how)
            assert answer.status_code == 422, (name, how)
            assert "自宅に郵送しないでください" in slips(answer)
    assert not Issued.objects.exists()
    assert "377-8501" not in text(here.paper("envelope", how="counter").content)
    assert here.paper("correction", how="counter").status_code == 200


def test_who_has_settled_it_with_the_person_writes_home_only_where_it_was_undecided(
    sit: Sit, office: OfficeCard, now: datetime
) -> None:
    for says, status in (("unsure", 200), ("yes", 422), ("no", 200)):
        young = replace(APPLIED, born_on="2010-05-05", guardian_is_other=says)  # type: ignore[arg-type]
        desk = sent(office, now, young).until("received")
        desk.check("guardian", "met")
        here = sit(returned(desk))
        assert here.paper("envelope", how="post").status_code == status, says


def test_two_alike_are_shown_and_decided_by_nobody(
    sit: Sit, office: OfficeCard, now: datetime
) -> None:
    other = sent(office, now, replace(APPLIED, name="田中 花子")).until("received")
    here = sit()
    for swept in (False, True):
        page = here.page()
        assert f"/grants/{other.id}/" in page, swept
        assert "電話番号が、ほかの申請と同じです" in page
        assert "田中" not in page
        doubles.sweep(now)


def test_a_press_opens_no_other_grant_and_is_shown_again_with_what_is_alike(
    sit: Sit, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = sent(office, now, replace(APPLIED, name="田中 花子")).until("received")
    here = sit()
    form = re.search(rf'action="{here.path}do/receive/"(.*?)</form>', here.page(), re.DOTALL)
    assert form
    with monkeypatch.context() as patch:
        patch.setattr(doubles, "_opened", lambda _others: pytest.fail("another was opened"))
        answer = here.browser.post(f"{here.path}do/receive/", fields(form[1]))
    assert answer.status_code == 303
    typed = {**fields(form[1]), "received_number": "渋安収第3号"}
    again = here.browser.post(f"{here.path}do/receive/", typed)
    assert again.status_code == 409
    assert f"/grants/{other.id}/" in squeezed(again)


def test_what_is_too_many_to_be_opened_at_once_is_said(
    sit: Sit, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        sent(office, now).until("received")
    here, left = sit(), "ほかの2件とは、まだ比べていません"
    assert left not in here.page()
    monkeypatch.setattr(doubles, "MOST", 1)
    assert left in here.page()


def test_however_many_others_there_are_a_page_and_a_press_ask_the_same(
    sit: Sit, office: OfficeCard, now: datetime
) -> None:
    """Once the others have their marks; they share none."""
    here, costs = sit(state="received"), []
    for many in (1, 6):
        for number in range(many):
            kana, address = f"ホカ {many}{number}", f"市{many}の{number}"
            sent(office, now, replace(APPLIED, kana=kana, phone="", address=address))
        doubles.sweep(now)
        for _ in range(2):  # the first one warms up
            with CaptureQueriesContext(connection) as asked:
                assert here.check(only="resident").status_code == 303
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_who_was_paid_before_is_named_first_and_open_while_it_is_reviewed(
    sit: Sit, office: OfficeCard, now: datetime
) -> None:
    """The same lawyer's fee is not granted twice because nobody looked."""
    before = sent(office, now).until("paid")
    sent(office, now).until("received")
    again = sent_in(office, before.grant.case_id, now, APPLIED).until("received")
    page = sit(again).page()
    assert "合わせて150,000円を交付することになっています" in page.partition('class="rows-head"')[0]
    similar = page.partition("似ている申請（2）")
    assert similar[0].rstrip().endswith("<details open> <summary>".replace("> <", "><"))
    assert f"/grants/{before.id}/" in similar[2].partition("</li>")[0]
    assert "支払済み" in similar[2].partition("</li>")[0]
    assert "同じ相談の申請です" in similar[2].partition("</li>")[0]
    case = squeezed(colleague(office, "counsellor", now)[1].get(f"/cases/{before.grant.case_id}/"))
    assert "支払済み" in case


def test_what_is_not_theirs_is_not_there(sit: Sit, office: OfficeCard, now: datetime) -> None:
    desk = sent(office, now).until("received")
    here = sit(desk)
    browser = here.browser
    assert browser.get(here.path).status_code == 200
    Access.objects.create(
        office_id=office.id, case_id=desk.grant.case_id, staff_id=here.staff_id, kind="deny", at=now
    )
    there = browser.get(here.path)
    nowhere = browser.get(f"/grants/{uuid4()}/")
    assert there.status_code == nowhere.status_code == 404
    assert there.content == nowhere.content
    listed = squeezed(browser.get("/grants/?tab=review"))
    assert str(desk.id) not in listed
    assert desk.grant.number is not None
    assert "第1号" not in listed


@pytest.mark.parametrize("role", ["counsellor", "administrator", "auditor"])
def test_other_roles_have_no_list(office: OfficeCard, now: datetime, role: str) -> None:
    _, browser = colleague(office, role, now)
    assert browser.get("/grants/").status_code == 404


def test_the_list_is_the_officers_first_page_and_names_nobody(
    sit: Sit, office: OfficeCard, now: datetime
) -> None:
    desk = sent(office, now).until("received")
    here = sit(desk)
    assert here.browser.get("/")["Location"] == "/grants/"
    page = squeezed(here.browser.get("/grants/?tab=review"))
    assert CANARY not in page
    assert "令和8年度 第1号" in page
    assert "補助金" in page


def test_a_typing_error_is_written_anew_with_its_reason(sit: Sit) -> None:
    here = sit(state="decided")
    of = amendable(here.page(), "document_number")
    form = fields(here.page(f"?do=amend&of={of}").split("do/amend/")[1].split("</form>")[0])
    wrong = {"of": of.replace("document_number", "amount_yen"), "value": "1", "why": "x"}
    assert here.browser.post(f"{here.path}do/amend/", {**form, **wrong}).status_code == 422
    here.done("amend", of=of, value="渋安第99号", why="写しまちがい")
    assert "渋安第99号" in text(here.paper("decision").content)
    assert re.search(r"渋安第\d+号 → 渋安第99号", here.page()), "the old value and the new"


def test_what_comes_late_in_the_year_waits_for_a_human(
    sit: Sit, office: OfficeCard, now: datetime
) -> None:
    desk = sent(office, now).until("decided")
    here = sit(desk)
    assert "失効にする" not in here.page()
    april = sit(desk, at=now + timedelta(days=125))
    page = april.page()
    assert "失効にするか、年度末の後も続けるか" in page
    listed = squeezed(april.browser.get("/grants/?tab=running"))
    assert re.search(r">3月31日（水）</time> 年度を越えた", listed, re.DOTALL)
    april.done("lapse", why="年度内に契約がなかった")
    assert Budget.objects.get().reserved_yen == 0


def test_what_may_be_paid_until_may_is_not_offered_to_lapse_before(
    sit: Sit, office: OfficeCard, now: datetime
) -> None:
    desk = sent(office, now).until("claimed")
    for day, offered in ((date(2027, 5, 31), False), (date(2027, 6, 1), True)):
        then = now.replace(year=day.year, month=day.month, day=day.day)
        page = sit(desk, at=then).page()
        assert "年度末の後も続ける" in page
        assert ("失効にする" in page) is offered


def test_an_old_application_shows_the_budget_that_would_pay_it(
    sit: Sit, office: OfficeCard, now: datetime
) -> None:
    """In the new year nothing is decided from the old one, so its figures say nothing."""
    here = sit(state="drafted", at=now.replace(year=2027, month=4, day=10))
    assert "申請の年度が終わりました" in here.page()
    refused = here.do("decide", **DECIDED, decided_on="4/10")
    assert "令和9年度を登録" in squeezed(refused)
    opened_year(office, 2027, 2_345_000)
    assert "2,345,000円" in here.page()


def test_the_list_and_the_page_go_by_the_rules_of_the_application(
    sit: Sit, office: OfficeCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = turning().version[0]
    desk = sent(office, SENT_AT)
    desk = replace(desk, now=RECEIVED, life=old.life, rules=Terms(old, SENT_AT.date(), "known"))
    desk.receive(online_counts=True)
    desk.until("decided")
    here = sit(desk, at=RECEIVED + timedelta(days=125))

    def said() -> list[bool]:
        page, listed = here.page(), squeezed(here.browser.get("/grants/?tab=running"))
        there = (
            "type/claim/" in page,
            "type/contract/" in page,
            "失効にするか、年度末の後も続けるか" in page,
        )
        return [*there, "年度を越えた" in listed]

    assert said() == [False, True, True, True]  # as Shibukawa has it, with every stage
    turn(monkeypatch)
    assert said() == [True, False, False, False]


def whole(here: Seat, number: str) -> Any:
    """The whole form for a number, as it is shown first."""
    return here.browser.post("/grants/new/", {"number": number})


ON_PAPER = {
    "name": f"{CANARY} 太郎",
    "kana": "ヨシダ タロウ",
    "postal_code": "３７７−８５０１",
    "address": "渋川市石原80番地",
    "phone": "0279-00-0001",
    "by": "self",
    "acts": "deletion",
    "engaged": "lawyer",
    "lawyer": "法務 一郎",
    "yen_deletion": "30万円",
    "contract": "none",
    "other_aid": "no",
    "estimate_brought": "yes",
    "screens_brought": "yes",
    "delivery": "post",
    "sender": "none",
    "register_consent": "consent",
    "promises": ["true"],
}


def test_a_paper_application_is_typed_by_the_number_on_it(
    sit: Sit, office: OfficeCard, now: datetime
) -> None:
    case = asked(office, now)
    here = sit()
    number = Receipt.objects.get(case_id=case.pk).number
    assert whole(here, "1234567890128").status_code == 422
    page = squeezed(whole(here, f"{number[:4]}-{number[4:8]}-{number[8:]}"))
    assert f"相談 {number[8:]}の方" in page
    for mark in "①②③⑤⑥⑦⑨⑩⑪⑫⑬⑭":
        assert mark in page, mark
    needed = re.findall(r'<(?:label|legend)[^>]*>([^<]*)<span class="must">', page)
    assert [one.strip() for one in needed] == ["収受日", "① 氏名"], "paper may leave out the rest"
    typed = {**fields(page), **ON_PAPER, "received_number": "渋安収第9号"}
    wrong = here.browser.post("/grants/new/", {**typed, "postal_code": "377"})
    assert wrong.status_code == 422
    assert 'value="ヨシダ タロウ"' in squeezed(wrong)
    nameless = here.browser.post("/grants/new/", {**typed, "name": ""})
    assert "①の氏名を入れてください" in slips(nameless)
    made = here.browser.post("/grants/new/", typed)
    assert made.status_code == 303, slips(made)
    there = squeezed(here.browser.get(made["Location"]))
    for words in ("ヨシダ タロウ", "377-8501", "300,000円", "渋安収第9号", "審査中", "紙"):
        assert words in there, words
    again = squeezed(whole(here, number))
    refused = here.browser.post("/grants/new/", {**fields(again), **ON_PAPER})
    assert refused.status_code == 422
    assert Grant.objects.filter(case_id=case.pk).count() == 1


@pytest.mark.parametrize("source", ["様式第1号", "要確認"])
def test_a_day_of_birth_is_typed_where_the_citys_form_asks_it(
    sit: Sit, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    def of_city(_office: UUID, _subsidy: object, on: date) -> Terms:
        known = terms(on)
        assert known.version
        return replace(known, version=asking_birth(known.version, source))

    monkeypatch.setattr(opened, "terms_on", of_city)
    case, here = asked(office, now), sit()
    page = squeezed(whole(here, Receipt.objects.get(case_id=case.pk).number))
    is_asked = source != "要確認"
    assert ("生年月日" in page) == is_asked
    typed = {**fields(page), **ON_PAPER, "born_on": ["昭和63", "4", "1"]}
    made = here.browser.post("/grants/new/", typed)
    assert made.status_code == 303, slips(made)
    there = squeezed(here.browser.get(made["Location"]))
    assert ("1988年4月1日" in there) == is_asked


def test_what_came_on_paper_completes_the_application_once(
    sit: Sit, office: OfficeCard, now: datetime
) -> None:
    hiding = replace(APPLIED, screens_brought=False, protected=True, address="渋川市金井七丁目7番")
    here = sit(told=hiding)
    here.done("receive")
    here.done("return", by_on="12/14")
    path = f"{here.path}type/complete/"
    page = squeezed(here.browser.get(path))
    assert "金井七丁目" not in page
    typed = {**fields(page), "screens_brought": "yes"}
    assert here.browser.post(path, typed).status_code == 303
    officer = actor_of(make_staff(office, "subsidy_officer", "林", now))
    told = Desk(office, here.id, now, officer, officer, officer).opened.applied
    assert (told.screens_brought, told.address, told.name) == (True, hiding.address, hiding.name)
    late = here.browser.post(path, {**typed, "token": "another"})
    assert late.status_code == 409
    assert "もう届いています" in slips(late)


def test_the_case_page_says_how_far_it_is_and_no_sum(
    sit: Sit, office: OfficeCard, now: datetime
) -> None:
    desk = sent(office, now).until("decided")
    here = sit(desk, role="counsellor")
    page = squeezed(here.browser.get(f"/cases/{desk.grant.case_id}/"))
    section = page[page.index("grant-title") : page.index("subsidy-papers")]
    assert "交付決定" in section
    assert "次：本人の契約と届け出" in section
    assert "150,000" not in section
    assert f"/grants/{desk.id}/" not in section
    boss = sit(desk, role="supervisor")
    assert f"/grants/{desk.id}/" in squeezed(boss.browser.get(f"/cases/{desk.grant.case_id}/"))


def test_a_minor_who_was_asked_only_that_is_one(sit: Sit) -> None:
    young = replace(APPLIED, adult="no")
    here = sit(told=young)
    assert "申請の日に18歳未満です" in here.page()
    here.done("receive")
    assert "申請の日に18歳未満です" in here.page()


def test_what_is_empty_in_a_letter_is_said_before_it_goes_out(sit: Sit) -> None:
    here = sit()
    here.done("receive")
    assert here.check().status_code == 303
    here.done("draft", **DRAFTED)
    here.done("decide", decision_class="delegated")
    assert "文書番号" in blanks(here.page())
    here.done("amend", of=amendable(here.page(), "document_number"), value="渋安第1号", why="x")
    assert "文書番号" not in blanks(here.page())


def blanks(page: str) -> str:
    """What the page says is empty in the letter of the decision."""
    found = re.search(r"paper/decision/.*?</form>", page, re.DOTALL)
    assert found
    return "".join(re.findall(r'<ul class="blanks">.*?</ul>', found[0], re.DOTALL))


def amendable(page: str, name: str) -> str:
    """The newest thing of that name that can be written anew."""
    steps = re.findall(rf"do=amend&amp;of=(\d+):{name}#act", page)
    return f"{max(map(int, steps))}:{name}"


def test_a_counsellor_at_the_counter_receives_it_and_opens_nothing(
    sit: Sit, office: OfficeCard, now: datetime
) -> None:
    desk = sent(office, now)
    here = sit(desk, role="counsellor")
    case = f"/cases/{desk.grant.case_id}/"
    path = f"/grants/{desk.id}/receive/"
    assert path in squeezed(here.browser.get(case))
    page = squeezed(here.browser.get(path))
    assert CANARY not in page
    late = here.browser.post(path, {**fields(page), "received_on": "12/24"})
    assert late.status_code == 422
    done = here.browser.post(path, {**fields(page), "received_number": "渋安収第3号"})
    assert done["Location"] == case
    assert desk.state == "received"
    assert here.browser.get(here.path).status_code == 404
    assert here.browser.get(path).status_code == 409


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"contact_rule": "wait", "contact_asked": "wait"}, "窓口からは連絡しない"),
        ({"contact_rule": "phone", "contact_asked": "wait"}, "連絡しない・開いて確かめる"),
        ({"contact_rule": "phone", "contact_asked": "phone"}, "電話できます"),
    ],
)
def test_beside_the_number_stands_whether_it_may_be_called(
    sit: Sit, columns: dict[str, str], said: str
) -> None:
    here = sit(state="received")
    Case.objects.filter(pk=Grant.objects.get().case_id).update(**columns)
    page = squeezed(here.browser.get(here.path))
    assert page.index(said) < page.index("電話番号")
