"""The movements of a year's budget by the steps of grants (予算の動き), and how much is left."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from madoguchi.rules.koyomi.dates import months_after

type Standing = Literal["open", "nearly_spent", "spent", "not_open", "unknown"]
"""`not_open`: the desk keeps a budget, but not for this year yet. `unknown`: it keeps none."""
type Kind = Literal["decided", "changed", "released", "paid", "repaid"]
KINDS: tuple[Kind, ...] = ("decided", "changed", "released", "paid", "repaid")
MOVING = ("decide", "change", "fix", "pay", "reduce", "withdraw", "revoke", "lapse", "repay")
"""The verbs of a grant after which the budget is another one."""
MONTHS = 14
_RESERVES = {"decided": 1, "changed": 1, "released": -1, "paid": -1}


@dataclass(frozen=True, slots=True)
class MoneyStep:
    """One step of a grant as the books need it; ``yen`` is None for a verb that names no sum.

    ``into_budget``: of a refund, whether it came into the budget of the year it was paid from.
    """

    verb: str
    on: date
    yen: int | None = None
    into_budget: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """One movement of a year's budget, in yen; a change may be below zero."""

    kind: Kind
    on: date
    yen: int


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums of movements by their kind, in yen."""

    decided: int = 0
    changed: int = 0
    released: int = 0
    paid: int = 0
    repaid: int = 0

    @property
    def reserved_yen(self) -> int:
        """What is decided and not paid yet (支払前)."""
        return self.decided + self.changed - self.released - self.paid

    @property
    def spent_yen(self) -> int:
        """What is paid and did not come back (支払済)."""
        return self.paid - self.repaid


def standing(left_yen: int, warn_below_yen: int) -> Standing:
    """The word for what is left of an open year.

    >>> standing(900_000, 150_000), standing(149_999, 150_000), standing(0, 150_000)
    ('open', 'nearly_spent', 'spent')
    """
    if left_yen <= 0:
        return "spent"
    return "nearly_spent" if left_yen < warn_below_yen else "open"


def lines(steps: Iterable[MoneyStep]) -> Iterator[Line]:
    """The movements that the steps of one grant made, in their order.

    A payment of less than was reserved gives the rest back on that day.

    >>> from datetime import date
    >>> on = date(2026, 6, 1)
    >>> steps = (("decide", 90), ("fix", 80), ("pay", 80))
    >>> found = lines(MoneyStep(verb, on, yen) for verb, yen in steps)
    >>> [(line.kind, line.yen) for line in found]
    [('decided', 90), ('changed', -10), ('paid', 80)]
    """
    reserved = 0
    for step in steps:
        for line in _of(step, reserved):
            reserved += _RESERVES.get(line.kind, 0) * line.yen
            yield line


def sums_of(found: Iterable[Line]) -> Sums:
    """The sums of movements.

    >>> from datetime import date
    >>> on = date(2026, 6, 1)
    >>> sums = sums_of([Line("decided", on, 90), Line("paid", on, 60)])
    >>> sums.reserved_yen, sums.spent_yen
    (30, 60)
    """
    yen: Counter[str] = Counter()
    for line in found:
        yen[line.kind] += line.yen
    return Sums(**yen)


def by_month(found: Iterable[Line], year: int, today: date) -> Mapping[date, Sums]:
    """The sums of each month of a fiscal year that has begun, by its first day.

    The months until 31 May of the next year belong to it too, since its books are open until then
    (出納整理期間); a later one is there if something moved in it, as the payment of a sum that was
    carried over (繰越). Movements before the first month or after today are counted in the first or
    the last: nothing is lost.

    >>> from datetime import date
    >>> found = by_month([Line("decided", date(2026, 4, 9), 90)], 2026, date(2026, 5, 2))
    >>> [(month.month, sums.decided) for month, sums in found.items()]
    [(4, 90), (5, 0)]
    """
    first = date(year, 4, 1)
    begun = [month for at in range(MONTHS) if (month := months_after(first, at)) <= today]
    last = max(first, today.replace(day=1))
    sorted_in: dict[date, list[Line]] = {month: [] for month in begun or [first]}
    for line in found:
        month = min(max(line.on.replace(day=1), first), last)
        sorted_in.setdefault(month, []).append(line)
    return {month: sums_of(sorted_in[month]) for month in sorted(sorted_in)}


def _of(step: MoneyStep, reserved: int) -> Iterator[Line]:
    match step.verb:
        case "decide":
            yield Line("decided", step.on, step.yen or 0)
        case "change" | "fix" if (step.yen or 0) != reserved:
            yield Line("changed", step.on, (step.yen or 0) - reserved)
        case "reduce" if reserved:  # of what is paid, nothing moves until it comes back
            yield Line("changed", step.on, (step.yen or 0) - reserved)
        case "pay":
            if (step.yen or 0) != reserved:
                yield Line("changed", step.on, (step.yen or 0) - reserved)
            yield Line("paid", step.on, step.yen or 0)
        case "withdraw" | "revoke" | "lapse" if reserved:
            yield Line("released", step.on, reserved)
        case "repay" if step.into_budget:
            yield Line("repaid", step.on, step.yen or 0)
