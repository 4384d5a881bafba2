"""The person reads what would be passed on, and says yes or no, once."""

from datetime import datetime
from uuid import UUID

import pytest

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.steps.referral import State, Verb
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import queries
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.cases.public import Holding, consultee
from madoguchi.work.referrals.actions import Consent, Move, NewReferral, move, refer
from madoguchi.work.referrals.models import Referral
from madoguchi.work.referrals.public import approve, decline, proposals
from madoguchi.work.referrals.queries import one
from tests.redteam.house import asked_with_file
from tests.work.referrals.test_actions import SUMMARY

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


@pytest.fixture
def asked(office: OfficeCard, who: Actor, now: datetime) -> tuple[Holding, UUID]:
    """A case whose receipt is open, and a summary that waits for its person's yes."""
    case_id = asked_with_file(office, now).case_id
    shared = queries.open_case(who, case_id, now=now).shared
    cases.take(who, queries.find(who, case_id), now=now)
    new = NewReferral("ihaho", Consent("person"), now.date(), SUMMARY)
    return Holding(shared), refer(who, queries.find(who, case_id), new, now=now)


def test_the_person_reads_exactly_what_would_be_passed_on(
    asked: tuple[Holding, UUID], now: datetime
) -> None:
    held, id_ = asked
    shown = proposals(held)
    assert [(one.id, one.agency, one.at, one.summary) for one in shown] == [
        (id_, "ihaho", now, SUMMARY)
    ]


def test_a_yes_by_receipt_lets_the_desk_give_it(
    asked: tuple[Holding, UUID], who: Actor, now: datetime
) -> None:
    held, id_ = asked
    person = consultee(held.office_id)
    approve(person, held, id_, now.date(), now=now)
    assert proposals(held) == ()
    assert Due.objects.filter(case_id=held.case_id, kind="approved").count() == 1
    card = one(queries.open_case(who, held.case_id, now=now), id_)
    assert (card.approved_how, card.verbs[0]) == ("receipt", Verb.GIVE)
    case = queries.find(who, held.case_id)
    move(who, case, id_, Move(Verb.GIVE, now.date()), now=now)
    with pytest.raises(Refused, match="answered_before"):
        decline(person, held, id_, now.date(), now=now)


def test_a_no_by_receipt_ends_it(asked: tuple[Holding, UUID], who: Actor, now: datetime) -> None:
    held, id_ = asked
    decline(consultee(held.office_id), held, id_, now.date(), now=now)
    assert Referral.objects.get(pk=id_).state == State.WITHDRAWN
    assert Case.objects.get(pk=held.case_id).state == "active"
    with pytest.raises(Refused):
        move(
            who,
            queries.find(who, held.case_id),
            id_,
            Move(Verb.GIVE, now.date()),
            now=now,
        )


def test_another_persons_summary_is_not_there(
    asked: tuple[Holding, UUID], office: OfficeCard, who: Actor, now: datetime
) -> None:
    _, id_ = asked
    other = asked_with_file(office, now).case_id
    stranger = Holding(queries.open_case(who, other, now=now).shared)
    assert proposals(stranger) == ()
    with pytest.raises(Absent):
        approve(consultee(office.id), stranger, id_, now.date(), now=now)


def test_what_was_passed_on_without_consent_is_shown_to_no_receipt(
    asked: tuple[Holding, UUID], who: Actor, now: datetime
) -> None:
    held, _ = asked
    silent = NewReferral("ihaho", Consent("none", reason="命の危険"), now.date(), SUMMARY)
    id_ = refer(who, queries.find(who, held.case_id), silent, now=now)
    assert id_ not in {one.id for one in proposals(held)}
    with pytest.raises(Absent):
        decline(consultee(held.office_id), held, id_, now.date(), now=now)
