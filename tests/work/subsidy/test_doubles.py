"""Grants that may be one person's: found by marks, and nobody else's grant is opened."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest

from madoguchi.ops.roles.portal import TABLES
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import forget as vault
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.models import DrawerKey
from madoguchi.work.cases import jobs as cases
from madoguchi.work.cases.models import Access, Case
from madoguchi.work.subsidy import doubles
from madoguchi.work.subsidy.models import Grant, Mark, Step
from tests.work.subsidy.granting import APPLIED, Desk, opened_year, sent, sent_in
from tests.work.subsidy.states import TRIES

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
MARRIED = replace(APPLIED, name="田中 花子", kana="タナカ ハナコ", address="渋川市石原1-2-3")
STRANGER = replace(APPLIED, kana="タナカ タロウ", phone="0279-99-9999", address="渋川市")


@pytest.fixture
def desk(office: OfficeCard, now: datetime) -> Desk:
    """A grant that the desk received, in a year with a budget."""
    opened_year(office)
    return sent(office, now).until("received")


def found(desk: Desk) -> doubles.Doubles:
    """What the page of a grant shows."""
    return doubles.doubles(desk.officer, desk.grant, desk.opened.steps, now=desk.now)


def alike(desk: Desk) -> dict[UUID, list[str]]:
    """Which grants, and what is the same."""
    return {
        one.grant_id: [reason.code.removeprefix("grant.") for reason in one.grounds]
        for one in found(desk).alike
    }


def compared() -> dict[str, int]:
    """What the newest line of a comparison tells; nothing where there is none."""
    line = Line.objects.filter(verb="grant.compare").order_by("-seq").first()
    return {name: line.told[name] for name in ("compared", "alike")} if line else {}


def marks(desk: Desk) -> set[bytes]:
    return {bytes(row.mark) for row in Mark.objects.filter(grant_id=desk.id)}


@pytest.mark.parametrize("swept", [True, False], ids=("by its marks", "before it has any"))
def test_another_name_with_the_same_telephone_is_shown(
    desk: Desk, now: datetime, *, swept: bool
) -> None:
    other, _stranger = sent(desk.office, now, MARRIED), sent(desk.office, now, STRANGER)
    if swept:
        assert doubles.sweep(now) is False
    assert alike(desk) == {other.id: ["alike.phone", "alike.name"]}
    assert compared() == {"compared": 1 if swept else 2, "alike": 1}
    line = Line.objects.get(verb="grant.compare")
    assert (line.case_id, line.told["grant_number"]) == (desk.grant.case_id, 1)


def test_who_shares_nothing_is_not_opened_and_leaves_no_line(desk: Desk, now: datetime) -> None:
    sent(desk.office, now, STRANGER)
    doubles.sweep(now)
    assert found(desk) == doubles.Doubles(())
    assert compared() == {}


@pytest.mark.opens("grant.compare", "grant.mark")
def test_the_account_of_another_claim_is_shown(desk: Desk, now: datetime) -> None:
    doubles.sweep(now)
    other = sent(desk.office, now, STRANGER).until("claimed")
    desk.until("claimed")
    assert alike(desk) == {other.id: ["alike.account"]}
    doubles.sweep(now)  # a step that says who applies makes the marks of before too old
    assert alike(desk) == {other.id: ["alike.account"]}
    assert compared() == {"compared": 1, "alike": 1}


def test_a_step_that_does_not_say_who_applies_leaves_the_marks_as_they_are(desk: Desk) -> None:
    doubles.sweep(desk.now)
    lines = Line.objects.filter(verb="grant.mark")
    assert lines.count() == 1
    desk.propose()
    desk.decide()
    doubles.sweep(desk.now)
    assert lines.count() == 1
    for go in (desk.contract, desk.report, desk.fix, desk.claim):
        go()
    doubles.sweep(desk.now)
    assert lines.count() == 2
    assert {row.step for row in Mark.objects.all()} == {desk.opened.steps[-1].number}


def test_what_one_may_not_open_is_not_compared_nor_counted(desk: Desk, now: datetime) -> None:
    hidden, secret = sent(desk.office, now), sent(desk.office, now)
    Access.objects.create(
        office_id=desk.office.id,
        case_id=hidden.grant.case_id,
        staff_id=desk.officer.colleague,
        kind="deny",
        at=now,
    )
    Case.objects.filter(pk=secret.grant.case_id).update(level="secret")
    for _ in ("before they have marks", "by their marks"):
        assert found(desk) == doubles.Doubles(())
        doubles.sweep(now)
    assert compared() == {}


def test_one_persons_earlier_grants_come_before_all_that_are_alike(desk: Desk) -> None:
    """Whatever became of them: what is over is named, too, and what was granted is known."""
    other = sent(desk.office, desk.now).until("received")
    TRIES[Verb.WITHDRAW](desk, desk.officer, desk.now)
    again = sent_in(desk.office, desk.grant.case_id, desk.now, APPLIED).until("received")
    doubles.sweep(desk.now)
    first, second = found(again).alike
    assert (first.grant_id, first.state) == (desk.id, "withdrawn")
    assert [reason.code for reason in first.grounds] == ["grant.same_case"]
    assert second.grant_id == other.id
    assert compared() == {"compared": 1, "alike": 1}


def test_what_is_too_many_for_one_page_is_said(
    desk: Desk, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that share a mark come before those that have none yet."""
    monkeypatch.setattr(doubles, "MOST", 1)
    other = sent(desk.office, now, MARRIED)
    doubles.sweep(now)
    sent(desk.office, now, STRANGER).until("received")
    assert list(alike(desk)) == [other.id]
    assert found(desk).left == 1
    doubles.sweep(now)
    assert found(desk).left == 0


def test_a_sweep_takes_some_at_a_time(
    desk: Desk, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doubles, "A_SWEEP", 1)
    sent(desk.office, now, MARRIED)
    assert (doubles.sweep(now), doubles.sweep(now), doubles.sweep(now)) == (True, True, False)
    assert set(Mark.objects.values_list("grant_id", flat=True)) == {
        *Grant.objects.values_list("id", flat=True)
    }


def test_what_does_not_open_stops_no_sweep_and_is_like_nothing(desk: Desk, now: datetime) -> None:
    other = sent(desk.office, now)
    Step.objects.filter(grant_id=other.id).update(told=b"changed")
    broken = sent(desk.office, now)
    DrawerKey.objects.filter(case_id=broken.grant.case_id, by="office").update(blob=b"changed")
    assert doubles.sweep(now) is False
    assert (len(marks(other)), len(marks(broken)), len(marks(desk)) > 1) == (1, 1, True)
    assert alike(desk) == {}
    assert not Grant.objects.filter(doubles.unmarked())


def test_a_mark_says_nothing_without_its_offices_key(
    desk: Desk, other_office: OfficeCard, now: datetime
) -> None:
    elsewhere, here = sent(other_office, now), sent(desk.office, now)
    doubles.sweep(now)
    shared = marks(desk) & marks(here)
    assert len(shared) == len(marks(desk)) - 1 == len(marks(here)) - 1, "all but each one's own"
    assert not marks(elsewhere) & (marks(desk) | marks(here))
    assert {len(mark) for mark in marks(desk)} == {32}


def test_of_a_forgotten_case_no_mark_is_left(desk: Desk, now: datetime) -> None:
    other = sent(desk.office, now)
    doubles.sweep(now)
    cases.forget(other.grant.case_id, now=now)
    assert not marks(other)
    assert marks(desk), "control: another's stay"
    assert doubles.sweep(now) is False
    assert not marks(other)
    assert found(desk) == doubles.Doubles(())
    assert "subsidy_mark" in vault.vacuum()
    assert not vault.remains(other.grant.case_id)


def test_marks_of_a_case_that_is_forgotten_meanwhile_are_not_made(
    desk: Desk, now: datetime
) -> None:
    row = desk.grant
    cases.forget(row.case_id, now=now)
    doubles.mark(Actor(desk.office.id, "worker"), row, now=now)
    assert not Mark.objects.exists()


def test_the_portals_role_has_no_right_to_marks_nor_the_portal_their_key() -> None:
    assert "subsidy_step" in {table.name for table in TABLES}, "control"
    assert "subsidy_mark" not in {table.name for table in TABLES}
    assert "doubles" in unseal.PURPOSES, "whose module the portal cannot import (RT1)"
