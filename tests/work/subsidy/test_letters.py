"""Letters of a grant on paper: complete inside, saying nothing outside, no protected address."""

import re
import shutil
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from madoguchi.rules.bank import Account
from madoguchi.rules.decision import Held
from madoguchi.rules.decision import Reason as Reasoned
from madoguchi.rules.koyomi.dates import JAPAN
from madoguchi.rules.programme.paper import Template, at, everywhere, find
from madoguchi.rules.programme.words import NEUTRAL, UNCONFIRMED
from madoguchi.tools.papers.engine import render
from madoguchi.work.issued.actions import KEPT_AS
from madoguchi.work.subsidy.application import Delivery
from madoguchi.work.subsidy.budget.queries import YearCard
from madoguchi.work.subsidy.letters import writing
from madoguchi.work.subsidy.letters.drafting import Proposed, draft
from madoguchi.work.subsidy.letters.forms import writing as forms
from madoguchi.work.subsidy.letters.papers import Reason
from madoguchi.work.subsidy.letters.writing import LetterBasis, RefusalReason, earlier
from madoguchi.work.subsidy.reviewing.findings import CheckCard, Finding
from tests.tools.papers import looking, samples
from tests.work.subsidy.lettered import (
    APPLIED,
    CODE,
    FILED,
    LAW,
    LAWYER,
    NAME,
    STREET,
    about,
    printed,
    rules,
)

TEACHING = "6か月以内に、渋川市（代表者　渋川市長）を被告として、前橋地方裁判所に提起"

ON, LATER = date(2024, 6, 3), date(2025, 3, 3)
WHY = RefusalReason("subsidy.before_contract", "要領第6条第1項", "契約の日が申請の日より前でした。")
BACK = "着手金の一部が返金されました。"
ACCOUNT = Account("0001", "012", "ordinary", "1234567", "ｶﾅﾘﾔ ﾊﾅｺ")
PROPOSED = Proposed("grant", ON, ON, "安全安心係　鷺沼", 150_000, "収第9号", ("計算の一行",))
OFFICER, RESIDENT = uuid4(), "subsidy.resident"
AT = datetime(2024, 6, 3, 10, tzinfo=JAPAN)
VERDICT = CheckCard(uuid4(), RESIDENT, Held.MET, "", ON, OFFICER, AT, overtaken=False)
CONDITIONS = (Finding(Reasoned(RESIDENT, Held.UNKNOWN, {}, "要領第3条"), VERDICT, Held.MET),)
SECTION = "2款1項9目18節"
YEAR = YearCard(2024, 2_247_000, 300_000, 150_000, 1_797_000, 0, SECTION, "new", "open", 0)
INSIDE: dict[str, tuple[str, ...]] = {
    "grant_decision": ("令和6年6月3日", "150,000円", "計算の一行", "弁護士と契約する", TEACHING),
    "grant_refusal": (
        "令和6年6月3日",
        "弁護士と契約する前に申請",
        "要領第6条第1項",
        WHY.found,
        TEACHING,
    ),
    "grant_correction": ("⑪", "添える書類", "見積書の2枚目", "令和6年6月20日（木）", "ありません"),
    "grant_change": ("150,000円", "120,000円", "30,000円の減", "渋安第45号", TEACHING),
    "grant_fixing": ("令和7年3月3日", "140,000円", "10,000円の減", "渋安第45号", TEACHING),
    "grant_payment": ("140,000円", "令和7年3月3日（月）", "＊＊＊＊567", "シブカワシ"),
    "grant_reduction": (
        *("確定変更", "140,000円", "10,000円の減", "計算の一行", BACK, "返す額", TEACHING),
        "別にお送りする納入通知書",
    ),
    "grant_revocation": ("取消・返還", "150,000円", "令和7年3月3日", WHY.found, TEACHING),
}
EVERYWHERE = (NAME, "令和6年6月13日", "渋安第45号", "渋川市長", "令和6年度　第3号", "0279-25-8526")


def letters(of: LetterBasis) -> dict[str, Any]:
    """Every paper of the grant that a person or a town hall reads, by the name of its folder."""
    was = earlier(FILED, 150_000)
    return {
        "grant_draft": draft(of, FILED, PROPOSED, CONDITIONS, {OFFICER: "鷺沼"}, YEAR),
        "grant_decision": writing.decision(
            of, FILED, applied_on=ON, amount_yen=150_000, working=["計算の一行"]
        ),
        "grant_refusal": writing.refusal(of, FILED, applied_on=ON, reasons=[WHY]),
        "grant_correction": writing.correction(
            of, FILED, applied_on=ON, missing=[(11, "見積書の2枚目")], by=date(2024, 6, 20)
        ),
        "grant_change": writing.change(
            of,
            FILED,
            was,
            was_yen=150_000,
            amount_yen=120_000,
            reason="見積が変わったため",
            working=["計算の一行"],
        ),
        "grant_fixing": writing.fixing(
            of,
            FILED,
            was,
            reported_on=LATER,
            was_yen=150_000,
            amount_yen=140_000,
            working=["計算の一行"],
        ),
        "grant_payment": writing.payment(
            of,
            FILED,
            was,
            amount_yen=140_000,
            paid_on=LATER,
            account=ACCOUNT,
            shown_as="シブカワシ",
        ),
        "grant_revocation": writing.revocation(
            of,
            FILED,
            was,
            before_yen=150_000,
            revoked_yen=150_000,
            left_yen=0,
            reasons=[WHY],
            repay_yen=150_000,
            repay_by=LATER,
        ),
        "grant_reduction": writing.reduction(
            of,
            FILED,
            was,
            was_yen=150_000,
            amount_yen=140_000,
            working=["計算の一行"],
            reasons=[RefusalReason("reduced", of.clause("fixing"), BACK)],
            repay_yen=10_000,
            repay_by=LATER,
        ),
        "grant_contract_form": forms.contract_form(of, FILED),
        "grant_report_form": forms.report_form(of, FILED, 150_000, contracted_on=LATER),
        "grant_claim_form": forms.claim_form(of, FILED, 140_000),
        "grant_withdrawal_form": forms.withdrawal_form(of, None, applied_on=ON),
        "grant_change_form": forms.change_form(of, FILED, 150_000),
        "grant_envelope": writing.envelope(of),
    }


ALL = tuple(letters(about()))
ADDRESSED = tuple(name for name in ALL if name != "grant_draft")


def said(name: str, of: LetterBasis) -> str:
    return looking.joined(printed(name, letters(of)[name]).content)


def plain(words: str) -> str:
    return "".join(words.split())


def test_there_is_no_other_paper_of_a_grant() -> None:
    there = {each.name for each in everywhere() if each.name.startswith("grant_")}
    assert there == {*ALL, "grant_index", "grant_file"}  # these two stay in the bundle


@pytest.mark.parametrize("name", INSIDE)
def test_a_letter_is_complete_inside(name: str) -> None:
    words = said(name, about(law=LAW))
    lacking = [each for each in (*EVERYWHERE, *INSIDE[name]) if plain(each) not in words]
    assert not lacking


@pytest.mark.parametrize("name", ADDRESSED)
def test_a_protected_address_is_on_no_paper(name: str) -> None:
    of = about(replace(APPLIED, protected=True))
    words = said(name, of)
    assert plain(NAME) in words
    assert not [each for each in (plain(STREET), "金糸町", "カナリヤ荘", CODE) if each in words]
    assert "金糸町" not in repr(asdict(letters(of)[name]))


@pytest.mark.parametrize("name", ADDRESSED)
def test_control_an_open_address_would_be_seen(name: str) -> None:
    words = said(name, about())
    assert "金糸町7番地" in words
    assert CODE in words


def test_a_protected_person_is_given_their_letters_at_the_counter() -> None:
    wished = replace(APPLIED, protected=True, delivery=Delivery("post"))
    assert "窓口でお渡し" in said("grant_envelope", about(wished))
    anywhere = replace(wished, delivery=Delivery("address", address="群馬県前橋市雲雀町1番地"))
    assert "雲雀町" not in said("grant_envelope", about(anywhere))


@pytest.mark.parametrize("how", ["counter", "post", "address"])
@pytest.mark.parametrize("sender", ["city", "none", "own"])
def test_the_envelope_says_nothing(how: Any, sender: Any) -> None:
    wish = Delivery(how, "群馬県前橋市雲雀町1番地", sender, "鷺沼")
    of = about(replace(APPLIED, delivery=wish))
    made = printed("grant_envelope", letters(of)["grant_envelope"])
    pdf = looking.opened(made.content)
    with pdf.open_metadata() as meta:
        outside = f"{looking.joined(made.content)} {pdf.docinfo} {dict(meta)}"
    telling = (
        rf"{NEUTRAL}|補助|交付|申請|相談|決定|渋安|第3号|第45号|150,000|{CODE}|カナリヤ　ハナコ"
    )
    telling = telling if how != "post" else telling.replace(f"|{CODE}", "")
    assert re.search(telling, outside) is None
    assert str(pdf.docinfo.Title) == "宛名"
    assert made.pages == 1


def test_the_window_shows_the_address_however_the_sheet_slips() -> None:
    """長形3号 (235 × 120 mm), its window 90 × 45 mm from (20, 12), a sheet of 210 × 99 mm in it."""
    (page,) = looking.pages(printed("grant_envelope", letters(about())["grant_envelope"]).content)
    shown = [word for word in page.words if word.top < 36 * looking.MM]
    to = shown[: next(at for at, word in enumerate(shown) if "様" in word.text) + 1]
    assert all(word.left >= 20 * looking.MM and word.right <= 85 * looking.MM for word in to)
    assert all(word.top >= 12 * looking.MM and word.bottom <= 36 * looking.MM for word in to)


def test_control_a_letter_says_what_an_envelope_must_not() -> None:
    assert re.search(NEUTRAL, said("grant_decision", about()))


def test_the_sender_is_whom_the_person_chose() -> None:
    def sent(**wish: Any) -> str:
        return said("grant_envelope", about(replace(APPLIED, delivery=Delivery("post", **wish))))

    assert "渋川市役所" in sent(sender="city")
    assert "渋川" not in sent(sender="none").replace(plain(STREET), "")
    own = sent(sender="own", sender_name="鷺沼")
    assert "鷺沼" in own
    assert "市役所" not in own


def test_no_issued_paper_has_a_telling_name() -> None:
    assert KEPT_AS == "paper.pdf"


def test_the_draft_holds_name_sum_and_checks_only() -> None:
    words = said("grant_draft", about())
    there = (NAME, "150,000円", "令和6年度第3号", "収第9号", "専決", "満たす", "2款1項9目18節")
    assert not [each for each in there if plain(each) not in words]
    sums = ("2,247,000円", "300,000円", "150,000円", "150,000円", "1,647,000円")
    assert "".join(sums) in words, "total, reserved, paid, now, left: each by itself"
    assert "封をして別に回します" in words
    absent = (STREET, CODE, LAWYER, "鶯谷", "0279-00-0000", "カナリヤ")
    assert not [each for each in absent if plain(each) in words]


def test_what_a_letter_lacks_makes_it_a_draft_and_is_shown_to_the_officer() -> None:
    def lacks(name: str, of: LetterBasis) -> tuple[str, ...]:
        return writing.lacks(of, find("shibukawa", name).paper, letters(of)[name])

    open_, no_clause = replace(LAW, disposition="undecided"), replace(LAW, clause=())
    assert lacks("grant_decision", about()) == ("terms", "conditions")
    assert lacks("grant_decision", about(law=replace(open_, condition=()))) == ("conditions",)
    for name in ("grant_refusal", "grant_revocation", "grant_change", "grant_fixing"):
        assert lacks(name, about()) == ("terms", "clause", "teaching"), name
        assert lacks(name, about(law=LAW)) == (), name
        assert lacks(name, about(law=open_)) == ("teaching",), name
    assert lacks("grant_fixing", about(law=no_clause)) == ("clause",)
    for name in ("grant_correction", "grant_payment"):
        assert lacks(name, about()) == (), name
    of = about()
    assert all(of.say(f"blank.{need}") for need in ("terms", "conditions", "clause", "teaching"))
    undated = writing.refusal(of, replace(FILED, enforced_on=None), applied_on=ON, reasons=[WHY])
    assert writing.blanks(undated) == ("on",)


def test_more_than_was_decided_needs_no_clause() -> None:
    of, was = about(law=replace(LAW, clause=(), disposition="undecided")), earlier(FILED, 120_000)
    more = writing.change(
        of, FILED, was, was_yen=120_000, amount_yen=150_000, reason="見積が変わった", working=()
    )
    assert writing.lacks(of, find("shibukawa", "grant_change").paper, more) == ()


def test_what_is_promised_holds_for_who_collects_and_for_who_is_not_to_be_told() -> None:
    """No news from the desk, no post, no empty number, and a payment that was made."""
    open_order = replace(rules().version.life, stages_source=UNCONFIRMED)
    told, asked = (
        said("grant_decision", replace(about(life=open_order), silent=silent))
        for silent in (False, True)
    )
    assert "窓口からお知らせします" in told
    assert "窓口からお知らせします" not in asked
    assert "窓口にお尋ねください" in asked
    collects = replace(APPLIED, delivery=Delivery("counter"))
    for name in ("grant_reduction", "grant_revocation"):
        assert "別にお渡しする納入通知書" in said(name, about(collects)), name
    paid, unnumbered = about(), replace(FILED, document_number="")
    letter = writing.payment(
        paid, unnumbered, earlier(FILED, 1), amount_yen=1, paid_on=LATER, account=ACCOUNT
    )
    assert writing.blanks(letter) == ()
    words = looking.joined(printed("grant_payment", letter).content)
    assert "第　　" not in words.partition("渋川市長")[0]
    assert "お支払いしました" in words
    assert "支払った日" in words


def test_nothing_open_is_said_as_a_fact() -> None:
    words = "".join(said(name, about()) for name in INSIDE)
    assert "30日以内" not in words
    assert "滞納" not in words
    assert "要確認" not in words


def test_twelve_reasons_go_on_over_the_page_with_none_lost() -> None:
    given = [f"{number}番目の理由について、確かめたことを書きます。" * 4 for number in range(1, 13)]
    letter = letters(about(law=LAW))["grant_refusal"]
    reasons = tuple(Reason("市民であること", "要領第3条", each) for each in given)
    made = printed("grant_refusal", replace(letter, reasons=reasons))
    words = looking.joined(made.content)
    assert made.pages > 1
    assert all(each in words for each in given)
    assert plain(TEACHING) in words
    assert re.findall(r"(\d)／(\d)", words) == [
        (str(page), str(made.pages)) for page in range(1, made.pages + 1)
    ]
    assert not looking.outside(made.content)


@pytest.mark.parametrize("name", ADDRESSED)
def test_the_longest_name_and_address_are_whole(name: str) -> None:
    long = replace(
        APPLIED,
        name="寿限無寿限無五劫の擦り切れ海砂利水魚の水行末雲来末風来末食う寝る処に住む処",
        address="群馬県渋川市"
        + "大字長い地名" * 12
        + "一丁目二番地三号　"
        + "長い名前の集合住宅" * 3,
    )
    made = printed(name, letters(about(long))[name])
    words = looking.joined(made.content)
    assert plain(long.name) in words
    assert plain(long.address) in words
    assert not looking.outside(made.content)
    for page in looking.pages(made.content):
        assert not list(looking.overlaps(page))


@pytest.mark.parametrize("paper", everywhere(), ids=lambda paper: paper.called)
def test_no_word_lies_on_another(paper: Any) -> None:
    made = render(paper, samples.sample(paper))
    for page in looking.pages(made.content):
        assert not list(looking.overlaps(page))


def test_control_a_word_on_another_would_be_seen(tmp_path: Path) -> None:
    here = Path(shutil.copytree(envelope().folder, tmp_path / "grant_envelope"))
    with (here / "paper.typ").open("a", encoding="utf-8") as file:
        file.write("#place(top + left)[重なり] #place(top + left)[かさなり]\n")
    pages = looking.pages(render(at(here), samples.sample(envelope())).content)
    pairs = [pair for page in pages for pair in looking.overlaps(page)]
    assert any(set("重なり") & set("".join(pair)) for pair in pairs)


def envelope() -> Template:
    return next(each for each in everywhere() if each.name == "grant_envelope")
