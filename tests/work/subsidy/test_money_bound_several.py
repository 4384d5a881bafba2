"""Random lives of a grant for two requests: nobody gets a yen above the half or the cap of each."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.subsidy.application import CostLine
from tests.work.subsidy import lawful
from tests.work.subsidy.bound import CAP_YEN, Life, Overspent, bound, without
from tests.work.subsidy.granting import TWO_REQUESTS, Desk, sent, terms_for_each
from tests.work.subsidy.test_money_bound import BUDGETS, Tried, books_agree, emptied, ledger_agrees

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
YEN = (0, 30_000, 100_000, 165_000, 299_999, 330_000, 700_000)
SUMS = (1, 82_500, 150_000, 200_000, 232_500, 283_333, 300_000)


class Each(dict[str, int]):
    """What each request costs, as a key of what was tried."""

    def __hash__(self) -> int:  # type: ignore[override] # it is never changed
        return hash(tuple(sorted(self.items())))


EACH = st.builds(
    lambda one, other: Each(deletion=one, disclosure=other or 1),
    st.sampled_from(YEN),
    st.sampled_from(YEN),
)
MOVES = st.tuples(st.integers(0, 99), st.sampled_from(SUMS), EACH, st.sampled_from((0, 0, 0, 1)))


class OfTwo(Tried):
    """A grant for two requests; a total alone is reported now and then."""

    def lawful(self) -> tuple[int, int]:
        most = min(bound(self.life.cost_yen), self.life.decided_yen or 2 * CAP_YEN)
        return most, most // 1000 * 1000

    def report(self, yen: int, estimate: Any) -> None:
        """Of what the contract says, each sum, with something back; or another total alone."""
        cost = self.life.cost_yen if isinstance(self.life.cost_yen, dict) else estimate
        if yen == 1:
            total = sum(cost.values()) + 7
            if self.may(lawful.report, total):
                self.life.costs(total)
                self.seen.add("total")
            return
        back = Each({act: min(of, 30_000) for act, of in cost.items()}) if yen % 1000 else 0
        if self.may(lawful.report, cost, back):
            self.life.costs(without(cost, back) if back else cost)

    def fix(self, yen: int, estimate: Any) -> None:
        """A total alone fixes nothing; the report is sent back then."""
        if isinstance(self.life.cost_yen, dict):
            super().fix(yen, 0)
        else:
            assert self.first(lawful.fix, yen, 1, *self.lawful()) is None
            self.may(lawful.send_back)
            self.life.costs(estimate)

    def refund(self, _yen: int, estimate: Any) -> None:
        cost = self.life.cost_yen
        if not isinstance(cost, dict):
            return
        back = Each({act: min(of, cost.get(act, 0)) for act, of in estimate.items()})
        if self.may(lawful.refund, back):
            self.life.refund(back)
            assert lawful.to_come_back(self.desk) == self.life.open_yen

    def repay(self, yen: int, estimate: Any) -> None:
        super().repay(yen, estimate["deletion"])


def begun(office: OfficeCard, now: datetime, each: Each) -> OfTwo:
    costs = tuple(CostLine(act, "retainer", yen) for act, yen in each.items())
    desk: Desk = sent(office, now, replace(TWO_REQUESTS, costs=costs)).until("received")
    desk.rules = terms_for_each(now.date())
    desk.check_all()
    return OfTwo(desk, Life(BUDGETS, each, applied_yen=2 * CAP_YEN))


def test_of_two_requests_nobody_gets_a_yen_above_the_cap_of_each(
    office: OfficeCard, now: datetime
) -> None:
    seen: set[str] = set()

    @settings(
        max_examples=8,
        phases=(Phase.explicit, Phase.generate),
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(
        moves=st.lists(MOVES, min_size=18, max_size=30),
        each=st.sampled_from(
            [Each(deletion=165_000, disclosure=330_000), Each(deletion=100_000, disclosure=700_000)]
        ),
    )
    def live(moves: list[tuple[int, int, Each, int]], each: Each) -> None:
        emptied(office)
        one, moment = begun(office, now, each), now
        for chosen, yen, estimate, days in moves:
            moment += timedelta(days=days)
            one.desk = replace(one.desk, now=moment)
            one.move(chosen, yen, estimate)
            books_agree([one])
        ledger_agrees([one])
        seen.update(one.seen)

    live()
    assert {"draft", "decide", "change", "contract", "report", "total", "fix", "pay"} <= seen


def test_the_control_a_total_spread_by_the_estimate_is_found() -> None:
    """165,000 + 330,000 at 232,500, then 700,000 + 100,000: 283,333 is what a guess let out."""
    life = Life(BUDGETS, {"deletion": 165_000, "disclosure": 330_000}, applied_yen=2 * CAP_YEN)
    life.draft(232_500)
    life.decide(2026)
    other = {"deletion": 700_000, "disclosure": 100_000}
    with pytest.raises(Overspent):
        life.change(other, 200_001)
    life.change(other, 200_000)
    with pytest.raises(Overspent):
        life.change(800_000, 150_001)
