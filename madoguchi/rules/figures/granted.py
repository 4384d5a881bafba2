"""What is counted of the grants (補助金の集計): applied, decided, refused, paid; sums and days.

Each is counted on its own day: an application of March that is decided in May stands in both. A sum
that was decided is the one of the decision; what it was changed to shows where it is paid.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol, get_args
from uuid import UUID

from madoguchi.rules.programme.read import snake
from madoguchi.rules.programme.subsidy import Condition, Timing

GRANT, REFUSAL = "grant", "refusal"
OPEN, APPLIED, DECIDED, REFUSED, PAID = "open", "applied", "decided", "refused", "paid"
DECIDED_YEN, PAID_YEN, SQUARES = "decided_yen", "paid_yen", "paid_squares"
DECISION_DAYS, PAYMENT_DAYS = "decision_days", "payment_days"
COUNTED = (APPLIED, DECIDED, REFUSED, PAID)
SUMS = (DECIDED_YEN, PAID_YEN)
DAYS = (DECISION_DAYS, PAYMENT_DAYS)
SHOWN = (*COUNTED, *SUMS, *DAYS)
ROWS = (OPEN, *SHOWN, SQUARES)
"""`open`: the year has its budget. `paid_squares`: of the sums, to see whether all were alike."""

OTHER = "other"  # a reason that no rule of ours names
_RULES = (*get_args(Condition.__value__), *get_args(Timing.__value__))
REASONS = (
    *("terms", "eligible_cost", "amount", "guardian"),
    *(snake(rule.__name__) for rule in _RULES),
    OTHER,
)


class Times(Protocol):
    """A number of a sheet."""

    @property
    def times(self) -> int:
        """How often."""


@dataclass(frozen=True)
class Granted:
    """What is counted of one grant: nothing that names anybody. A day is none where it was not.

    `reasons`: rows of REASONS; `first_on`: the day of the application.
    """

    person: UUID
    first_on: date
    decided_on: date | None = None
    decided_yen: int = 0
    refused_on: date | None = None
    reasons: tuple[str, ...] = ()
    paid_on: date | None = None
    paid_yen: int = 0

    def marks(self) -> Iterator[tuple[tuple[str, str], date]]:
        """Each row in which it is counted, and on which day."""
        yield (GRANT, APPLIED), self.first_on
        if self.decided_on:
            yield (GRANT, DECIDED), self.decided_on
        if self.refused_on:
            yield (GRANT, REFUSED), self.refused_on
            yield from (((REFUSAL, why), self.refused_on) for why in dict.fromkeys(self.reasons))
        if self.paid_on:
            yield (GRANT, PAID), self.paid_on

    def numbers(self) -> Iterator[tuple[str, date, int]]:
        """What it adds to the sums and the days of waiting."""
        if self.decided_on:
            yield DECIDED_YEN, self.decided_on, self.decided_yen
        if on := self.decided_on or self.refused_on:
            yield DECISION_DAYS, on, self._days(on)
        if self.paid_on:
            yield PAID_YEN, self.paid_on, self.paid_yen
            yield SQUARES, self.paid_on, self.paid_yen**2
            yield PAYMENT_DAYS, self.paid_on, self._days(self.paid_on)

    def _days(self, on: date) -> int:
        return max(0, (on - self.first_on).days)


def reason_row(code: str) -> str:
    """The row of a reason's code.

    >>> reason_row("subsidy.resident"), reason_row("subsidy.moon"), reason_row("")
    ('resident', 'other', 'other')
    """
    row = code.removeprefix("subsidy.")
    return row if row in REASONS else OTHER


def numbers(
    granted: Iterable[Granted], opened: Iterable[date]
) -> Mapping[date, Mapping[tuple[str, str], int]]:
    """By month the sums, the days, and whether its year was open: counts without a person.

    `opened`: the first days of the months of a year with a budget.

    >>> from datetime import date
    >>> sorted(numbers([], [date(2026, 4, 1)])[date(2026, 4, 1)].items())
    [(('grant', 'open'), 1)]
    """
    found: dict[date, Counter[tuple[str, str]]] = defaultdict(Counter)
    for month in opened:
        found[month][GRANT, OPEN] += 1
    for grant in granted:
        for row, on, number in grant.numbers():
            found[on.replace(day=1)][GRANT, row] += number
    return found


def waited_days(sheet: Mapping[tuple[str, str], Times], row: str) -> int | None:
    """How many days a row of DAYS says on average, from the application on; None: nothing ended.

    >>> from madoguchi.rules.figures.tally import EMPTY, Count
    >>> made = {("grant", "decided"): Count(2, 2, 2), ("grant", "refused"): Count(1, 1, 1)}
    >>> sheet = {**EMPTY, **made, ("grant", "decision_days"): Count(times=40)}
    >>> waited_days(sheet, "decision_days"), waited_days(sheet, "payment_days")
    (13, None)
    """
    ends = (DECIDED, REFUSED) if row == DECISION_DAYS else (PAID,)
    made = sum(sheet[GRANT, end].times for end in ends)
    return mean_days(sheet[GRANT, row].times, made)


def mean_days(days: int, count: int) -> int | None:
    """How many days it took on average, half a day up; None where nothing is counted.

    >>> mean_days(29, 2), mean_days(0, 0)
    (15, None)
    """
    return (2 * days + count) // (2 * count) if count else None
