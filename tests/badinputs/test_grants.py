"""B9 and B13: estimates, contracts and amounts that sit on an edge are asked about in words."""

from dataclasses import replace
from datetime import date

import pytest

from madoguchi.rules.decision import Held
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.subsidy.facts import Cost, Facts
from madoguchi.rules.subsidy.judge import Judgement, judge, quote, reason_words, working_words
from tests.rules.subsidy.applications import DAY, FULL

CITY = "shibukawa"
YEARS_END = date(2025, 3, 31)
READY = replace(FULL, used_desk="face", costs=(Cost("deletion", "retainer", 400_000),))
SIGNED = replace(READY, contract="signed")


def judged(facts: Facts) -> Judgement:
    """What the desk is told on the day of the application."""
    subsidy = programme(CITY).subsidy
    assert subsidy is not None
    assert facts.applied_on is not None
    return judge(facts, subsidy.terms_on(facts.applied_on))


def told(found: Judgement) -> str:
    """The words of what is not met."""
    open_ones = [one for one in found.decision.reasons if one.held is not Held.MET]
    return "".join(reason_words(one, texts(CITY)) for one in open_ones)


@pytest.mark.parametrize(
    ("facts", "answer", "said"),
    [
        (READY, "yes", ""),
        (replace(SIGNED, contract_on=date(2024, 6, 2)), "no", "契約の前に申請が必要"),
        (replace(SIGNED, contract_on=DAY), "ask", "申請と契約が同じ日です"),
        (replace(SIGNED, contract_on=date(2024, 6, 4)), "ask", "契約が、市の決定より前です"),
        (replace(SIGNED, contract_on=date(2025, 6, 4)), "ask", "契約が、市の決定より前です"),
        (SIGNED, "ask", "契約の前の申請かどうかを確かめます"),
        (replace(READY, estimate_on=DAY), "yes", ""),
        (replace(READY, estimate_on=None), "ask", "見積書の日付を確かめます"),
        (replace(READY, estimate_on=date(2024, 6, 4)), "ask", "申請より後です"),
        (replace(READY, estimate_on=date(2024, 3, 31)), "ask", "申請の年度と違います"),
        (
            replace(READY, applied_on=YEARS_END, estimate_on=date(2025, 4, 1)),
            "ask",
            "申請の年度と違います",
        ),
        (replace(READY, applied_on=YEARS_END, estimate_on=YEARS_END), "yes", ""),
        (
            replace(READY, applied_on=date(2025, 4, 1), estimate_on=date(2025, 4, 1)),
            "ask",
            "今年度の決まりを、まだ確かめていません",
        ),
        (replace(READY, applied_on=date(2024, 3, 31)), "ask", "その日の決まりは見つかっていません"),
    ],
)
def test_b09_estimates_and_contracts_on_an_edge_are_asked_about(
    facts: Facts, answer: str, said: str
) -> None:
    found = judged(facts)
    assert found.decision.answer == answer
    assert said in told(found)
    assert (told(found) == "") == (answer == "yes")


def test_b09_a_citizen_who_signed_today_comes_after_the_contract() -> None:
    subsidy = programme(CITY).subsidy
    assert subsidy is not None
    today = replace(SIGNED, applied_on=None, contract_on=DAY)
    assert quote(today, subsidy.terms_on(DAY)).decision.answer == "no"


@pytest.mark.parametrize(
    ("yen", "least", "most", "line"),
    [
        (0, 0, 0, ""),
        (1, 0, 0, ""),
        (299_999, 149_000, 149_999, "着手金 299,999円 × 1/2 = 149,999.5円"),
        (300_000, 150_000, 150_000, "着手金 300,000円 × 1/2 = 150,000円"),
        (300_001, 150_000, 150_000, "着手金 300,001円 × 1/2 = 150,000.5円"),
        (9_999_999_999, 150_000, 150_000, "着手金 9,999,999,999円 × 1/2 = 4,999,999,999.5円"),
    ],
)
def test_b13_an_amount_beside_the_cap_is_exact_to_half_a_yen(
    yen: int, least: int, most: int, line: str
) -> None:
    found = judged(replace(READY, costs=(Cost("deletion", "retainer", yen, 0),)))
    assert (found.at_least_yen, found.at_most_yen) == (least, most)
    assert found.amount_yen == (most if least == most else None)
    assert ("".join(working_words(found, texts(CITY))[:1])) == line
