"""Decisions at Shibukawa: yes, no or ask, and what leads to each."""

from dataclasses import replace
from datetime import date

import pytest

from madoguchi.rules.decision import Held
from madoguchi.rules.programme.subsidy import Subsidy
from madoguchi.rules.programme.words import UNCONFIRMED, Words
from madoguchi.rules.subsidy.facts import Cost, Facts
from madoguchi.rules.subsidy.judge import Judgement, judge, quote, words_of
from tests.rules.subsidy.applications import DAY, FULL, shibukawa

NEEDED = (
    "applied_on",
    "registered",
    "used_desk",
    "contract",
    "engaged",
    "estimate",
    "estimate_on",
    "screens_printed",
    "costs",
    "recovered_yen",
    "granted",
    "tax_arrears",
    "gang_ties",
)


def said(found: Judgement) -> set[str]:
    """The keys of what is not met."""
    reasons = found.decision.reasons
    return {words_of(one) for one in reasons if one.held is not Held.MET}


def test_everything_in_order_is_yes() -> None:
    found = judge(FULL, shibukawa())
    assert (found.decision.answer, found.amount_yen) == ("yes", 150_000)
    assert [line.code for line in found.working] == ["share", "cap", "result"]


@pytest.mark.parametrize("name", NEEDED)
def test_a_fact_that_is_missing_is_asked_for(name: str) -> None:
    unknown = replace(FULL, **{name: getattr(Facts(), name)})
    found = judge(unknown, shibukawa())
    assert found.decision.answer == "ask"
    assert said(found)


def test_half_a_yen_is_shown_and_the_open_rounding_leads_to_ask() -> None:
    found = judge(replace(FULL, costs=(Cost("deletion", "retainer", 299_999, 0),)), shibukawa())
    assert found.decision.answer == "ask"
    assert found.amount_yen is None
    assert (found.at_least_yen, found.at_most_yen) == (149_000, 149_999)
    assert dict(found.working[0].values) == {
        "yen": "299,999",
        "share": "1/2",
        "result": "149,999.5",
    }


def test_rules_of_a_year_that_is_over_are_a_hint_and_never_a_no() -> None:
    wrong = replace(FULL, registered=False, contract="signed", contract_on=date(2024, 1, 1))
    found = quote(wrong, shibukawa(date(2026, 11, 26)))
    assert found.decision.answer == "ask"
    assert found.amount_yen is None
    assert found.working[0].code == "stale"
    assert "ground.subsidy.before_contract.last_year" in said(found)


def test_rules_that_begin_in_january_are_of_the_fiscal_year_before() -> None:
    terms = shibukawa()
    assert terms.version is not None
    winter = replace(terms.version, since=date(2025, 1, 15))
    first, last, later = (
        judge(replace(FULL, applied_on=day), Subsidy(Words("x"), (winter,)).terms_on(day))
        for day in (date(2025, 1, 15), date(2025, 3, 31), date(2025, 4, 1))
    )
    assert first.working == last.working
    assert dict(later.working[0].values) == {"year": "令和6年度", "ad": 2024}


def test_what_somebody_says_bounds_the_amount_with_the_aid_that_is_unknown() -> None:
    """A citizen who does not know of other aid is not told an amount, only the most."""
    for ask in (judge, quote):
        found = ask(replace(FULL, other_aid_yen=None), shibukawa())
        assert (found.amount_yen, found.at_least_yen, found.at_most_yen) == (None, 0, 150_000)
        assert [line.code for line in found.working][-2:] == ["aid_unknown", "at_most"]


def test_a_cost_that_did_not_count_last_year_has_no_amount_this_year() -> None:
    """Not nothing: this year's list may name it."""
    other = replace(FULL, applied_on=date(2026, 11, 26), costs=(Cost("other", "retainer", 1),))
    found = judge(other, shibukawa(date(2026, 11, 26)))
    assert "ground.subsidy.eligible_cost.last_year" in said(found)
    assert (found.decision.answer, found.at_least_yen, found.at_most_yen) == ("ask", None, None)
    assert [line.code for line in found.working] == ["stale"]


def test_nothing_is_nothing_whatever_else_is_paid() -> None:
    free = replace(FULL, costs=(Cost("deletion", "retainer", 0),), other_aid_yen=None)
    found = judge(free, shibukawa())
    assert (found.decision.answer, found.amount_yen) == ("no", 0)


def test_an_online_request_is_no_application_until_somebody_confirmed_it() -> None:
    found = judge(replace(FULL, applied_by="web"), shibukawa())
    assert found.decision.answer == "ask"
    assert said(found) == {"ground.subsidy.before_contract.online"}


def test_before_the_first_rules_nothing_is_known() -> None:
    found = judge(FULL, shibukawa(date(2023, 4, 1)))
    assert (found.decision.answer, found.amount_yen) == ("ask", None)
    assert said(found) == {"ground.subsidy.terms.unknown"}


def test_a_contract_before_the_application_is_no() -> None:
    signed = replace(FULL, contract="signed", contract_on=date(2024, 6, 2))
    found = judge(signed, shibukawa())
    assert (found.decision.answer, found.amount_yen) == ("no", 0)
    assert said(found) == {"ground.subsidy.before_contract.unmet"}


def test_a_contract_of_the_same_day_is_asked_about() -> None:
    found = judge(replace(FULL, contract="signed", contract_on=DAY), shibukawa())
    assert found.decision.answer == "ask"
    assert said(found) == {"ground.subsidy.before_contract.same_day"}


def test_nobody_sees_or_grants_a_multiple_of_the_published_cap() -> None:
    costs = (Cost("deletion", "retainer", 400_000), Cost("disclosure", "retainer", 400_000))
    both = replace(FULL, costs=costs)
    for reckoned in (quote, judge):
        found = reckoned(both, shibukawa())
        assert (found.at_least_yen, found.at_most_yen) == (150_000, 150_000)


def test_earlier_grants_that_nobody_knows_of_are_asked_about_and_change_no_sum() -> None:
    unknown = replace(FULL, granted=None)
    for reckoned in (quote, judge):
        assert reckoned(unknown, shibukawa()).at_most_yen == 150_000
    known = replace(FULL, granted=())
    assert judge(unknown, shibukawa()).at_least_yen == judge(known, shibukawa()).at_least_yen


def test_who_moved_away_after_the_application_is_asked_about_and_never_refused() -> None:
    """Nobody confirmed which day counts; the reason says so, and that is why it asks."""
    found = judge(replace(FULL, moved_out_on=date(2024, 6, 20)), shibukawa())
    assert found.decision.answer == "ask"
    assert said(found) == {"ground.subsidy.resident.as_of"}
    (reason,) = (one for one in found.decision.reasons if one.code == "subsidy.resident")
    assert reason.source == UNCONFIRMED
