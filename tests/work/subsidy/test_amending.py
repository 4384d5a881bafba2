"""What may not be put right so: what a step is nothing without, and days that cannot have been."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from madoguchi.rules.decision import Refused
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.subsidy.acts.act import perform
from madoguchi.work.subsidy.acts.decision import Decide
from madoguchi.work.subsidy.granted import actions as granted
from madoguchi.work.subsidy.history import with_corrections
from madoguchi.work.subsidy.ledger.queries import COLUMNS, cells
from madoguchi.work.subsidy.models import Step
from madoguchi.work.subsidy.reviewing import actions as reviewing
from tests.web.desk.granted import seat
from tests.work.subsidy.granting import YEN, Desk, filing, new_sum, opened_year, revocation, sent
from tests.work.subsidy.states import TRIES

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
WHY = "書き写しの誤り"
AGO = date(2019, 1, 1)
TOO_EARLY = ["filing.too_early.drafted_on", "filing.too_early.decided_on"]


@pytest.fixture
def desk(office: OfficeCard, now: datetime) -> Desk:
    """A grant, received on 30 November and in hand ten days later."""
    opened_year(office)
    made = sent(office, now)
    made.receive()
    made.now = now + timedelta(days=10)
    return made


def amend(desk: Desk, verb: Verb, **fields: str) -> None:
    """The newest step of a verb is put right."""
    number = max(step.number for step in desk.opened.steps if step.verb is verb)
    granted.amend(desk.officer, desk.grant, granted.Correction(number, fields, WHY), now=desk.now)


def codes(act: Callable[[], object]) -> list[str]:
    """Why it was refused; nothing stays of it."""
    before = Step.objects.count()
    with pytest.raises(Refused) as caught:
        act()
    assert Step.objects.count() == before
    return [reason.code.removeprefix("grant.") for reason in caught.value.reasons]


def days_later(desk: Desk, days: int) -> str:
    return (desk.now.date() + timedelta(days=days)).isoformat()


@pytest.mark.parametrize(
    ("state", "verb"),
    [("contracted", Verb.CONTRACT), ("reported", Verb.REPORT), ("claimed", Verb.CLAIM)],
)
def test_the_day_on_which_a_paper_came_is_corrected(desk: Desk, state: str, verb: Verb) -> None:
    """Its own day alone: the application keeps the day on which it was received."""
    desk.until(state)
    applied = desk.grant.received_on
    amend(desk, verb, received_on=days_later(desk, -2))
    step = next(step for step in reversed(with_corrections(desk.opened.steps)) if step.verb is verb)
    assert step.on.isoformat() == days_later(desk, -2)
    assert desk.grant.received_on == applied
    assert codes(lambda: amend(desk, verb, received_on="")) == ["amend_day"]
    assert codes(lambda: amend(desk, verb, received_on=days_later(desk, 1))) == ["amend_day"]


# -- emptied ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "name", "code"),
    [
        (Verb.APPLY, "name", "nameless"),
        (Verb.RECEIVE, "received_on", "amend_day"),
        (Verb.DRAFT, "drafted_on", "filing.missing.drafted_on"),
        (Verb.DECIDE, "decided_on", "filing.missing.decided_on"),
        (Verb.CONTRACT, "contract_on", "amend_day"),
        (Verb.REPORT, "paid_on", "amend_day"),
        (Verb.FIX, "decided_on", "filing.missing.decided_on"),
        (Verb.PAY, "paid_on", "amend_day"),
    ],
)
def test_what_a_step_is_nothing_without_is_not_emptied(
    desk: Desk, verb: Verb, name: str, code: str
) -> None:
    desk.until("contracted")
    desk.report()
    desk.fix()
    desk.claim()
    desk.pay()
    assert codes(lambda: amend(desk, verb, **{name: " "})) == [code]


def test_what_comes_when_it_comes_may_be_emptied(desk: Desk) -> None:
    desk.propose()
    desk.decide()
    amend(desk, Verb.DECIDE, enforced_on="", document_number="")
    amend(desk, Verb.APPLY, kana="")
    found = cells(desk.opened.steps, COLUMNS)
    assert found["decided_on"] == desk.now.date()
    assert not found.keys() & {"enforced_on", "document_number", "kana"}


def test_the_page_says_so(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_year(office)
    here = seat(office, now, monkeypatch, desk=sent(office, now).until("received"))
    for of in ("2:received_on", "1:name"):
        answer = here.do("amend", of=of, value="", why=WHY)
        assert answer.status_code == 422, of


# -- days that cannot have been -----------------------------------------------------------------


def paid(desk: Desk) -> Desk:
    desk.propose()
    desk.decide()
    for act in (desk.contract, desk.report, desk.fix, desk.claim, desk.pay):
        act()
    return desk


def test_no_decision_is_put_before_the_application(desk: Desk) -> None:
    paid(desk)
    old = {"drafted_on": AGO.isoformat(), "decided_on": AGO.isoformat()}
    assert codes(lambda: amend(desk, Verb.DECIDE, **old)) == TOO_EARLY


def test_no_decision_is_put_after_its_payment(desk: Desk) -> None:
    paid(desk)
    desk.now += timedelta(days=5)
    days = {"decided_on": days_later(desk, -1), "enforced_on": days_later(desk, -1)}
    assert "paid_on" in codes(lambda: amend(desk, Verb.DECIDE, **days))


def test_no_sum_is_settled_after_its_payment(desk: Desk) -> None:
    paid(desk)
    desk.now += timedelta(days=5)
    days = {"decided_on": days_later(desk, -1), "enforced_on": days_later(desk, -1)}
    assert codes(lambda: amend(desk, Verb.FIX, **days)) == ["paid_on"]


def test_no_payment_is_put_after_its_refund(desk: Desk) -> None:
    paid(desk)
    TRIES[Verb.REVOKE](desk, desk.officer, desk.now)
    TRIES[Verb.REPAY](desk, desk.officer, desk.now)
    desk.now += timedelta(days=5)
    assert codes(lambda: amend(desk, Verb.PAY, paid_on=days_later(desk, -1))) == ["repaid_on"]


def test_no_receipt_is_put_after_the_draft(desk: Desk) -> None:
    desk.propose()
    desk.now += timedelta(days=5)
    today = days_later(desk, 0)
    assert codes(lambda: amend(desk, Verb.RECEIVE, received_on=today)) == TOO_EARLY
    reviewing.undraft(desk.officer, desk.grant, WHY, now=desk.now)
    amend(desk, Verb.RECEIVE, received_on=today)
    assert desk.grant.received_on == desk.now.date()


def test_days_in_their_order_are_corrected_one_by_one(desk: Desk) -> None:
    paid(desk)
    for name in ("drafted_on", "decided_on"):
        amend(desk, Verb.DECIDE, **{name: days_later(desk, -3)})
    found = cells(desk.opened.steps, COLUMNS)
    assert found["decided_on"] == desk.now.date() - timedelta(days=3)


def test_what_was_wrong_before_may_be_corrected(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("madoguchi.work.subsidy.validation.earliest", lambda *_: None)
        desk.check_all()
        desk.draft(filing=filing(desk.now, drafted_on=AGO, decided_on=None, enforced_on=None))
        desk.decide()
    amend(desk, Verb.DECIDE, binder="補助金綴")
    amend(desk, Verb.DRAFT, drafted_on=days_later(desk, 0))
    assert desk.opened.steps[-1].verb is Verb.AMEND


# -- typed for the first time -------------------------------------------------------------------


def test_nothing_is_drafted_before_the_application(desk: Desk) -> None:
    desk.check_all()
    old = filing(desk.now, drafted_on=AGO, decided_on=None, enforced_on=None)
    assert codes(lambda: desk.draft(filing=old)) == ["filing.too_early.drafted_on"]


@pytest.mark.parametrize("verb", [Verb.DECIDE, Verb.CHANGE, Verb.REVOKE])
def test_nothing_is_decided_before_what_it_rests_on(desk: Desk, verb: Verb) -> None:
    desk.propose()
    if verb is not Verb.DECIDE:
        desk.decide()
    old = filing(desk.now, drafted_on=AGO, decided_on=AGO)
    acts: dict[Verb, Callable[[], object]] = {
        Verb.DECIDE: lambda: perform(
            desk.officer, desk.grant, Decide(filing=old), desk.life, desk.terms, now=desk.now
        ),
        Verb.CHANGE: lambda: perform(
            desk.officer,
            desk.grant,
            new_sum(YEN - 1, WHY, old),
            desk.life,
            desk.terms,
            now=desk.now,
        ),
        Verb.REVOKE: lambda: perform(
            desk.officer, desk.grant, revocation(WHY, old), desk.life, desk.terms, now=desk.now
        ),
    }
    assert codes(acts[verb]) == TOO_EARLY
