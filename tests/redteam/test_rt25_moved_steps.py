"""25. Change, swap or take away the steps of a grant in the database: everybody who reads it sees.

Who controls the database may change what stands in the clear of a step, and the grant with it; they
hold no key. The lines they leave alone here, but where a test says so.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError

from madoguchi.ops.soundness import findings
from madoguchi.rules.decision import Absent
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.cipher import Tampered
from madoguchi.tools.vault.receipt import reopen
from madoguchi.work.cases.public import AtOffice, Holding
from madoguchi.work.subsidy.ledger.queries import DAMAGED, OPEN, ledger
from madoguchi.work.subsidy.models import Check, Grant, Step
from madoguchi.work.subsidy.own.public import own
from tests.looking import drawers
from tests.redteam.unbound import unbound
from tests.work.subsidy.granting import APPLIED, YEAR, Desk, opened_year, sent, sent_in
from tests.work.subsidy.looked import count, movements

type Attack = Callable[[Desk], str]

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
DECIDED = 4  # sent, received, drafted, decided


@pytest.fixture
def desk(office: OfficeCard, held: Holding, now: datetime) -> Desk:
    """A grant that was decided, of a person who holds their receipt; another one beside it."""
    opened_year(office)
    made = sent_in(office, held.case_id, now, APPLIED, held.drawer).until("decided")
    sent(office, now).until("received")
    return made


def again(held: Holding) -> Holding:
    """The receipt as the next request opens it."""
    drawer = reopen(held.office_id, held.case_id, held.drawer.key)
    assert drawer is not None
    return Holding(drawer)


def steps(desk: Desk) -> list[Step]:
    return list(Step.objects.filter(grant_id=desk.id).order_by("number"))


def change(desk: Desk, of: int, **columns: Any) -> str:
    """Other columns of one step; what `verify` says of it."""
    row = Step.objects.get(grant_id=desk.id, number=of)
    with unbound("subsidy_step"):
        Step.objects.filter(pk=row.pk).update(**columns)
    return f"{row.pk}/grant_told"


def swap(desk: Desk, one: int, other: int) -> str:
    first, second = (step for step in steps(desk) if step.number in (one, other))
    Step.objects.filter(pk=first.pk).update(number=99)
    Step.objects.filter(pk=second.pk).update(number=one)
    Step.objects.filter(pk=first.pk).update(number=other)
    return f"{second.pk}/grant_told"


def put_right(desk: Desk) -> None:
    """The grant as if it had ended with the step that is the newest now."""
    left = steps(desk)
    acts = len(left) + Check.objects.filter(grant_id=desk.id).count()
    state = left[-1].state if left else "sent"
    Grant.objects.filter(pk=desk.id).update(state=state, revision=acts)


def delete(desk: Desk, *numbers: int) -> str:
    """Take steps away, the grant put right."""
    gone = Step.objects.get(grant_id=desk.id, number=numbers[-1])
    Step.objects.filter(grant_id=desk.id, number__in=numbers).delete()
    put_right(desk)
    return f"{gone.pk}/grant_told"


def close_up(desk: Desk) -> str:
    """Take a step away and number those after it anew."""
    gone = delete(desk, 2)
    for step in steps(desk)[1:]:
        Step.objects.filter(pk=step.pk).update(number=step.number - 1)
    return gone


def whole_grant(desk: Desk) -> str:
    gone = steps(desk)[0]
    for table in (Step, Check):
        table.objects.filter(grant_id=desk.id).delete()
    Grant.objects.filter(pk=desk.id).delete()
    return f"{gone.pk}/grant_told"


def refused_instead(desk: Desk) -> str:
    """The decision becomes a refusal, grant and all."""
    place = change(desk, DECIDED, verb="refuse", state="refused")
    put_right(desk)
    return place


def of_another(desk: Desk) -> str:
    """The newest step becomes one of another grant."""
    other = Grant.objects.exclude(pk=desk.id).get()
    place = change(desk, DECIDED, grant_id=other.pk, number=3)
    put_right(desk)
    return place


COLUMNS: dict[str, Attack] = {
    "verb": lambda desk: change(desk, 3, verb="check"),
    "verb unknown": lambda desk: change(desk, 3, verb="none"),
    "state": lambda desk: change(desk, 3, state="received"),
    "state unknown": lambda desk: change(desk, 3, state="none"),
    "number": lambda desk: change(desk, DECIDED, number=5),
    "on": lambda desk: change(desk, 2, on=desk.now.date() - timedelta(days=40)),
    "at": lambda desk: change(desk, DECIDED, at=desk.now - timedelta(days=40)),
    "staff": lambda desk: change(desk, DECIDED, staff_id=uuid4()),
    "drawer": lambda desk: change(desk, 1, drawer="staff"),
    "drawer unknown": lambda desk: change(desk, 1, drawer="none"),
    "case": lambda desk: change(desk, 1, case_id=uuid4()),
    "grant": lambda desk: change(desk, DECIDED, grant_id=uuid4()),
    "refused instead": refused_instead,
}
ROWS: dict[str, Attack] = {
    "swapped": lambda desk: swap(desk, 2, 3),
    "middle deleted": lambda desk: delete(desk, 2),
    "middle deleted, the others closed up": close_up,
    "newest deleted": lambda desk: delete(desk, 4),
    "two newest deleted": lambda desk: delete(desk, 3, 4),
    "first deleted": lambda desk: delete(desk, 1),
    "all deleted": lambda desk: delete(desk, 1, 2, 3, 4),
    "of another grant": of_another,
}
ATTACKS = COLUMNS | ROWS


def test_control_what_nobody_touched_is_read(desk: Desk, held: Holding) -> None:
    assert len(desk.opened.steps) == DECIDED
    mine = own(again(held))
    assert mine is not None
    assert mine.state == "decided"
    found = ledger(desk.officer, AtOffice(desk.office.id), YEAR, now=desk.now)
    assert [row.status for row in found.rows] == [OPEN, OPEN]
    assert movements(desk.office.id, YEAR).unread == 0
    assert count(desk.office.id, YEAR, desk.now, frozenset()).damaged == frozenset()
    assert findings(Office.objects.get(pk=desk.office.id)) == []


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_desk_person_ledger_books_counts_and_verify_see_it(
    desk: Desk, held: Holding, attack: Attack
) -> None:
    named = attack(desk)
    with pytest.raises(Tampered):
        _ = desk.opened
    with pytest.raises(Tampered):
        own(again(held))
    found = ledger(desk.officer, AtOffice(desk.office.id), YEAR, now=desk.now)
    assert {row.grant and row.grant.id: row.status for row in found.rows}[desk.id] == DAMAGED
    assert OPEN in {row.status for row in found.rows} or attack is of_another
    assert movements(desk.office.id, YEAR).unread >= 1
    assert held.case_id in count(desk.office.id, YEAR, desk.now, frozenset()).damaged
    said = findings(Office.objects.get(pk=desk.office.id))
    assert any(named in finding.what for finding in said)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_nothing_more_is_done_to_it(desk: Desk, attack: Attack) -> None:
    attack(desk)
    Grant.objects.filter(pk=desk.id).update(state="decided")
    with pytest.raises(Tampered):
        desk.contract()


def test_a_whole_grant_that_was_taken_away_is_missed(desk: Desk, held: Holding) -> None:
    named = whole_grant(desk)
    with pytest.raises(Absent):
        _ = desk.opened
    with pytest.raises(Tampered):
        own(again(held))
    with pytest.raises(Tampered):
        sent_in(desk.office, held.case_id, desk.now, APPLIED, again(held).drawer)
    said = findings(Office.objects.get(pk=desk.office.id))
    assert any(named in finding.what for finding in said)


@pytest.mark.parametrize("columns", [{"state": "claimed"}, {"revision": 99}, {"revision": 1}])
def test_a_grant_that_is_not_where_its_steps_left_it(
    desk: Desk, held: Holding, columns: dict[str, Any]
) -> None:
    Grant.objects.filter(pk=desk.id).update(**columns)
    with pytest.raises(Tampered):
        _ = desk.opened
    if columns != {"revision": 99}:  # verdicts count too, and the person sees none
        with pytest.raises(Tampered):
            own(again(held))
    said = findings(Office.objects.get(pk=desk.office.id))
    assert [(one.kind, one.what) for one in said] == [("grant", f"相談 {held.case_id} {desk.id}")]


@pytest.mark.parametrize(
    "columns",
    [{"staff_id": uuid4()}, {"number": 99}, {"grant_id": uuid4()}],
    ids=("staff_id", "number", "grant_id"),
)
def test_a_verdict_cannot_be_moved(desk: Desk, columns: dict[str, Any]) -> None:
    row = Check.objects.filter(grant_id=desk.id).order_by("number")[3]
    Check.objects.filter(pk=row.pk).update(**columns)
    with pytest.raises(Tampered):
        _ = desk.opened
    said = findings(Office.objects.get(pk=desk.office.id))
    assert any(f"{row.pk}/grant_check" in finding.what for finding in said)


def test_a_verdict_that_was_taken_away_is_missed(desk: Desk) -> None:
    row = Check.objects.filter(grant_id=desk.id).order_by("-number")[0]
    Check.objects.filter(pk=row.pk).delete()
    put_right(desk)
    with pytest.raises(Tampered):
        _ = desk.opened
    said = findings(Office.objects.get(pk=desk.office.id))
    assert [(one.kind, one.what) for one in said] == [
        ("missing", f"相談 {desk.grant.case_id} {row.pk}/grant_check")
    ]


@pytest.mark.parametrize("column", ["verb", "state", "drawer"])
def test_the_database_takes_no_code_that_is_none(desk: Desk, column: str) -> None:
    with pytest.raises(IntegrityError):
        Step.objects.filter(grant_id=desk.id, number=3).update(**{column: "none"})


def test_who_writes_the_lines_anew_as_well_still_holds_no_key(desk: Desk, held: Holding) -> None:
    """A step and the hash of it in its line, MAC and all; the chain of lines shows it, too."""
    row = Step.objects.get(grant_id=desk.id, number=DECIDED)
    row.on = desk.now.date() - timedelta(days=40)
    row.save()
    for line in Line.objects.filter(case_id=held.case_id):
        for label, blob in (("grant_told", row.told), ("grant_shown", row.shown)):
            if f"{row.pk}/{label}" in line.seals:
                line.seals[f"{row.pk}/{label}"] = chain.seal_hash(bytes(blob), row.associated_data)
                line.hash = chain.digest(line)
                line.mac = chain.mac(line)
                line.save()
    shared, staff = drawers(desk.office.id, held.case_id)
    for drawer, label, blob in (
        (staff, "grant_told", row.told),
        (shared, "grant_shown", row.shown),
    ):
        drawer.require_written(
            label, row.pk, blob, row.associated_data
        )  # the control: the lines agree
    with pytest.raises(Tampered):
        _ = desk.opened
    said = findings(Office.objects.get(pk=desk.office.id))
    assert any(f"{row.pk}/grant_told" in finding.what for finding in said)
