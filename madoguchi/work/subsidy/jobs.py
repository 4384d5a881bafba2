"""What the worker does for grants (年度の時計): the day on which somebody looks at each of them.

Doing it twice is doing it once: a grant whose day is right is left alone.
"""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from functools import cache
from uuid import UUID

from madoguchi.rules.steps.grant import OVER, State
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault.forget import forgotten
from madoguchi.work.cases.actions import OF_GRANT
from madoguchi.work.cases.models import Due
from madoguchi.work.subsidy import desk
from madoguchi.work.subsidy.fiscal_year import years_of
from madoguchi.work.subsidy.models import Grant
from madoguchi.work.subsidy.terms import life, rules_on


def sweep(now: datetime) -> None:
    """See to it that every grant that runs has a day not too late, and none that is over has."""
    for grant in _astray(now.date()):
        watch(Actor(grant.office_id, "worker"), grant, now=now)


@action("grant.watch")
def watch(_actor: Actor, grant: Grant, *, now: datetime) -> None:
    """Set the day of a grant's case by the clocks of its fiscal year."""
    row = Grant.of(grant.office_id).get(pk=grant.id)
    desk.settle(row, now, stages=life(row, now.date()).stages)


def _astray(today: date) -> Iterator[Grant]:
    running, over = _grants(over=False), _grants(over=True)
    days = _days({row.case_id for row in (*running, *over)})
    years = years_of(running)
    gone = forgotten([row.case_id for row in running])
    known = cache(rules_on)  # one reading of the programme for all applications of a day
    for row in running:
        on, of = days.get(row.case_id), life(row, today, known)
        latest = desk.next_look(row, years.get(row.id), today, of.stages)
        late = on is not None and on > latest and row.state != State.RECLAIMED
        if row.case_id not in gone and (on is None or late):
            yield row
    taken = {row.case_id for row in running}
    for case_id, row in {row.case_id: row for row in over}.items():
        if case_id in days and case_id not in taken:
            yield row


def _grants(*, over: bool) -> list[Grant]:
    rows = Grant.objects.order_by("case_id", "id")
    if not over:
        return list(rows.exclude(state__in=OVER))
    waiting = Due.objects.filter(kind__in=OF_GRANT, done_at__isnull=True).values("case_id")
    return list(rows.filter(state__in=OVER, case_id__in=waiting))


def _days(case_ids: Collection[UUID]) -> dict[UUID, date]:
    """The soonest day of each case on which somebody looks at its grant."""
    waiting = Due.objects.filter(kind__in=OF_GRANT, done_at__isnull=True, case_id__in=case_ids)
    return dict(waiting.order_by("-on").values_list("case_id", "on"))
