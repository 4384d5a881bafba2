"""What was recorded by mistake (誤記録) is taken back, and everything is as it was before it."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from madoguchi.rules.decision import Absent
from madoguchi.rules.steps.grant import UNDOABLE, State, Verb, possible
from madoguchi.rules.subsidy.books import sums_of
from madoguchi.tools.audit import chain
from madoguchi.tools.mail.models import Outgoing
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import dues
from madoguchi.work.cases.models import Case
from madoguchi.work.issued import actions as issued
from madoguchi.work.subsidy.acts.act import perform
from madoguchi.work.subsidy.acts.undoing import Undo
from madoguchi.work.subsidy.budget.steps import movements
from madoguchi.work.subsidy.counting.queries import count
from madoguchi.work.subsidy.desk import drawers
from madoguchi.work.subsidy.fiscal_year import of_year, years_of
from madoguchi.work.subsidy.granted import actions as granted
from madoguchi.work.subsidy.history import history
from madoguchi.work.subsidy.models import Budget
from madoguchi.work.subsidy.own import public
from tests import looking
from tests.offices import actor_of, make_staff
from tests.work.subsidy.granting import APPLIED, YEN, Desk, opened_year, sent, sent_in
from tests.work.subsidy.owning import owner
from tests.work.subsidy.states import TRIES, WHY, in_state, to_refuse
from tests.work.subsidy.test_reviewing import refused

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
SURE = ("unsent", "unpaid")


def undo(desk: Desk, *sure: str, why: str = WHY) -> Any:
    """The newest step was recorded by mistake."""
    act = Undo(why=why, sure=sure or SURE)
    return perform(desk.officer, desk.grant, act, desk.life, now=desk.now)


@looking.inside()
def stands(desk: Desk) -> dict[str, Any]:
    """All that desk, books and person have of a grant, but for its past."""
    row, year = desk.grant, Budget.objects.get(fiscal_year=2026)
    shared, staff = drawers(row, desk.now)
    held: Any = SimpleNamespace(office_id=row.office_id, case_id=row.case_id, drawer=shared)
    person = public.own(held)
    assert person is not None
    moved = movements(row.office_id, 2026)
    return {
        "state": (row.state, row.received_on, row.number),
        "steps": [
            (step.number, step.verb, step.state, step.on, step.details)
            for step in history(row, shared, staff)
        ],
        "books": (year.reserved_yen, year.spent_yen),
        "moved": (moved.unread, sums_of(moved.lines)),
        "counted": count(row.office_id, 2026, desk.now, frozenset()).grants,
        "year": (years_of([row]), of_year(row.office_id, 2026).filter(pk=row.pk).exists()),
        "person": (person.state, person.budget_year, person.steps),
    }


def looks(desk: Desk) -> list[Any]:
    """What its case waits for, each with the day on which somebody looks at it."""
    case = Case.objects.get(pk=desk.grant.case_id)
    return sorted(dues.waiting(case).values_list("kind", "on"))


def to_state(office: OfficeCard, now: datetime, state: State, verb: Verb) -> Desk:
    """A grant in a state in which the verb is possible on that day, with that draft."""
    if verb is Verb.REFUSE:
        return to_refuse(sent(office, now))
    desk = in_state(office, now, state)
    return replace(desk, now=desk.now.replace(year=2027, month=6)) if verb is Verb.LAPSE else desk


WAYS = [(state, verb) for state in State for verb in possible(state) if verb in UNDOABLE]


@pytest.mark.parametrize(("state", "verb"), WAYS, ids=str)
def test_taken_back_all_is_as_it_was_before_it(
    office: OfficeCard, now: datetime, state: State, verb: Verb
) -> None:
    opened_year(office)
    desk = to_state(office, now, state, verb)
    before, looked_at, mails = stands(desk), looks(desk), Outgoing.objects.count()
    TRIES[verb](desk, desk.other if verb is Verb.PAY else desk.officer, desk.now)
    assert stands(desk) != before
    told = Outgoing.objects.count() - mails
    undo(desk)
    assert stands(desk) == before
    if verb is Verb.LAPSE or state is State.SENT:  # a day that is past or that nobody set
        assert "grant" in dict(looks(desk))
    else:
        assert looks(desk) == looked_at
    assert Outgoing.objects.count() - mails == 2 * told  # who could read of it reads of this, too
    assert [step.verb for step in desk.opened.past[-2:]] == [verb, Verb.UNDO]
    assert chain.faults(office.id) == []


def test_a_whole_life_is_taken_back_step_by_step_and_lived_again(desk: Desk) -> None:
    desk.until("drafted")
    drafted = stands(desk)
    forward = desk.decide, desk.contract, desk.report, desk.fix, desk.claim, desk.pay
    for step in forward:
        step()
    for verb in (Verb.PAY, Verb.CLAIM, Verb.FIX, Verb.REPORT, Verb.CONTRACT, Verb.DECIDE):
        if verb in UNDOABLE:
            undo(desk)
        else:
            assert refused(partial(undo, desk)) == {"code": "grant.undo"}
            TRIES[Verb.SEND_BACK](desk, desk.officer, desk.now)
    assert stands(desk) == drafted
    for step in forward:
        step()
    assert desk.opened.money.paid_yen == YEN
    with looking.inside():
        assert len(movements(desk.office.id, 2026).lines) == 2  # decided once, and paid once


def test_what_was_corrected_since_stays_and_nothing_else_of_it(desk: Desk) -> None:
    desk.until("paid")
    TRIES[Verb.AMEND](desk, desk.officer, desk.now)
    undo(desk)
    assert desk.opened.applied.kana == "ヨシダ ハナコ"
    TRIES[Verb.SEND_BACK](desk, desk.officer, desk.now)  # what is sent back is the claim
    assert desk.state == "fixed"
    desk.claim()
    assert desk.state == "claimed"
    number = next(step.number for step in desk.opened.past if step.verb is Verb.PAY)
    wrong = granted.Correction(number, {"order_number": "支命第6号"}, WHY)
    with pytest.raises(Absent):
        granted.amend(desk.officer, desk.grant, wrong, now=desk.now)


def test_a_later_decision_counts_in_the_year_of_its_own_day(desk: Desk) -> None:
    desk.until("decided")
    undo(desk)
    opened_year(desk.office, 2027)
    april = replace(desk, now=desk.now.replace(year=2027, month=4, day=5))
    april.decide()
    assert years_of([april.grant]) == {april.id: 2027}
    assert [Budget.objects.get(fiscal_year=year).reserved_yen for year in (2026, 2027)] == [0, YEN]
    assert [of_year(desk.office.id, year).count() for year in (2026, 2027)] == [0, 1]


def test_it_is_refused_without_a_reason_and_without_what_has_to_be_sure(desk: Desk) -> None:
    desk.until("paid")
    assert refused(partial(undo, desk, why=" ")) == {"code": "grant.why"}
    assert refused(partial(undo, desk, "unsent")) == {"code": "grant.undo_paid"}
    assert refused(partial(undo, replace(desk, officer=desk.supervisor), "unsent"))
    undo(desk, "unpaid")  # no letter was issued


def test_a_letter_that_was_issued_has_to_be_in_the_desks_hands(desk: Desk) -> None:
    desk.until("decided")
    letter = issued.MadePaper("grant_decision", "交付決定通知書", b"%PDF-1.7", 1, ())
    issued.issue(desk.officer, desk.grant, letter, now=desk.now)
    assert refused(partial(undo, desk, "unpaid")) == {"code": "grant.undo_sent"}
    undo(desk, "unsent")
    later = replace(desk, now=desk.now + timedelta(hours=1))
    later.decide()
    undo(later, "unpaid")  # of this decision there is none


def test_a_year_without_room_or_books_that_never_held_it_refuse(desk: Desk) -> None:
    desk.until("decided")
    TRIES[Verb.WITHDRAW](desk, desk.officer, desk.now)
    Budget.objects.update(budget_yen=YEN - 1)
    assert refused(partial(undo, desk))["code"] == "subsidy.budget"
    Budget.objects.update(budget_yen=YEN)
    undo(desk)
    Budget.objects.update(reserved_yen=YEN - 1)
    assert refused(partial(undo, desk))["code"] == "budget.books"


def test_what_is_over_runs_again_in_an_open_case_without_another_alone(
    desk: Desk, now: datetime
) -> None:
    desk.until("received")
    TRIES[Verb.WITHDRAW](desk, desk.officer, desk.now)
    case = Case.objects.filter(pk=desk.grant.case_id)
    case.update(state="closed", closed_at=now)
    assert refused(partial(undo, desk)) == {"code": "grant.undo_late"}
    case.update(state="received", closed_at=None)
    again = sent_in(desk.office, desk.grant.case_id, now, APPLIED)
    assert refused(partial(undo, desk)) == {"code": "grant.undo_late"}
    TRIES[Verb.WITHDRAW](again, again.officer, now)
    undo(desk)
    assert desk.state == "received"


def test_what_ended_before_another_was_granted_stays_ended(desk: Desk, now: datetime) -> None:
    desk.until("received")
    TRIES[Verb.WITHDRAW](desk, desk.officer, desk.now)
    sent_in(desk.office, desk.grant.case_id, now, APPLIED).until("paid")
    assert refused(partial(undo, desk)) == {"code": "grant.undo_late"}


def test_what_would_make_a_claim_that_was_sent_back_count_again_is_refused(desk: Desk) -> None:
    """Else a claim with a wrong account could be paid after all."""
    desk.until("claimed")
    TRIES[Verb.REFUND](desk, desk.officer, desk.now)
    TRIES[Verb.SEND_BACK](desk, desk.officer, desk.now)
    assert desk.grant.state == State.FIXED
    assert refused(partial(undo, desk)) == {"code": "grant.undo"}
    assert desk.grant.state == State.FIXED


def test_what_the_person_took_back_themselves_stays(office: OfficeCard, now: datetime) -> None:
    opened_year(office)
    one = owner(office, now, "withdrawn")
    officer = actor_of(make_staff(office, "subsidy_officer", "高井", now))
    act = partial(perform, officer, one.grant, Undo(why=WHY, sure=()), now=now)
    assert refused(act) == {"code": "grant.undo"}


def test_where_the_tool_decides_a_decision_is_a_supervisors_to_take_back(desk: Desk) -> None:
    desk.until("decided")
    here = replace(desk, life=replace(desk.life, approval="in_tool"))
    assert refused(partial(undo, here)) == {"code": "grant.decider"}
    undo(replace(here, officer=desk.supervisor))


def test_the_person_reads_what_was_a_mistake_and_never_why(
    office: OfficeCard, now: datetime
) -> None:
    opened_year(office)
    desk = sent(office, now).until("decided")
    undo(desk, why="内部のわけ")
    with looking.inside():
        shared, _ = drawers(desk.grant, now)
        held: Any = SimpleNamespace(office_id=office.id, case_id=desk.grant.case_id, drawer=shared)
        person = public.own(held)
    assert person is not None
    (undone,) = person.undone
    assert (undone.public_details, undone.details) == ({"verb": "decide"}, {})
    assert not person.last(Verb.DECIDE)
    assert person.turn == undone.number  # a page that showed the decision is an old one
