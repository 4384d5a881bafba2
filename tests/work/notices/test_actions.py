"""Decisions of the desk: one may hide at once, two publish; proposals end once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connections, transaction

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.programme.changes import KINDS, NumberReplaced
from madoguchi.rules.programme.phone import Phone
from madoguchi.rules.programme.read import ProgrammeError
from madoguchi.rules.steps.proposal import ACTS, HIDES, HOLD_NUMBERS, OF_CLINIC, needs_two
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.notices import actions, proposals, public, queries
from madoguchi.work.notices.models import Notice, Proposal
from tests.offices import actor_of, make_staff

OLD, NEW = "0279-25-8526", "0279-00-1111"
NUMBER = {"was": OLD, "now": NEW, "from_on": "2026-12-01"}
HIDDEN = {"number": OLD, "from_on": "2026-11-30"}
DECIDED = actions.NewDecision("number", NUMBER, "電話番号が変わります")
pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back


@pytest.fixture
def at(office: OfficeCard) -> AtOffice:
    """The office as a subject."""
    return AtOffice(office.id)


@pytest.fixture
def two(office: OfficeCard, now: datetime) -> tuple[Actor, Actor]:
    """A counsellor and a supervisor: an office of two."""
    return (
        actor_of(make_staff(office, "counsellor", "木村", now)),
        actor_of(make_staff(office, "supervisor", "山田", now)),
    )


def hide(actor: Actor, at: AtOffice, now: datetime) -> UUID:
    """Hide the desk's number at once."""
    return actions.publish(actor, at, "number_hidden", "", "", now.date(), HIDDEN, now=now)


def test_two_publish_a_new_number(at: AtOffice, two: tuple[Actor, Actor], now: datetime) -> None:
    one, other = two
    proposal = actions.propose(one, at, DECIDED, now=now)
    assert public.changes(at.office_id) == ()
    assert public.news(at.office_id) == ()
    actions.confirm(other, at, proposal, now=now)
    assert public.changes(at.office_id) == (
        NumberReplaced(Phone(OLD), Phone(NEW), date(2026, 12, 1)),
    )
    (card,) = queries.standing(one, at)
    assert (card.proposed_by, card.staff_id) == (one.staff_id, other.staff_id)
    assert [each.title for each in public.news(at.office_id)] == ["電話番号が変わります"]
    assert [line.verb for line in Line.objects.order_by("seq")] == [
        "notice.propose",
        "notice.confirm",
    ]
    assert chain.faults(at.office_id) == []


def test_nobody_confirms_their_own(at: AtOffice, two: tuple[Actor, Actor], now: datetime) -> None:
    proposal = actions.propose(two[0], at, DECIDED, now=now)
    with pytest.raises(Refused, match=r"proposal\.own"):
        actions.confirm(two[0], at, proposal, now=now)
    assert not Notice.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.update(outcome="confirmed", ended_by=two[0].staff_id)


def test_what_needs_two_cannot_be_published_by_one(
    at: AtOffice, two: tuple[Actor, Actor], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "decode", lambda *_: None)
    for kind in ACTS.keys() & set(KINDS) - HIDES - OF_CLINIC - HOLD_NUMBERS:
        with pytest.raises(Refused, match=r"notice\.two"):
            actions.publish(two[1], at, kind, "見出し", "", now.date(), {"x": 1}, now=now)
    assert not Notice.objects.exists()


def test_one_hides_at_once_and_two_show_again(
    at: AtOffice, two: tuple[Actor, Actor], now: datetime
) -> None:
    notice = hide(two[0], at, now)
    assert len(public.changes(at.office_id)) == 1
    assert public.news(at.office_id) == ()
    with pytest.raises(Refused, match=r"notice\.two"):
        actions.withdraw(two[0], at, notice, now=now)
    with pytest.raises(Refused, match=r"notice\.one"):
        actions.propose(two[0], at, actions.NewDecision("number_hidden", HIDDEN), now=now)
    proposal = actions.propose_withdrawal(two[0], at, notice, now=now)
    assert len(public.changes(at.office_id)) == 1
    actions.confirm(two[1], at, proposal, now=now)
    assert public.changes(at.office_id) == ()
    assert Notice.objects.count() == 1
    assert all(needs_two(kind, {}, taken_back=True) for kind in HIDES)


def test_a_closed_day_is_withdrawn_by_one_and_once(
    at: AtOffice, two: tuple[Actor, Actor], now: datetime
) -> None:
    told = {"on": "2026-12-01"}
    notice = actions.publish(two[0], at, "desk_closed", "", "", now.date(), told, now=now)
    actions.withdraw(two[1], at, notice, now=now)
    assert public.changes(at.office_id) == ()
    later = now + timedelta(minutes=1)
    actions.withdraw(two[1], at, notice, now=later)
    assert Notice.objects.get().withdrawn_at == now


def test_a_dropped_proposal_is_over_and_stays(
    at: AtOffice, two: tuple[Actor, Actor], now: datetime
) -> None:
    proposal = actions.propose(two[0], at, DECIDED, now=now)
    proposals.drop(two[0], at, proposal, now=now)
    for act in (actions.confirm, proposals.drop):
        with pytest.raises(Refused, match=r"proposal\.ended"):
            act(two[1], at, proposal, now=now)
    assert queries.proposals(two[0], at) == ()
    assert [each.outcome for each in queries.proposals(two[0], at, open_ones=False)] == ["dropped"]
    assert not Notice.objects.exists()


def test_a_proposal_that_waited_begins_today(
    at: AtOffice, two: tuple[Actor, Actor], now: datetime
) -> None:
    """Hidden meanwhile, then confirmed: the confirmation is the later word."""
    proposal = actions.propose(two[0], at, DECIDED, now=now)
    later = now + timedelta(days=9)
    actions.confirm(two[1], at, proposal, now=later)
    (change,) = public.changes(at.office_id)
    assert isinstance(change, NumberReplaced)
    assert change.from_on == later.date()


def test_one_key_makes_one_proposal_and_one_notice(
    at: AtOffice, two: tuple[Actor, Actor], now: datetime
) -> None:
    ids = {actions.propose(two[0], at, DECIDED, now=now, idempotency_key="a") for _ in range(3)}
    assert len(ids) == Proposal.objects.count() == 1
    done = {actions.confirm(two[1], at, *ids, now=now, idempotency_key="b") for _ in range(3)}
    assert len(done) == Notice.objects.count() == 1


def test_another_office_and_other_roles_see_nothing(
    at: AtOffice,
    two: tuple[Actor, Actor],
    other_office: OfficeCard,
    office: OfficeCard,
    now: datetime,
) -> None:
    stranger = actor_of(make_staff(other_office, "supervisor", "佐藤", now))
    auditor = actor_of(make_staff(office, "auditor", "監査", now))
    proposal = actions.propose(two[0], at, DECIDED, now=now)
    notice = hide(two[0], at, now)
    theirs = AtOffice(other_office.id)
    for actor, where in ((stranger, theirs), (stranger, at), (auditor, at)):
        for act, row in (
            (actions.confirm, proposal),
            (proposals.drop, proposal),
            (actions.withdraw, notice),
            (actions.propose_withdrawal, notice),
            (actions.confirm, uuid4()),
        ):
            with pytest.raises(Absent):
                act(actor, where, row, now=now)
        with pytest.raises(Absent):
            queries.proposal(actor, where, proposal)
    assert Proposal.objects.get().outcome == "open"


def test_what_cannot_be_read_leaves_no_row(
    at: AtOffice, two: tuple[Actor, Actor], now: datetime
) -> None:
    for kind, change in (
        ("number", {**NUMBER, "now": "電話"}),
        ("hours", {"channel": "desk"}),
        ("nothing", {}),
    ):
        with pytest.raises(ProgrammeError):
            actions.propose(two[0], at, actions.NewDecision(kind, change), now=now)
    assert not Proposal.objects.exists()


def race(at: AtOffice, actors: list[Actor], proposal: UUID, now: datetime) -> int:
    """How many of those who confirm at once were told that they did."""

    def confirm(actor: Actor) -> int:
        try:
            actions.confirm(actor, at, proposal, now=now)
        except Refused:
            return 0
        finally:
            connections.close_all()
        return 1

    with ThreadPoolExecutor(len(actors)) as pool:
        return sum(pool.map(confirm, actors))


@pytest.mark.race
@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "control"])
def test_of_those_who_confirm_at_once_one_does(
    office: OfficeCard,
    at: AtOffice,
    two: tuple[Actor, Actor],
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    *,
    guarded: bool,
) -> None:
    others = [actor_of(make_staff(office, "supervisor", f"職員{n}", now)) for n in range(4)]
    proposal = actions.propose(two[0], at, DECIDED, now=now)
    if not guarded:
        monkeypatch.setattr(proposals, "may_end", lambda *_, **__: None)
    done = race(at, others, proposal, now)
    assert (done == 1) is guarded
    assert (Notice.objects.count() == 1) is guarded
    assert chain.faults(office.id) == []


@pytest.mark.parametrize("kind", sorted(OF_CLINIC))
def test_a_day_of_the_clinic_is_neither_published_nor_taken_back_here(
    at: AtOffice, two: tuple[Actor, Actor], now: datetime, kind: str
) -> None:
    with pytest.raises(Refused, match=r"notice\.clinic"):
        actions.publish(two[0], at, kind, "見出し", "", now.date(), {"on": "2026-12-19"}, now=now)
    row = Notice.objects.create(
        office_id=at.office_id, number=1, kind=kind, title="見出し", on=now.date(), at=now
    )
    with pytest.raises(Refused, match=r"notice\.back_clinic"):
        actions.withdraw(two[0], at, row.id, now=now)
    with pytest.raises(Refused, match=r"notice\.back_clinic"):
        actions.propose_withdrawal(two[0], at, row.id, now=now)
    assert Notice.objects.get().withdrawn_at is None
    assert not Proposal.objects.exists()
