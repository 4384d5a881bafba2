"""24. Move money that is not there, twice, alone, out of order, or under another's key."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.programme.subsidy import Life
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.cipher import Tampered
from madoguchi.work.cases.models import Case
from madoguchi.work.issued import actions as issued
from madoguchi.work.subsidy.acts.act import perform
from madoguchi.work.subsidy.acts.payment import Pay
from madoguchi.work.subsidy.files import queries
from madoguchi.work.subsidy.granted import actions as granted
from madoguchi.work.subsidy.models import Budget, Grant, Step
from madoguchi.work.subsidy.reviewing import actions as reviewing
from madoguchi.work.subsidy.validation import Missing
from tests.work.subsidy.drawn import attach
from tests.work.subsidy.granting import (
    YEN,
    Desk,
    filing,
    new_sum,
    opened_year,
    repayment,
    revocation,
    sent,
)
from tests.work.subsidy.states import TRIES

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
IN_TOOL = Life(approval="in_tool")


@pytest.fixture
def desk(office: OfficeCard, now: datetime) -> Desk:
    opened_year(office)
    return sent(office, now)


def refused(act: Callable[[], object]) -> str:
    """Why the act was refused; nothing of it stays."""
    steps, books = Step.objects.count(), sums()
    with pytest.raises(Refused) as caught:
        act()
    assert (Step.objects.count(), sums()) == (steps, books)
    return caught.value.reasons[0].code


def sums() -> tuple[int, int]:
    """What is reserved and what is spent, in yen."""
    year = Budget.objects.get()
    return year.reserved_yen, year.spent_yen


def promoted(actor: Actor, role: str = "supervisor") -> Actor:
    """The same person with another role."""
    return Actor(actor.office_id, role, actor.staff_id)


# -- alone ----------------------------------------------------------------------------------


def test_a_drafter_who_becomes_a_supervisor_does_not_decide_their_own_draft(desk: Desk) -> None:
    strict = replace(desk, life=IN_TOOL).until("drafted")
    assert refused(lambda: strict.decide(strict.officer)) == "grant.decider"
    assert refused(lambda: strict.decide(promoted(strict.officer))) == "grant.own_draft"
    strict.decide(strict.supervisor)


def test_a_draft_that_goes_round_comes_back_as_ones_own(desk: Desk) -> None:
    """Another colleague's draft in between does not make the next one another's."""
    strict = replace(desk, life=IN_TOOL).until("drafted")
    for drafter in (strict.other, strict.supervisor):
        TRIES[Verb.UNDRAFT](strict, strict.other, strict.now)
        strict.draft(drafter)
    assert refused(lambda: strict.decide(strict.supervisor)) == "grant.own_draft"
    assert sums() == (0, 0)


def test_a_claim_that_was_sent_back_leaves_who_settled_the_sum(desk: Desk) -> None:
    desk.until("claimed")
    granted.send_back(
        desk.other, desk.grant, granted.SentBack("口座の名義が違う"), desk.life, now=desk.now
    )
    desk.claim()
    assert refused(lambda: desk.pay(who=desk.officer)) == "grant.own_fixing"
    assert refused(lambda: desk.pay(who=promoted(desk.officer))) == "grant.own_fixing"
    desk.pay(who=desk.other)


@pytest.mark.parametrize("yen", [0, YEN])
def test_a_state_without_its_steps_pays_nothing(desk: Desk, yen: int) -> None:
    """Who may write the state alone, as the portal's role, brings no money on its way."""
    desk.receive()
    Grant.objects.update(state="claimed")
    with pytest.raises(Tampered):
        desk.pay(yen)


def test_a_revocation_without_its_step_takes_nothing_back(desk: Desk) -> None:
    desk.receive()
    Grant.objects.update(state="reclaimed")
    day = desk.now.date()
    with pytest.raises(Tampered):
        perform(desk.officer, desk.grant, repayment(day, YEN), desk.life, desk.terms, now=desk.now)


# -- twice ----------------------------------------------------------------------------------


def test_anothers_key_does_nothing_to_another_grant(
    office: OfficeCard, desk: Desk, now: datetime
) -> None:
    second = sent(office, now).until("claimed")
    desk.until("claimed")
    told = Pay(paid_on=now.date(), amount_yen=YEN)
    first = perform(
        desk.other, desk.grant, told, desk.life, desk.terms, now=now, idempotency_key="k"
    )
    assert (
        perform(
            second.other,
            second.grant,
            told,
            second.life,
            second.terms,
            now=now,
            idempotency_key="k",
        )
        == first
    )
    assert second.state == "claimed"
    assert sums() == (YEN, YEN)
    other = Actor(office.id, "counsellor", desk.other.staff_id)
    with pytest.raises(Absent):
        perform(other, desk.grant, told, desk.life, desk.terms, now=now, idempotency_key="k")


# -- more than there is ---------------------------------------------------------------------


@pytest.mark.parametrize("yen", [-1, 0, YEN + 1, 9_999_999_999, 2**63])
def test_no_sum_is_fixed_paid_or_repaid_that_was_not_granted(desk: Desk, yen: int) -> None:
    desk.until("reported")
    assert refused(lambda: desk.fix(yen)) == ("grant.amount" if yen < 1 else "grant.amount_most")
    desk.fix()
    desk.claim()
    assert refused(lambda: desk.pay(yen)) == "grant.amount_other"
    desk.pay()
    revoked = revocation("契約がなくなった", filing(desk.now), yen)
    assert (
        refused(
            lambda: perform(desk.officer, desk.grant, revoked, desk.life, desk.terms, now=desk.now)
        )
        == "grant.repay_yen"
    )
    TRIES[Verb.REVOKE](desk, desk.officer, desk.now)
    assert (
        refused(
            lambda: perform(
                desk.officer,
                desk.grant,
                repayment(desk.now.date(), yen),
                desk.life,
                desk.terms,
                now=desk.now,
            )
        )
        == "grant.repay_over"
    )
    assert sums() == (0, YEN)
    back = repayment(desk.now.date(), YEN)
    perform(desk.officer, desk.grant, back, desk.life, desk.terms, now=desk.now)
    assert sums() == (0, 0)


@pytest.mark.parametrize("yen", [-1, 1_000_001, 9_999_999_999, 2**63])
def test_no_change_takes_what_the_rules_do_not_give(desk: Desk, yen: int) -> None:
    desk.until("decided")
    told = new_sum(yen, "見積が変わった", filing(desk.now))
    given = desk.grant, told, desk.life, desk.terms
    code = refused(lambda: perform(desk.officer, *given, now=desk.now))
    assert code == ("grant.amount" if yen < 0 else "grant.amount_most")


# -- earlier than it was --------------------------------------------------------------------


def test_no_correction_makes_an_application_older_than_it_was_sent(desk: Desk) -> None:
    later = replace(desk, now=desk.now + timedelta(days=2))
    later.receive()
    number = Step.objects.get(verb="receive").number
    before = (desk.now - timedelta(days=1)).date().isoformat()
    told = granted.Correction(number, {"received_on": before}, "写しまちがい")
    code = refused(lambda: granted.amend(later.officer, later.grant, told, now=later.now))
    assert code == "grant.received_on"
    on = desk.now.date().isoformat()
    granted.amend(
        later.officer, later.grant, replace(told, fields={"received_on": on}), now=later.now
    )
    assert later.grant.received_on == desk.now.date()


# -- beside the grant -----------------------------------------------------------------------


def test_nothing_of_the_case_opens_through_its_grant(
    office: OfficeCard, desk: Desk, now: datetime
) -> None:
    """A file that no step names, the case's own paper, another grant's paper, by its very id."""
    desk.until("received")
    beside = attach(desk.grant, "花子.jpg", b"\xff\xd8 beside", now)
    own = issued.MadePaper("record_sheet", "相談記録票", b"%PDF-1.7", 1, ())
    case = Case.objects.get(pk=desk.grant.case_id)
    counsellor = Actor(office.id, "counsellor", desk.supervisor.staff_id)
    sheet = issued.issue(counsellor, case, own, now=now)
    second = sent(office, now).until("received")
    letter = issued.issue(
        second.officer, second.grant, replace(own, paper="grant_correction"), now=now
    )
    for who in (desk.officer, desk.supervisor):
        with pytest.raises(Absent):
            queries.original(who, desk.grant, beside, now=now)
        for paper in (sheet, letter):
            with pytest.raises(Absent):
                issued.copy(who, desk.grant, paper, now=now)
    with pytest.raises(Absent):
        issued.copy(desk.officer, case, sheet, now=now)
    told = Missing(12, "画面")
    with pytest.raises(Absent):
        reviewing.send_for_completion(
            counsellor, desk.grant, reviewing.CompletionRequest((told,), now.date()), now=now
        )
