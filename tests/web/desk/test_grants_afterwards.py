"""The later forms as the desk types them in and sends them back, by the numbers of the paper."""

import re
from dataclasses import replace
from datetime import datetime

import pytest

from madoguchi.rules.subsidy.fields import Later, later
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.desk.grants.acts import ONE_REPORT, PAPERS
from madoguchi.work.issued.models import Issued
from madoguchi.work.subsidy.models import Grant, Step
from tests.answers import squeezed
from tests.pdf import text
from tests.web.desk.colleagues import hidden
from tests.web.desk.granted import Sit, slips
from tests.work.subsidy.granting import APPLIED, sent

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back


@pytest.mark.parametrize("form", ["contract", "report", "one_report", "claim"])
def test_every_number_of_the_paper_is_typed_in_its_order(form: Later) -> None:
    asked = ONE_REPORT if form == "one_report" else PAPERS[form].form
    marks = [one.mark for one in asked.fields if one.mark]
    assert marks == sorted(marks)
    assert set(marks) == {one.mark for one in later(form)}


def test_a_paper_is_typed_by_its_numbers_with_what_came_along(sit: Sit) -> None:
    here = sit(state="contracted")
    shown = squeezed(here.browser.get(f"{here.path}type/report/"))
    assert "番号は、紙の欄の番号です" in shown
    assert re.search(r"<label for=\"f-paid_yen\">② ", shown)
    wrong = here.typed("report", paid_on="11/30", refunded_yen="三万", kept=["receipt"])
    assert wrong.status_code == 422
    again = squeezed(wrong)
    assert 'value="三万"' in again
    assert re.search(r'value="receipt" checked', again), "nothing that was chosen is lost"
    right = here.typed("report", paid_on="11/30", refunded_yen="3万円", kept=["receipt"])
    assert right.status_code == 303, slips(right)
    page = here.page()
    for words in ("紙で届いた書類（簿冊に保管）", "領収書の写し", "戻ってきた着手金", "30,000円"):
        assert words in page, words


@pytest.mark.parametrize(("day", "contradicts"), [("11/29", True), ("11/30", False)])
def test_a_contract_older_than_the_application_is_said_where_it_was_judged_and_on_top(
    sit: Sit,
    day: str,
    contradicts: bool,  # noqa: FBT001 - a case of the table
) -> None:
    """Before it, 「契約の前の申請です」 stood there met, and nobody had anything to do."""
    here = sit(state="decided")
    why = {"contract_why": "急いでいたと聞いた"} if contradicts else {}
    done = here.typed("contract", contract_on=day, lawyer="法務 一郎", contract_yen="30万円", **why)
    assert done.status_code == 303, slips(done)
    page = here.page()
    said = "契約日は令和8年11月29日です。申請日の令和8年11月30日より前です。"
    condition = page.split('id="c-subsidy-before_contract"')[1].split("</li>")[0]
    assert (said in condition, said in page.split("<ol")[0]) == (contradicts, contradicts)
    assert ("申請より前の契約：事情を確かめる" in page) == contradicts


@pytest.mark.parametrize(
    ("state", "form", "number"), [("reported", "report", 6), ("claimed", "claim", 6)]
)
def test_what_is_sent_back_is_asked_for_number_by_number(
    sit: Sit, state: str, form: Later, number: int
) -> None:
    here = sit(state=state)
    page = here.page("?do=send_back")
    offered = re.findall(r'name="what-(\d+)"', page)
    assert offered == [str(one.number) for one in later(form)]
    assert "<legend>もう一度書いてもらうところ</legend>" in page
    nothing = here.do("send_back")
    assert nothing.status_code == 422
    assert "足りないことを、欄の番号ごとか、理由に書いてください" in squeezed(nothing)
    here.done("send_back", **{f"what-{number}": "写真がぼけています"})
    told = Step.objects.filter(verb="send_back").count()
    assert told == 1
    assert "⑥ 写真がぼけています" in here.page()


@pytest.mark.parametrize(
    ("sign", "number", "slip"),
    [
        ("00170-3", "123456", ""),
        ("００１７０", "１２３４５６", ""),
        ("00170-3", "12345671", "yucho_number"),
        ("14030", "123456", "yucho_number"),
        ("94030", "123456", "yucho_sign"),
    ],
)
def test_a_post_banks_account_is_read_as_the_person_s_page_reads_it(
    sit: Sit, sign: str, number: str, slip: str
) -> None:
    here = sit(state="fixed")
    typed = {"bank": "yucho", "yucho_sign": sign, "yucho_number": number, "holder_kana": "ﾖｼﾀﾞ"}
    answer = here.typed("claim", **typed)
    assert answer.status_code == (422 if slip else 303), slips(answer)
    if slip:
        assert f'href="#f-{slip}"' in squeezed(answer)
    else:
        assert Grant.objects.get().state == "claimed"


def test_what_was_typed_for_a_number_stays_where_it_is_refused(sit: Sit) -> None:
    here = sit(state="claimed")
    old = here.do("send_back", **{"what-6": "名義が違います", "revision": "0"})
    assert old.status_code == 409
    assert 'name="what-6" value="名義が違います"' in squeezed(old)


@pytest.mark.parametrize(
    ("state", "names", "words"),
    [
        ("received", ("withdrawal",), ("申請の日", "令和8年11月30日")),
        ("decided", ("contract", "change", "withdrawal"), ("渋安第12号", "①契約の日")),
        ("contracted", ("report", "change", "withdrawal"), ("150,000円", "②払った額")),
        ("fixed", ("claim", "withdrawal"), ("150,000円", "⑥口座名義（カタカナ）")),
        ("paid", (), ()),
    ],
)
def test_the_form_of_what_comes_next_is_printed_for_who_writes_by_hand(
    sit: Sit, state: str, names: tuple[str, ...], words: tuple[str, ...]
) -> None:
    here = sit(state=state)
    page = here.page()
    assert sorted(re.findall(r"/paper/(\w+)_form/", page)) == sorted(names)
    for name in names:
        assert here.paper(f"{name}_form").headers["Content-Type"] == "application/pdf"
    assert not Issued.objects.exists(), "a blank form has no number and lies in no file"
    if names:
        said = "".join(text(here.paper(f"{names[0]}_form").content).split())
        assert [one for one in (APPLIED.name.replace(" ", ""), *words) if one not in said] == []
        other = f"{here.path}paper/claim_form/" if state != "fixed" else f"{here.path}paper/x_form/"
        fresh = {"revision": Grant.objects.get().revision}
        assert here.browser.post(other, fresh).status_code == 404


def test_a_protected_address_is_on_no_form(sit: Sit, office: OfficeCard, now: datetime) -> None:
    hidden = sent(office, now, replace(APPLIED, protected=True)).until("decided")
    here = sit(hidden)
    said = "".join(text(here.paper("contract_form").content).split())
    assert APPLIED.address.split()[0] not in said


def test_what_is_to_come_back_has_its_day_on_the_page_in_the_list_and_in_the_letter(
    sit: Sit,
) -> None:
    here = sit(state="paid")
    revoked = {"why": "契約が解除された", "decision_class": "delegated"}
    early = here.do("revoke", **revoked, repay_by_on="令和8年11月29日")
    assert "返還の期限" in slips(early)
    here.done("revoke", **revoked, repay_by_on="12/28")
    page = here.page()
    assert "返還の期限" in page
    assert 'action="' + here.path + 'do/repay/"' in page
    listed = squeezed(here.browser.get("/grants/?tab=running"))
    assert "12月28日（月）</time> 次：返還を確かめる" in listed
    assert "令和8年12月28日（月）" in text(here.paper("revocation").content)


def test_of_a_grant_that_was_revoked_no_decision_can_be_issued_any_more(sit: Sit) -> None:
    here = sit(state="decided")
    decision = "/paper/decision/"
    assert here.paper("decision").headers["Content-Type"] == "application/pdf", "the control"
    here.done("revoke", why="契約が解除された", decision_class="delegated")
    page = here.page()
    assert decision not in page
    assert "/paper/revocation/" in page
    pressed = here.browser.post(f"{here.path}paper/decision/", hidden(page))
    assert pressed.headers["Content-Type"] != "application/pdf", "nor with an old page's form"
