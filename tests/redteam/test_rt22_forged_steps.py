"""22. Seal a decision, another sum or another beginning where a receipt seals: it is no step.

Whoever holds the portal's database role and a receipt may add a row and a line, so the line of such
a step is true; only where it lies tells that the desk never wrote it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.act.action import action
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.cipher import Tampered
from madoguchi.work.cases.public import AtOffice, Holding, consultee
from madoguchi.work.subsidy.ledger.queries import DAMAGED, ledger
from madoguchi.work.subsidy.models import Budget, Grant, Step
from madoguchi.work.subsidy.own.public import HeldGrant, own
from tests.work.subsidy.granting import APPLIED, YEAR, YEN, Desk, opened_year, sent_in
from tests.work.subsidy.looked import count, movements

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
MUCH = 900_000
FILING = {"decided_on": "2026-11-30"}
FORGED: dict[str, dict[str, Any]] = {
    "decide": {"amount_yen": MUCH, "filing": FILING},
    "change": {"was_yen": YEN, "amount_yen": MUCH, "filing": FILING},
    "fix": {"amount_yen": MUCH, "filing": FILING},
    "amend": {"step": 4, "fields": {"amount_yen": MUCH}, "why": "誤記"},
    "undo": {"step": 4, "why": "誤記録", "sure": ["unsent"]},
    "revoke": {"why": "取消し", "repay_yen": 0, "filing": FILING},
    "type_in": {"application": APPLIED.to_json(), "applied_on": "2026-04-01"},
}


@pytest.fixture
def desk(office: OfficeCard, held: Holding, now: datetime) -> Desk:
    """A grant that was decided, of a person who holds their receipt."""
    opened_year(office)
    return sent_in(office, held.case_id, now, APPLIED, held.drawer).until("decided")


@action("grant.report")
def forge(_actor: Actor, of: HeldGrant, verb: str, *, now: datetime) -> UUID:
    """One more step in the person's own drawer, with a line, as if a colleague had made it."""
    row = Grant.objects.get(pk=of.id)
    step = Step(
        office_id=of.office_id,
        case_id=of.case_id,
        grant_id=of.id,
        number=Step.objects.filter(grant_id=of.id).count() + 1,
        verb=verb,
        state=row.state,
        on=now.date(),
        staff_id=None if verb == "report" else uuid4(),
        drawer="shared",
        at=now,
    )
    told = FORGED.get(verb, {"paid_on": "2026-11-30", "paid_yen": YEN, "files": []})
    step.told = of.held.drawer.seal("grant_told", step.id, told, step.associated_data)
    step.save(force_insert=True)
    Grant.objects.filter(pk=row.id).update(revision=row.revision + 1)
    return step.id


def forged(held: Holding, desk: Desk, verb: str) -> None:
    forge(consultee(held.office_id), HeldGrant(held, desk.id, 0), verb, now=desk.now)


@pytest.mark.parametrize("verb", FORGED)
def test_what_only_the_desk_writes_is_not_read_from_the_persons_drawer(
    held: Holding, desk: Desk, verb: str
) -> None:
    forged(held, desk, verb)
    assert chain.faults(desk.office.id) == []
    with pytest.raises(Tampered):
        _ = desk.opened
    with pytest.raises(Tampered):
        own(held)


@pytest.mark.parametrize("verb", ["decide", "change", "fix", "amend", "undo"])
def test_no_yen_moves_by_it(held: Holding, desk: Desk, verb: str) -> None:
    forged(held, desk, verb)
    Grant.objects.update(state="claimed")
    with pytest.raises(Tampered):
        desk.pay(MUCH)
    with pytest.raises(Tampered):
        desk.pay(YEN)
    year = Budget.objects.get()
    assert (year.reserved_yen, year.spent_yen) == (YEN, 0)


@pytest.mark.parametrize("verb", ["decide", "change", "fix", "amend", "undo", "revoke"])
def test_no_book_no_ledger_and_no_count_believes_it(held: Holding, desk: Desk, verb: str) -> None:
    before = movements(desk.office.id, YEAR)
    assert (len(before.lines), before.unread) == (1, 0)
    forged(held, desk, verb)
    after = movements(desk.office.id, YEAR)
    assert (after.lines, after.unread) == ((), 1)
    if verb == "revoke":
        return  # its day is all that a ledger asks of it here
    (row,) = ledger(desk.officer, AtOffice(desk.office.id), YEAR, now=desk.now).rows
    assert (row.status, MUCH in row.cells.values()) == (DAMAGED, False)
    if verb in ("decide", "amend"):
        found = count(desk.office.id, YEAR, desk.now, frozenset())
        assert found.damaged == {held.case_id}
        assert all(one.decided_yen != MUCH for one in found.grants)


def test_control_what_the_person_says_lies_there(held: Holding, desk: Desk) -> None:
    desk.contract()
    forged(held, desk, "report")
    assert desk.opened.steps[-1].verb is Verb.REPORT
    assert movements(desk.office.id, YEAR).unread == 0
