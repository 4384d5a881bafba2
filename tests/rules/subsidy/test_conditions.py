"""Each condition holds, does not, or is to be asked about; what is not known is never a no."""

from dataclasses import replace
from datetime import date
from typing import Literal

import pytest

from madoguchi.rules.decision import Held
from madoguchi.rules.programme.subsidy import (
    AfterPayment,
    BeforeContract,
    Condition,
    EngagedLawyer,
    Estimate,
    IncomeRow,
    IncomeWithin,
    NoGangTies,
    NoTaxArrears,
    NotGrantedBefore,
    NotRecovered,
    NotRefunded,
    PrintedScreens,
    Resident,
    Timing,
    UsedAnyOf,
    UsedDesk,
)
from madoguchi.rules.programme.words import UNCONFIRMED, Words
from madoguchi.rules.subsidy.conditions import Statement, condition, timing
from madoguchi.rules.subsidy.facts import Facts, Granted

W = Words("x")
DAY = date(2024, 6, 3)
TABLE = (IncomeRow(1, 3_000_000, "x"), IncomeRow(2, 3_500_000, "x"), IncomeRow(3, 1, UNCONFIRMED))
ASKED_IN_PERSON = UsedDesk(W, "x", ("phone", "face", "email"), UNCONFIRMED)
LAWYERS = EngagedLawyer(W, "x", ("lawyer",), UNCONFIRMED)
INCOME = IncomeWithin(W, "x", "year", TABLE)
LAST_YEAR, THIS_YEAR = (
    Granted(date(2024, month, 1), 1, same_matter=month == 4) for month in (3, 4)
)
AS_APPLIED = Resident(W, "x", "application", "x")
AS_DECIDED = Resident(W, "x", "decision", "x")


def once(frequency: Literal["person", "matter", "fiscal_year"], source: str = "x") -> Condition:
    return NotGrantedBefore(W, source, frequency)


@pytest.mark.parametrize(
    ("rule", "facts", "expected"),
    [
        (Resident(W, "x"), Facts(registered=True), "met"),
        (Resident(W, "x"), Facts(registered=False), "unmet"),
        (Resident(W, "x"), Facts(), "unknown"),
        (Resident(W, "x"), Facts(registered=True, moved_out_on=date(2024, 6, 2)), "unknown"),
        (Resident(W, "x"), Facts(registered=True, moved_out_on=DAY), "as_of"),
        (AS_APPLIED, Facts(registered=False, moved_out_on=date(2024, 6, 20)), "unmet"),
        (AS_APPLIED, Facts(registered=True, moved_out_on=DAY), "met"),
        (AS_APPLIED, Facts(moved_out_on=date(2024, 6, 20)), "unknown"),
        (AS_DECIDED, Facts(registered=True, moved_out_on=date(2024, 6, 20)), "moved"),
        (AS_DECIDED, Facts(registered=True), "met"),
        (ASKED_IN_PERSON, Facts(used_desk="phone"), "met"),
        (ASKED_IN_PERSON, Facts(used_desk="no"), "unmet"),
        (ASKED_IN_PERSON, Facts(used_desk="web"), "means"),
        (replace(ASKED_IN_PERSON, desk_used_means_source="x"), Facts(used_desk="web"), "unmet"),
        (ASKED_IN_PERSON, Facts(), "unknown"),
        (UsedAnyOf(W, "x", ("a", "b")), Facts(consulted=("c", "b")), "met"),
        (UsedAnyOf(W, "x", ("a", "b")), Facts(consulted=("c",)), "unmet"),
        (UsedAnyOf(W, "x", ("a", "b")), Facts(consulted=()), "unmet"),
        (UsedAnyOf(W, "x", ("a", "b")), Facts(), "unknown"),
        (INCOME, Facts(household=2, income_yen=3_500_000), "met"),
        (INCOME, Facts(household=2, income_yen=3_500_001), "unmet"),
        (INCOME, Facts(household=1), "unknown"),
        (INCOME, Facts(income_yen=0), "unknown"),
        (INCOME, Facts(household=3, income_yen=0), "no_row"),
        (INCOME, Facts(household=4, income_yen=0), "no_row"),
        (LAWYERS, Facts(engaged="lawyer"), "met"),
        (LAWYERS, Facts(engaged="judicial_scrivener"), "who"),
        (replace(LAWYERS, who_source="x"), Facts(engaged="judicial_scrivener"), "unmet"),
        (LAWYERS, Facts(), "unknown"),
        (Estimate(W, "x"), Facts(estimate=True, estimate_on=date(2024, 6, 3)), "met"),
        (Estimate(W, "x"), Facts(estimate=True), "undated"),
        (Estimate(W, "x"), Facts(estimate=True, estimate_on=date(2024, 3, 31)), "other_year"),
        (Estimate(W, "x"), Facts(estimate=True, estimate_on=date(2025, 4, 1)), "other_year"),
        (Estimate(W, "x"), Facts(estimate=True, estimate_on=date(2024, 6, 4)), "later"),
        (Estimate(W, "x"), Facts(estimate=False), "unmet"),
        (Estimate(W, "x"), Facts(), "unknown"),
        (PrintedScreens(W, "x"), Facts(screens_printed=True), "met"),
        (PrintedScreens(W, "x"), Facts(screens_printed=False), "unmet"),
        (PrintedScreens(W, "x"), Facts(), "unknown"),
        (once("person"), Facts(granted=()), "met"),
        (once("person"), Facts(), "unknown"),
        (once("person"), Facts(granted=(LAST_YEAR,)), "unmet"),
        (once("matter"), Facts(granted=(LAST_YEAR,)), "met"),
        (once("matter"), Facts(granted=(THIS_YEAR,)), "unmet"),
        (once("fiscal_year"), Facts(granted=(LAST_YEAR,)), "met"),
        (once("fiscal_year"), Facts(granted=(LAST_YEAR, THIS_YEAR)), "unmet"),
        (once("fiscal_year", UNCONFIRMED), Facts(granted=(LAST_YEAR,)), "before"),
        (once("fiscal_year", UNCONFIRMED), Facts(granted=()), "met"),
        (NoTaxArrears(W, "x"), Facts(tax_arrears=False), "met"),
        (NoTaxArrears(W, "x"), Facts(tax_arrears=True), "unmet"),
        (NoTaxArrears(W, "x"), Facts(), "unknown"),
        (NoGangTies(W, "x"), Facts(gang_ties=False), "met"),
        (NoGangTies(W, "x"), Facts(gang_ties=True), "unmet"),
        (NoGangTies(W, "x"), Facts(), "unknown"),
        (NotRefunded(W, "x"), Facts(refunded_yen=0), "met"),
        (NotRefunded(W, "x"), Facts(contract="none"), "met"),
        (NotRefunded(W, "x"), Facts(contract="none", refunded_yen=1), "unmet"),
        (NotRefunded(W, "x"), Facts(contract="signed"), "unknown"),
        (NotRecovered(W, "x"), Facts(recovered_yen=0), "met"),
        (NotRecovered(W, "x"), Facts(recovered_yen=1), "unmet"),
        (NotRecovered(W, "x"), Facts(contract="none"), "unknown"),
    ],
)
def test_a_condition(rule: Condition, facts: Facts, expected: str) -> None:
    held, why = condition(rule, Statement(facts, DAY))
    assert (why or held.value) == expected


@pytest.mark.parametrize("rule", [Estimate(W, "x"), once("fiscal_year")])
def test_without_the_day_of_the_application_its_year_is_unknown(rule: Condition) -> None:
    facts = Facts(estimate=True, estimate_on=DAY, granted=(THIS_YEAR,))
    assert condition(rule, Statement(facts, None))[0].value == "unknown"


def test_who_moved_away_is_placed_by_the_day_of_the_application() -> None:
    facts = Facts(registered=True, moved_out_on=DAY)
    assert condition(AS_APPLIED, Statement(facts, None)) == (Held.UNKNOWN, "")


@pytest.mark.parametrize(("frequency", "held"), [("person", "unmet"), ("matter", "unmet")])
def test_only_a_limit_by_the_year_needs_the_day(
    frequency: Literal["person", "matter"], held: str
) -> None:
    facts = Facts(granted=(THIS_YEAR,))
    assert condition(once(frequency), Statement(facts, None))[0].value == held


def test_a_citizen_who_has_the_papers_has_them() -> None:
    facts = Facts(estimate=True, estimate_on=DAY, screens_printed=True)
    for rule in (Estimate(W, "x"), PrintedScreens(W, "x")):
        assert condition(rule, Statement(facts, DAY, self_reported=True))[0].value == "met"
        assert condition(rule, Statement(Facts(), DAY, self_reported=True)) == (Held.UNKNOWN, "")


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        (Estimate(W, "x"), Facts(estimate=False)),
        (PrintedScreens(W, "x"), Facts(screens_printed=False)),
    ],
)
def test_a_citizen_can_still_bring_a_paper(rule: Condition, facts: Facts) -> None:
    held, why = condition(rule, Statement(facts, DAY, self_reported=True))
    assert (held.value, why) == ("unknown", "to_prepare")


SURE = BeforeContract(
    source="x",
    same_day=True,
    same_day_source="x",
    contract_after="application",
    contract_after_source="x",
    online_counts_as_application=False,
    online_counts_as_application_source="x",
)
OPEN_DAY = replace(SURE, same_day_source=UNCONFIRMED)
WAITS = replace(SURE, contract_after="decision")
OPEN_WAIT = replace(SURE, contract_after_source=UNCONFIRMED)
OPEN_ONLINE = replace(SURE, online_counts_as_application_source=UNCONFIRMED)
PAID = AfterPayment("x", or_legal_aid=True, or_legal_aid_source="x")
NO_AID = replace(PAID, or_legal_aid=False)
OPEN_AID = replace(PAID, or_legal_aid_source=UNCONFIRMED)


@pytest.mark.parametrize(
    ("rule", "on", "expected"),
    [
        (SURE, DAY, "today"),
        (SURE, date(2024, 6, 2), "unmet"),
        (SURE, None, "unmet"),
        (replace(SURE, same_day=False), DAY, "unmet"),
        (OPEN_DAY, DAY, "unmet"),
        (WAITS, DAY, "unmet"),
    ],
)
def test_who_signed_today_and_applies_for_nothing_yet_never_hears_maybe(
    rule: BeforeContract, on: date | None, expected: str
) -> None:
    facts = Facts(contract="signed", contract_on=on)
    held, why = timing(rule, Statement(facts, DAY, self_reported=True))
    assert held.value != "unknown"
    assert (why or held.value) == expected


type By = Literal["counter", "post", "web"] | None


def signed(on: date | None, by: By = "counter") -> Facts:
    return Facts(applied_on=DAY, applied_by=by, contract="signed", contract_on=on)


def unsigned(by: By) -> Facts:
    return Facts(applied_on=DAY, applied_by=by, contract="none")


@pytest.mark.parametrize(
    ("rule", "facts", "expected"),
    [
        (SURE, Facts(), "unknown"),
        (SURE, Facts(contract="none"), "met"),
        (SURE, signed(None), "unknown"),
        (SURE, signed(date(2024, 6, 2)), "unmet"),
        (SURE, signed(DAY), "met"),
        (OPEN_DAY, signed(DAY), "same_day"),
        (replace(SURE, same_day=False), signed(DAY), "unmet"),
        (replace(SURE, same_day=False), signed(date(2024, 6, 4)), "met"),
        (SURE, Facts(contract="signed"), "unknown"),
        (SURE, signed(date(2024, 6, 4)), "met"),
        (OPEN_WAIT, signed(date(2024, 6, 4)), "contract_after"),
        (replace(SURE, contract_after="decision"), signed(date(2024, 6, 4)), "unmet"),
        (SURE, signed(date(2024, 6, 4), "web"), "unmet"),
        (replace(SURE, online_counts_as_application=True), signed(DAY, "web"), "met"),
        (replace(SURE, online_counts_as_application=True), signed(DAY, None), "met"),
        (OPEN_ONLINE, signed(date(2024, 6, 4), "web"), "online"),
        (OPEN_ONLINE, signed(date(2024, 6, 4), "post"), "met"),
        (SURE, signed(date(2024, 6, 4), None), "applied_by"),
        (OPEN_ONLINE, signed(date(2024, 6, 4), None), "online"),
        (OPEN_WAIT, signed(date(2024, 6, 2)), "unmet"),
        (OPEN_DAY, signed(date(2024, 6, 2)), "unmet"),
        (replace(OPEN_DAY, same_day=False), signed(DAY), "same_day"),
        (replace(OPEN_DAY, contract_after="decision"), signed(DAY), "unmet"),
        (replace(OPEN_DAY, contract_after_source=UNCONFIRMED), signed(DAY), "same_day"),
        (replace(OPEN_DAY, same_day=False), signed(date(2024, 6, 4)), "met"),
        (SURE, unsigned("web"), "to_apply"),
        (SURE, unsigned("post"), "met"),
        (SURE, unsigned(None), "met"),
        (replace(SURE, online_counts_as_application=True), unsigned("web"), "met"),
        (OPEN_ONLINE, unsigned("web"), "online"),
        (OPEN_ONLINE, unsigned("counter"), "met"),
        (PAID, Facts(paid_on=DAY), "met"),
        (PAID, Facts(paid_on=date(2024, 6, 4)), "unmet"),
        (PAID, Facts(), "unknown"),
        (PAID, Facts(contract="none"), "unmet"),
        (PAID, Facts(legal_aid="repaying"), "met"),
        (PAID, Facts(legal_aid="suspended", paid_on=DAY), "suspended"),
        (NO_AID, Facts(legal_aid="repaying"), "unknown"),
        (NO_AID, Facts(legal_aid="repaying", paid_on=DAY), "met"),
        (NO_AID, Facts(legal_aid="repaying", paid_on=date(2024, 6, 4)), "unmet"),
        (NO_AID, Facts(legal_aid="suspended"), "suspended"),
        (PAID, Facts(legal_aid="none", paid_on=DAY), "met"),
        (PAID, Facts(legal_aid="repaying", contract="none"), "met"),
        (OPEN_AID, Facts(legal_aid="repaying"), "legal_aid"),
        (OPEN_AID, Facts(legal_aid="suspended"), "legal_aid"),
        (OPEN_AID, Facts(legal_aid="suspended", paid_on=DAY), "legal_aid"),
        (OPEN_AID, Facts(legal_aid="repaying", paid_on=DAY), "met"),
        (OPEN_AID, Facts(legal_aid="none", paid_on=date(2024, 6, 4)), "unmet"),
        (replace(OPEN_AID, or_legal_aid=False), Facts(legal_aid="repaying"), "legal_aid"),
    ],
)
def test_the_time_of_the_application(rule: Timing, facts: Facts, expected: str) -> None:
    held, why = timing(rule, Statement(facts, DAY))
    assert (why or held.value) == expected


@pytest.mark.parametrize("rule", [SURE, PAID])
@pytest.mark.parametrize("said", [True, False])
def test_without_the_day_of_the_application_its_order_is_unknown(
    rule: Timing,
    said: bool,  # noqa: FBT001 - both ways
) -> None:
    facts = Facts(contract="signed", contract_on=DAY, paid_on=DAY)
    assert timing(rule, Statement(facts, None, self_reported=said))[0].value == "unknown"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(contract="signed"), "unmet"),
        (Facts(contract="signed", applied_on=DAY), "unknown"),
        (Facts(), "unknown"),
        (Facts(contract_on=date(2024, 6, 2)), "unknown"),
        (Facts(contract="signed", contract_on=date(2024, 6, 2)), "unmet"),
        (Facts(contract="signed", contract_on=DAY), "unmet"),
        (Facts(contract="none"), "met"),
    ],
)
def test_a_citizen_who_has_signed_comes_after_the_contract(facts: Facts, expected: str) -> None:
    held, why = timing(OPEN_DAY, Statement(facts, DAY, self_reported=True))
    assert (why or held.value) == expected


def test_a_citizen_who_did_not_pay_yet_may_apply_later() -> None:
    held, why = timing(PAID, Statement(Facts(contract="none"), DAY, self_reported=True))
    assert (held.value, why) == ("unknown", "not_yet")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: UsedAnyOf(W, "x", ()), "of が空"),
        (lambda: IncomeRow(0, 1, "x"), "1 人以上"),
        (lambda: IncomeRow(1, -1, "x"), "0 円以上"),
        (lambda: IncomeWithin(W, "x", "year", ()), "一人数に一つ"),
        (lambda: IncomeWithin(W, "x", "year", (TABLE[1], TABLE[0])), "少ない順"),
        (lambda: Facts(income_yen=-1), "income_yen"),
        (lambda: Facts(household=0), "household"),
        (lambda: Granted(DAY, -1, same_matter=True), "0 円以上"),
    ],
)
def test_what_cannot_be_is_refused(wrong: object, said: str) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match=said):
        wrong()
