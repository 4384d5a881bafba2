"""Pay and fix, in memory: what their forms ask, what they refuse, what they write down."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from unittest.mock import Mock, patch
from uuid import UUID, uuid4

import pytest

from madoguchi.rules.decision import Refused
from madoguchi.rules.koyomi.dates import JAPAN
from madoguchi.rules.steps.grant import State, Verb
from madoguchi.tools.office.actor import Actor
from madoguchi.work.notices import proposals
from madoguchi.work.subsidy.acts.payment import Fix, Pay
from madoguchi.work.subsidy.desk import LockedGrant
from madoguchi.work.subsidy.history import StepCard
from tests.work.subsidy.granting import YEN

NOW = datetime(2026, 11, 30, 10, tzinfo=JAPAN)
OFFICER, OTHER = uuid4(), uuid4()
PAY = Pay(paid_on=NOW.date(), amount_yen=YEN, order_number=" 支命5 ")


def step(number: int, verb: Verb, on: date, staff: UUID, **details: Any) -> StepCard:
    return StepCard(uuid4(), number, verb, State.DECIDED, on, NOW, staff, details, {})


@pytest.fixture
def budget() -> Iterator[Mock]:
    """The year's money, which takes what it is told."""
    rules = patch("madoguchi.work.subsidy.acts.payment.findings")
    with patch("madoguchi.work.subsidy.acts.payment.budget") as money, rules:
        yield money


@pytest.fixture
def grant(budget: Mock) -> LockedGrant:
    """A grant that was decided and fixed; nothing is sealed, no database is asked."""
    steps = (
        step(1, Verb.DECIDE, date(2026, 10, 1), OTHER, amount_yen=YEN),
        step(2, Verb.FIX, date(2026, 11, 1), OTHER, amount_yen=YEN),
    )
    row = Mock(office_id=uuid4(), fiscal_year=2026)
    actor = Actor(row.office_id, "subsidy_officer", OFFICER)
    return LockedGrant(row, actor, Verb.PAY, NOW, Mock(), Mock(), steps)


def test_what_is_written_and_what_the_person_reads(grant: LockedGrant, budget: Mock) -> None:
    written = PAY.apply(grant)
    public = {"paid_on": "2026-11-30", "amount_yen": YEN}
    assert written.public_details == public
    assert list(written.details.items()) == [  # the order is sealed
        *public.items(),
        ("order_number", "支命5"),
        ("creditor_number", ""),
    ]
    budget.spend.assert_called_once_with(grant.office_id, 2026, YEN)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"paid_on": date(2026, 12, 1)}, "grant.paid_on"),
        ({"paid_on": date(2026, 10, 31)}, "grant.paid_on"),
        ({"amount_yen": YEN - 1}, "grant.amount_other"),
        ({"amount_yen": 0}, "grant.amount_other"),
    ],
)
def test_what_is_refused(
    grant: LockedGrant, budget: Mock, wrong: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        replace(PAY, **wrong).apply(grant)
    assert [one.code for one in refused.value.reasons] == [code]
    assert not budget.mock_calls


def test_who_settled_the_sum_pays_it_with_a_signature_alone(
    grant: LockedGrant, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = replace(grant, actor=replace(grant.actor, staff_id=OTHER))
    monkeypatch.setattr(proposals, "use_signature", lambda *_, **__: None)
    with pytest.raises(Refused) as refused:
        PAY.apply(own)
    assert [one.code for one in refused.value.reasons] == ["grant.own_fixing"]
    monkeypatch.setattr(proposals, "use_signature", lambda *_, **__: OTHER)
    paid = PAY.apply(own)
    assert (paid.on, paid.details["second"]) == (NOW.date(), str(OTHER))
    assert "second" not in PAY.apply(grant).details, "nobody signs what another fixed"


def test_a_form_asks_in_the_order_of_the_class_and_needs_what_has_no_default() -> None:
    asked = [(one.name, one.required) for one in Pay.form().fields]
    assert asked == [
        ("paid_on", True),
        ("amount_yen", True),
        ("order_number", False),
        ("creditor_number", False),
    ]
    assert [one.name for one in Fix.form().fields][:3] == ["amount_yen", "amount_why", "less"]


def test_a_form_that_is_wrong_says_where_and_keeps_what_was_typed() -> None:
    typed = {"paid_on": ["きのうごろ"], "amount_yen": ["千円"], "order_number": [" 支命5 "]}
    filled = Pay.check(typed, NOW.date())
    assert {slip.name for slip in filled.errors} == {"paid_on", "amount_yen"}
    assert filled.words("paid_on") == "きのうごろ"
    later = Pay.check({**typed, "paid_on": ["令和8年12月1日"], "amount_yen": ["1"]}, NOW.date())
    assert [(slip.name, slip.code) for slip in later.errors] == [("paid_on", "future")]
