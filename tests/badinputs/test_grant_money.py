"""What bad input gets at a grant's money: never a yen above the half, and a sentence with the sum.

A1 to A3, A9, A10, A12 are tries of a stranger who was paid 91 % of a retainer.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client

from madoguchi.rules.decision import Refused
from madoguchi.rules.programme.subsidy import Terms
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.subsidy.application import CostLine
from madoguchi.work.subsidy.ledger import queries
from madoguchi.work.subsidy.models import Budget, Grant
from tests.web.desk.granted import Sit
from tests.web.portal.checking import body, walk
from tests.web.portal.granting import Comes
from tests.web.portal.own_page import page, send
from tests.work.subsidy import lawful
from tests.work.subsidy.granting import APPLIED, YEN, Desk, looked_at, opened_year, sent, sent_in
from tests.work.subsidy.lawful import refusal

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
CONTRACT: dict[str, Any] = {
    "signed_on": ["令和8", "11", "30"],
    "contract_lawyer": "法務 一郎",
    "contract_words": "",
}
REPORT: dict[str, Any] = {
    "receipt_on": ["2026", "11", "30"],
    "report_words": "",
    "receipt_bring": "yes",
}


@pytest.fixture
def year(office: OfficeCard) -> Budget:
    return opened_year(office)


def books() -> tuple[int, int]:
    """What is reserved and what is spent of 2026, in yen."""
    row = Budget.objects.get(fiscal_year=2026)
    return row.reserved_yen, row.spent_yen


def decided(office: OfficeCard, now: datetime, estimate_yen: int, yen: int) -> Desk:
    """A grant of that sum, by an estimate of that sum; the next day."""
    desk = looked_at(office, now, estimate_yen)
    lawful.draft(desk, yen)
    desk.decide()
    return replace(desk, now=now + timedelta(days=1))


def fixed(office: OfficeCard, now: datetime) -> Desk:
    """A grant of the whole cap that was settled and claimed."""
    desk = decided(office, now, 330_000, YEN)
    lawful.contract(desk, 330_000)
    lawful.report(desk, 330_000)
    lawful.fix(desk, YEN)
    lawful.claim(desk)
    return desk


# -- A1, A2, A3: the published half is as hard as the cap ------------------------------------


@pytest.mark.usefixtures("year")
def test_a1_a_change_is_reckoned_from_the_new_estimate_whatever_the_reason(
    office: OfficeCard, now: datetime
) -> None:
    desk = decided(office, now, 165_000, 82_000)
    for yen in (82_501, 83_000, 150_000):
        why = refusal(lawful.change, desk, yen, 165_000, why="増額")
        assert "82,500" in why, yen
    assert books() == (82_000, 0)
    lawful.change(desk, 82_500, 165_000)
    lawful.change(desk, 100_000, 200_000)
    assert books() == (100_000, 0)


@pytest.mark.usefixtures("year")
def test_a1_of_a_retainer_of_165_000_nobody_is_paid_more_than_82_500(
    office: OfficeCard, now: datetime
) -> None:
    """The very way on which 150,000 were paid."""
    desk = decided(office, now, 165_000, 82_000)
    with suppress(Refused):
        lawful.change(desk, 150_000, 165_000, why="増額")
    lawful.contract(desk, 165_000)
    lawful.report(desk, 165_000)
    for yen in (150_000, 82_500, 82_000):
        with suppress(Refused):
            lawful.fix(desk, yen, why="")
            break
    lawful.claim(desk)
    lawful.pay(desk, desk.opened.granted_yen)
    assert desk.state == "paid"
    assert books() in {(0, 82_000), (0, 82_500)}


@pytest.mark.usefixtures("year")
def test_a1_an_estimate_that_is_lowered_after_the_decision_lowers_the_sum(
    office: OfficeCard, now: datetime
) -> None:
    desk = decided(office, now, 330_000, YEN)
    assert "100,000" in refusal(lawful.change, desk, 149_000, 200_000)
    lawful.change(desk, 100_000, 200_000)
    assert (desk.opened.granted_yen, books()) == (100_000, (100_000, 0))


@pytest.mark.usefixtures("year")
def test_a1_a_second_lawyers_estimate_is_taken_with_the_lawyer(
    office: OfficeCard, now: datetime
) -> None:
    desk = decided(office, now, 165_000, 82_000)
    lawful.LACKING.clear()
    lawful.change(desk, 100_000, 200_000, lawyer="法務 次郎")
    assert not lawful.LACKING
    step = desk.step(Verb.CHANGE)
    assert 200_000 in step.values()
    assert "法務 次郎" in step.values()


@pytest.mark.usefixtures("year")
def test_a2_no_sentence_fixes_more_than_half_of_what_was_paid(
    office: OfficeCard, now: datetime
) -> None:
    desk = decided(office, now, 250_000, 125_000)
    lawful.contract(desk, 250_000)
    lawful.report(desk, 200_000)
    for yen in (125_000, 100_001):
        assert "100,000" in refusal(lawful.fix, desk, yen, "見積のとおり")
    assert desk.state == "reported"
    lawful.fix(desk, 100_000, "端数と税の扱いが決まっていないため")
    assert (desk.opened.granted_yen, books()) == (100_000, (100_000, 0))


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize(("estimate", "most"), [(165_000, 82_500), (299_999, 149_999)])
def test_a3_a_draft_is_never_above_the_half_and_a_reason_helps_inside_the_range_alone(
    office: OfficeCard, now: datetime, estimate: int, most: int
) -> None:
    desk = looked_at(office, now, estimate)
    for yen in (most + 1, -(-most // 1000) * 1000):
        assert f"{most:,}" in refusal(lawful.draft, desk, yen)
    assert refusal(lawful.draft, desk, most, why=""), "inside the range a reason is asked"
    lawful.draft(desk, most)
    assert desk.state == "drafted"


@pytest.mark.usefixtures("year")
def test_a3_one_yen_is_half_of_nothing(office: OfficeCard, now: datetime) -> None:
    desk = looked_at(office, now, 1)
    for yen in (1, 1_000, 0):
        assert refusal(lawful.draft, desk, yen)
    assert desk.state == "received"


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("cost", "told", "not_told"),
    [("165000", "82,500円", "83,000円"), ("1", "", "1,000円"), ("299999", "149,999円", "")],
)
def test_a3_the_check_promises_nobody_more_than_the_half(
    portal: Client, cost: str, told: str, not_told: str
) -> None:
    found = body(walk(portal, yen_deletion=cost))
    assert told in found
    assert not not_told or not re.search(rf"(?<![\d,]){not_told}", found)


@pytest.mark.usefixtures("year")
def test_below_the_reckoned_sum_a_reason_of_the_years_list_is_enough(
    office: OfficeCard, now: datetime
) -> None:
    """予算の範囲内, 一部対象外, 申請額: what the letter prints with its clause."""
    lawful.LACKING.clear()
    desk = looked_at(office, now, 330_000)
    assert refusal(lawful.draft, desk, 110_000, why="")
    lawful.draft(desk, 110_000, why="", reason="予算の範囲内")
    assert not lawful.LACKING
    assert desk.step(Verb.DRAFT)["amount_yen"] == 110_000


@pytest.mark.usefixtures("year")
def test_the_sum_applied_for_is_a_bound_too(office: OfficeCard, now: datetime) -> None:
    lawful.LACKING.clear()
    cost = (CostLine("deletion", "retainer", 330_000),)
    applied = lawful.applied_for(replace(APPLIED, costs=cost), 100_000)
    desk = sent(office, now, applied).until("received")
    desk.check_all()
    assert not lawful.LACKING
    assert "100,000" in refusal(lawful.draft, desk, 150_000)
    lawful.draft(desk, 100_000, reason="申請額")


# -- two grants and one cap ------------------------------------------------------------------


@pytest.mark.usefixtures("year")
def test_two_grants_whose_shares_meet_one_cap_are_together_the_cap(
    office: OfficeCard, now: datetime
) -> None:
    """Where the city has confirmed that its cap is one, no reason lets a second through above."""
    first = decided(office, now, 200_000, 100_000)
    lawful.contract(first, 200_000)
    lawful.report(first, 200_000)
    lawful.fix(first, 100_000)
    lawful.claim(first)
    lawful.pay(first, 100_000)
    cost = (CostLine("disclosure", "retainer", 200_000),)
    again = replace(APPLIED, acts=("disclosure",), costs=cost)
    later = now + timedelta(days=3)
    second = sent_in(office, first.grant.case_id, later, again).until("received")
    second.rules = with_one_cap(second.terms)
    second.check_all()
    for yen in (100_000, 50_001):
        assert "50,000" in refusal(lawful.draft, second, yen)
    lawful.draft(second, 50_000)


def with_one_cap(terms: Terms) -> Terms:
    """The rules of a city that has confirmed its cap as one for all."""
    assert terms.version
    amount = terms.version.amount
    cap = replace(amount.cap, kind_source="要領第5条")
    return replace(terms, version=replace(terms.version, amount=replace(amount, cap=cap)))


# -- A9: what comes back ---------------------------------------------------------------------


@pytest.mark.usefixtures("year")
def test_a9_parts_of_any_size_are_taken_and_no_yen_more(office: OfficeCard, now: datetime) -> None:
    desk = fixed(office, now)
    lawful.pay(desk, YEN)
    lawful.revoke(desk, 100_000)
    lawful.repay(desk, 40_000)
    assert (desk.state, books()) == ("reclaimed", (0, 110_000))
    assert "60,000" in refusal(lawful.repay, desk, 60_001)
    lawful.repay(desk, 1)
    lawful.repay(desk, 59_999)
    assert (desk.state, books()) == ("repaid", (0, 50_000))


@pytest.mark.usefixtures("year")
def test_a9_a_part_after_31_may_is_revenue_and_stays_out_of_the_budget(
    office: OfficeCard, now: datetime
) -> None:
    desk = fixed(office, now)
    lawful.pay(desk, YEN)
    lawful.revoke(desk, 100_000)
    lawful.repay(lawful.later(desk, date(2027, 5, 31)), 40_000)
    lawful.repay(lawful.later(desk, date(2027, 6, 1)), 60_000)
    assert (desk.state, books()) == ("repaid", (0, 110_000))
    at, now = AtOffice(office.id), lawful.later(desk, date(2027, 6, 1)).now
    totals = queries.ledger(desk.officer, at, 2026, now=now).totals
    sums = {"paid_yen": YEN, "repaid_yen": 100_000, "into_budget_yen": 40_000}
    sums |= {"executed_yen": 110_000, "past_year_yen": 60_000, "owed_yen": 0}
    assert {name: totals.get(name) for name in sums} == sums, "支払 戻入 執行 過年度返還 未収"


@pytest.mark.usefixtures("year")
def test_a_refund_before_the_payment_stops_it_until_the_sum_is_settled_anew(
    office: OfficeCard, now: datetime
) -> None:
    desk = fixed(office, now)
    lawful.refund(desk, 130_000)
    for yen in (YEN, 100_000):
        assert "「確定額の変更を記録する」" in refusal(lawful.pay, desk, yen), "no ring of refusals"
    lawful.reduce(desk, 100_000)
    claimed = refusal(lawful.pay, desk, 100_000)
    assert "150,000円" in claimed, "another sum was claimed"
    assert "もう一度出してもらう" in claimed
    lawful.send_back(desk)
    lawful.claim(desk)
    lawful.pay(desk, 100_000)
    assert books() == (0, 100_000)


@pytest.mark.usefixtures("year")
def test_a_refund_after_the_payment_is_demanded_and_changes_no_payment(
    office: OfficeCard, now: datetime
) -> None:
    desk = fixed(office, now)
    lawful.pay(desk, YEN)
    lawful.refund(desk, 130_000)
    assert lawful.to_come_back(desk) == 50_000
    assert "100,000" in refusal(lawful.reduce, desk, 100_001)
    lawful.reduce(desk, 100_000)
    assert (lawful.to_come_back(desk), books()) == (0, (0, YEN))
    assert desk.step(Verb.PAY)["amount_yen"] == YEN
    lawful.repay(desk, 20_000)
    lawful.repay(desk, 30_000)
    assert books() == (0, 100_000)


# -- A10: the claim and the books ------------------------------------------------------------


@pytest.mark.usefixtures("year")
def test_a10_nothing_is_paid_before_the_claim_came(office: OfficeCard, now: datetime) -> None:
    """The day on which the paper came (収受日), not the one on which it was typed."""
    desk = replace(fixed(office, now), now=now + timedelta(days=10))
    lawful.send_back(desk)
    came_on = now.date() + timedelta(days=6)
    lawful.LACKING.clear()
    lawful.claim(desk, received_on=came_on)
    assert not lawful.LACKING
    before = came_on - timedelta(days=1)
    assert refusal(lawful.pay, desk, YEN, before)
    lawful.pay(desk, YEN, came_on)


@pytest.mark.usefixtures("year")
def test_a10_a_claim_after_31_may_is_not_paid_from_closed_books_by_an_earlier_day(
    office: OfficeCard, now: datetime
) -> None:
    """The claim came and is typed on 3 June; the payment is said to have been on 31 May."""
    june = lawful.later(fixed(office, now), date(2027, 6, 3))
    lawful.send_back(june)
    lawful.claim(june, received_on=date(2027, 6, 3))
    for on in (date(2027, 5, 31), date(2027, 6, 3)):
        assert refusal(lawful.pay, june, YEN, on)
    assert books() == (YEN, 0)


@pytest.mark.usefixtures("year")
def test_a10_a_claim_typed_after_31_may_with_a_day_before_is_asked_about(
    office: OfficeCard, now: datetime
) -> None:
    """It may be true: so it is taken with a reason, and never without a word."""
    june = lawful.later(fixed(office, now), date(2027, 6, 3))
    lawful.send_back(june)
    assert refusal(lawful.claim, june, received_on=date(2027, 5, 28))
    assert june.state == "fixed"
    lawful.claim(june, received_on=date(2027, 5, 28), why="5月28日の収受印があるため")
    lawful.pay(june, YEN, date(2027, 5, 31))
    assert books() == (0, YEN)


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize("what", ["contract", "report", "claim"])
def test_a10_what_comes_on_paper_has_its_day_and_none_to_come(
    office: OfficeCard, now: datetime, what: str
) -> None:
    lawful.LACKING.clear()
    desk = decided(office, now, 330_000, YEN)
    tomorrow = desk.now.date() + timedelta(days=1)
    ways: dict[str, Callable[..., None]] = {
        "contract": partial(lawful.contract, desk, 330_000),
        "report": partial(lawful.report, desk, 330_000),
        "claim": partial(lawful.claim, desk),
    }
    for name, way in ways.items():
        if name == "claim":
            lawful.fix(desk, YEN)
        if name == what:
            assert refusal(way, received_on=tomorrow)
            way(received_on=desk.now.date())
            break
        way()
    assert not lawful.LACKING


# -- A12: absurd figures are asked about where they can still be corrected --------------------


@pytest.mark.parametrize("yen", ["0", "-1", "400,000"])
def test_a12_a_contract_of_nothing_or_above_its_estimate_is_not_taken_at_once(
    comes: Comes,
    portal: Client,
    yen: str,
) -> None:
    """The estimate was 300,000 yen; the person can still correct what they typed."""
    one = comes("decided")
    answer = send(portal, "c/", **CONTRACT, contract_yen=yen)
    assert one.own.state == "decided"
    shown = answer.content.decode() if answer.status_code == 422 else page(portal, "c/")
    assert yen in shown, "what was typed is still there"


@pytest.mark.parametrize(("paid", "back"), [("0", ""), ("330,000", "400,000"), ("330,000", "-1")])
def test_a12_a_refund_above_what_was_paid_is_not_taken_at_once(
    comes: Comes,
    portal: Client,
    paid: str,
    back: str,
) -> None:
    one = comes("contracted")
    answer = send(portal, "r/", **REPORT, paid_yen=paid, refunded_yen=back)
    assert one.own.state == "contracted"
    shown = answer.content.decode() if answer.status_code == 422 else page(portal, "r/")
    assert paid in shown
    assert back in shown


@pytest.mark.parametrize(
    ("form", "state", "typed"),
    [
        ("contract", "decided", {"contract_on": "11/30", "contract_yen": "0"}),
        ("contract", "decided", {"contract_on": "11/30", "contract_yen": "400,000"}),
        ("report", "contracted", {"paid_on": "11/30", "paid_yen": "0"}),
        (
            "report",
            "contracted",
            {"paid_on": "11/30", "paid_yen": "330,000", "refunded_yen": "400,000"},
        ),
    ],
)
def test_a12_the_officer_is_asked_at_once_and_nothing_typed_is_lost(
    sit: Sit, form: str, state: str, typed: dict[str, str]
) -> None:
    here = sit(state=state)
    answer = here.typed(form, lawyer="法務 一郎", **typed)
    assert answer.status_code in {409, 422}
    assert Grant.objects.get().state == state
    for words in typed.values():
        assert f'value="{words}"' in answer.content.decode()


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize(
    ("sent_back", "after"), [("contract", "decided"), ("report", "contracted"), ("claim", "fixed")]
)
def test_a12_every_report_can_be_sent_back(
    office: OfficeCard, now: datetime, sent_back: str, after: str
) -> None:
    desk = decided(office, now, 330_000, YEN)
    lawful.contract(desk, 330_000)
    if sent_back != "contract":
        lawful.report(desk, 330_000)
    if sent_back == "claim":
        lawful.fix(desk, YEN)
        lawful.claim(desk)
    lawful.send_back(desk)
    assert desk.state == after


@pytest.mark.parametrize(
    ("state", "what", "kept"),
    [
        ("contracted", "c/", ("法務 一郎", "300,000")),
        ("reported", "r/", ("300,000",)),
        ("claimed", "q/", ("1234567",)),
    ],
)
def test_a12_what_is_sent_back_keeps_its_fields(
    comes: Comes,
    portal: Client,
    state: str,
    what: str,
    kept: tuple[str, ...],
) -> None:
    one = comes(state)
    one.goes(Verb.SEND_BACK)
    assert one.own.state != state
    shown = page(portal, what).replace(",", "")
    for words in kept:
        assert f'value="{words.replace(",", "")}"' in shown
