"""Whatever is done with grants in whatever order, nobody gets one yen above the published half.

`bound.Life` is the oracle: it knows the published rule and what was typed, nothing of the product.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from madoguchi.rules.decision import Refused
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.subsidy.application import CostLine
from madoguchi.work.subsidy.ledger import queries
from madoguchi.work.subsidy.models import Budget, Check, Grant, Step
from tests.work.subsidy import lawful
from tests.work.subsidy.bound import CAP_YEN, Life, Overspent, bound
from tests.work.subsidy.granting import APPLIED, Desk, opened_year, sent
from tests.work.subsidy.lawful import NotThere

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
BUDGETS = {2026: 260_000, 2027: 200_000}  # not enough for both grants
GRANTS, MOST_MOVES = 2, 44
SUMS = (1, 60_000, 82_500, 83_000, 100_000, 125_000, 149_999, 150_000, 150_001, 165_000, 330_000)
ESTIMATES = (1, 165_000, 250_000, 299_999, 330_000)
COLUMNS: dict[str, Callable[[Life], int]] = {  # of the ledger, and what each says
    "paid_yen": lambda life: life.paid_yen,
    "repaid_yen": lambda life: life.returned_yen,
    "current_yen": lambda life: life.decided_yen,  # 現在の交付決定額
    "executed_yen": lambda life: life.executed_yen,  # 執行額
    "owed_yen": lambda life: life.owed_yen,  # 未収
}
MOVES = st.tuples(
    st.integers(0, GRANTS - 1),
    st.integers(0, 99),
    st.sampled_from(SUMS),
    st.sampled_from(ESTIMATES),
    st.sampled_from((0, 0, 0, 0, 1, 1, 30, 75)),
)


def total(life: Life) -> int:
    """What a person with one request bears."""
    assert isinstance(life.cost_yen, int)
    return life.cost_yen


@dataclass
class Tried:
    """A grant at the desk beside the oracle's life of it, and which verbs were done."""

    desk: Desk
    life: Life
    seen: set[str] = field(default_factory=set)

    def first(self, act: Callable[..., Any], *sums: int) -> int | None:
        """Do the act with the first of the sums that is taken; None where none is."""
        for yen in dict.fromkeys(sums):
            with suppress(Refused, NotThere):
                act(self.desk, yen)
                return yen
        return None

    def may(self, act: Callable[..., Any], *typed: Any) -> bool:
        """Do an act; whether it was done."""
        with suppress(Refused, NotThere):
            act(self.desk, *typed)
            return True
        return False

    def lawful(self) -> tuple[int, int]:
        """Sums that the rules let out, for lives that go on."""
        most = min(bound(self.life.cost_yen), self.life.decided_yen or CAP_YEN)
        return most, most // 1000 * 1000

    def draft(self, yen: int, _estimate: int) -> None:
        taken = self.first(lawful.draft, yen, *self.lawful())
        if taken is not None:
            self.life.draft(taken)

    def decide(self, _yen: int, _estimate: int) -> None:
        if self.may(Desk.decide):
            self.life.decide(fiscal_year(self.desk.now.date()))

    def contract(self, _yen: int, estimate: int) -> None:
        """The contract is of the estimate, or of another sum."""
        for cost in dict.fromkeys((estimate, self.life.cost_yen)):
            if self.may(lawful.contract, cost):
                self.life.costs(cost)
                return

    def change(self, yen: int, estimate: int) -> None:
        for cost in dict.fromkeys((estimate, total(self.life))):
            for sum_yen in dict.fromkeys((yen, bound(cost), bound(cost) // 1000 * 1000)):
                if self.may(lawful.change, sum_yen, cost):
                    self.life.change(cost, sum_yen)
                    return

    def report(self, yen: int, _estimate: int) -> None:
        cost = total(self.life)
        refunded = yen if yen % 1000 else 0
        for paid, back in ((cost, refunded), (cost, 0)):
            if self.may(lawful.report, paid, back):
                self.life.costs(max(0, paid - back))
                return

    def fix(self, yen: int, _estimate: int) -> None:
        taken = self.first(lawful.fix, self.life.decided_yen, yen, *self.lawful())
        if taken is not None:
            self.life.fix(taken)

    def claim(self, _yen: int, _estimate: int) -> None:
        if self.may(lawful.claim):
            self.life.claim()

    def pay(self, yen: int, _estimate: int) -> None:
        other = self.life.claimed_yen != self.life.decided_yen
        if other and self.desk.state == "claimed" and self.may(lawful.send_back):
            self.claim(yen, 0)
        taken = self.first(lawful.pay, yen, self.life.decided_yen)
        if taken is not None:
            self.life.pay(taken, self.desk.now.date())

    def refund(self, yen: int, _estimate: int) -> None:
        back = min(yen, total(self.life))
        if self.may(lawful.refund, back):
            self.life.refund(back)
            assert lawful.to_come_back(self.desk) == self.life.open_yen

    def reduce(self, yen: int, _estimate: int) -> None:
        taken = self.first(lawful.reduce, yen, *self.lawful())
        if taken is not None:
            self.life.reduce(taken)

    def revoke(self, yen: int, _estimate: int) -> None:
        left = self.life.paid_yen - self.life.demanded_yen
        taken = self.first(lawful.revoke, yen if left else 0, left)
        if taken is not None:
            self.life.revoke(taken)

    def repay(self, yen: int, estimate: int) -> None:
        """A part of any size, or the rest; what is more than is owed is not taken."""
        on = self.desk.now.date()
        owed = self.life.owed_yen
        parts = (owed,) if estimate % 2 else (max(1, owed // 3), owed)
        taken = self.first(lawful.repay, yen, *parts)
        if taken is not None:
            self.seen.add("part" if taken < owed else "rest")
            self.life.repay(taken, on)

    def withdraw(self, _yen: int, _estimate: int) -> None:
        if self.may(lawful.withdraw):
            self.life.end()

    def lapse(self, _yen: int, _estimate: int) -> None:
        if self.may(lawful.lapse):
            self.life.end()

    def move(self, chosen: int, yen: int, estimate: Any) -> None:
        """Mostly one verb on, sometimes aside, now and then one that is not its turn."""
        onward = ONWARD.get(self.desk.state, ("repay", "refund"))
        aside = ("change", "refund", "reduce", "fix", "pay", "lapse", "report")
        pool = onward if chosen < 75 else aside if chosen < 97 else ("revoke", "withdraw")
        verb = pool[chosen % len(pool)]
        before = len(self.life.verbs)
        getattr(self, verb)(yen, estimate)
        self.seen |= {verb} if len(self.life.verbs) > before else set()


ONWARD: dict[str, tuple[str, ...]] = {
    "received": ("draft",),
    "drafted": ("decide",),
    "decided": ("contract", "change", "contract"),
    "contracted": ("report", "report", "change"),
    "reported": ("fix",),
    "fixed": ("claim", "claim", "claim", "refund"),
    "claimed": ("pay", "pay", "pay", "refund", "reduce"),
    "paid": ("refund", "reduce", "revoke"),
    "reclaimed": ("repay",),
}


def books_agree(tried: list[Tried]) -> None:
    """The budget's rows are the sum of the lives, and nothing is overspent."""
    for year in Budget.objects.all():
        lives = [one.life for one in tried if one.life.year == year.fiscal_year]
        held = sum(life.reserved_yen for life in lives), sum(life.executed_yen for life in lives)
        assert (year.reserved_yen, year.spent_yen) == held, year.fiscal_year
        if sum(held) > BUDGETS[year.fiscal_year]:
            raise Overspent("budget", held)


def ledger_agrees(tried: list[Tried]) -> None:
    """The ledger's totals are the sum of the lives, column by column."""
    desk = tried[0].desk
    found = queries.ledger(desk.officer, AtOffice(desk.office.id), 2026, now=desk.now)
    for name, of in COLUMNS.items():
        if name in found.totals or name in {column.name for column in found.columns}:
            assert found.totals.get(name, 0) == sum(of(one.life) for one in tried), name
        else:
            lawful.lacking(f"the ledger's {name}")


def begun(office: OfficeCard, now: datetime, estimate_yen: int) -> Tried:
    """An application with an estimate that everybody has looked at."""
    cost = CostLine("deletion", "retainer", estimate_yen)
    desk = sent(office, now, replace(APPLIED, costs=(cost,))).until("received")
    desk.check_all()
    return Tried(desk, Life(BUDGETS, estimate_yen))


def emptied(office: OfficeCard) -> None:
    """Another life begins, with the years' budgets."""
    for table in (Step, Check, Grant, Budget, Due, Case):
        table._default_manager.all().delete()
    for year, yen in BUDGETS.items():
        opened_year(office, year, yen)


def test_nobody_gets_a_yen_above_the_half(office: OfficeCard, now: datetime) -> None:
    """Random lives of two grants; every verb is done by some of them, else it would say little."""
    lawful.LACKING.clear()
    seen: set[str] = set()

    @settings(
        max_examples=8,
        phases=(Phase.explicit, Phase.generate),  # a life is not made shorter: each step costs
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(
        moves=st.lists(MOVES, min_size=24, max_size=MOST_MOVES),
        costs=st.tuples(st.sampled_from(ESTIMATES), st.just(330_000)),
    )
    def live(moves: list[tuple[int, int, int, int, int]], costs: tuple[int, int]) -> None:
        emptied(office)
        tried = [begun(office, now, yen) for yen in costs]
        moment = now
        for which, chosen, yen, estimate, days in moves:
            moment += timedelta(days=days)
            one = tried[which]
            one.desk = replace(one.desk, now=moment)
            one.move(chosen, yen, estimate)
            books_agree(tried)
        ledger_agrees(tried)
        seen.update(*(one.seen for one in tried))

    live()
    assert not lawful.LACKING
    assert {*VERBS, "part", "rest"} <= seen


VERBS = (
    *("draft", "decide", "change", "contract", "report", "fix", "pay"),
    *("refund", "reduce", "revoke", "repay"),
)

# -- each guard, and the life that overspends without it ------------------------------------

type Script = tuple[tuple[Any, ...], ...]
ON = date(2026, 12, 10)
FIXED: Script = (
    ("draft", 150_000),
    ("decide", 2026),
    ("costs", 330_000),
    ("costs", 330_000),
    ("fix", 150_000),
)
PAID: Script = (*FIXED, ("pay", 150_000, ON))
OVERSPENDING: dict[str, tuple[int, Script]] = {
    "a draft above the half": (165_000, (("draft", 83_000),)),
    "a draft above the cap": (330_000, (("draft", 150_001),)),
    "a draft above what was applied for": (330_000, (("applied", 100_000), ("draft", 150_000))),
    "a change above the half of the same estimate": (
        165_000,
        (("draft", 82_500), ("decide", 2026), ("change", 165_000, 150_000)),
    ),
    "a change above the half of the new estimate": (
        330_000,
        (("draft", 150_000), ("decide", 2026), ("change", 200_000, 149_000)),
    ),
    "a fixing above the half of what was paid": (
        250_000,
        (("draft", 125_000), ("decide", 2026), ("costs", 200_000), ("fix", 125_000)),
    ),
    "a payment after a refund that nobody reckoned with": (
        330_000,
        (*FIXED, ("refund", 130_000), ("pay", 150_000, ON)),
    ),
    "a payment of another sum": (330_000, (*FIXED, ("pay", 150_001, ON))),
    "a payment of what was claimed before the sum was changed": (
        330_000,
        (*FIXED, ("claim",), ("refund", 130_000), ("reduce", 100_000), ("pay", 100_000, ON)),
    ),
    "a second payment": (330_000, (*PAID, ("pay", 150_000, ON))),
    "a payment from closed books": (330_000, (*FIXED, ("pay", 150_000, date(2027, 6, 1)))),
    "a payment while something is to come back": (
        330_000,
        (*PAID, ("refund", 130_000), ("pay", 100_000, ON)),
    ),
    "a demand for less than is to come back": (
        330_000,
        (*PAID, ("refund", 130_000), ("revoke", 49_999)),
    ),
    "a later fact that grants more": (330_000, (*FIXED, ("reduce", 150_000))),
    "more comes back than is owed": (330_000, (*PAID, ("revoke", 50_000), ("repay", 50_001, ON))),
    "more than the budget": (330_000, (("budget", 149_999), *FIXED)),
}


def play(estimate_yen: int, script: Script) -> Life:
    """What the oracle says to a life that was taken as it stands."""
    life = Life({2026: 260_000}, estimate_yen)
    for verb, *typed in script:
        if verb == "applied":
            life.applied_yen = typed[0]
        elif verb == "budget":
            life.budget_yen = {2026: typed[0]}
        else:
            getattr(life, verb)(*typed)
    return life


@pytest.mark.parametrize("name", OVERSPENDING)
def test_the_control_a_life_that_overspends_is_found(name: str) -> None:
    estimate_yen, script = OVERSPENDING[name]
    with pytest.raises(Overspent):
        play(estimate_yen, script)


def test_the_control_a_lawful_life_is_none() -> None:
    life = play(
        330_000,
        (*PAID, ("refund", 130_000), ("reduce", 100_000), ("repay", 1, ON), ("repay", 49_999, ON)),
    )
    assert (life.paid_yen, life.returned_yen, life.owed_yen) == (150_000, 50_000, 0)
    assert (life.limit_yen, life.executed_yen, life.open_yen) == (100_000, 100_000, 0)
    play(330_000, (*PAID, ("revoke", 150_000), ("repay", 150_000, date(2027, 6, 1))))


DECIDED: Script = (("draft", 150_000), ("decide",))
REPORTED: Script = (*DECIDED, ("contract", 330_000), ("report", 330_000))
AT_THE_DESK: dict[str, tuple[int, Script]] = {
    "draft": (165_000, (("draft", 83_000),)),
    "change": (165_000, (("draft", 82_500), ("decide",), ("change", 150_000, 165_000))),
    "fix": (330_000, (*DECIDED, ("contract", 330_000), ("report", 200_000), ("fix", 125_000))),
    "pay": (
        330_000,
        (*REPORTED, ("fix", 150_000), ("claim",), ("refund", 130_000), ("pay", 150_000)),
    ),
}


def taken(office: OfficeCard, now: datetime, place: str) -> bool:
    """Whether the last verb of a life that overspends is taken at the desk."""
    estimate_yen, script = AT_THE_DESK[place]
    desk = begun(office, now, estimate_yen).desk
    for at, (verb, *typed) in enumerate(script):
        desk = replace(desk, now=now + timedelta(days=at))
        act = Desk.decide if verb == "decide" else getattr(lawful, verb)
        if at < len(script) - 1:
            act(desk, *typed)
        else:
            with suppress(Refused):
                act(desk, *typed)
                return True
    return False


@pytest.mark.parametrize("place", AT_THE_DESK)
def test_the_desk_refuses_what_overspends_whatever_the_reason(
    office: OfficeCard, now: datetime, place: str
) -> None:
    emptied(office)
    assert not taken(office, now, place)


@pytest.mark.parametrize("place", AT_THE_DESK)
def test_the_control_without_its_guard_it_is_taken(
    office: OfficeCard, now: datetime, place: str
) -> None:
    """The guard that is named for the place is the one that refuses there."""
    emptied(office)
    with patch(lawful.GUARDS[place], lambda *_, **__: ""):
        assert taken(office, now, place)
