"""The order of things (順序): what came too early stops until somebody decides on those days."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from madoguchi.rules.programme.subsidy import BeforeContract, Terms
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.subsidy.application import Applied
from madoguchi.work.subsidy.granted import actions as granted
from madoguchi.work.subsidy.typing import actions as typing
from tests.work.subsidy import lawful
from tests.work.subsidy.granting import APPLIED, TWO_REQUESTS, Desk, opened_year, sent, terms
from tests.work.subsidy.lawful import WHY
from tests.work.subsidy.test_reviewing import refused

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back


def waiting(on: date, **confirmed: Any) -> Terms:
    """The rules, if the city had confirmed this of its order."""
    known = terms(on)
    assert known.version
    assert isinstance(known.version.timing, BeforeContract)
    timing = replace(known.version.timing, **confirmed)
    return replace(known, version=replace(known.version, timing=timing))


def received(office: OfficeCard, now: datetime, applied: Applied = APPLIED) -> Desk:
    """Everything was looked at."""
    opened_year(office)
    desk = sent(office, now, applied).until("received")
    desk.check_all()
    return desk


def signed(now: datetime, days: int = 1) -> Applied:
    """Who applies has signed, that many days ago."""
    on = now.date() - timedelta(days)
    return replace(APPLIED, contract="signed", contract_on=on.isoformat())


def correct(desk: Desk, verb: Verb, **fields: str) -> None:
    number = next(step.number for step in desk.opened.steps if step.verb is verb)
    told = granted.Correction(number, fields, WHY)
    granted.amend(desk.officer, desk.grant, told, now=desk.now)


def test_to_go_on_is_decided_for_the_days_known_then(office: OfficeCard, now: datetime) -> None:
    """Whose contract turns out to be older yet, or whose payment, waits for another decision."""
    desk = received(office, now, signed(now))
    assert refused(desk.draft)["code"] == "grant.order"
    lawful.go_on_in_spite(desk, "渋安第80号", WHY)
    again = partial(lawful.go_on_in_spite, desk, "渋安第81号", WHY)
    assert refused(again)["code"] == "grant.proceed", "that was decided"
    desk.draft()
    desk.decide()
    lawful.contract(desk, 330_000, on=now.date() - timedelta(1), why=WHY)
    lawful.report(desk, 330_000)
    correct(desk, Verb.CONTRACT, contract_on=(now.date() - timedelta(9)).isoformat())
    assert refused(desk.fix)["code"] == "grant.order"
    again()
    desk.fix()


def test_a_decision_asks_too(office: OfficeCard, now: datetime) -> None:
    """The city has confirmed its order since the draft."""
    desk = received(office, now, signed(now, 0))
    desk.draft()
    desk.rules = waiting(now.date(), same_day=False, same_day_source="要領第4条")
    assert refused(desk.decide)["code"] == "grant.order"
    lawful.go_on_in_spite(desk, "渋安第80号", WHY)
    desk.decide()


@pytest.mark.parametrize(
    ("confirmed", "days", "code"),
    [
        ({"same_day": False, "same_day_source": "要領第4条"}, 0, "grant.order"),
        ({"same_day": True, "same_day_source": "要領第4条"}, 0, ""),
        ({"contract_after": "decision", "contract_after_source": "要領第4条"}, 0, "grant.order"),
    ],
)
def test_what_the_city_wants_before_the_contract_stops_its_draft(
    office: OfficeCard, now: datetime, confirmed: dict[str, Any], days: int, code: str
) -> None:
    desk = received(office, now, signed(now, days))
    desk.rules = waiting(now.date(), **confirmed)
    if not code:
        desk.draft()
    else:
        assert refused(desk.draft)["code"] == code
        lawful.go_on_in_spite(desk, "渋安第80号", WHY)
        desk.draft()


def test_a_contract_before_the_decision_stops_the_fixing_where_the_city_waits_for_it(
    office: OfficeCard, now: datetime
) -> None:
    desk = received(office, now)
    desk.draft()
    desk = replace(desk, now=now + timedelta(3))
    desk.decide()
    lawful.contract(desk, 300_000, on=now.date() + timedelta(1), why=WHY)
    lawful.report(desk, 300_000)
    desk.rules = waiting(now.date(), contract_after="decision", contract_after_source="要領第4条")
    assert refused(desk.fix)["code"] == "grant.order"
    desk.rules = waiting(now.date(), contract_after="decision")
    desk.fix()  # what nobody has confirmed stops nothing


def test_signed_for_one_request_does_not_turn_the_other_away(
    office: OfficeCard, now: datetime
) -> None:
    """The application is made one of what is not signed yet; the other's retainer is not of it."""
    both = replace(TWO_REQUESTS, contract="signed", contract_on="2026-11-29")
    desk = received(office, now, both)
    assert refused(desk.draft)["code"] == "grant.order"
    lawful.ask(desk)
    open_yet = replace(
        TWO_REQUESTS, acts=("deletion",), costs=TWO_REQUESTS.costs[:1], contract="none"
    )
    typing.complete(desk.officer, desk.grant, open_yet, now=now)
    desk.check_all()
    found = refused(partial(desk.draft, amount_yen=82_501))
    assert found == {"code": "grant.amount_most", "most": "82,500"}
    desk.draft(amount_yen=82_500)


def test_a_payment_before_its_contract_is_asked_about(office: OfficeCard, now: datetime) -> None:
    opened_year(office)
    desk = sent(office, now).until("contracted")
    told = typing.CostReport(now.date() - timedelta(1), 330_000)
    report = partial(typing.report, desk.officer, life=desk.life, now=now)
    assert refused(lambda: report(desk.grant, told))["code"] == "grant.paid_before"
    report(desk.grant, replace(told, why=WHY))
    assert desk.step(Verb.REPORT)["words"] == WHY
