"""A referral from consent to answer: what may go out, in which state, and who looks when."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.steps.referral import State, Verb
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.cipher import Tampered
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import queries
from madoguchi.work.cases.models import Access, Case, Due
from madoguchi.work.issued.actions import MadePaper
from madoguchi.work.issued.models import Issued
from madoguchi.work.record import actions as record_actions
from madoguchi.work.record.queries import entries
from madoguchi.work.referrals import queries as referrals
from madoguchi.work.referrals.actions import (
    Consent,
    Move,
    NewReferral,
    issue,
    move,
    print_draft,
    refer,
)
from madoguchi.work.referrals.models import Referral
from madoguchi.work.referrals.public import Summary
from madoguchi.work.referrals.queries import ReferralCard
from tests.redteam.house import asked_with_file
from tests.work.cases.awaiting import answered

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

SUMMARY = Summary((("consult.phone.label", "0279-00-0000"),), "書き込みが続いている", "削除の助言")


@pytest.fixture
def case_id(office: OfficeCard, who: Actor, now: datetime) -> UUID:
    """A case that the counsellor took."""
    made = asked_with_file(office, now).case_id
    queries.open_case(who, made, now=now)
    cases.take(who, queries.find(who, made), now=now)
    return made


def new(now: datetime, kind: str = "person", **changed: str) -> NewReferral:
    consent = Consent(kind, **changed)
    return NewReferral("ihaho", consent, now.date() + timedelta(days=14), SUMMARY)


def made(actor: Actor, case_id: UUID, referral: NewReferral, now: datetime) -> UUID:
    return refer(actor, queries.find(actor, case_id), referral, now=now)


def moved(
    actor: Actor, case_id: UUID, id_: UUID, verb: Verb, now: datetime, days: int = 7, **more: Any
) -> ReferralCard:
    done = Move(verb, now.date() + timedelta(days=days), **more)
    move(actor, queries.find(actor, case_id), id_, done, now=now)
    return read(actor, case_id, id_, now)


def read(actor: Actor, case_id: UUID, id_: UUID, now: datetime) -> ReferralCard:
    return referrals.one(queries.open_case(actor, case_id, now=now), id_)


def standing(case_id: UUID) -> Due:
    """The referrals' due; the first answer, which none of them is, stands beside it."""
    open_dues = Due.objects.filter(case_id=case_id, done_at__isnull=True)
    return open_dues.exclude(kind="first_answer").get()


def test_nothing_goes_out_before_the_person_approved_it(
    who: Actor, case_id: UUID, now: datetime
) -> None:
    id_ = made(who, case_id, new(now), now)
    assert standing(case_id).kind == "approval"
    assert Verb.GIVE not in read(who, case_id, id_, now).verbs
    with pytest.raises(Refused, match=r"referral\.unapproved"):
        moved(who, case_id, id_, Verb.GIVE, now)
    card = moved(who, case_id, id_, Verb.APPROVE, now, how="paper")
    assert (card.approved_how, card.approved_at, card.summary) == ("paper", now, SUMMARY)
    assert moved(who, case_id, id_, Verb.GIVE, now).state is State.GIVEN
    assert Case.objects.get(pk=case_id).state == "waiting"


def test_from_given_to_answered_each_step_has_its_day(
    who: Actor, case_id: UUID, now: datetime
) -> None:
    id_ = made(who, case_id, new(now, "none", reason="命の危険"), now)
    assert (standing(case_id).kind, standing(case_id).on) == (
        "referral",
        now.date() + timedelta(days=14),
    )
    silent = moved(who, case_id, id_, Verb.MISS, now, days=1)
    assert (silent.state, silent.due_on) == (State.NO_ANSWER, now.date() + timedelta(days=1))
    assert (standing(case_id).kind, Case.objects.get(pk=case_id).state) == ("no_answer", "active")
    assert moved(who, case_id, id_, Verb.ACCEPT, now, days=20).state is State.ACCEPTED
    assert Case.objects.get(pk=case_id).state == "waiting"
    answered = moved(who, case_id, id_, Verb.ANSWER, now, days=3, text="削除された")
    assert (answered.state, answered.due_on, answered.verbs) == (State.ANSWERED, None, ())
    assert (standing(case_id).kind, Case.objects.get(pk=case_id).state) == ("follow_up", "active")
    found = entries(queries.open_case(who, case_id, now=now))
    steps = [one.words["step"] for one in reversed(found) if one.kind == "referral"]
    assert steps == ["give", "miss", "accept", "answer"]
    assert found[0].words["text"] == "削除された"


def test_consent_that_has_ended_stops_it(who: Actor, case_id: UUID, now: datetime) -> None:
    until = now.date() + timedelta(days=2)
    id_ = made(who, case_id, new(now, until_on=until.isoformat()), now)
    moved(who, case_id, id_, Verb.APPROVE, now, how="screen")
    later = now + timedelta(days=3)
    with pytest.raises(Refused, match=r"referral\.consent_over"):
        moved(who, case_id, id_, Verb.GIVE, later)
    assert moved(who, case_id, id_, Verb.GIVE, now + timedelta(days=2)).state is State.GIVEN


def test_taken_back_consent_ends_it(who: Actor, case_id: UUID, now: datetime) -> None:
    id_ = made(who, case_id, new(now), now)
    assert moved(who, case_id, id_, Verb.WITHDRAW, now).state is State.WITHDRAWN
    with pytest.raises(Refused, match=r"referral\.step\.approve"):
        moved(who, case_id, id_, Verb.APPROVE, now, how="screen")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"consent": Consent("")}, "consent.missing"),
        ({"consent": Consent("person"), "summary": Summary()}, "consent.what"),
        ({"consent": Consent("none", reason="危険"), "summary": Summary()}, "consent.what"),
        ({"consent": Consent("none", reason=" ")}, "consent.reason"),
        ({"consent": Consent("person", until_on="2026-11-29")}, "due.past"),
        ({"summary": Summary(told="あ" * 1_601)}, "referral.page"),
    ],
)
def test_an_incomplete_record_is_refused(
    who: Actor, case_id: UUID, now: datetime, changed: dict[str, object], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        made(who, case_id, replace(new(now), **changed), now)  # type: ignore[arg-type] # by name
    assert [reason.code for reason in refused.value.reasons] == [code]
    assert not Referral.objects.exists()


def test_an_agency_that_was_only_named_gets_nothing(
    who: Actor, case_id: UUID, now: datetime
) -> None:
    id_ = made(who, case_id, new(now, "told_only"), now)
    card = read(who, case_id, id_, now)
    assert (card.state, card.summary.empty) == (State.GIVEN, True)


def test_what_the_person_did_not_agree_to_lies_where_no_receipt_opens_it(
    who: Actor, case_id: UUID, now: datetime
) -> None:
    asked = made(who, case_id, new(now), now)
    without = made(who, case_id, new(now, "none", reason="命の危険"), now)
    drawers = dict(Referral.objects.values_list("pk", "drawer"))
    assert drawers == {asked: "shared", without: "staff"}


def test_each_referral_that_waits_has_its_day(who: Actor, case_id: UUID, now: datetime) -> None:
    first = made(who, case_id, new(now, "none", reason="危険"), now)
    moved(who, case_id, first, Verb.MISS, now, days=1)
    made(who, case_id, new(now, "none", reason="危険"), now)
    open_dues = Due.objects.filter(case_id=case_id, done_at=None).exclude(kind="first_answer")
    assert dict(open_dues.values_list("kind", "on")) == {
        "no_answer": now.date() + timedelta(days=1),
        "referral": new(now).look_on,
    }


def test_a_closed_case_refers_nobody(who: Actor, case_id: UUID, now: datetime) -> None:
    id_ = made(who, case_id, new(now), now)
    case = queries.find(who, case_id)
    record_actions.close(who, case, "solved", answered(case), now=now)
    with pytest.raises(Refused, match=r"step\.refer"):
        made(who, case_id, new(now), now)
    with pytest.raises(Refused, match=r"step\.refer"):
        moved(who, case_id, id_, Verb.APPROVE, now, how="paper")


def test_the_denied_and_other_cases_find_nothing(
    office: OfficeCard, who: Actor, case_id: UUID, now: datetime
) -> None:
    id_ = made(who, case_id, new(now), now)
    other = asked_with_file(office, now).case_id
    queries.open_case(who, other, now=now)
    cases.take(who, queries.find(who, other), now=now)
    with pytest.raises(Absent):
        moved(who, other, id_, Verb.WITHDRAW, now)
    Access.objects.filter(case_id=case_id).update(kind="deny")
    with pytest.raises(Absent):
        moved(who, case_id, id_, Verb.WITHDRAW, now)
    assert Referral.objects.get(pk=id_).state == "prepared"


def test_an_approval_of_another_summary_does_not_count(
    who: Actor, case_id: UUID, now: datetime
) -> None:
    approved = made(who, case_id, new(now), now)
    moved(who, case_id, approved, Verb.APPROVE, now, how="paper")
    id_ = made(who, case_id, new(now), now)
    taken = Referral.objects.get(pk=approved).approval
    Referral.objects.filter(pk=id_).update(approval=taken)
    with pytest.raises(Tampered):
        read(who, case_id, id_, now)


def papers(actor: Actor, case_id: UUID, id_: UUID, now: datetime) -> UUID:
    """The referral's paper, issued."""
    paper = MadePaper("referral", "引き継ぎ", b"%PDF", 1, (), "")
    return issue(actor, queries.find(actor, case_id), id_, paper, now=now)


def test_a_paper_is_issued_only_of_what_may_be_given(
    who: Actor, case_id: UUID, now: datetime
) -> None:
    until = now.date() + timedelta(days=2)
    id_ = made(who, case_id, new(now, until_on=until.isoformat()), now)
    assert not read(who, case_id, id_, now).may_go_out
    with pytest.raises(Refused, match=r"referral\.unapproved"):
        papers(who, case_id, id_, now)
    moved(who, case_id, id_, Verb.APPROVE, now, how="screen")
    assert read(who, case_id, id_, now).may_go_out
    with pytest.raises(Refused, match=r"referral\.consent_over"):
        papers(who, case_id, id_, now + timedelta(days=3))
    assert not Issued.objects.exists()
    kept = papers(who, case_id, id_, now)
    assert Issued.objects.get().pk == kept
    moved(who, case_id, id_, Verb.WITHDRAW, now)
    assert not read(who, case_id, id_, now).may_go_out
    with pytest.raises(Refused, match=r"referral\.no_letter"):
        papers(who, case_id, id_, now)
    assert Issued.objects.count() == 1


def test_nothing_is_issued_where_nothing_is_passed_on(
    who: Actor, case_id: UUID, now: datetime
) -> None:
    id_ = made(who, case_id, new(now, "told_only"), now)
    with pytest.raises(Refused, match=r"consent\.what"):
        papers(who, case_id, id_, now)


def test_a_draft_is_for_a_person_who_is_waited_for(
    who: Actor, case_id: UUID, now: datetime
) -> None:
    id_ = made(who, case_id, new(now), now)
    case = queries.find(who, case_id)
    assert print_draft(who, case, id_, now=now) == id_
    moved(who, case_id, id_, Verb.WITHDRAW, now)
    with pytest.raises(Refused, match=r"referral\.no_draft"):
        print_draft(who, case, id_, now=now)
    assert Line.objects.filter(verb="referral.print", outcome="done").count() == 1


def test_a_paper_of_no_referral_is_absent(who: Actor, case_id: UUID, now: datetime) -> None:
    with pytest.raises(Absent):
        papers(who, case_id, case_id, now)
    with pytest.raises(Absent):
        print_draft(who, queries.find(who, case_id), case_id, now=now)
