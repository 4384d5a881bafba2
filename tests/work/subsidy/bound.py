"""What a grant may cost, kept apart from the product: the rule in ten lines, and a life's money.

`Life` is told what happened, as it was typed, and fails where more went out than the law lets out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import floor

HALF, CAP_YEN = Fraction(1, 2), 150_000
"""Shibukawa's published rule: half of the retainer, at most that."""


type Cost = int | Mapping[str, int]
"""What a person bears: of each of several requests, or in all."""


def bound(cost: Cost) -> int:
    """The most that is granted for what a person bears, in yen; the cap may be one for each.

    Of a total alone all may be of one request.
    """
    each = cost.values() if isinstance(cost, Mapping) else (cost,)
    return max(0, floor(sum(min(yen * HALF, Fraction(CAP_YEN)) for yen in each)))


def without(cost: Cost, back: Cost) -> Cost:
    """What a person bears after money came back, in all or for each request."""
    if isinstance(cost, Mapping) and isinstance(back, Mapping):
        return {act: max(0, yen - back.get(act, 0)) for act, yen in cost.items()}
    assert isinstance(cost, int)
    assert isinstance(back, int)
    return max(0, cost - back)


def books_close(year: int) -> date:
    """31 May after a fiscal year (出納閉鎖)."""
    return date(year + 1, 5, 31)


class Overspent(AssertionError):
    """More money went out, or stays out, than the law lets out."""


def require(holds: bool, guard: str, *facts: object) -> None:  # noqa: FBT001 - reads as a sentence
    """Raise Overspent with the guard's name unless it holds."""
    if not holds:
        raise Overspent(guard, *facts)


@dataclass
class Life:
    """The money of one grant, verb after verb; all sums in yen.

    `cost_yen`: what is known now of what the person bears, of each of several requests.
    `applied_yen`: the sum applied for; with several requests, all their caps.
    `demanded_yen`: all that was demanded back so far; `open_yen`: what is to come back and was not
    demanded yet (要返還).
    """

    budget_yen: Mapping[int, int]
    cost_yen: Cost
    applied_yen: int = CAP_YEN
    drafted_yen: int = 0
    decided_yen: int = 0
    paid_yen: int = 0
    demanded_yen: int = 0
    returned_yen: int = 0
    open_yen: int = 0
    claimed_yen: int | None = None
    year: int = 0
    reserved_yen: int = 0
    executed_yen: int = 0  # 支払 − 戻入: what the books of the year say was spent
    verbs: list[str] = field(default_factory=list)

    @property
    def limit_yen(self) -> int:
        return min(bound(self.cost_yen), self.applied_yen, self.decided_yen)

    @property
    def owed_yen(self) -> int:
        """What was demanded and has not come back (未収)."""
        return self.demanded_yen - self.returned_yen

    def draft(self, yen: int) -> None:
        self._of_the_rules("draft", yen)
        self.drafted_yen = yen
        self.verbs.append("draft")

    def decide(self, year: int) -> None:
        self._of_the_rules("decide", self.drafted_yen)
        self.year, self.decided_yen = year, self.drafted_yen
        self.reserved_yen = self.decided_yen
        self._stands("decide")

    def change(self, cost_yen: Cost, yen: int) -> None:
        """Another sum by another estimate."""
        self.cost_yen = cost_yen
        self._of_the_rules("change", yen)
        self.decided_yen = self.reserved_yen = yen
        self._stands("change")

    def costs(self, cost_yen: Cost) -> None:
        """The cost is known better: by the contract, by the report."""
        self.cost_yen = cost_yen
        self._stands("costs")

    def fix(self, yen: int) -> None:
        require(yen <= self.decided_yen, "fix above the decision", yen, self.decided_yen)
        self._of_the_rules("fix", yen)
        self.decided_yen = self.reserved_yen = yen
        self._stands("fix")

    def claim(self) -> None:
        """The person claims the sum of that day; a claim before it is sent back first."""
        self.claimed_yen = self.decided_yen

    def pay(self, yen: int, on: date) -> None:
        """At each payment the bound of that day's facts holds."""
        require(self.open_yen == 0, "pay while something is to come back", self.open_yen)
        require(yen == self.decided_yen, "pay another sum", yen, self.decided_yen)
        require(self.claimed_yen in (None, yen), "pay what nobody claimed", yen, self.claimed_yen)
        require(yen <= self.limit_yen, "pay above the bound", yen, self.limit_yen)
        require(on <= books_close(self.year), "pay from closed books", on)
        self.paid_yen += yen
        self.reserved_yen = 0
        self.executed_yen += yen
        self._stands("pay")

    def refund(self, yen: Cost) -> None:
        """The lawyer gave money back after the sum was fixed; what it opens is to come back."""
        before = self._above()
        self.cost_yen = without(self.cost_yen, yen)
        self.open_yen += max(0, self._above() - max(0, before))
        self._stands("refund")

    def reduce(self, yen: int) -> None:
        """The fixed sum becomes this one; what was paid above it is demanded (確定額の変更)."""
        self._of_the_rules("reduce", yen)
        require(yen < self.decided_yen, "a later fact grants more", yen, self.decided_yen)
        if self.paid_yen:
            self.demanded_yen = self.paid_yen - yen
        else:
            self.reserved_yen = yen
        self.decided_yen = yen
        self.open_yen = 0
        self._stands("reduce")

    def revoke(self, repay_yen: int) -> None:
        """The decision is taken back; of a payment this is demanded in addition."""
        self.demanded_yen += repay_yen
        self.decided_yen = self.paid_yen - self.demanded_yen if self.paid_yen else 0
        self.reserved_yen = 0
        self.open_yen = max(0, self.open_yen - repay_yen)
        self._stands("revoke")

    def repay(self, yen: int, on: date) -> None:
        """A part comes back, of any size; into the budget while the books are open."""
        require(0 < yen <= self.owed_yen, "more comes back than is owed", yen, self.owed_yen)
        self.returned_yen += yen
        if on <= books_close(self.year):
            self.executed_yen -= yen
        self._stands("repay")

    def end(self) -> None:
        """It ends before it was paid."""
        self.decided_yen = self.reserved_yen = 0
        self._stands("end")

    def _of_the_rules(self, verb: str, yen: int) -> None:
        most = min(bound(self.cost_yen), self.applied_yen)
        require(0 < yen <= most, f"{verb} above the bound", yen, most)

    def _above(self) -> int:
        """What is out above the limit and was not demanded."""
        return self.paid_yen - self.returned_yen - self.owed_yen - self.limit_yen

    def _stands(self, verb: str) -> None:
        """What holds after every verb.

        What an earlier verb opened as 要返還 stays open until a verb that decides demands it; no
        verb but a later fact may open anything.
        """
        self.verbs.append(verb)
        require(self._above() <= self.open_yen, f"out after {verb}", vars(self))
        require(0 <= self.returned_yen <= self.demanded_yen, f"returned after {verb}")
        if verb in ("reduce", "revoke"):
            require(self.open_yen == 0, f"{verb} demands less than is to come back", self.open_yen)
        used = self.reserved_yen + self.executed_yen
        require(used <= self.budget_yen.get(self.year, used), f"budget after {verb}", used)
