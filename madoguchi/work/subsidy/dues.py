"""The day of a case on which somebody looks at its grant (補助金の期日), as long as one runs.

It stays whatever else is planned for the case; only the grant itself ends it.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from madoguchi.rules.programme.subsidy_life import STAGES, Stage
from madoguchi.rules.steps.grant import OVER, State
from madoguchi.rules.subsidy.year import SOON_DAYS, ends_on
from madoguchi.work.cases import dues
from madoguchi.work.cases.actions import GRANT, GRANT_SENT
from madoguchi.work.cases.models import Case
from madoguchi.work.subsidy.models import Grant
from madoguchi.work.subsidy.years import years_of

AFTERWARDS = "grant_over"  # an open case is looked at once its grant is over
LOOK_WITHIN = timedelta(days=7)  # where it is the desk's turn
OF_DESK = (State.SENT, State.RECEIVED, State.DRAFTED, State.REPORTED, State.CLAIMED)


def settle(
    grant: Grant,
    now: datetime,
    *,
    stages: Collection[Stage] = STAGES,
    answer_by: date | None = None,
) -> None:
    """Set the case's day by where the grant is now, inside an act on it."""
    case = Case.of(grant.office_id).get(pk=grant.case_id)
    over = State(grant.state) in OVER  # one grant of a case runs at a time
    year = years_of([grant]).get(grant.id)
    days = () if over else (next_look(grant, year, now.date(), stages, answer_by),)
    dues.keep(case, GRANT_SENT, (), now)
    dues.keep(case, GRANT, days, now, "grant")
    dues.show(case, AFTERWARDS, now)


def next_look(
    grant: Grant,
    year: int | None,
    today: date,
    stages: Collection[Stage] = STAGES,
    answer_by: date | None = None,
) -> date:
    """When somebody looks at a grant that runs: what is soonest and not past.

    `year`: the fiscal year of its money; None before the desk has received it.
    """
    days = [*_year(grant, year, stages), *([answer_by] if answer_by else [])]
    if State(grant.state) in OF_DESK or not days:
        days.append(today + LOOK_WITHIN)
    coming = [day for day in days if day >= today]
    return min(coming, default=today + LOOK_WITHIN)


def _year(grant: Grant, year: int | None, stages: Collection[Stage]) -> list[date]:
    """When the clocks of its fiscal year are shown first, and when they are over."""
    if year is None or grant.state == State.RECLAIMED:
        return []
    by = ends_on(grant.state, year, stages)
    return [by - timedelta(days=SOON_DAYS), by, by + timedelta(days=1)]
