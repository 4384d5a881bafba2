"""What comes after the decision: changed, fixed, paid, carried over; and how a grant ends early."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from madoguchi.rules.decision import Absent
from madoguchi.rules.koyomi.dates import JAPAN
from madoguchi.rules.programme.subsidy import Life
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.office.actor import Actor
from madoguchi.work.subsidy.acts.act import perform
from madoguchi.work.subsidy.granted import actions as granted
from madoguchi.work.subsidy.history import newest
from madoguchi.work.subsidy.models import Budget, Step
from madoguchi.work.subsidy.validation import Missing
from tests.work.subsidy.granting import YEN, Desk, filing, new_sum, repayment, revocation
from tests.work.subsidy.states import TRIES
from tests.work.subsidy.test_reviewing import refused

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
WHY = "確かめた結果"


def books() -> tuple[int, int]:
    """What is reserved and what is spent, in yen."""
    year = Budget.objects.get(fiscal_year=2026)
    return year.reserved_yen, year.spent_yen


def at(desk: Desk, year: int, month: int, day: int) -> Desk:
    """The same desk on another day."""
    return replace(desk, now=datetime(year, month, day, 10, tzinfo=JAPAN))


def change(desk: Desk, yen: int, why: str = WHY, who: Actor | None = None) -> Any:
    """Another sum is decided."""
    told = new_sum(yen, why, filing(desk.now))
    return perform(who or desk.officer, desk.grant, told, desk.life, desk.terms, now=desk.now)


def revoke(desk: Desk, repay_yen: int = 0, who: Actor | None = None) -> Any:
    """The decision is taken back."""
    told = revocation(WHY, filing(desk.now), repay_yen)
    return perform(who or desk.officer, desk.grant, told, desk.life, desk.terms, now=desk.now)


def repay(desk: Desk, yen: int = YEN, on: date | None = None) -> Any:
    """The money came back."""
    day = on or desk.now.date()
    return perform(
        desk.officer, desk.grant, repayment(day, yen), desk.life, desk.terms, now=desk.now
    )


# -- the sum --------------------------------------------------------------------------------


def test_a_change_moves_what_is_reserved(desk: Desk) -> None:
    desk.until("decided")
    was = YEN
    for yen in (YEN - 50_000, YEN - 20_000, YEN):
        change(desk, yen)
        assert books() == (yen, 0)
        assert desk.opened.granted_yen == yen
        assert desk.opened.steps[-1].public_details["was_yen"] == was
        was = yen


@pytest.mark.parametrize("yen", [YEN + 1, 4_900_000])
def test_no_change_goes_beyond_the_cap_of_the_applications_day(desk: Desk, yen: int) -> None:
    Budget.objects.update(budget_yen=9_000_000)
    desk.until("decided")
    found = refused(lambda: change(desk, yen))
    assert (found["code"], found["most"]) == ("grant.amount_most", "150,000")
    assert books() == (YEN, 0)


IN_TOOL = Life(approval="in_tool")


def test_in_the_tool_nobody_sets_a_higher_sum_alone(desk: Desk) -> None:
    """The drafter, who may type a change decided outside, decides none here."""
    desk.until("drafted")
    strict = replace(desk, life=IN_TOOL)
    strict.decide(strict.supervisor)
    drafter = replace(strict.officer, role="supervisor")
    for act in (partial(change, strict, YEN - 1), partial(revoke, strict)):
        assert refused(partial(act, who=strict.officer))["code"] == "grant.decider"
        assert refused(partial(act, who=drafter))["code"] == "grant.own_draft"
    change(strict, YEN - 50_000, who=strict.supervisor)
    more = partial(change, strict, YEN)
    assert refused(partial(more, who=strict.supervisor))["code"] == "grant.own_sum"
    assert books() == (YEN - 50_000, 0)
    more(who=replace(strict.supervisor, staff_id=strict.id))
    revoke(strict, who=strict.supervisor)
    assert books() == (0, 0)


@pytest.mark.parametrize(
    ("yen", "why", "code"), [(0, WHY, "amount"), (YEN, WHY, "amount_same"), (1, " ", "why")]
)
def test_a_change_is_one_and_has_a_reason(desk: Desk, yen: int, why: str, code: str) -> None:
    desk.until("decided")
    assert refused(lambda: change(desk, yen, why))["code"] == f"grant.{code}"
    assert books() == (YEN, 0)


def test_a_change_over_the_budget_is_refused_and_nothing_moves(desk: Desk) -> None:
    desk.until("decided")
    change(desk, YEN - 50_000)
    Budget.objects.update(budget_yen=YEN - 1)
    assert refused(lambda: change(desk, YEN))["code"] == "subsidy.budget"
    assert books() == (YEN - 50_000, 0)
    assert desk.opened.granted_yen == YEN - 50_000


def test_fixing_frees_what_is_not_needed_and_never_adds(desk: Desk) -> None:
    desk.until("reported")
    found = refused(lambda: desk.fix(YEN + 1))
    assert (found["code"], found["most"]) == ("grant.amount_most", "150,000")
    assert refused(lambda: desk.fix(0))["code"] == "grant.amount"
    less = refused(lambda: desk.fix(YEN - 30_000, why="予算の範囲内"))
    assert (less["code"], less["yen"]) == ("grant.amount_less", "136,000")
    desk.fix(YEN - 30_000, less="budget")
    assert books() == (YEN - 30_000, 0)


@pytest.mark.parametrize(
    ("paid_yen", "back", "most"),
    [
        (10_000, {}, "5,000"),
        (330_000, {"refunded_yen": 330_000}, "0"),
        (330_000, {"refunded_yen": 230_000}, "50,000"),
    ],
)
def test_no_more_is_fixed_than_half_of_what_the_person_bore_whatever_the_reason(
    desk: Desk, paid_yen: int, back: dict[str, int], most: str
) -> None:
    desk.until("contracted").report(paid_yen, **back)
    found = refused(lambda: desk.fix(why="事情がある"))
    assert (found["code"], found["most"]) == ("grant.amount_most", most)


def test_what_is_fixed_after_money_came_back_has_a_reason(desk: Desk) -> None:
    """100,000 yen were borne: half at the most; what follows from a refund nobody confirmed."""
    desk.until("contracted").report(330_000, refunded_yen=230_000)
    assert refused(lambda: desk.fix(50_001, why=WHY))["code"] == "grant.amount_most"
    assert refused(lambda: desk.fix(50_000))["code"] == "grant.amount_why"
    desk.fix(50_000, why=WHY)
    assert desk.step(Verb.FIX)["why"] == WHY


def test_other_aid_lowers_what_is_fixed_whatever_the_reason(desk: Desk) -> None:
    """Where the city confirmed that it is taken off the cost, nothing is left of it."""
    desk.until("contracted").report(330_000, other_aid_yen=330_000)
    confirmed = replace(desk.terms.version.amount.less, other_aid="from_cost", source="第5条")  # type: ignore[union-attr]
    amount = replace(desk.terms.version.amount, less=confirmed)  # type: ignore[union-attr]
    desk.rules = replace(desk.terms, version=replace(desk.terms.version, amount=amount))  # type: ignore[type-var]
    found = refused(lambda: desk.fix(why="ほかの補助は、別の費用に出たものだった。"))
    assert (found["code"], found["most"]) == ("grant.amount_most", "0")


# -- paid -----------------------------------------------------------------------------------


def test_a_payment_turns_what_is_reserved_into_what_is_spent(desk: Desk) -> None:
    desk.until("claimed")
    assert books() == (YEN, 0)
    desk.pay()
    assert books() == (0, YEN)
    told = desk.step(Verb.PAY)
    assert (told["order_number"], told["creditor_number"]) == ("支命第5号", "債12")


def test_where_no_sum_is_fixed_it_is_who_decided_or_changed_it(desk: Desk) -> None:
    short = replace(desk, life=Life(stages=("claim",))).until("decided")
    told = new_sum(YEN - 1_000, WHY, filing(desk.now))
    perform(short.other, short.grant, told, short.life, short.terms, now=short.now)
    short.claim()
    assert refused(lambda: short.pay(YEN - 1_000))["code"] == "grant.own_fixing"
    short.pay(YEN - 1_000, who=desk.officer)
    assert books() == (0, YEN - 1_000)


@pytest.mark.parametrize("days", [1, -1])
def test_a_payment_is_of_a_day_after_the_decision_and_not_to_come(desk: Desk, days: int) -> None:
    desk.until("claimed")
    on = desk.now.date() + timedelta(days)
    assert refused(lambda: desk.pay(on=on))["code"] == "grant.paid_on"


def test_no_payment_is_older_than_the_sum_that_it_pays(desk: Desk) -> None:
    """A claim on paper came before it was typed in."""
    december = at(desk.until("reported"), 2026, 12, 10)
    december.fix()
    later = at(december, 2026, 12, 20)
    later.claim(date(2026, 12, 10))
    assert refused(lambda: later.pay(on=date(2026, 12, 9)))["code"] == "grant.paid_on"
    later.pay(on=date(2026, 12, 10))


def test_a_day_of_fixing_that_was_written_anew_counts(desk: Desk) -> None:
    december = at(desk.until("reported"), 2026, 12, 10)
    december.fix()
    december.claim(date(2026, 12, 8))
    amend(december, number_of(december, Verb.FIX), decided_on="2026-12-08", drafted_on="2026-12-08")
    december.pay(on=date(2026, 12, 8))


def test_in_may_it_is_paid_from_the_old_year(desk: Desk) -> None:
    at(desk.until("claimed"), 2027, 5, 31).pay()
    assert books() == (0, YEN)


def test_after_the_books_are_closed_only_what_was_carried_over_is_paid(desk: Desk) -> None:
    june = at(desk.until("claimed"), 2027, 6, 1)
    assert refused(june.pay)["code"] == "grant.books_closed"
    granted.carry(june.officer, june.grant, WHY, june.life, now=june.now)
    june.pay()
    assert books() == (0, YEN)


def test_a_stage_that_a_city_leaves_out_is_not_there(desk: Desk) -> None:
    short = replace(desk, life=Life(stages=("claim",))).until("decided")
    for step, code in ((short.contract, "contract"), (short.report, "report"), (short.fix, "fix")):
        assert refused(step)["code"] == f"grant.{code}"
    short.claim()
    assert short.state == "claimed"


def test_a_report_is_sent_back_and_the_person_reads_why(desk: Desk) -> None:
    desk.until("reported")
    TRIES[Verb.SEND_BACK](desk, desk.officer, desk.now)
    shown = {"why": WHY, "missing": []}
    assert (desk.state, desk.opened.steps[-1].public_details) == ("contracted", shown)
    desk.report()


def test_what_has_to_be_made_again_is_named_by_its_number(desk: Desk) -> None:
    desk.until("claimed")

    def back(why: str, *missing: Missing) -> None:
        again = granted.SentBack(why, missing)
        granted.send_back(desk.officer, desk.grant, again, desk.life, now=desk.now)

    assert refused(lambda: back(" "))["code"] == "grant.again"
    assert refused(lambda: back(WHY, Missing(6, " ")))["code"] == "grant.nothing_missing"
    assert desk.state == "claimed"
    back("", Missing(6, "名義が通帳と違います"))
    shown = {"why": "", "missing": [{"field": 6, "what": "名義が通帳と違います"}]}
    assert (desk.state, desk.opened.steps[-1].public_details) == ("fixed", shown)


# -- ended early ----------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["decided", "contracted", "reported", "fixed", "claimed"])
@pytest.mark.parametrize("verb", [Verb.WITHDRAW, Verb.REVOKE, Verb.LAPSE])
def test_what_ends_before_the_payment_gives_its_sum_back(
    desk: Desk, state: str, verb: Verb
) -> None:
    june = at(desk.until(state), 2027, 6, 1)
    assert books() == (YEN, 0)
    TRIES[verb](june, june.officer, june.now)
    assert books() == (0, 0)


def test_what_ends_before_the_decision_gives_nothing_back(desk: Desk) -> None:
    desk.until("received")
    TRIES[Verb.WITHDRAW](desk, desk.officer, desk.now)
    assert books() == (0, 0)


def lapse(desk: Desk) -> Any:
    """It was not finished in its year."""
    return TRIES[Verb.LAPSE](desk, desk.officer, desk.now)


@pytest.mark.parametrize("state", ["fixed", "claimed"])
def test_what_waits_to_be_paid_lapses_only_when_the_books_are_closed(
    desk: Desk, state: str
) -> None:
    may = at(desk.until(state), 2027, 5, 31)
    found = refused(lambda: lapse(may))
    assert (found["code"], found["by"]) == ("grant.year_runs", "令和9年5月31日（月）")
    lapse(at(desk, 2027, 6, 1))
    assert (desk.state, books()) == ("lapsed", (0, 0))


def test_where_nothing_is_fixed_the_decision_waits_to_be_paid(desk: Desk) -> None:
    short = at(replace(desk, life=Life(stages=("claim",))).until("decided"), 2027, 4, 1)
    assert refused(lambda: lapse(short))["code"] == "grant.year_runs"
    lapse(at(short, 2027, 6, 1))


def test_nothing_lapses_while_its_year_runs(desk: Desk) -> None:
    last = at(desk.until("decided"), 2027, 3, 31)
    assert refused(lambda: lapse(last))["code"] == "grant.year_runs"
    TRIES[Verb.CARRY](last, last.officer, last.now)
    assert (last.state, books()) == ("decided", (YEN, 0))


def test_a_paid_grant_that_is_revoked_says_what_has_to_come_back(desk: Desk) -> None:
    desk.until("paid")
    for yen in (0, YEN + 1):
        found = refused(partial(revoke, desk, yen))
        assert (found["code"], found["most"]) == ("grant.repay_yen", "150,000")
    revoke(desk, 100_000)
    assert desk.opened.steps[-1].public_details["repay_yen"] == 100_000
    assert books() == (0, YEN)  # it has not come back yet


def test_of_what_was_not_paid_nothing_comes_back(desk: Desk) -> None:
    desk.until("decided")
    assert refused(lambda: revoke(desk, 1))["code"] == "grant.repay_nothing"
    revoke(desk)
    assert refused(lambda: repay(desk))["code"] == "grant.repay"


@pytest.mark.parametrize(
    ("day", "into", "left"), [((2027, 5, 31), "budget", 0), ((2027, 6, 1), "revenue", YEN)]
)
def test_what_comes_back_goes_into_the_year_while_its_books_are_open(
    desk: Desk, day: tuple[int, int, int], into: str, left: int
) -> None:
    desk.until("paid")
    revoke(desk, YEN)
    later = at(desk, *day)
    found = refused(lambda: repay(later, YEN + 1))
    assert (found["code"], found["most"]) == ("grant.repay_over", "150,000")
    repay(later)
    assert later.step(Verb.REPAY)["into"] == into
    assert books() == (0, left)


@pytest.mark.parametrize("days", [1, -1])
def test_money_comes_back_after_it_went_and_not_tomorrow(desk: Desk, days: int) -> None:
    desk.until("paid")
    revoke(desk, YEN)
    on = desk.now.date() + timedelta(days)
    assert refused(lambda: repay(desk, on=on))["code"] == "grant.repaid_on"


# -- amended --------------------------------------------------------------------------------


def amend(desk: Desk, step: int, **fields: str) -> Any:
    """Numbers or days of a step are written anew."""
    told = granted.Correction(step, fields, WHY)
    return granted.amend(desk.officer, desk.grant, told, now=desk.now)


def number_of(desk: Desk, verb: Verb) -> int:
    """Which step it was."""
    return next(step.number for step in desk.opened.steps if step.verb is verb)


def test_a_number_is_written_anew_and_the_step_stays(desk: Desk) -> None:
    desk.until("paid")
    amend(desk, number_of(desk, Verb.PAY), order_number="支命第6号")
    amend(desk, number_of(desk, Verb.DECIDE), document_number="渋安第21号", commitment_number="9")
    steps = desk.opened.steps
    assert newest(steps, Verb.PAY)["order_number"] == "支命第6号"
    decided = newest(steps, Verb.DECIDE)
    assert (decided["filing"]["document_number"], decided["commitment_number"]) == (
        "渋安第21号",
        "9",
    )
    assert desk.step(Verb.PAY)["order_number"] == "支命第5号"
    assert desk.state == "paid"


def test_a_name_of_the_application_is_written_anew(desk: Desk) -> None:
    amend(desk.until("received"), 1, kana="ヨシダ ハナ")
    assert desk.opened.applied.kana == "ヨシダ ハナ"


@pytest.mark.parametrize(
    ("verb", "fields", "code"),
    [
        (Verb.DECIDE, {"amount_yen": "1"}, "amend_field"),
        (Verb.APPLY, {"costs": "[]"}, "amend_field"),
        (Verb.APPLY, {}, "amend_field"),
        (Verb.APPLY, {"kana": "ア" * 201}, "amend_field"),
        (Verb.PAY, {"paid_on": "2026-13-01"}, "amend_day"),
        (Verb.PAY, {"paid_on": "2026-12-01"}, "amend_day"),
        (Verb.PAY, {"paid_on": "2026-11-29"}, "paid_on"),
        (Verb.RECEIVE, {"received_on": "2026-03-31"}, "amend_year"),
    ],
)
def test_a_sum_or_a_wrong_day_is_not_written_anew(
    desk: Desk, verb: Verb, fields: dict[str, str], code: str
) -> None:
    desk.until("paid")
    number, steps = number_of(desk, verb), Step.objects.count()
    assert refused(lambda: amend(desk, number, **fields))["code"] == f"grant.{code}"
    assert Step.objects.count() == steps


def test_another_day_of_receipt_is_the_day_of_the_application(desk: Desk) -> None:
    later = replace(desk, now=desk.now + timedelta(days=3))
    later.receive(later.now.date())
    amend(later, number_of(later, Verb.RECEIVE), received_on="2026-12-01")
    assert later.grant.received_on == date(2026, 12, 1)
    assert later.opened.known.applied_on == date(2026, 12, 1)


def test_a_step_that_is_not_there_is_not_amended(desk: Desk) -> None:
    with pytest.raises(Absent):
        amend(desk.until("received"), 9, kana="ア")


# -- a killed act ---------------------------------------------------------------------------


@pytest.mark.parametrize("verb", [Verb.DECIDE, Verb.FIX, Verb.PAY, Verb.REVOKE])
def test_an_act_that_is_killed_leaves_nothing_half_done(
    desk: Desk, verb: Verb, monkeypatch: pytest.MonkeyPatch
) -> None:
    before_it = {Verb.DECIDE: "drafted", Verb.FIX: "reported", Verb.PAY: "claimed"}
    desk.until(before_it.get(verb, "contracted"))
    kept = books(), Step.objects.count(), desk.grant.revision

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    who = desk.other if verb is Verb.PAY else desk.officer
    with monkeypatch.context() as patch:
        patch.setattr("madoguchi.work.subsidy.desk.settle", lambda *_, **__: killed())
        with pytest.raises(KeyboardInterrupt):
            TRIES[verb](desk, who, desk.now)
    assert (books(), Step.objects.count(), desk.grant.revision) == kept
    TRIES[verb](desk, who, desk.now)
    assert (books() == kept[0]) == (verb is Verb.FIX)  # it settles what was granted
    assert (Step.objects.count(), desk.grant.revision) == (kept[1] + 1, kept[2] + 1)
