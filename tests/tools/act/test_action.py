"""An act: done, one line; refused, no trace; absent, a security line; once is once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from django.db.transaction import TransactionManagementError

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.rights import UnknownVerb
from madoguchi.tools.act.action import action, done_before, together
from madoguchi.tools.act.models import Once
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.later.models import Job
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard

CASE = UUID(int=5)
pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks


@dataclass(frozen=True)
class Thing:
    """A subject in one situation."""

    office_id: UUID
    standing: str = "assigned"
    case_id: UUID | None = CASE

    def situation(self, _actor: Actor) -> str:
        return self.standing


@action("case.note")
def mark(_actor: Actor, thing: Thing, *, refuse: bool = False, now: datetime) -> UUID:
    """Write a row, then refuse if asked to."""
    row = Job.objects.create(name="test", subject_id=thing.office_id, run_at=now)
    if refuse:
        raise Refused("test.no")
    return row.id


@action("case.plan")
def mark_twice(actor: Actor, thing: Thing, inner: Thing, *, now: datetime) -> UUID:
    """Write a row here and one inside."""
    Job.objects.create(name="test", subject_id=thing.office_id, run_at=now)
    return mark(actor, inner, now=now)


def mark_both(actor: Actor, thing: Thing, other: Thing, *, now: datetime) -> None:
    """Write two rows by acts of their own, or none."""
    with together(actor, "case.log", thing, now=now):
        mark(actor, thing, now=now)
        mark(actor, other, now=now)


@action("case.close")
def mark_anyway(actor: Actor, thing: Thing, inner: Thing, *, now: datetime) -> None:
    """Go on where the inner act may not be done."""
    Job.objects.create(name="test", subject_id=thing.office_id, run_at=now)
    with pytest.raises(Absent):
        mark(actor, inner, now=now)


def lines() -> list[tuple[str, str, UUID | None]]:
    return list(Line.objects.order_by("seq").values_list("verb", "outcome", "case_id"))


@pytest.fixture
def counsellor(office: OfficeCard) -> Actor:
    return Actor(office.id, "counsellor", uuid4())


def test_done_leaves_its_row_and_one_line(counsellor: Actor, now: datetime) -> None:
    done = mark(counsellor, Thing(counsellor.office_id), now=now)
    assert Job.objects.get().id == done
    assert lines() == [("case.note", "done", CASE)]


def test_absent_leaves_one_security_line_and_no_row(counsellor: Actor, now: datetime) -> None:
    standings = ("unit", "care", "secret", "denied", "office", "own")
    for standing in standings:
        with pytest.raises(Absent):
            mark(counsellor, Thing(counsellor.office_id, standing), now=now)
    assert not Job.objects.exists()
    assert lines() == [("case.note", "absent", CASE)] * len(standings)


def test_another_office_is_absent_and_its_case_is_not_named(
    counsellor: Actor, other_office: OfficeCard, now: datetime
) -> None:
    with pytest.raises(Absent):
        mark(counsellor, Thing(other_office.id), now=now)
    assert not Job.objects.exists()
    assert lines() == [("case.note", "absent", None)]
    assert Line.objects.get().office_id == counsellor.office_id


def test_refused_leaves_neither_row_nor_line(counsellor: Actor, now: datetime) -> None:
    with pytest.raises(Refused) as refusal:
        mark(counsellor, Thing(counsellor.office_id), refuse=True, now=now, idempotency_key="k")
    assert [reason.code for reason in refusal.value.reasons] == ["test.no"]
    assert not Job.objects.exists()
    assert not Once.objects.exists()
    assert lines() == []


def test_an_act_inside_an_act_is_two_lines(counsellor: Actor, now: datetime) -> None:
    thing = Thing(counsellor.office_id)
    mark_twice(counsellor, thing, thing, now=now)
    assert Job.objects.count() == 2
    assert lines() == [("case.note", "done", CASE), ("case.plan", "done", CASE)]
    assert chain.faults(counsellor.office_id) == []


def test_absent_inside_takes_the_outer_act_with_it(counsellor: Actor, now: datetime) -> None:
    thing = Thing(counsellor.office_id)
    with pytest.raises(Absent):
        mark_twice(counsellor, thing, Thing(counsellor.office_id, "denied"), now=now)
    assert not Job.objects.exists()
    assert [outcome for _, outcome, _ in lines()] == ["absent"]


def test_absent_in_one_of_several_takes_all_and_leaves_one_line(
    counsellor: Actor, now: datetime
) -> None:
    thing, denied = Thing(counsellor.office_id), Thing(counsellor.office_id, "denied")
    with pytest.raises(Absent):
        mark_both(counsellor, thing, denied, now=now)
    assert not Job.objects.exists()
    assert lines() == [("case.log", "absent", CASE)]


def test_absent_inside_that_is_swallowed_leaves_nothing_half(
    counsellor: Actor, now: datetime
) -> None:
    """Without savepoints the whole act is lost rather than half of it kept."""
    thing = Thing(counsellor.office_id)
    with pytest.raises(TransactionManagementError):
        mark_anyway(counsellor, thing, Thing(counsellor.office_id, "denied"), now=now)
    assert not Job.objects.exists()
    assert lines() == []


def test_once_gives_the_same_result_and_no_second_line(counsellor: Actor, now: datetime) -> None:
    thing = Thing(counsellor.office_id)
    assert not done_before(counsellor, "case.note", "k")
    first = mark(counsellor, thing, now=now, idempotency_key="k")
    assert [mark(counsellor, thing, now=now, idempotency_key="k") for _ in range(3)] == [first] * 3
    assert done_before(counsellor, "case.note", "k")
    assert Job.objects.count() == len(lines()) == 1
    assert (
        mark(counsellor, thing, now=now, idempotency_key="other") != first
    )  # control: another key is new
    assert mark(counsellor, thing, now=now) != first  # control: without a key each is new
    assert Job.objects.count() == len(lines()) == 3


def test_once_is_looked_up_after_the_rights(counsellor: Actor, now: datetime) -> None:
    mark(counsellor, Thing(counsellor.office_id), now=now, idempotency_key="k")
    with pytest.raises(Absent):
        mark(counsellor, Thing(counsellor.office_id, "denied"), now=now, idempotency_key="k")


def test_once_belongs_to_an_office(
    counsellor: Actor, other_office: OfficeCard, now: datetime
) -> None:
    mine = mark(counsellor, Thing(counsellor.office_id), now=now, idempotency_key="k")
    other = Actor(other_office.id, "counsellor", uuid4())
    assert not done_before(other, "case.note", "k")
    assert mark(other, Thing(other_office.id), now=now, idempotency_key="k") != mine


def test_an_unlisted_verb_cannot_be_defined() -> None:
    with pytest.raises(UnknownVerb, match=r"case\.paint: not in rights\.toml"):
        action("case.paint")


def test_sealing_outside_an_act_has_no_line() -> None:
    with pytest.raises(chain.NoLine):
        chain.note(CASE, "column", b"sealed")
