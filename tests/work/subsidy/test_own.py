"""What a person may do with their own grant: every state, every verb, and each of it once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connections

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.steps.grant import STAGES, State, Verb
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.evidence import public as evidence
from madoguchi.work.evidence.models import Item
from madoguchi.work.subsidy.application import Applied
from madoguchi.work.subsidy.models import Grant, Step
from madoguchi.work.subsidy.own import public
from tests.offices import actor_of, make_staff
from tests.redteam.house import asked_with_file
from tests.web.portal.browsing import holding
from tests.work.subsidy.owning import APPLICATION, PATHS, SHOWN, Owner, own_of, owner

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

COMPLETED = public.Completion(
    {**APPLICATION, "phone": "090-0000-0000"}, ({"field": 11, "how": "bring", "words": ""},)
)
CONTRACTED = public.ContractReport(date(2026, 11, 20), "法務 一郎", 300_000)
REPORTED = public.CostReport(date(2026, 11, 25), 300_000, bring=True)
ACCOUNT = {"bank_code": "0128", "branch_code": "012", "kind": "ordinary", "number": "1234567"}

type Do = Callable[..., UUID]
ACTS: dict[Verb, tuple[Do, object]] = {
    Verb.COMPLETE: (public.complete, COMPLETED),
    Verb.CONTRACT: (public.report_contract, CONTRACTED),
    Verb.REPORT: (public.report, REPORTED),
    Verb.CLAIM: (public.claim, ACCOUNT),
    Verb.WITHDRAW: (public.withdraw, ""),
}
POSSIBLE = {
    (State.RETURNED, Verb.COMPLETE): State.RECEIVED,
    (State.DECIDED, Verb.CONTRACT): State.CONTRACTED,
    (State.CONTRACTED, Verb.REPORT): State.REPORTED,
    (State.FIXED, Verb.CLAIM): State.CLAIMED,
    (State.SENT, Verb.WITHDRAW): State.WITHDRAWN,
    (State.RECEIVED, Verb.WITHDRAW): State.WITHDRAWN,
    (State.RETURNED, Verb.WITHDRAW): State.WITHDRAWN,
}


def do(
    one: Owner, verb: Verb, seen: public.HeldGrant | None = None, idempotency_key: str | None = None
) -> UUID:
    """The person's act by a verb, as of a page drawn now or of the one that they saw."""
    act, what = ACTS[verb]
    return act(
        one.actor, seen or one.seen, what, course(one), now=one.now, idempotency_key=idempotency_key
    )


def course(one: Owner, *stages: str) -> public.ActRules:
    return public.ActRules(stages or STAGES, one.now.date() + timedelta(days=1))


@pytest.mark.parametrize("state", PATHS)
def test_in_each_state_the_person_may_do_what_the_table_says_and_nothing_else(
    office: OfficeCard, now: datetime, state: str
) -> None:
    one = owner(office, now, state)
    for verb in ACTS:
        expected = POSSIBLE.get((State(state), verb))
        assert one.own.may(verb) == (expected is not None), verb
        before = Step.objects.count(), Line.objects.count(), Due.objects.count()
        if expected is None:
            with pytest.raises(Refused, match=rf"grant\.{verb}"):
                do(one, verb)
            assert (Step.objects.count(), Line.objects.count(), Due.objects.count()) == before
            assert Grant.objects.get(pk=one.grant.pk).state == state
            continue
        do(one, verb)
        assert one.own.state is expected
        one = own_of(one.held, now + timedelta(minutes=1), one.pair, state)
    assert chain.faults(office.id) == []


def test_every_state_is_tried() -> None:
    assert set(PATHS) == {str(state) for state in State}
    assert set(ACTS) == set(public.OWN_VERBS)
    assert {verb for _, verb in POSSIBLE} == set(ACTS)


def test_what_the_city_leaves_out_cannot_be_done(office: OfficeCard, now: datetime) -> None:
    one = owner(office, now, "decided")
    assert not one.own.may(Verb.CONTRACT, ["claim"])
    assert one.own.may(Verb.CLAIM, ["claim"])
    with pytest.raises(Refused, match=r"grant\.contract"):
        public.report_contract(one.actor, one.seen, CONTRACTED, course(one, "claim"), now=now)
    public.claim(one.actor, one.seen, ACCOUNT, course(one, "claim"), now=now)
    assert one.own.state is State.CLAIMED


def test_the_person_reads_what_is_shown_and_nothing_that_staff_noted(
    office: OfficeCard, now: datetime
) -> None:
    one = owner(office, now, "paid")
    assert "内部のメモ" not in repr([(step.details, step.public_details) for step in one.own.steps])
    decided = one.own.last(Verb.DECIDE)
    assert decided is not None
    assert decided.details == {}
    filed = {"decided_on": now.date().isoformat(), "document_number": "渋安第12号"}
    assert decided.public_details == {**SHOWN[Verb.DECIDE], **filed}
    applied = one.own.last(Verb.APPLY)
    assert applied is not None
    assert Applied.from_json(applied.details["application"]) == Applied.from_json(APPLICATION)


def test_a_case_without_an_application_has_none(office: OfficeCard, now: datetime) -> None:
    asked = asked_with_file(office, now)
    assert public.own(holding(office, (asked.number, asked.secret))) is None


def test_the_newest_application_of_a_case_counts(office: OfficeCard, now: datetime) -> None:
    one = owner(office, now, "refused")
    again = own_of(one.held, now + timedelta(days=1), one.pair, "sent")
    one.goes(Verb.AMEND)  # a number was mended in the earlier one, later
    assert one.own.id == again.grant.pk


def test_it_is_the_desks_turn_afterwards(office: OfficeCard, now: datetime) -> None:
    one = owner(office, now, "returned")
    do(one, Verb.COMPLETE)
    due = Due.objects.get(kind="grant", case_id=one.held.case_id)
    assert due.on == now.date() + timedelta(days=1)
    assert Case.objects.get(pk=one.held.case_id).state == "received"


def test_the_answer_holds_the_application_as_it_is_by_now(
    office: OfficeCard, now: datetime
) -> None:
    one = owner(office, now, "returned")
    do(one, Verb.COMPLETE)
    step = one.own.last(Verb.COMPLETE)
    assert step is not None
    assert step.details["application"]["phone"] == "090-0000-0000"
    assert step.details["answers"] == [{"field": 11, "how": "bring", "words": ""}]
    assert Step.objects.get(pk=step.id).drawer == "shared"


def test_a_correction_that_the_desk_typed_in_is_answered(office: OfficeCard, now: datetime) -> None:
    one = owner(office, now, "returned")
    seen = one.seen
    one.goes(Verb.COMPLETE)
    with pytest.raises(Refused, match=r"grant\.answered"):
        do(one, Verb.COMPLETE, seen)
    one.goes(Verb.RETURN)  # something is still missing: the page of the first request says so
    with pytest.raises(Refused, match=r"grant\.answered"):
        do(one, Verb.COMPLETE, seen)
    do(one, Verb.COMPLETE)
    assert one.own.state is State.RECEIVED


def test_what_the_desk_does_for_itself_costs_the_person_no_page(
    office: OfficeCard, now: datetime
) -> None:
    one = owner(office, now, "returned")
    seen = one.seen
    one.goes(Verb.CHECK, Verb.AMEND)
    do(one, Verb.COMPLETE, seen)
    assert one.own.state is State.RECEIVED


def test_a_page_that_the_desk_overtook_is_refused(office: OfficeCard, now: datetime) -> None:
    one = owner(office, now, "decided")
    seen = one.seen
    one.goes(Verb.CHANGE, amount_yen=100_000)
    with pytest.raises(Refused, match=r"grant\.stale"):
        do(one, Verb.CONTRACT, seen)
    one.goes(Verb.CONTRACT)  # … typed in from paper
    with pytest.raises(Refused, match=r"own_grant\.done"):
        do(one, Verb.CONTRACT, seen)
    assert Step.objects.filter(verb="contract").count() == 1


def test_a_report_is_made_again_after_it_was_sent_back(office: OfficeCard, now: datetime) -> None:
    one = owner(office, now, "reported")
    one.goes(Verb.SEND_BACK)
    assert one.own.may(Verb.REPORT)
    do(one, Verb.REPORT)
    assert one.own.state is State.REPORTED


def test_a_file_that_is_not_there_is_named(office: OfficeCard, now: datetime) -> None:
    one = owner(office, now, "contracted")
    there = evidence.cards(one.held.drawer)[0].id
    for files in ((uuid4(),), (there, uuid4())):
        with pytest.raises(Refused, match=r"grant\.attachment"):
            public.report(one.actor, one.seen, replace(REPORTED, files=files), course(one), now=now)
    assert one.own.state is State.CONTRACTED
    public.report(one.actor, one.seen, replace(REPORTED, files=(there,)), course(one), now=now)
    step = one.own.last(Verb.REPORT)
    assert step is not None
    assert step.details["files"] == [str(there)]


def test_a_locked_file_answers_nothing(office: OfficeCard, now: datetime) -> None:
    one = owner(office, now, "returned")
    there = evidence.cards(one.held.drawer)[0].id
    Item.objects.filter(pk=there).update(locked=True)
    done = replace(COMPLETED, files=(there,))
    with pytest.raises(Refused, match=r"grant\.attachment"):
        public.complete(one.actor, one.seen, done, course(one), now=now)


def test_nobody_elses_grant_is_there(office: OfficeCard, now: datetime) -> None:
    one, other = owner(office, now, "returned"), owner(office, now, "returned")
    for verb in ACTS:
        with pytest.raises(Absent):
            do(one, verb, public.HeldGrant(one.held, other.grant.pk, other.own.turn))
    assert other.own.state is State.RETURNED


def test_staff_hold_no_receipt(office: OfficeCard, now: datetime) -> None:
    one = owner(office, now, "returned")
    for role in ("counsellor", "supervisor", "subsidy_officer", "auditor"):
        actor = actor_of(make_staff(office, role, "木村", now))
        with pytest.raises(Absent):
            public.complete(actor, one.seen, COMPLETED, course(one), now=now)
    assert one.own.state is State.RETURNED


def at_once(one: Owner, seen: public.HeldGrant, times: int) -> list[str]:
    """What each of some presses at the same moment comes to."""

    def press(number: int) -> str:
        try:
            do(one, Verb.COMPLETE, seen, idempotency_key=str(number))
        except Refused as refused:
            return refused.reasons[0].code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(8) as pool:
        return sorted(pool.map(press, range(times)))


def test_of_many_answers_at_once_one_is_taken(office: OfficeCard, now: datetime) -> None:
    one = owner(office, now, "returned")
    assert at_once(one, one.seen, 16) == ["done", *["grant.answered"] * 15]
    assert Step.objects.filter(verb="complete").count() == 1


def test_control_without_turn_and_table_many_are_taken(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stops the others is the turn that each saw, and the life's table: not the queue."""
    from madoguchi.work.subsidy import history

    one = owner(office, now, "returned")
    seen = one.seen
    monkeypatch.setattr(public, "_require_turn", lambda *_: None)
    monkeypatch.setattr(public, "_may", lambda *_: True)
    monkeypatch.setattr(history, "after", lambda *_: State.RECEIVED)
    assert at_once(one, seen, 16) == ["done"] * 16
    assert Step.objects.filter(verb="complete").count() == 16
