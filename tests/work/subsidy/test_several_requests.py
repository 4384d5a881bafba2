"""A grant for two requests (削除・特定): each has its cost, and its cap holds for that cost.

Estimate 165,000 + 330,000, granted 82,500 + 150,000 = 232,500. Another lawyer takes another share
of each; the total alone would let out more than the cap of each does.
"""

from datetime import datetime
from unittest.mock import patch

import pytest

from madoguchi.rules.decision import Refused
from madoguchi.rules.subsidy.facts import CostByNow
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.subsidy.acts.act import perform
from madoguchi.work.subsidy.acts.afterwards import Refund
from madoguchi.work.subsidy.acts.decision import Change
from madoguchi.work.subsidy.acts.payment import Fix
from madoguchi.work.subsidy.typing import actions as typing
from tests.work.subsidy import lawful
from tests.work.subsidy.granting import Desk, decided_for_two, filing, opened_year, sent
from tests.work.subsidy.lawful import GUARDS

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back

WHY = "上限は請求ごと"
OTHER = {"deletion": 700_000, "disclosure": 100_000}


@pytest.fixture
def desk(office: OfficeCard, now: datetime) -> Desk:
    """Decided at 232,500 yen."""
    opened_year(office)
    return decided_for_two(office, now, each=True)


def change(desk: Desk, yen: int, cost: CostByNow) -> None:
    act = Change(amount_yen=yen, why=WHY, filing=filing(desk.now), estimate_yen=cost)
    perform(desk.officer, desk.grant, act, desk.life, desk.terms, now=desk.now)


def reported(
    desk: Desk, cost: CostByNow, back: CostByNow = 0, agreed: CostByNow | None = None
) -> Desk:
    now = desk.now
    contract = typing.ContractReport(now.date(), "法務 一郎", agreed or cost, why="額が変わった")
    typing.report_contract(desk.officer, desk.grant, contract, desk.life, now=now)
    came_back = {"refunded_yen": back} if back else {}
    paid = typing.CostReport(now.date(), cost, came_back, why=WHY)
    typing.report(desk.officer, desk.grant, paid, desk.life, now=now)
    return desk


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


def test_a_change_is_bound_by_the_cap_of_each_request(desk: Desk) -> None:
    with pytest.raises(Refused, match="amount_most"):
        change(desk, 200_001, OTHER)
    change(desk, 200_000, OTHER)
    assert desk.grant.state == "decided"
    change(desk, 300_000, {"deletion": 500_000, "disclosure": 300_000})
    assert desk.opened.granted_yen == 300_000


def test_the_control_without_the_guard_283_333_goes_out(desk: Desk) -> None:
    with patch(GUARDS["change"]):
        change(desk, 283_333, OTHER)
    assert desk.opened.granted_yen == 283_333


def test_a_fixing_is_bound_by_what_was_paid_for_each(desk: Desk) -> None:
    reported(desk, OTHER)
    for yen, code in ((200_001, "grant.amount_most"), (232_500, "grant.amount_most")):
        with pytest.raises(Refused) as refused:
            desk.fix(yen, why=WHY)
        assert codes(refused) == [code]
    desk.fix(200_000, why=WHY)
    desk.claim()
    desk.pay(200_000)
    assert desk.state == "paid"


def test_nothing_is_fixed_while_only_the_total_is_known(desk: Desk) -> None:
    reported(desk, 800_000, agreed=OTHER)
    for yen in (232_500, 150_000, 1):
        with pytest.raises(Refused) as refused:
            desk.fix(yen, why=WHY)
        assert codes(refused) == ["grant.unsplit"]
    lawful.send_back(desk)
    paid = typing.CostReport(desk.now.date(), OTHER)
    typing.report(desk.officer, desk.grant, paid, desk.life, now=desk.now)
    desk.fix(200_000, why=WHY)


def test_a_sum_by_a_total_alone_is_no_more_than_its_worst_split(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        change(desk, 150_001, 800_000)
    assert codes(refused) == ["grant.unsplit"]
    change(desk, 150_000, 800_000)


def test_a_refund_lowers_the_request_that_it_is_of(desk: Desk) -> None:
    reported(desk, {"deletion": 165_000, "disclosure": 330_000})
    desk.fix(232_500, why=WHY)
    desk.claim()
    desk.pay(232_500)

    def refund(cost: CostByNow) -> None:
        act = Refund(refunded_on=desk.now.date(), refunded_yen=cost, why=WHY)
        perform(desk.officer, desk.grant, act, desk.life, desk.terms, now=desk.now)

    with pytest.raises(Refused, match="refund_over"):
        refund({"deletion": 165_001, "disclosure": 0})
    refund({"deletion": 65_000, "disclosure": 0})
    assert lawful.to_come_back(desk) == 32_500
    lawful.reduce(desk, 200_000)
    refund({"deletion": 0, "disclosure": 30_000})
    assert lawful.to_come_back(desk) == 0, "the retainer still bears the cap"


def test_what_came_back_with_the_report_is_of_its_request(desk: Desk) -> None:
    reported(desk, OTHER, {"deletion": 600_000, "disclosure": 0})
    with pytest.raises(Refused, match="amount_most"):
        desk.fix(100_001, why=WHY)
    desk.fix(100_000, why=WHY)


def test_an_application_with_one_request_is_asked_what_it_was(
    office: OfficeCard, now: datetime
) -> None:
    view = lawful.view(sent(office, now))
    asked = Change.show(view).form
    assert [field.name for field in asked.fields] == [field.name for field in Change.form().fields]
    assert {field.name for field in Fix.show(view).form.fields} == {
        field.name for field in Fix.form().fields
    }


def test_the_letters_say_each_requests_own_sum(desk: Desk) -> None:
    change(desk, 200_000, OTHER)
    found = desk.step(desk.opened.steps[-1].verb)
    assert (found["estimate_yen"], found["estimate_yen_by_act"]) == (800_000, OTHER)
