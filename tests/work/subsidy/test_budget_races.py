"""Fifty decide on one budget at once: it is never overspent. Without its guards it is."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from threading import Barrier
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, connections
from django.db.models import F

from madoguchi.ops.town import bulk
from madoguchi.ops.town.bulk import grants
from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.steps.grant import State
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.subsidy.acts.act import perform
from madoguchi.work.subsidy.acts.decision import Decide
from madoguchi.work.subsidy.acts.payment import Pay
from madoguchi.work.subsidy.budget import actions, moving, queries
from madoguchi.work.subsidy.granted import actions as granted
from madoguchi.work.subsidy.history import DETAILS_LABEL
from madoguchi.work.subsidy.models import Budget, Grant, Step
from tests import looking
from tests.work.subsidy import budgets
from tests.work.subsidy.budgets import DOCUMENT, MORE, YEAR, officer
from tests.work.subsidy.granting import LIFE, filing, terms
from tests.work.subsidy.looked import movements

TIMES, AT_ONCE = 50, 16
BUDGET_YEN = 1_500_000  # between ten and twenty of the fifty
pytestmark = pytest.mark.race
GUARD = next(one for one in Budget._meta.constraints if one.name == "subsidy_never_overspent")


@pytest.fixture
def unconstrained() -> Iterator[None]:
    """The table without its last guard; SQLite makes a table anew from what the model says."""
    meta, whole = Budget._meta, Budget._meta.constraints
    meta.constraints = [one for one in whole if one is not GUARD]
    with connection.schema_editor() as tables:
        tables.remove_constraint(Budget, GUARD)
    yield
    Budget.objects.all().delete()
    meta.constraints = whole
    with connection.schema_editor() as tables:
        tables.add_constraint(Budget, GUARD)


def believe_the_page(patch: pytest.MonkeyPatch, page: Budget) -> None:
    """Who decides believes what the budget's page said before, as with a ledger on paper."""

    def reserve(office_id: UUID, fiscal_year: int, yen: int) -> None:
        if moving.left(page) < yen:
            raise Refused(Reason("subsidy.budget"))
        year = Budget.of(office_id).filter(fiscal_year=fiscal_year)
        year.update(reserved_yen=F("reserved_yen") + yen)

    patch.setattr(moving, "reserve", reserve)


def drafted(office: OfficeCard, actor: Actor, now: datetime) -> Sequence[Grant]:
    """Fifty grants that wait for their decision, each of another sum."""
    bulk.cases(office, TIMES, now, [])
    grants(actor, YEAR, now, ends=[State.DRAFTED])
    return list(Grant.of(office.id).order_by("number"))


def decide(actor: Actor, grant: Grant, now: datetime) -> Callable[[], object]:
    decided = Decide(filing=filing(now), commitment_number="支負第8号")
    return lambda: perform(actor, grant, decided, LIFE, terms(now.date()), now=now)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What came of acts that are done at one moment: empty where one was done, else why not."""
    gate = Barrier(AT_ONCE)

    def do(number: int, act: Callable[[], object]) -> str:
        if number < AT_ONCE:
            gate.wait()
        try:
            act()
        except Refused as refused:
            return refused.reasons[0].code
        except IntegrityError:
            return "constraint"
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(do, range(len(acts)), acts))


def fifty_decide(office: OfficeCard, now: datetime, *patches: pytest.MonkeyPatch) -> Counter[str]:
    """What fifty colleagues heard who decided at one moment."""
    actor = officer(office, now)
    page = budgets.opened(office, actor, now, budget_yen=BUDGET_YEN)
    for patch in patches:
        believe_the_page(patch, page)
    waiting = drafted(office, actor, now)
    return Counter(at_once(*[decide(actor, grant, now) for grant in waiting]))


def decided_yen(office: OfficeCard) -> int:
    """What the sealed steps say was decided."""
    return sum(line.yen for line in movements(office.id, YEAR).lines if line.kind == "decided")


def test_fifty_decide_and_the_budget_holds(office: OfficeCard, now: datetime) -> None:
    heard = fifty_decide(office, now)
    year = budgets.year(office)
    assert set(heard) == {"", "subsidy.budget"}
    assert heard.total() == TIMES
    assert BUDGET_YEN - 150_000 < year.reserved_yen <= BUDGET_YEN
    assert (decided_yen(office), year.spent_yen) == (year.reserved_yen, 0)
    states = Counter(Grant.of(office.id).values_list("state", flat=True))
    assert states == {"decided": heard[""], "drafted": heard["subsidy.budget"]}
    assert chain.faults(office.id) == []


def test_control_the_tables_own_guard_holds_alone(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = fifty_decide(office, now, monkeypatch)
    assert set(heard) == {"", "constraint"}
    assert budgets.year(office).reserved_yen <= BUDGET_YEN
    assert decided_yen(office) == budgets.year(office).reserved_yen


@pytest.mark.usefixtures("unconstrained")
def test_control_the_condition_of_the_update_holds_alone(office: OfficeCard, now: datetime) -> None:
    assert set(fifty_decide(office, now)) == {"", "subsidy.budget"}
    assert budgets.year(office).reserved_yen <= BUDGET_YEN


@pytest.mark.usefixtures("unconstrained")
def test_control_without_either_it_is_overspent(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fifty_decide(office, now, monkeypatch) == {"": TIMES}
    assert budgets.year(office).reserved_yen > BUDGET_YEN


def test_everything_moves_at_once_and_the_books_agree(office: OfficeCard, now: datetime) -> None:
    """Decided, withdrawn, paid, the budget raised and lowered: nobody waits for ever."""
    actor, other, at = officer(office, now), officer(office, now), AtOffice(office.id)
    budgets.opened(office, actor, now, budget_yen=4_000_000)
    waiting = drafted(office, actor, now)
    assert set(at_once(*[decide(actor, grant, now) for grant in waiting[:20]])) == {""}
    moves = [pay(other, grant, now) for grant in waiting[:10]]
    moves += [withdraw(actor, grant, now) for grant in waiting[10:20]]
    moves += [decide(actor, grant, now) for grant in waiting[20:40]]
    moves += [change(actor, at, 5_000_000, now), change(actor, at, 1, now)]
    heard = at_once(*[act for turn in range(7) for act in moves[turn::7]])
    books = queries.books(actor, at, YEAR, now=now)
    assert books.year
    assert not books.differs
    assert books.year.left_yen >= 0
    assert books.sums.paid > 0
    assert books.sums.released > 0
    assert set(heard) <= {"", "subsidy.budget", "budget.used", "budget.stale"}
    assert chain.faults(office.id) == []


def pay(actor: Actor, grant: Grant, now: datetime) -> Callable[[], object]:
    life = replace(LIFE, stages=())  # no stage between the decision and the payment
    paid = Pay(
        paid_on=now.date(),
        amount_yen=sum_of(grant),
        order_number="支命第5号",
        creditor_number="債12",
    )
    return lambda: perform(
        actor, newest(grant), paid, life, terms(grant.received_on or now.date()), now=now
    )


def withdraw(actor: Actor, grant: Grant, now: datetime) -> Callable[[], object]:
    return lambda: granted.withdraw(actor, newest(grant), "契約をやめた", now=now)


def change(actor: Actor, at: AtOffice, yen: int, now: datetime) -> Callable[[], object]:
    told = replace(MORE, budget_yen=yen)
    return lambda: actions.change_budget(actor, at, YEAR, 0, told, DOCUMENT, now=now)


def newest(grant: Grant) -> Grant:
    return Grant.objects.get(pk=grant.pk)


def sum_of(grant: Grant) -> int:
    """What was decided for a grant."""
    _, staff = looking.drawers(grant.office_id, grant.case_id)
    step = Step.objects.get(grant_id=grant.id, verb="decide")
    return int(staff.open(DETAILS_LABEL, step.id, step.told, step.associated_data)["amount_yen"])
