"""32. Write into a grant's row another number, year, day or way in; take a whole grant away.

Who controls the database may change what stands in the clear; they hold no key. What the row says
follows from the sealed steps, and a year's numbers have no gap: everybody who reads it sees.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from madoguchi.ops.soundness import findings
from madoguchi.rules.decision import Refused
from madoguchi.rules.programme.subsidy import Life
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.cipher import Tampered
from madoguchi.tools.vault.receipt import reopen
from madoguchi.work.cases.public import AtOffice, Holding
from madoguchi.work.notices import proposals
from madoguchi.work.notices.models import Proposal
from madoguchi.work.subsidy import second
from madoguchi.work.subsidy.bulk import received
from madoguchi.work.subsidy.granted import actions as granted
from madoguchi.work.subsidy.ledger.queries import DAMAGED, LACKING, OPEN, Ledger, ledger, years
from madoguchi.work.subsidy.models import Budget, Check, Grant, Step
from madoguchi.work.subsidy.own.public import own
from tests.redteam.house import asked_with_file
from tests.work.subsidy.granting import APPLIED, YEAR, YEN, Desk, opened_year, sent, sent_in
from tests.work.subsidy.looked import count, lives, movements
from tests.work.subsidy.test_typing import typed_in

type Attack = Callable[[Desk], dict[str, Any]]

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
RECEIVED, DRAFTED, DECIDED = 2, 3, 4  # the numbers of the steps
IN_TOOL = Life(approval="in_tool")
NOT_RECEIVED = dict.fromkeys(("received_on", "fiscal_year", "number"))


@pytest.fixture
def desk(office: OfficeCard, held: Holding, now: datetime) -> Desk:
    """The first grant of a year, decided, of a person who holds their receipt; a second beside."""
    opened_year(office)
    made = sent_in(office, held.case_id, now, APPLIED, held.drawer).until("received")
    made.now += timedelta(days=2)
    made.until("decided")
    sent(office, now).until("received")
    return made


@dataclass(frozen=True)
class Read:
    """What the readers of many grants say of a year."""

    kept: list[str]
    unread: int
    damaged: int
    lacking: int


def read(desk: Desk, year: int = YEAR) -> Read:
    found = count(desk.office.id, year, desk.now, frozenset())
    return Read(
        [row.status for row in sheet(desk, year).rows],
        movements(desk.office.id, year).unread,
        len(found.damaged),
        found.lacking,
    )


def sheet(desk: Desk, year: int = YEAR) -> Ledger:
    return ledger(desk.officer, AtOffice(desk.office.id), year, now=desk.now)


def again(held: Holding) -> Holding:
    """The receipt as the next request opens it."""
    drawer = reopen(held.office_id, held.case_id, held.drawer.key)
    assert drawer is not None
    return Holding(drawer)


def verified(desk: Desk, *, deep: bool = True) -> list[tuple[str, str]]:
    found = findings(Office.objects.get(pk=desk.office.id), deep=deep)
    return [(one.kind, one.what) for one in found]


def named(desk: Desk) -> tuple[str, str]:
    return "grant", f"相談 {desk.grant.case_id} {desk.id}"


def change(desk: Desk, **columns: object) -> None:
    Grant.objects.filter(pk=desk.id).update(**columns)


STAYS: dict[str, Attack] = {
    "channel": lambda _: {"channel": "paper"},
    "sent_at": lambda desk: {"sent_at": desk.now - timedelta(days=40)},
    "never sent": lambda _: {"sent_at": None},
    "on paper": lambda _: {"sent_at": None, "channel": "paper"},
    "received_on": lambda desk: {"received_on": desk.now.date() - timedelta(days=40)},
    "number": lambda _: {"number": 3},
}
LEAVES: dict[str, Attack] = {
    "earlier year": lambda _: {"fiscal_year": YEAR - 1},
    "later year": lambda _: {"fiscal_year": YEAR + 1},
    "not received": lambda _: NOT_RECEIVED,
}
ATTACKS = STAYS | LEAVES


def test_control_what_nobody_touched_is_read(desk: Desk, held: Holding) -> None:
    assert len(desk.opened.steps) == DECIDED
    mine = own(again(held))
    assert mine is not None
    assert (mine.fiscal_year, mine.number) == (YEAR, 1)
    assert read(desk) == Read([OPEN, OPEN], 0, 0, 0)
    assert years(desk.office.id) == {YEAR: (2, 0)}
    assert verified(desk) == []
    desk.contract()


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_its_page_its_person_its_acts_and_verify_see_it(
    desk: Desk, held: Holding, attack: Attack
) -> None:
    change(desk, **attack(desk))
    with pytest.raises(Tampered):
        _ = desk.opened
    with pytest.raises(Tampered):
        own(again(held))
    with pytest.raises(Tampered):
        desk.contract()
    assert Step.objects.filter(grant_id=desk.id).count() == DECIDED
    assert named(desk) in verified(desk)


@pytest.mark.parametrize("attack", STAYS.values(), ids=STAYS)
def test_ledger_books_and_counts_see_it(desk: Desk, attack: Attack) -> None:
    columns = attack(desk)
    change(desk, **columns)
    found, gap = read(desk), int("number" in columns)
    assert sorted(found.kept) == sorted([DAMAGED, OPEN, *[LACKING] * gap])
    assert (found.unread, found.damaged, found.lacking) == (1 + gap, 1, gap)


@pytest.mark.parametrize("attack", LEAVES.values(), ids=LEAVES)
def test_a_year_misses_what_left_it_and_the_other_does_not_take_it(
    desk: Desk, attack: Attack
) -> None:
    columns = attack(desk)
    change(desk, **columns)
    found, into = read(desk), columns["fiscal_year"]
    paid_here = int(bool(into) and into < YEAR)  # the day of the decision says who pays
    assert (found.kept, found.unread, found.lacking) == ([LACKING, OPEN], 1 + paid_here, 1)
    assert sheet(desk).rows[0].last == 1
    assert years(desk.office.id)[YEAR] == (1, 1)
    if into:
        other = read(desk, into)
        assert (other.kept, other.unread) == ([DAMAGED], 1 - paid_here)
    assert ("grant", f"{YEAR}年度 1〜1") in verified(desk)


def test_two_that_exchanged_their_numbers(desk: Desk) -> None:
    other = Grant.objects.exclude(pk=desk.id).get()
    change(desk, number=3)
    Grant.objects.filter(pk=other.pk).update(number=1)
    change(desk, number=2)
    assert read(desk) == Read([DAMAGED, DAMAGED], 2, 2, 0)
    assert {kind for kind, _ in verified(desk)} == {"grant"}


def test_whole_grants_that_were_taken_away_leave_a_gap(desk: Desk) -> None:
    sent(desk.office, desk.now).until("received")
    stays = sent(desk.office, desk.now).until("received")
    gone = list(Grant.objects.exclude(pk=stays.id).values_list("pk", flat=True))
    for table in (Step, Check):
        table.objects.filter(grant_id__in=gone).delete()
    Grant.objects.filter(pk__in=gone).delete()
    found = sheet(stays)
    told = [(row.number, row.last, row.status) for row in found.rows]
    assert told == [(1, 3, LACKING), (4, 0, OPEN)]
    assert (found.lacking, read(stays).unread, read(stays).lacking) == (3, 3, 3)
    assert ("grant", f"{YEAR}年度 1〜3") in verified(stays)


@pytest.mark.parametrize("column", ["channel", "sent_at", "received_on", "number"])
def test_of_one_that_came_on_paper_the_same(desk: Desk, held: Holding, column: str) -> None:
    case_id = asked_with_file(desk.office, desk.now).case_id
    paper = replace(desk, id=typed_in(case_id, desk.officer, desk.now))
    assert paper.opened.card.number == 3
    assert verified(paper) == []
    others = {"channel": "web", "sent_at": desk.now, "received_on": "2026-04-01", "number": 4}
    change(paper, **{column: others[column]})
    with pytest.raises(Tampered):
        _ = paper.opened
    assert read(paper).kept[-1] == DAMAGED
    assert named(paper) in verified(paper)


# -- a day that was put right ----------------------------------------------------------------


def put_right(desk: Desk) -> None:
    """It was received a day later than was typed."""
    received_on = desk.grant.received_on
    assert received_on is not None
    on = (received_on + timedelta(days=1)).isoformat()
    desk.now += timedelta(days=3)
    amended = granted.Correction(RECEIVED, {"received_on": on}, "書き写しの誤り")
    granted.amend(desk.officer, desk.grant, amended, now=desk.now)


def test_the_corrected_day_counts(desk: Desk, held: Holding) -> None:
    typed = desk.grant.received_on
    put_right(desk)
    assert desk.opened.card.received_on == own(again(held)).received_on != typed  # type: ignore[union-attr]
    assert read(desk).kept == [OPEN, OPEN]
    assert verified(desk) == []
    change(desk, received_on=typed)
    with pytest.raises(Tampered):
        _ = desk.opened
    assert read(desk).kept == [DAMAGED, OPEN]
    assert named(desk) in verified(desk)
    assert own(again(held)) is not None, "a receipt does not open what the desk put right"


def test_an_act_between_the_two_readings_damages_nothing(desk: Desk) -> None:
    of_year = Grant.objects.filter(fiscal_year=YEAR)
    rows = list(received(of_year))
    put_right(desk)
    found = lives(desk.office.id, rows, tuple(Verb)).of
    assert [found[row.id].damaged for row in rows] == [False, False]
    change(desk, number=7)
    found = lives(desk.office.id, list(received(of_year)), tuple(Verb)).of
    assert found[desk.id].damaged, "the control"


def test_what_opens_no_key_sees_what_stands_in_the_clear(desk: Desk) -> None:
    assert verified(desk, deep=False) == []
    change(desk, number=3)
    assert named(desk) not in verified(desk, deep=False)
    change(desk, channel="paper")
    assert named(desk) in verified(desk, deep=False)


# -- who drafted, who settled the sum ----------------------------------------------------------


def own_draft(office: OfficeCard, now: datetime) -> Desk:
    """A grant that a supervisor drafted themselves, in a city that decides in the tool."""
    desk = replace(sent(office, now).until("received"), life=IN_TOOL)
    desk.check_all()
    desk.draft(desk.supervisor)
    return desk


def test_nobody_makes_their_own_draft_somebody_elses(office: OfficeCard, now: datetime) -> None:
    opened_year(office)
    desk = own_draft(office, now)
    with pytest.raises(Refused, match=r"grant\.own_draft"):
        desk.decide(desk.supervisor)
    Step.objects.filter(grant_id=desk.id, number=DRAFTED).update(staff_id=uuid4())
    with pytest.raises(Tampered):
        desk.decide(desk.supervisor)
    assert (desk.state, Budget.objects.get().reserved_yen) == ("drafted", 0)


def test_nobody_signs_for_themselves_by_a_row(office: OfficeCard, now: datetime) -> None:
    """A signature counts with the line that its act left; the control is signed by an act."""
    opened_year(office)
    desk = own_draft(office, now)
    wish = second.ask(desk.supervisor, desk.grant, Verb.DECIDE, {"yen": YEN}, now=now)
    forged = {"outcome": "confirmed", "ended_by": uuid4(), "ended_at": now}
    Proposal.objects.update(**forged)
    with pytest.raises(Refused, match=r"grant\.own_draft"):
        desk.decide(desk.supervisor)
    Proposal.objects.update(outcome="open", ended_by=None, ended_at=None)
    deputy = Actor(office.id, "deputy", uuid4())
    proposals.SIGN["grant.second"](deputy, AtOffice(office.id), wish, now=now)
    about = Proposal.objects.get().about
    Proposal.objects.update(about=about.replace("/", "/1"))
    with pytest.raises(Refused, match=r"grant\.own_draft"):
        desk.decide(desk.supervisor)
    Proposal.objects.update(about=about)
    desk.decide(desk.supervisor)
    assert desk.state == "decided"


def test_control_another_supervisor_decides(office: OfficeCard, now: datetime) -> None:
    opened_year(office)
    desk = own_draft(office, now)
    desk.decide(replace(desk.supervisor, staff_id=uuid4()))
    assert desk.state == "decided"


def test_nobody_makes_the_sum_that_they_settled_somebody_elses(desk: Desk) -> None:
    for go in (desk.contract, desk.report, desk.fix, desk.claim):
        go()
    with pytest.raises(Refused, match=r"grant\.own_fixing"):
        desk.pay(who=desk.officer)
    fixed = Step.objects.filter(grant_id=desk.id, verb=Verb.FIX)
    assert fixed.update(staff_id=uuid4()) == 1
    with pytest.raises(Tampered):
        desk.pay(who=desk.officer)
    assert Budget.objects.get().spent_yen == 0
