"""A case that moved on meanwhile: no act overwrites what a colleague or the person did."""

from datetime import datetime, timedelta

import pytest

from madoguchi.rules.decision import Absent, Refused
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.transaction import transaction
from madoguchi.work.cases import actions, queries
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.cases.public import Holding, desks_turn
from tests.offices import actor_of, make_staff
from tests.redteam.house import asked_with_file
from tests.web.portal.browsing import holding
from tests.work.cases.staff_acts import ACTS

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

MOVES = (
    "case.take",
    "case.answer",
    "case.log",
    "case.plan",
    "case.close",
    "case.level",
    "case.refer",
)


@pytest.fixture
def held(office: OfficeCard, who: Actor, now: datetime) -> Holding:
    """A case that the counsellor took, as its person holds it."""
    asked = asked_with_file(office, now)
    queries.open_case(who, asked.case_id, now=now)
    actions.take(who, queries.find(who, asked.case_id), now=now)
    return holding(office, (asked.number, asked.secret))


@pytest.mark.parametrize("verb", MOVES)
def test_no_verb_overwrites_a_message_that_came_meanwhile(
    held: Holding, who: Actor, now: datetime, verb: str
) -> None:
    read_before = queries.find(who, held.case_id)
    with transaction():
        desks_turn(held, now.date(), "answer", now)
    with pytest.raises(Refused, match=r"case\.stale"):
        ACTS[verb](who, read_before, now)
    assert Due.objects.filter(kind="answer", done_at__isnull=True).count() == 1
    read_again = queries.find(who, held.case_id)
    ACTS[verb](who, read_again, now)  # the control: the newest row does


def test_a_level_set_meanwhile_holds(
    held: Holding, office: OfficeCard, who: Actor, now: datetime
) -> None:
    other = actor_of(make_staff(office, "counsellor", "佐藤", now))
    read_before = queries.find(other, held.case_id)
    actions.set_level(who, queries.find(who, held.case_id), "care", now=now)
    assert read_before.situation(other) == "care"
    with pytest.raises(Absent):
        actions.take(other, read_before, now=now)


def test_whoever_hands_over_sees_a_secret_case_no_more(
    held: Holding, office: OfficeCard, who: Actor, now: datetime
) -> None:
    other = actor_of(make_staff(office, "counsellor", "佐藤", now))
    actions.take(other, queries.find(other, held.case_id), now=now)
    actions.set_level(other, queries.find(other, held.case_id), "secret", now=now)
    with pytest.raises(Absent):
        queries.open_case(who, held.case_id, now=now)
    assert queries.open_case(other, held.case_id, now=now)


def test_a_secret_case_keeps_somebody_who_sees_it(
    office: OfficeCard, who: Actor, now: datetime
) -> None:
    case_id = asked_with_file(office, now).case_id
    supervisor = actor_of(make_staff(office, "supervisor", "係長", now))
    actions.take(who, queries.find(who, case_id), now=now)
    actions.set_level(who, queries.find(who, case_id), "secret", now=now)
    with pytest.raises(Refused, match=r"deny\.last"):
        actions.deny(who, queries.find(who, case_id), who.colleague, now=now)
    nobodys = asked_with_file(office, now + timedelta(minutes=1)).case_id
    Case.objects.filter(pk=nobodys).update(level="care")
    with pytest.raises(Absent):
        actions.set_level(who, queries.find(who, nobodys), "secret", now=now)
    assert queries.find(supervisor, nobodys).level == "care"
