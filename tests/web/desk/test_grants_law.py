"""The law of a year is entered on its page, signed by a second, and then letters are issued."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest

from madoguchi.rules.programme.paper import Template
from madoguchi.rules.programme.subsidy import Life, Terms
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.desk.grants import opened
from madoguchi.work.issued.models import Issued
from madoguchi.work.notices.models import Proposal
from madoguchi.work.subsidy.budget.public import laws
from tests.answers import Response, squeezed
from tests.pdf import text
from tests.web.desk.granted import CLAIM as ACCOUNT
from tests.web.desk.granted import Seat, Sit, seat, slips
from tests.web.desk.test_acts_of_two import sign
from tests.work.subsidy import lawful
from tests.work.subsidy.granting import sent, terms

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
HERE = "/grants/budget/2026/"
CLAIM = "請求する額"
FIXING = {"clause_fixing": "要領第10条"}
LAW = {
    "regulation": "渋川市補助金等交付規則（平成18年渋川市規則第61号）",
    "name": "令和8年度渋川市支援補助金交付要領",
    "rules_number": "令和8年渋川市告示第31号",
    "from_on": "令和8年4月1日",
    "clause_resident": "要領第3条第1号",
    "clause_no_tax_arrears": "規則第4条",
    "clause_revocation": "要領第12条第1項",
    "conditions": "変更の承認を受けること。\n\n実績を報告すること。",
    "disposition": "treat",
    "review_to": "渋川市長",
    "defendant": "渋川市（代表者　渋川市長）",
    "court": "前橋地方裁判所",
    "delegated": "10万円",
    "binder": "令和8年度補助金交付",
    "retention_years": "5",
    "disclosure": "closed",
    "document": "渋安第3号",
    "decided_on": "令和8年4月1日",
}


def test_a_law_is_entered_signed_and_cited(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch, sit: Sit
) -> None:
    here = sit(state="drafted")
    page = squeezed(here.browser.get(HERE))
    assert "この年度の根拠規定は、登録していません" in page
    done = here.browser.post(f"{HERE}law/", LAW)
    assert done.status_code == 303, re.findall(r'class="slip"[^>]*>([^<]+)', squeezed(done))
    assert laws(office.id) == (), "until a second signs it, nothing changes"
    assert "もう1人の署名を待っています" in squeezed(here.browser.get(HERE))
    boss = seat(office, now, monkeypatch, role="supervisor", desk=here)
    waits = squeezed(boss.browser.get("/signing/"))
    for words in (
        "補助金の年度の根拠規定",
        LAW["rules_number"],
        "要領第3条第1号",
        "前橋地方裁判所",
    ):
        assert words in waits
    wish = Proposal.objects.get()
    assert boss.browser.get(f"/settings/proposals/{wish.pk}/").status_code == 200
    assert sign(boss.browser, wish.pk).status_code == 303
    assert boss.browser.get("/settings/").status_code == 200
    (law,) = laws(office.id)
    assert (law.condition, law.delegated_yen) == (
        ("変更の承認を受けること。", "実績を報告すること。"),
        100_000,
    )
    assert LAW["name"] in squeezed(here.browser.get(HERE))
    following = squeezed(here.browser.get(HERE.replace("2026", "2027")))
    assert LAW["court"] in following
    assert LAW["name"] not in following, "the next year's text has a title of its own"
    page = here.page()
    assert re.search(r'value="ordinary"[^>]*checked', page), "150,000 is more than is delegated"
    here.done("decide", decision_class="ordinary")
    letter = "".join(text(here.paper("decision").content).split())
    assert LAW["rules_number"] in letter
    assert "下書き" not in letter
    assert Issued.objects.filter(of_id=here.id).count() == 1


@pytest.fixture
def lawful_year(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Seat], None]:
    """The year's law is entered by one colleague and signed by another."""

    def enter(here: Seat) -> None:
        assert here.browser.post(f"{HERE}law/", LAW | FIXING).status_code == 303
        boss = seat(office, now, monkeypatch, role="supervisor", desk=here)
        assert sign(boss.browser, Proposal.objects.get().pk).status_code == 303

    return enter


def test_whatever_fixes_the_sum_is_printed_with_the_claim_form(
    sit: Sit, lawful_year: Callable[[Seat], None]
) -> None:
    """One press prints the letter and the form behind it; what goes out is kept as it went."""
    here = sit(state="reported")
    assert "請求書付き" not in here.page()
    settled = {"amount_yen": "150,000", "amount_why": "見積のとおり"}
    here.done("fix", **settled, decision_class="ordinary", document_number="渋安第301号")
    assert CLAIM not in said(here.paper("fixing")), "without the year's law it is a draft"
    lawful_year(here)
    here.paper("decision")
    assert "額の確定通知書を請求書付きで発行する（PDF）" in here.page()
    letter = said(here.paper("fixing"))
    assert letter.index("金150,000円") < letter.index(CLAIM) < letter.index("⑥口座名義")
    assert "下書き" not in letter
    assert Issued.objects.filter(of_id=here.id).count() == 2, "the form has no number of its own"

    lower = {"amount_yen": "140,000", "why": "着手金が下がった", "clause": "要領第12条"}
    here.done("reduce", **lower, decision_class="ordinary", document_number="渋安第302号")
    assert "請求書付き" in here.page()
    assert "請求書付き" not in here.page().partition('/paper/fixing/"')[2].partition("</form>")[0]
    assert f"{CLAIM}金140,000円" in said(here.paper("reduction"))
    assert CLAIM not in said(here.paper("fixing")), "that sum is not claimed any more"
    assert here.typed("claim", **ACCOUNT).status_code == 303
    assert CLAIM not in said(here.paper("reduction")), "it was claimed"


def test_a_refund_before_and_after_the_payment_reads_as_one_story(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch, sit: Sit, lawful_year: Any
) -> None:
    """Each letter names the one it changes, none revokes; the row says what was paid."""
    desk = sent(office, now).until("contracted")
    here = sit(desk)
    lawful_year(here)
    desk.report(200_000)
    class_ = {"decision_class": "ordinary"}
    settled = {"amount_yen": "100,000", "amount_why": "報告のとおり", **class_}
    here.done("fix", **settled, document_number="渋安第301号")
    desk.claim()
    lawful.refund(desk, 50_000)
    assert "50,000円" not in row_of(here, "payment")
    assert 'name="amount_yen" value=""' in form_of(here, "pay"), "the sum has to be changed first"
    why = {"why": "着手金の返金", **class_}
    here.done("reduce", amount_yen="75,000", **why, document_number="渋安第302号")
    assert row_of(here, "fixing").count("未発行") == 2, "neither notice went out"
    assert "未発行" in row_of(here, "decision")
    for name, first in (("reduction", "額の確定通知書"), ("fixing", "交付決定通知書")):
        assert f"先に「{first}」を発行してください" in slips(here.paper(name))
    assert not Issued.objects.filter(of_id=here.id).exists()
    for name in ("decision", "fixing"):
        assert here.paper(name).status_code == 200
    assert row_of(here, "fixing").count("未発行") == 1
    letter = said(here.paper("reduction"))
    here.paper("envelope")
    assert "額の確定変更通知書" in row_of(here, "fixing")
    assert "交付決定通知書" in row_of(here, "decision"), "not the sheet of the envelope"
    assert "取消" not in letter.partition("教示")[0]
    assert "額の確定変更通知書" in letter
    assert "渋安第301号変更前の額100,000円変更後の額金75,000円" in letter
    assert "要領第10条の規定により" in letter
    assert "返していただく額" not in letter
    assert f"{CLAIM}金75,000円" in letter
    assert "渋安第302号" in letter.partition(CLAIM)[0]
    assert "請求書の額（100,000円）が、いまの額（75,000円）と合いません" in here.page()
    assert "100,000円" in row_of(here, "claim"), "the row says what was claimed"
    lawful.send_back(desk)
    desk.claim()
    assert "合いません" not in here.page()
    lawful.pay(desk, 75_000)
    assert "75,000円" in row_of(here, "payment")
    lawful.refund(desk, 30_000)
    here.done("reduce", amount_yen="60,000", **why, document_number="渋安第303号")
    letter = said(here.paper("reduction"))
    assert "渋安第302号変更前の額75,000円変更後の額金60,000円" in letter
    assert "返す額金15,000円" in letter
    assert CLAIM not in letter
    paid = said(here.paper("payment"))
    assert "支払った額金75,000円" in paid
    assert "お支払いしました" in paid
    assert "渋安第302号75,000円" in paid
    lawful.repay(desk, 15_000)
    assert "75,000円（うち返還15,000円）" in row_of(here, "payment")
    lawful.revoke(desk, 60_000)
    letter = said(here.paper("revocation"))
    assert "渋安第12号150,000円取消し前の交付の額60,000円取り消す額金60,000円" in letter


def row_of(here: Seat, name: str) -> str:
    """The line of a row, as it is read without its body."""
    row = here.page().partition(f'id="{name}"')[2].partition("</summary>")[0]
    return "".join(re.sub(r"<[^>]+>", "", row).split())


def form_of(here: Seat, act: str) -> str:
    """The form of an act."""
    return here.page(f"?do={act}").partition(f"do/{act}/")[2].partition("</form>")[0]


def test_where_the_decision_fixes_the_sum_the_form_goes_with_it(
    sit: Sit, lawful_year: Callable[[Seat], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def of_city(_office: UUID, _subsidy: object, on: date) -> Terms:
        known = terms(on)
        assert known.version
        return replace(known, version=replace(known.version, life=Life(stages=("claim",))))

    monkeypatch.setattr(opened, "terms_on", of_city)
    here = sit(state="drafted")
    lawful_year(here)
    here.done("decide", decision_class="ordinary", document_number="渋安第77号")
    assert f"{CLAIM}金150,000円" in said(here.paper("decision"))


def test_a_form_of_the_citys_own_is_printed_by_itself(
    sit: Sit, lawful_year: Callable[[Seat], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    own = property(lambda form: b"%PDF-1.7" if form.name == "grant_claim_form" else None)
    monkeypatch.setattr(Template, "official", own)
    here = sit(state="fixed")
    lawful_year(here)
    here.paper("decision")
    assert "請求書付き" not in here.page()
    assert CLAIM not in said(here.paper("fixing"))


def said(answer: Response) -> str:
    """The words of a paper."""
    return "".join(text(answer.content).split())


def test_what_a_law_lacks_is_said_at_once(sit: Sit) -> None:
    here = sit()
    answer = here.browser.post(f"{HERE}law/", {**LAW, "court": ""})
    assert answer.status_code == 422
    page = squeezed(answer)
    assert "裁判所を入れてください" in page
    assert LAW["defendant"] in page, "what was typed stays"


def test_a_condition_that_has_a_clause_by_now_is_judged(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch, sit: Sit
) -> None:
    here = sit(state="received")
    assert "verdict-subsidy.no_tax_arrears" not in here.page()
    assert here.browser.post(f"{HERE}law/", LAW).status_code == 303
    boss = seat(office, now, monkeypatch, role="supervisor", desk=here)
    assert sign(boss.browser, Proposal.objects.get().pk).status_code == 303
    page = here.page()
    assert "verdict-subsidy.no_tax_arrears" in page
    assert "規則第4条" in page
