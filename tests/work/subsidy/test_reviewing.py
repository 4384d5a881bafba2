"""The desk reviews an application: received, checked, returned, drafted, decided, refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from madoguchi.rules.decision import Held, Refused
from madoguchi.rules.koyomi.dates import JAPAN
from madoguchi.rules.programme.subsidy import Resident
from madoguchi.rules.programme.subsidy_amount import EachAct, Overall
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.audit.models import Line
from madoguchi.tools.mail.models import Outgoing
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.models import Case
from madoguchi.work.subsidy.acts.act import perform
from madoguchi.work.subsidy.acts.decision import Decide
from madoguchi.work.subsidy.acts.review import Proceed
from madoguchi.work.subsidy.granted import actions as granted
from madoguchi.work.subsidy.models import Budget, Check, Step
from madoguchi.work.subsidy.reviewing import actions as reviewing
from madoguchi.work.subsidy.reviewing.findings import Verdict
from madoguchi.work.subsidy.typing import actions as typing
from madoguchi.work.subsidy.validation import Missing
from tests.work.subsidy.drawn import JPEG, attach
from tests.work.subsidy.granting import (
    APPLIED,
    SEEN,
    YEN,
    Desk,
    filing,
    opened_year,
    repayment,
    revocation,
    sent,
)
from tests.work.subsidy.states import REASON, TRIES, returned, to_refuse

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
LATE = datetime(2027, 3, 31, 23, 59, 59, 900_000, tzinfo=JAPAN)


def refused(act: Callable[[], object]) -> dict[str, Any]:
    """The code and the values of the reason for which an act is refused."""
    with pytest.raises(Refused) as refusal:
        act()
    reason = refusal.value.reasons[0]
    return {"code": reason.code, **reason.values}


def test_each_step_is_one_line_and_one_row(desk: Desk) -> None:
    desk.until("received")
    desk.check("resident", "unmet")
    lines = Line.objects.exclude(verb="grant.read")
    before = lines.count(), Step.objects.count()
    desk.draft(outcome="refuse", amount_yen=None, grounds=(REASON,))
    assert (lines.count(), Step.objects.count()) == (before[0] + 1, before[1] + 1)
    line = Line.objects.order_by("-seq")[0]
    assert (line.verb, line.case_id) == ("grant.draft", desk.grant.case_id)


# -- received -------------------------------------------------------------------------------


def test_receiving_gives_the_year_and_the_next_number(
    desk: Desk, office: OfficeCard, now: datetime
) -> None:
    other = sent(office, now)
    desk.receive()
    other.receive()
    assert [(one.grant.fiscal_year, one.grant.number) for one in (desk, other)] == [
        (2026, 1),
        (2026, 2),
    ]
    shown = desk.opened.steps[-1].public_details
    assert shown == {"received_on": "2026-11-30", "fiscal_year": 2026, "number": 1}


@pytest.mark.parametrize("days", [1, -1])
def test_a_day_that_cannot_be_the_day_of_receipt(desk: Desk, now: datetime, days: int) -> None:
    """Neither tomorrow nor before the form was sent."""
    assert refused(lambda: desk.receive(now.date() + timedelta(days)))["code"] == (
        "grant.received_on"
    )
    assert desk.state == "sent"
    assert desk.grant.number is None


def test_a_past_day_of_receipt_is_taken(desk: Desk) -> None:
    later = replace(desk, now=desk.now + timedelta(days=5))
    later.receive(desk.now.date() + timedelta(days=2))
    assert desk.grant.received_on == date(2026, 12, 2)


@pytest.mark.parametrize(
    ("counts", "year", "applied"), [(True, 2026, "03-31"), (False, 2027, "04-01")]
)
def test_sent_at_the_last_moment_of_the_year_and_received_the_next_day(
    office: OfficeCard, *, counts: bool, year: int, applied: str
) -> None:
    late = sent(office, LATE)
    acknowledged = replace(late, now=LATE + timedelta(hours=9))
    acknowledged.receive(online_counts=counts)
    assert (late.grant.fiscal_year, late.grant.received_on) == (year, date(2027, 4, 1))
    assert late.opened.known.applied_on == date.fromisoformat(f"2027-{applied}")


def test_a_number_begins_at_one_in_each_year(office: OfficeCard) -> None:
    old, new = sent(office, LATE), sent(office, LATE)
    replace(old, now=LATE + timedelta(hours=9)).receive(online_counts=True)
    replace(new, now=LATE + timedelta(hours=9)).receive()
    assert (old.grant.number, new.grant.number) == (1, 1)


# -- checked --------------------------------------------------------------------------------


def test_the_newest_verdict_holds_and_the_earlier_ones_stay(desk: Desk) -> None:
    desk.until("received")
    desk.check("resident", "unmet")
    assert desk.found.judgement.decision.answer == "no"
    assert desk.found.judgement.amount_yen == 0
    desk.check("resident")
    desk.check_all()
    assert (desk.found.judgement.decision.answer, desk.found.judgement.amount_yen) == ("yes", YEN)
    resident = [one.held for one in desk.opened.checks if one.code == "subsidy.resident"]
    assert resident == [Held.UNMET, Held.MET, Held.MET]


def test_machine_and_officer_stand_side_by_side(desk: Desk) -> None:
    desk.until("received")
    desk.check("engaged_lawyer", "unmet")
    (one,) = [each for each in desk.found.conditions if each.machine.code.endswith("_lawyer")]
    assert (one.machine.held, one.officer.held, one.holds) == (Held.MET, Held.UNMET, Held.UNMET)


@pytest.mark.parametrize("verdict", ["unmet", "unknown"])
def test_a_verdict_against_somebody_says_why(desk: Desk, verdict: str) -> None:
    desk.until("received")
    assert refused(lambda: desk.check("resident", verdict, note=" "))["code"] == "grant.check_note"
    assert not Check.objects.exists()


def test_a_verdict_is_on_what_the_rules_know_and_of_no_later_day(desk: Desk) -> None:
    desk.until("received")
    assert refused(lambda: desk.check("height"))["code"] == "grant.check_code"
    tomorrow = desk.now.date() + timedelta(1)
    assert refused(lambda: desk.check("resident", confirmed_on=tomorrow))["code"] == (
        "grant.confirmed_on"
    )


def test_two_who_look_at_one_page_do_not_overwrite_each_other(desk: Desk) -> None:
    desk.until("received")
    page = desk.grant
    desk.check("resident")
    said = Verdict("subsidy.resident", "unmet", "転出していた")
    found = refused(lambda: reviewing.check(desk.other, page, said, now=desk.now))
    assert found["code"] == "grant.stale"
    assert Check.objects.count() == 1


def test_of_a_minor_the_representative_is_settled_first_and_it_is_never_a_no(
    office: OfficeCard, now: datetime
) -> None:
    opened_year(office)
    minor = replace(APPLIED, born_on="2010-01-01", guardian_is_other="yes")
    desk = sent(office, now, minor).until("received")
    desk.check_all()
    (one,) = [each for each in desk.found.conditions if each.machine.code == "subsidy.guardian"]
    assert (one.holds, one.machine.values["why"]) == (Held.UNKNOWN, "other_party")
    assert refused(desk.draft)["codes"] == ("subsidy.guardian",)
    desk.check("guardian")
    desk.draft()
    assert desk.state == "drafted"


# -- returned and completed -----------------------------------------------------------------


def test_the_person_reads_exactly_what_is_missing_and_not_the_note(desk: Desk) -> None:
    returned(desk)
    step = desk.opened.steps[-1]
    assert step.public_details == {
        "missing": [{"field": 12, "what": "画面を印刷したもの"}],
        "by_on": "2026-11-30",
    }
    assert step.details["note"] == "内部のメモ"
    assert Outgoing.objects.filter(template="answered").count() == 2  # received, returned


def test_something_is_asked_for_by_a_day_that_is_not_past(desk: Desk) -> None:
    desk.until("received")

    def ask(*missing: Missing, by: int = 7) -> object:
        wanted = reviewing.CompletionRequest(missing, desk.now.date() + timedelta(by))
        return reviewing.send_for_completion(desk.officer, desk.grant, wanted, now=desk.now)

    assert refused(ask)["code"] == "grant.nothing_missing"
    assert refused(lambda: ask(Missing(12, " ")))["code"] == "grant.nothing_missing"
    assert refused(lambda: ask(Missing(12, "画面"), by=-1))["code"] == "grant.by_past"
    ask(Missing(12, "画面"), by=0)
    assert desk.state == "returned"


def test_what_was_missing_is_looked_at_again_after_the_correction(desk: Desk) -> None:
    returned(desk)
    desk.check("printed_screens", "unmet")
    later = replace(desk, now=desk.now + timedelta(hours=1))
    TRIES[Verb.COMPLETE](later, later.officer, later.now)
    held = {one.code: one.overtaken for one in later.opened.checks}
    assert held["subsidy.printed_screens"]
    assert not held["subsidy.resident"]
    assert "subsidy.printed_screens" in refused(later.draft)["codes"]
    later.check("printed_screens")
    later.draft()


def test_a_yes_falls_with_the_paper_that_it_rests_on(desk: Desk) -> None:
    """Another estimate, another office: the machine finds the same, an officer has to look."""
    old, new = (attach(desk.grant, "estimate.jpg", JPEG, desk.now) for _ in range(2))
    returned(desk)
    first = replace(APPLIED, estimate_files=(old,), estimate_brought=False)
    typing.complete(desk.officer, desk.grant, first, now=desk.now)
    later = replace(desk, now=desk.now + timedelta(hours=1))
    for code in SEEN:
        later.check(code)
    returned(later)
    last = replace(desk, now=desk.now + timedelta(hours=2))
    second = replace(first, estimate_files=(new,), law_office="別の法律事務所")
    typing.complete(last.officer, last.grant, second, now=last.now)
    asked = {reason.code for reason in last.found.unjudged}
    assert asked == {"subsidy.estimate", "subsidy.engaged_lawyer"}
    assert last.opened.replaced_by == {old: new}
    assert last.opened.came_as == {old: "estimate", new: "estimate"}


def test_a_yes_falls_with_what_it_was_said_of(desk: Desk) -> None:
    """Whoever changes in a correction what was checked already is checked again."""
    returned(desk)
    for code in SEEN:
        desk.check(code)
    later = replace(desk, now=desk.now + timedelta(hours=1))
    signed = replace(APPLIED, contract="signed", contract_on="2026-01-05")
    typing.complete(later.officer, later.grant, signed, now=later.now)
    found = refused(later.draft)
    assert (found["code"], found["codes"]) == ("grant.against", ("subsidy.before_contract",))
    later.check("before_contract", note="契約書は別の件のもの")
    assert refused(later.draft)["code"] == "grant.order", "a day that was written is no tick"
    written = granted.Correction(
        next(step.number for step in later.opened.steps if step.verb is Verb.COMPLETE),
        {"contract_on": ""},
        "契約書は別の件のもの",
    )
    granted.amend(later.officer, later.grant, written, now=later.now)
    later.check("before_contract")
    later.draft()


def test_a_correction_answered_twice_finds_itself_answered(desk: Desk) -> None:
    returned(desk)
    page = desk.grant
    TRIES[Verb.COMPLETE](desk, desk.officer, desk.now)
    steps = Step.objects.count()
    for row in (page, desk.grant):  # a page drawn before, and one drawn after
        again = partial(typing.complete, desk.other, row, APPLIED, now=desk.now)
        assert refused(again)["code"] == "grant.answered"
    assert Step.objects.count() == steps


# -- drafted --------------------------------------------------------------------------------


def test_a_draft_waits_for_every_condition_and_names_them(desk: Desk) -> None:
    desk.until("received")
    for code in SEEN:
        if code not in ("resident", "estimate"):
            desk.check(code)
    found = refused(desk.draft)
    assert (found["code"], found["count"]) == ("grant.unsettled", 2)
    assert set(found["codes"]) == {"subsidy.resident", "subsidy.estimate"}
    assert desk.state == "received"


def test_no_grant_is_drafted_against_a_condition(desk: Desk) -> None:
    desk.until("received").check_all()
    desk.check("no_tax_arrears", "unmet")  # of which the city has not confirmed that it asks
    desk.check("estimate", "unmet")
    found = refused(desk.draft)
    assert (found["code"], found["codes"]) == ("grant.against", ("subsidy.estimate",))


def test_nothing_is_drafted_in_a_year_that_is_not_open(office: OfficeCard, now: datetime) -> None:
    desk = sent(office, now).until("received")
    desk.check_all()
    assert refused(desk.draft)["code"] == "subsidy.year"
    opened_year(office)
    desk.draft()


def test_the_sum_is_the_rules_own(desk: Desk) -> None:
    desk.until("received").check_all()
    found = refused(lambda: desk.draft(amount_yen=YEN - 1))
    assert (found["code"], found["yen"]) == ("grant.amount_less", "150,000")
    assert refused(lambda: desk.draft(amount_yen=YEN + 1))["code"] == "grant.amount_most"
    assert refused(lambda: desk.draft(amount_yen=None))["code"] == "grant.amount"
    desk.draft()
    assert desk.step(Verb.DRAFT)["amount_yen"] == YEN


def test_where_the_rules_leave_several_sums_the_officer_chooses_one_with_a_reason(
    office: OfficeCard, now: datetime
) -> None:
    """Rounding and tax are not confirmed: 299,999 yen may grant 136,000 to 149,999."""
    opened_year(office)
    line = replace(APPLIED.costs[0], yen=299_999, tax_yen=None)
    desk = sent(office, now, replace(APPLIED, costs=(line,))).until("received")
    desk.check_all()
    assert desk.found.judgement.amount_yen is None
    outside = refused(lambda: desk.draft(amount_yen=150_000))
    assert outside == {"code": "grant.amount_most", "most": "149,999"}
    assert refused(lambda: desk.draft(amount_yen=149_000, why=""))["code"] == "grant.amount_why"
    desk.draft(amount_yen=149_000, why="千円未満を切り捨てた。")
    assert desk.step(Verb.DRAFT)["why"] == "千円未満を切り捨てた。"


def test_a_contract_signed_before_the_application_is_no_grant_and_a_human_says_so(
    office: OfficeCard, now: datetime
) -> None:
    opened_year(office)
    signed = replace(APPLIED, contract="signed", contract_on="2026-11-29")
    desk = sent(office, now, signed).until("received")
    for code in SEEN:
        if code != "before_contract":
            desk.check(code)
    found = refused(desk.draft)
    assert (found["code"], found["codes"]) == ("grant.against", ("subsidy.before_contract",))
    desk.check("before_contract", note="本人の勘違いと聞いた。")
    assert refused(desk.draft)["code"] == "grant.order"
    proceed = Proceed(decided_on=now.date(), document_number="渋安第80号", why="説明が遅れた")
    perform(desk.officer, desk.grant, proceed, desk.life, desk.terms, now=now)
    desk.draft()


def test_an_earlier_grant_of_the_same_case_is_known(desk: Desk, now: datetime) -> None:
    assert desk.until("paid").opened.known.granted is None
    applicant = typing.Applicant(Case.objects.get())
    again = typing.type_in(
        desk.officer, applicant, typing.PaperApplication(APPLIED, now.date()), now=now
    )
    known = replace(desk, id=again).opened.known
    assert known.granted
    assert (known.granted[0].yen, known.granted[0].same_matter) == (YEN, True)


@pytest.mark.parametrize(("repay_yen", "kept"), [(100_000, [50_000]), (YEN, None)])
def test_what_stays_of_a_grant_that_was_taken_back_is_an_earlier_one(
    desk: Desk, now: datetime, repay_yen: int, kept: list[int] | None
) -> None:
    desk.until("paid")
    revoked = revocation("一部の契約がなくなった", filing(now), repay_yen)
    perform(desk.officer, desk.grant, revoked, desk.life, desk.terms, now=now)
    applicant = typing.Applicant(Case.objects.get())
    paper = typing.PaperApplication(APPLIED, now.date())
    owed = refused(lambda: typing.type_in(desk.officer, applicant, paper, now=now))
    assert owed["code"] == "grant.type_in", "it runs until the money is back"
    perform(
        desk.officer, desk.grant, repayment(now.date(), repay_yen), desk.life, desk.terms, now=now
    )
    again = replace(desk, id=typing.type_in(desk.officer, applicant, paper, now=now))
    found = again.opened.known.granted
    assert (found and [one.yen for one in found]) == kept


@pytest.mark.parametrize("kind_source", ["", "要領第4条"])
def test_a_second_sum_in_a_year_has_a_reason_while_the_cap_is_open(
    desk: Desk, now: datetime, kind_source: str
) -> None:
    """That a human settled the condition says nothing of the cap: it may be one for both."""
    desk.until("paid")
    applicant = typing.Applicant(Case.objects.get())
    paper = typing.PaperApplication(APPLIED, now.date())
    again = replace(desk, id=typing.type_in(desk.officer, applicant, paper, now=now))
    if kind_source:
        version = desk.terms.version
        assert version
        cap = version.amount.cap
        assert isinstance(cap, Overall | EachAct)
        known = replace(cap, kind_source=kind_source)
        sure = replace(version, amount=replace(version.amount, cap=known))
        again.rules = replace(desk.terms, version=sure)
    again.check_all()
    if not kind_source:
        found = refused(lambda: again.draft(why=" "))
        assert (found["code"], found["yen"]) == ("grant.amount_again", "150,000")
        again.draft(why="別の書き込みについての依頼で、費用は重ならない。")
    else:
        found = refused(again.draft)
        assert found["code"] == "grant.against", "the cap is one for both, and it is spent"


def test_who_lets_a_draft_go_may_ask_again_for_what_is_missing(desk: Desk) -> None:
    """To draft ended the waiting; what is still needed is asked for anew, with a day to come."""
    returned(desk)
    desk.draft()
    TRIES[Verb.UNDRAFT](desk, desk.officer, desk.now)
    assert desk.state == "received"
    TRIES[Verb.RETURN](desk, desk.officer, desk.now)
    typing.complete(desk.other, desk.grant, APPLIED, now=desk.now)
    assert desk.state == "received"


# -- moved away between application and decision ----------------------------------------------


def confirmed_as_of(desk: Desk, as_of: str) -> None:
    """The city has said which day's registration counts."""
    known = desk.terms
    assert known.version
    conditions = tuple(
        replace(rule, as_of=as_of, as_of_source="第3条") if isinstance(rule, Resident) else rule  # type: ignore[arg-type]
        for rule in known.version.condition
    )
    desk.rules = replace(known, version=replace(known.version, condition=conditions))


def test_the_register_is_looked_up_again_where_the_day_of_the_decision_may_count(
    desk: Desk,
) -> None:
    desk.until("received").check_all()
    later = replace(desk, now=desk.now + timedelta(days=10))
    found = refused(later.draft)
    assert (found["code"], found["on"]) == ("grant.resident_again", "2026-12-10")
    later.check("resident")
    later.draft()


def test_where_the_day_of_the_application_counts_one_look_is_enough(desk: Desk) -> None:
    desk.until("received").check_all()
    later = replace(desk, now=desk.now + timedelta(days=10))
    confirmed_as_of(later, "application")
    later.draft()


@pytest.mark.parametrize(
    ("as_of", "code"),
    [("", "grant.unsettled"), ("application", ""), ("decision", "grant.against")],
)
def test_who_moved_away_after_the_application(desk: Desk, as_of: str, code: str) -> None:
    """As long as the city has not said which day counts, a human decides."""
    desk.until("received").check_all()
    later = replace(desk, now=desk.now + timedelta(days=10))
    if as_of:
        confirmed_as_of(later, as_of)
    moved_on = desk.now.date() + timedelta(days=4)
    later.check("resident", "met", note="12月4日に転出", moved_out_on=moved_on)
    if code:
        found = refused(later.draft)
        assert (found["code"], found["codes"]) == (code, ("subsidy.resident",))
    else:
        later.draft()


# -- decided --------------------------------------------------------------------------------


def test_a_decision_reserves_the_sum_and_the_person_reads_it(desk: Desk) -> None:
    desk.until("decided")
    assert Budget.objects.get().reserved_yen == YEN
    step = desk.opened.steps[-1]
    assert step.public_details == {
        "amount_yen": YEN,
        "decided_on": "2026-11-30",
        "document_number": "渋安第12号",
    }
    assert step.details["commitment_number"] == "支負第8号"


def test_what_was_drafted_is_not_typed_again(desk: Desk) -> None:
    desk.until("received").check_all()
    desk.draft(filing=filing(desk.now, binder="補助金", received_number="渋安収第3号"))
    desk.decide()
    kept = desk.step(Verb.DECIDE)["filing"]
    assert (kept["binder"], kept["received_number"]) == ("補助金", "渋安収第3号")


def test_over_the_budget_a_human_raises_it_or_waits(office: OfficeCard, now: datetime) -> None:
    opened_year(office, yen=YEN - 1)
    desk = sent(office, now).until("drafted")
    found = refused(desk.decide)
    assert (found["code"], found["left"]) == ("subsidy.budget", "149,999")
    assert desk.state == "drafted"
    Budget.objects.update(budget_yen=YEN)
    desk.decide()


def test_a_decision_needs_what_the_letter_rests_on(desk: Desk) -> None:
    desk.until("received").check_all()
    desk.draft(filing=filing(desk.now, decision_class=None))
    tomorrow = desk.now.date() + timedelta(1)
    for typed, code in (
        ({"decision_class": None}, "grant.filing.missing.decision_class"),
        ({"decided_on": tomorrow}, "grant.filing.decided_in_future"),
    ):
        decided = Decide(filing=filing(desk.now, **typed))
        told = (desk.officer, desk.grant, decided, desk.life, desk.terms)
        assert refused(partial(perform, *told, now=desk.now))["code"] == code
    desk.decide()


@pytest.mark.parametrize(
    ("verb", "field", "value"),
    [(Verb.APPLY, "estimate_on", "2025-11-16"), (Verb.RECEIVE, "received_on", "2026-11-30")],
)
@pytest.mark.parametrize("outcome", [Verb.DECIDE, Verb.REFUSE])
def test_what_was_amended_after_the_draft_is_judged_again(
    desk: Desk, verb: Verb, field: str, value: str, outcome: Verb
) -> None:
    """Conditions rest on the day: nobody decides on a draft of before it was written anew."""
    if outcome is Verb.DECIDE:
        desk.until("drafted")
    else:
        to_refuse(desk)
    desk = replace(desk, now=desk.now + timedelta(minutes=1))
    number = next(step.number for step in desk.opened.steps if step.verb is verb)
    told = granted.Correction(number, {field: value}, "写しまちがい")
    granted.amend(desk.officer, desk.grant, told, now=desk.now)
    again = partial(TRIES[outcome], desk, desk.officer, desk.now)
    assert refused(again)["code"] == "grant.amended_since"
    TRIES[Verb.UNDRAFT](desk, desk.officer, desk.now)
    if outcome is Verb.DECIDE:
        desk.draft()
    else:
        to_refuse(desk)
    again()


def test_a_name_that_was_amended_after_the_draft_changes_nothing(desk: Desk) -> None:
    desk.until("drafted")
    TRIES[Verb.AMEND](desk, desk.officer, desk.now)
    desk.decide()


def test_outside_the_tool_the_officer_types_the_decision_of_others(desk: Desk) -> None:
    desk.until("received").check_all()
    desk.draft(desk.supervisor)
    desk.decide(desk.supervisor)
    assert desk.state == "decided"


def test_who_decides_for_another_is_named(desk: Desk) -> None:
    desk.until("received").check_all()
    desk.draft(filing=filing(desk.now, decision_class=None))

    def decide(deputy: str) -> object:
        decided = Decide(filing=filing(desk.now, decision_class="deputy", deputy=deputy))
        return perform(desk.officer, desk.grant, decided, desk.life, desk.terms, now=desk.now)

    assert refused(lambda: decide(""))["code"] == "grant.filing.deputy_missing"
    decide("課長 佐藤")
    assert desk.step(Verb.DECIDE)["filing"]["deputy"] == "課長 佐藤"


# -- refused --------------------------------------------------------------------------------


def test_a_refusal_has_its_reasons_and_each_its_source(desk: Desk) -> None:
    desk.until("received")
    desk.check("resident", "unmet")

    def propose(*reasons: reviewing.RefusalReason) -> None:
        desk.draft(outcome="refuse", amount_yen=None, grounds=reasons)

    assert refused(propose)["code"] == "grant.reasons"
    assert refused(lambda: propose(replace(REASON, words=" ")))["code"] == "grant.reasons"
    assert refused(lambda: propose(replace(REASON, source="")))["code"] == "grant.reason_source"
    unconfirmed = replace(REASON, source="要確認")
    assert refused(lambda: propose(unconfirmed))["code"] == "grant.reason_unconfirmed"
    propose(REASON)
    assert refused(desk.decide)["code"] == "grant.outcome"
    TRIES[Verb.REFUSE](desk, desk.officer, desk.now)
    shown = desk.opened.steps[-1].public_details
    assert [reason["source"] for reason in shown["grounds"]] == ["交付要領第3条"]
    assert Budget.objects.get().reserved_yen == 0


def test_behind_every_reason_of_a_refusal_stands_an_officers_verdict(
    office: OfficeCard, now: datetime
) -> None:
    """The machine alone refuses nobody, nor does a verdict that says otherwise or fell since."""
    opened_year(office)
    signed = replace(APPLIED, contract="signed", contract_on="2026-01-05")
    desk = sent(office, now, signed).until("received")
    late = reviewing.RefusalReason(
        "subsidy.before_contract", "交付要領第5条", "契約の後の申請だった。"
    )

    def propose(*reasons: reviewing.RefusalReason) -> dict[str, Any]:
        return refused(lambda: desk.draft(outcome="refuse", amount_yen=None, grounds=reasons))

    assert desk.found.judgement.decision.answer == "no", "the machine says no"
    assert propose(late)["codes"] == ("subsidy.before_contract",)
    desk.check("before_contract", "unknown")
    assert propose(late)["code"] == "grant.reason_unseen"
    desk.check("before_contract", "unmet")
    assert propose(late, REASON)["codes"] == ("subsidy.resident",), "each reason has its own"
    desk.draft(outcome="refuse", amount_yen=None, grounds=(late,))
    assert desk.state == "drafted"


def test_who_moved_away_is_refused_on_what_the_officer_saw_and_the_rules_say(desk: Desk) -> None:
    desk.until("received").check_all()
    later = replace(desk, now=desk.now + timedelta(days=10))
    confirmed_as_of(later, "decision")
    moved_on = desk.now.date() + timedelta(days=4)
    later.check("resident", "met", moved_out_on=moved_on)
    later.draft(outcome="refuse", amount_yen=None, grounds=(REASON,))
    assert desk.state == "drafted"


def test_no_grant_rests_on_what_only_the_machine_found(desk: Desk) -> None:
    """What the form says is met is still looked at, one by one or with one press."""
    desk.until("received")
    for code in SEEN:
        if code != "engaged_lawyer":
            desk.check(code)
    (one,) = [each for each in desk.found.conditions if each.machine.code.endswith("_lawyer")]
    assert one.holds is Held.MET, "the machine is content"
    assert refused(desk.draft)["codes"] == ("subsidy.engaged_lawyer",)
    desk.check("engaged_lawyer")
    desk.draft()


def test_what_is_drafted_to_be_granted_is_not_refused(desk: Desk) -> None:
    desk.until("drafted")
    assert refused(lambda: TRIES[Verb.REFUSE](desk, desk.officer, desk.now))["code"] == (
        "grant.outcome"
    )
    TRIES[Verb.UNDRAFT](desk, desk.officer, desk.now)
    assert to_refuse(desk).state == "drafted"


def test_a_draft_is_taken_back_for_a_reason(desk: Desk) -> None:
    desk.until("drafted")
    act = partial(reviewing.undraft, desk.officer, desk.grant, "  ", now=desk.now)
    assert refused(act)["code"] == "grant.why"
    assert desk.state == "drafted"
