"""Of which fiscal year's budget a grant is (予算の年度): told by the day of its decision alone.

The number and the year of the application stay what they are; the money may be another year's.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from madoguchi.rules.decision import Ground, Refused
from madoguchi.rules.steps.grant import RESERVING, Verb
from madoguchi.rules.subsidy.year import fix_by, money_of
from madoguchi.work.subsidy.amended import Happened
from madoguchi.work.subsidy.models import Grant, Step
from madoguchi.work.subsidy.steps import StepCard


def year_of(grant: Grant, steps: Sequence[StepCard]) -> int:
    """The fiscal year of a grant's money.

    Raises:
        Refused: the desk has not received it yet.
    """
    if grant.fiscal_year is None:
        raise Refused(Ground("grant.receive"))
    return money_of(grant.fiscal_year, decided_on(steps))


def decided_on(steps: Sequence[Happened]) -> date | None:
    """The day of the decision (決裁日); None before it."""
    return next((step.on for step in steps if step.verb is Verb.DECIDE), None)


def carried(steps: Sequence[StepCard]) -> bool:
    """Whether a human let it go on after its year (繰越)."""
    return any(step.verb is Verb.CARRY for step in steps)


def years_of(rows: Iterable[Grant]) -> dict[UUID, int]:
    """The same for rows that nobody opens, by their ids; without those not received yet."""
    received = [row for row in rows if row.fiscal_year is not None]
    running = [row.id for row in received if row.state in RESERVING]
    decisions = Step.objects.filter(grant_id__in=running, verb=Verb.DECIDE) if running else ()
    days = {step.grant_id: step.on for step in decisions}
    return {row.id: money_of(row.fiscal_year, days.get(row.id)) for row in received}  # type: ignore[arg-type]


def of_year(office_id: UUID, year: int) -> QuerySet[Grant]:
    """The grants whose money is of a fiscal year, decided or not."""
    decisions = Step.objects.filter(grant_id=OuterRef("pk"), verb=Verb.DECIDE)
    rows = Grant.of(office_id).annotate(decided_on=Subquery(decisions.values("on")[:1]))
    late = Q(fiscal_year__lt=year, decided_on__range=(date(year, 4, 1), fix_by(year)))
    undecided = Q(decided_on=None) | Q(decided_on__lte=fix_by(year))
    return rows.filter(late | Q(undecided, fiscal_year=year))
