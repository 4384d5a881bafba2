"""The fiscal year of a grant's money, and the numbers (整理番号) of a year's grants."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.steps.grant import RESERVING, State, Verb
from madoguchi.rules.subsidy.year import fix_by, money_of, pays_in
from madoguchi.tools.transaction import lock
from madoguchi.work.subsidy.history import ReadStep, StepCard, current, newest
from madoguchi.work.subsidy.models import Grant, Step
from madoguchi.work.subsidy.money import standing


def year_of(grant: Grant, steps: Sequence[StepCard]) -> int:
    """The fiscal year of a grant's money.

    Raises:
        Refused: the desk has not received it yet.
    """
    if grant.fiscal_year is None:
        raise Refused(Reason("grant.receive"))
    return money_of(grant.fiscal_year, decided_on(steps))


def decided_on(steps: Sequence[ReadStep]) -> date | None:
    """The day of the decision (決裁日); None before it."""
    return next((step.on for step in steps if step.verb is Verb.DECIDE), None)


def carried(steps: Sequence[StepCard]) -> bool:
    """Whether a human carried it over into the next year (繰越)."""
    return any(step.verb is Verb.CARRY for step in steps)


def performed_on(steps: Sequence[StepCard]) -> date | None:
    """The day of the performance (履行の日), on which the retainer was paid; None where none says.

    Until a report says it, that of the contract: nothing is paid before it.
    """
    facts, applied = standing(steps), current(steps)
    day = newest(facts, Verb.REPORT).get("paid_on") or applied.paid_on
    day = day or newest(facts, Verb.CONTRACT).get("contract_on")
    return date.fromisoformat(day) if day else None


def performed_late(steps: Sequence[StepCard], year: int) -> date | None:
    """That day, where it is after the year that pays and no human carried it over."""
    on = performed_on(steps)
    return on if on and pays_in(year, on) > year and not carried(steps) else None


def years_of(rows: Iterable[Grant]) -> dict[UUID, int]:
    """The fiscal year of each grant's money, without opening any; not of those not received."""
    received = [row for row in rows if row.fiscal_year is not None]
    running = [row.id for row in received if row.state in RESERVING]
    decisions = _decisions().filter(grant_id__in=running) if running else ()
    days = {step.grant_id: step.on for step in decisions}
    return {row.id: money_of(row.fiscal_year, days.get(row.id)) for row in received}  # type: ignore[arg-type]


def of_year(office_id: UUID, year: int) -> QuerySet[Grant]:
    """The grants whose money is of a fiscal year, decided or not."""
    decisions = _decisions().filter(grant_id=OuterRef("pk"))
    rows = Grant.of(office_id).annotate(decided_on=Subquery(decisions.values("on")[:1]))
    late = Q(fiscal_year__lt=year, decided_on__range=(date(year, 4, 1), fix_by(year)))
    undecided = Q(decided_on=None) | Q(decided_on__lte=fix_by(year))
    return rows.filter(late | Q(undecided, fiscal_year=year))


def _decisions() -> QuerySet[Step]:
    """The decisions that count: none that was recorded by mistake, after which it is drafted again.

    What else is taken back to a draft left no decision before it.
    """
    undone = Step.objects.filter(
        grant_id=OuterRef("grant_id"),
        number__gt=OuterRef("number"),
        verb=Verb.UNDO,
        state=State.DRAFTED,
    )
    return Step.objects.filter(~Exists(undone), verb=Verb.DECIDE)


def next_number(office_id: UUID, fiscal_year: int) -> int:
    """The next number of a year, inside an act; the table's constraint guards it."""
    lock(f"{office_id}/grants/{fiscal_year}")
    of_year = Grant.of(office_id).filter(fiscal_year=fiscal_year)
    return int(of_year.aggregate(last=Max("number"))["last"] or 0) + 1


def numbers_by_year(office_id: UUID) -> dict[int, list[int]]:
    """The numbers that grants have, in their order, by fiscal year."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = Grant.of(office_id).exclude(fiscal_year=None).order_by("fiscal_year", "number")
    for year, number in rows.values_list("fiscal_year", "number").iterator():
        found[year or 0].append(number or 0)
    return found


def missing_numbers(office_id: UUID, fiscal_year: int) -> tuple[range, ...]:
    """The numbers of a year that no grant has any more: no act takes a grant away."""
    of_year = Grant.of(office_id).filter(fiscal_year=fiscal_year).order_by("number")
    return tuple(gaps(of_year.values_list("number", flat=True).iterator()))


def gaps(numbers: Iterable[int | None]) -> Iterator[range]:
    """The gaps in an ascending sequence of numbers that should begin at 1.

    >>> list(gaps([2, 3, 7]))
    [range(1, 2), range(4, 7)]
    """
    coming = 1
    for number in filter(None, numbers):
        if number > coming:
            yield range(coming, number)
        coming = number + 1
