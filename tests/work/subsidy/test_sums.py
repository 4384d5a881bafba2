"""What a sum rests on once it was said: a refund, the contract, what was applied for, a share."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from madoguchi.rules.programme.subsidy import Life, Terms
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.subsidy.acts.act import perform
from madoguchi.work.subsidy.acts.decision import Change
from tests.work.subsidy import lawful
from tests.work.subsidy.granting import (
    APPLIED,
    TWO_REQUESTS,
    YEN,
    Desk,
    filing,
    opened_year,
    sent,
    terms,
)
from tests.work.subsidy.lawful import WHY
from tests.work.subsidy.test_reviewing import refused

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
NO_FIXING = Life(stages=("contract", "report"))


@pytest.fixture
def desk(office: OfficeCard, now: datetime) -> Desk:
    opened_year(office)
    return sent(office, now)


def change(desk: Desk, yen: int, **typed: Any) -> None:
    told = Change(amount_yen=yen, why=WHY, filing=filing(desk.now), **typed)
    perform(desk.officer, desk.grant, told, desk.life, desk.terms, now=desk.now)


@pytest.mark.parametrize("after", ["report", "change"])
def test_a_refund_stands_beside_whatever_comes_after_it(desk: Desk, after: str) -> None:
    """330,000 yen were paid and 130,000 came back: 100,000 is half, whatever is reported again."""
    desk = replace(desk.until("decided"), life=NO_FIXING)
    lawful.contract(desk, 330_000)
    lawful.report(desk, 330_000)
    lawful.refund(desk, 130_000)
    lawful.send_back(desk)
    if after == "change":
        above = refused(lambda: change(desk, 100_001, estimate_yen=330_000))
        assert above == {"code": "grant.amount_most", "most": "100,000"}
        change(desk, 100_000, estimate_yen=330_000)
        assert lawful.view(desk).cost == 200_000
    lawful.report(desk, 330_000)
    assert lawful.view(desk).cost == 200_000
    if after == "report":
        assert refused(lambda: lawful.pay(desk, YEN)) == {
            "code": "grant.reduce_first",
            "most": "100,000",
        }


def test_a_change_names_no_more_than_the_contract_that_stands(
    office: OfficeCard, now: datetime
) -> None:
    opened_year(office)
    desk = sent(office, now, TWO_REQUESTS).until("decided")
    signed = {"deletion": 100_000, "disclosure": 300_000}
    lawful.contract(desk, signed)
    dearer = {"deletion": 100_001, "disclosure": 200_000}
    found = refused(lambda: change(desk, YEN - 1, estimate_yen=dearer))
    assert found == {"code": "grant.above_signed", "yen": "100,000"}
    change(desk, YEN - 1, estimate_yen=signed)


def test_what_was_applied_for_bounds_a_change_until_the_change_says_another_sum(
    office: OfficeCard, now: datetime
) -> None:
    opened_year(office)
    desk = sent(office, now, replace(APPLIED, applied_yen=100_000)).until("received")
    desk.check_all()
    assert refused(lambda: desk.draft(amount_yen=100_001))["code"] == "grant.amount_applied"
    desk.draft(amount_yen=100_000)
    desk.decide()
    dearer = refused(lambda: change(desk, 120_000, estimate_yen=400_000))
    assert dearer == {"code": "grant.amount_applied", "most": "100,000"}
    change(desk, 120_000, estimate_yen=400_000, applied_yen=120_000)
    assert desk.step(Verb.CHANGE)["applied_yen"] == 120_000
    again = refused(lambda: change(desk, 120_001, estimate_yen=400_000))
    assert again == {"code": "grant.amount_applied", "most": "120,000"}


def without_share(known: Terms) -> Terms:
    """The rules, if nobody had confirmed the share."""
    version = known.version
    assert version
    formula = replace(version.amount.formula, source=UNCONFIRMED)
    return replace(known, version=replace(version, amount=replace(version.amount, formula=formula)))


def test_without_a_share_there_is_no_sum_whatever_the_reason(desk: Desk, now: datetime) -> None:
    desk.until("received").check_all()
    desk.rules = without_share(terms(now.date()))
    for yen in (1, YEN, 10**9):
        assert refused(partial(desk.draft, amount_yen=yen))["code"] == "grant.rate_open"
    desk.rules = None
    desk.draft()
    desk.decide()
    desk.contract()
    desk.report()
    desk.rules = without_share(terms(now.date()))
    assert refused(lambda: desk.fix(YEN, why=WHY))["code"] == "grant.rate_open"
    desk.rules = None
    desk.fix()
