"""What letters of a grant say of the rules: what comes next, what it is tied to, what is open."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.subsidy import Life
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.programme.words import faults
from madoguchi.rules.subsidy.facts import Cost, Facts
from madoguchi.rules.subsidy.judge import judge
from madoguchi.work.subsidy import public
from madoguchi.work.subsidy.acts.act import printed_why
from madoguchi.work.subsidy.budget.queries import YearCard
from madoguchi.work.subsidy.letters import writing
from madoguchi.work.subsidy.letters.drafting import Proposed, draft
from madoguchi.work.subsidy.letters.writing import LetterBasis, RefusalReason, earlier
from tests.tools.papers.looking import joined
from tests.work.subsidy.granting import terms_for_each
from tests.work.subsidy.lettered import APPLIED, DESK, FILED, LAW, THEN, about, printed, rules

SURE = Life(stages_source="要領第8条", report_within_days=30, report_within_days_source="要領第9条")
YEAR = YearCard(2024, 1_000_000, 0, 0, 1_000_000, 0, "2款", "new", "open", 0)
WHY = (RefusalReason("subsidy.no_such", "https://www.example.jp/a/p1.html", "確かめたこと"),)


def decided(**version: Any) -> Any:
    of = about(**version)
    return writing.decision(of, FILED, applied_on=THEN, amount_yen=150_000, working=())


def test_what_comes_next_is_shown_in_order_as_far_as_it_is_confirmed() -> None:
    assert [each.title for each in decided().tasks] == ["弁護士と契約する", "このあとの手続"]
    sure = decided(life=SURE).tasks
    assert [each.title for each in sure] == [
        "弁護士と契約する",
        "着手金を払い、実績報告書を出す",
        "請求書を出す",
    ]
    assert sure[1].by == "払った日から30日以内。遅くとも、令和7年3月31日（月）まで"
    assert sure[2].by == "額の確定の通知のあと"


@pytest.mark.parametrize(
    ("stages", "titles"),
    [((), ["弁護士と契約する"]), (("claim",), ["弁護士と契約する", "請求書を出す"])],
)
def test_a_stage_that_the_city_leaves_out_is_not_shown(stages: Any, titles: list[str]) -> None:
    tasks = decided(life=replace(SURE, stages=stages)).tasks
    assert [each.title for each in tasks] == titles
    assert "契約の報告書" not in tasks[0].text


def test_days_that_nobody_confirmed_are_not_shown() -> None:
    open_ = replace(SURE, report_within_days_source="要確認")
    assert decided(life=open_).tasks[1].by == "令和7年3月31日（月）まで"


def test_who_applied_after_paying_is_not_asked_to_contract() -> None:
    city = programme("yamanashi")
    on = date(2022, 8, 1)
    of = public.published(city, texts("yamanashi"), on)
    assert of
    letter = writing.decision(
        LetterBasis(of, APPLIED, DESK, 2022, 1),
        FILED,
        applied_on=on,
        amount_yen=110_000,
        working=(),
    )
    assert letter.head.sender == "山梨県知事"
    assert [each.title for each in letter.tasks] == ["このあとの手続"]


def test_the_conditions_are_those_of_the_years_law() -> None:
    assert decided().conditions == ()
    of = about(law=LAW)
    letter = writing.decision(of, FILED, applied_on=THEN, amount_yen=150_000, working=())
    assert letter.conditions == LAW.condition


def test_what_is_missing_bears_the_number_of_the_form() -> None:
    of = about()
    letter = writing.correction(
        of, FILED, applied_on=THEN, missing=[(7, "消費税"), (11, "写真")], by=None, online=True
    )
    assert [each.field for each in letter.lacks] == ["⑦ 着手金の額", "⑪ 添える書類"]
    assert letter.by == ""
    assert len(letter.ways) == 3
    assert writing.correction(of, FILED, applied_on=THEN, missing=[(17, "x")], by=None).lacks[0].how


@pytest.mark.parametrize("slug", ["shibukawa", "yamanashi"])
def test_every_field_of_a_form_has_a_name_in_letters(slug: str) -> None:
    of = about()
    known = programme(slug).subsidy
    assert known
    lacks = writing.correction(
        replace(of, rules=replace(of.rules, version=known.version[-1])),
        FILED,
        applied_on=THEN,
        missing=[(number, "x") for number in range(1, 18)],
        by=None,
    ).lacks
    assert sum(each.field != "" for each in lacks) >= 14


def test_the_working_of_a_decision_has_no_open_line() -> None:
    facts = Facts(costs=(Cost("deletion", "retainer", 299_999),), other_aid_yen=0, granted=())
    found = judge(facts, rules().terms)
    assert {"tax_open", "rounding_open"} <= {line.code for line in found.working}
    told = writing.reckoned(about(), found, 149_000)
    assert told == (
        "着手金 299,999円 × 1/2 = 149,999.5円",
        "上限額（150,000円）の範囲内です",
        "1,000円未満を切り捨てて 149,000円",
        "交付の額は149,000円です。",
    )
    assert not [each for each in told if "途中" in each or "目安" in each]


@pytest.mark.parametrize(
    ("yen", "steps"),
    [
        (
            232_500,
            (
                "上限はそれぞれ150,000円のため 82,500円 + 150,000円 = 232,500円",
                "この額とする理由：上限は請求ごと",
            ),
        ),
        (
            200_000,
            (
                "上限はそれぞれ150,000円のため 82,500円 + 150,000円 = 232,500円",
                "計算した額は232,500円です。そのうち200,000円を交付します",
                "この額とする理由：上限は請求ごと",
            ),
        ),
    ],
)
def test_each_line_of_the_working_of_two_requests_leads_to_the_next(
    yen: int, steps: tuple[str, ...]
) -> None:
    costs = Cost("deletion", "retainer", 165_000), Cost("disclosure", "retainer", 330_000)
    found = judge(Facts(costs=costs, other_aid_yen=0, granted=()), terms_for_each(THEN))
    told = writing.reckoned(about(), found, yen, "上限は請求ごと")
    assert told == (
        "削除の着手金 165,000円 × 1/2 = 82,500円",
        "発信者の特定の着手金 330,000円 × 1/2 = 165,000円",
        *steps,
        f"交付の額は{yen:,}円です。",
    )


def test_what_was_never_paid_is_not_asked_back() -> None:
    was = earlier(FILED, 150_000)
    yen = 150_000
    letter = writing.revocation(
        about(), FILED, was, before_yen=yen, revoked_yen=yen, left_yen=0, reasons=WHY
    )
    assert (letter.repay, letter.repay_by) == ("", "")
    assert "返していただくものはありません" in letter.repay_how


def test_a_page_of_the_city_is_no_clause() -> None:
    (reason,) = writing.refusal(about(), FILED, applied_on=THEN, reasons=WHY).reasons
    assert (reason.rule, reason.source) == ("そのほかの条件", "")
    assert writing.cited(WHY[0].source, texts("shibukawa")) == "市の案内のページ（p1.html）"


def test_help_is_offered_as_far_as_it_is_confirmed() -> None:
    found = writing.refusal(about(), FILED, applied_on=THEN, reasons=WHY).help
    assert found
    assert all(each.name and each.what and each.way for each in found)


def test_a_refusal_is_proposed_without_a_sum_and_takes_nothing_from_the_budget() -> None:
    proposed = Proposed("refuse", THEN, THEN, "鷺沼")
    paper = draft(
        about(), replace(FILED, deputy="次長", decision_class="deputy"), proposed, (), {}, YEAR
    )
    assert (paper.amount, paper.budget.now, paper.budget.left) == (
        "交付しない",
        "0円",
        "1,000,000円",
    )
    assert paper.level == "代決（次長）"
    assert "不交付" in paper.title


def test_the_words_of_letters_keep_to_the_rules_of_words() -> None:
    words = texts("shibukawa").words
    told = {key: each.ja for key, each in words.items() if key.startswith("desk_grant_papers.")}
    assert len(told) > 80
    assert not {key: faults(each, "ja") for key, each in told.items() if faults(each, "ja")}


def test_a_clause_of_the_standing_rules_names_them_in_full() -> None:
    """「規則第5条」 stands in the first sentence, before anything has said which rules."""
    numbered = replace(LAW, regulation="渋川市補助金等交付規則（平成18年渋川市規則第61号）")
    assert numbered.by("規則第5条") == "渋川市補助金等交付規則第5条"
    assert LAW.by("要領第7条") == "交付要領第7条"


def test_less_than_was_applied_for_says_both_sums() -> None:
    of = about(replace(APPLIED, applied_yen=150_000), LAW)
    less = writing.decision(of, FILED, applied_on=THEN, amount_yen=100_000, working=())
    assert "申請の額150,000円" in joined(printed("grant_decision", less).content)
    whole = writing.decision(of, FILED, applied_on=THEN, amount_yen=150_000, working=())
    assert "申請の額" not in joined(printed("grant_decision", whole).content)


def test_once_the_sum_is_settled_nobody_is_sent_to_report_again() -> None:
    (task,) = writing.claiming(about())
    assert "請求" in task.text
    assert "報告" not in task.text
    assert "報告" in decided().tasks[1].text, "the control"


def test_a_reason_typed_before_its_form_said_so_is_not_printed() -> None:
    """An inner note of an earlier version reaches nobody's home with a letter of this one."""
    note = {"why": "本人の資力に疑問あり"}
    assert printed_why(note) == ""
    assert printed_why({**note, "why_printed": True}) == note["why"]
