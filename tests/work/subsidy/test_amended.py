"""What was put right holds for everybody who reads it: desk, person, books."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.public import Holding
from madoguchi.work.subsidy.applying import public as applying
from madoguchi.work.subsidy.granted import actions as granted
from madoguchi.work.subsidy.history import current
from madoguchi.work.subsidy.models import Step
from madoguchi.work.subsidy.own.public import own
from tests.work.subsidy.granting import APPLIED, YEAR, Desk, opened_year, sent_in
from tests.work.subsidy.looked import movements

pytestmark = pytest.mark.django_db(databases="__all__")
WHY = "戸籍の写しと照らして直した"


@pytest.fixture
def desk(office: OfficeCard, held: Holding, now: datetime) -> Desk:
    """A grant of a person who holds their receipt; the desk received it ten days ago."""
    opened_year(office)
    made = sent_in(office, held.case_id, now, APPLIED, held.drawer)
    made.receive()
    made.now = now + timedelta(days=10)
    return made


def amend(desk: Desk, verb: Verb, **fields: str) -> None:
    """The newest step of a verb is put right."""
    number = max(step.number for step in desk.opened.steps if step.verb is verb)
    told = granted.Correction(number, fields, WHY)
    granted.amend(desk.officer, desk.grant, told, now=desk.now)


def shown(held: Holding, verb: Verb) -> Any:
    """What the person reads of the newest step of a verb."""
    found = own(held)
    assert found is not None
    step = found.last(verb)
    assert step is not None
    return step


# -- what the person said ---------------------------------------------------------------------


def test_the_person_reads_what_the_desk_corrected(desk: Desk, held: Holding) -> None:
    amend(desk, Verb.APPLY, name="直した 花子", address="渋川市石原81番地")
    found = own(held)
    assert found is not None
    assert current(found.steps) == current(desk.opened.steps)
    assert current(found.steps).name == "直した 花子"
    told = applying.running_application(held)
    assert told is not None
    assert told.address == "渋川市石原81番地"


def test_the_person_s_own_form_knows_that_the_desk_hides_the_address(
    desk: Desk, held: Holding
) -> None:
    amend(desk, Verb.APPLY, protected="on")
    told = applying.running_application(held)
    assert told is not None
    assert told.protected


def test_the_person_reads_no_reason_and_nothing_that_they_were_not_shown(
    desk: Desk, held: Holding
) -> None:
    desk.until("decided")
    amend(desk, Verb.DECIDE, document_number="渋安第77号", binder="別の簿冊", commitment_number="9")
    amend(desk, Verb.DRAFT, document_number="渋安第78号")
    assert shown(held, Verb.DECIDE).public_details["document_number"] == "渋安第77号"
    found = own(held)
    assert found is not None
    read = str([(step.details, step.public_details) for step in found.steps])
    assert not [one for one in (WHY, "別の簿冊", "commitment_number", "渋安第78号") if one in read]
    *_, first, second = Step.objects.filter(grant_id=desk.id).order_by("number")
    assert (bool(first.shown), bool(second.shown)) == (True, False)


def test_an_amendment_is_no_news(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    where = "madoguchi.work.subsidy.desk.queue_mail"
    monkeypatch.setattr(where, lambda grant, _now: told.append(grant.state))
    amend(desk.until("drafted"), Verb.APPLY, kana="ヨシダ ハナ")
    assert told == []
    desk.decide()
    assert told == ["decided"]


# -- days -------------------------------------------------------------------------------------


def test_another_day_of_a_decision_is_the_day_everywhere(desk: Desk, held: Holding) -> None:
    desk.until("decided")
    true = desk.now.date() - timedelta(days=5)
    amend(desk, Verb.DECIDE, drafted_on=true.isoformat(), decided_on=true.isoformat())
    assert shown(held, Verb.DECIDE).on == true
    (line,) = movements(desk.office.id, YEAR).lines
    assert line.on == true


def test_a_payment_after_the_true_day_of_the_decision_is_recorded(desk: Desk) -> None:
    desk.until("fixed").claim(desk.now.date() - timedelta(days=4))
    true = (desk.now.date() - timedelta(days=5)).isoformat()
    amend(desk, Verb.DECIDE, drafted_on=true, decided_on=true)
    amend(desk, Verb.FIX, drafted_on=true, decided_on=true)
    desk.pay(on=desk.now.date() - timedelta(days=3))
    assert desk.state == "paid"


def test_the_person_reads_the_true_day_of_the_payment(desk: Desk, held: Holding) -> None:
    desk.until("paid")
    desk.now += timedelta(days=20)
    amend(desk, Verb.PAY, paid_on="2026-12-20")
    step = shown(held, Verb.PAY)
    assert (step.on, step.public_details["paid_on"]) == (date(2026, 12, 20), "2026-12-20")
