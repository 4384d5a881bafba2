"""What the worker does for grants (年度の時計): the day on which somebody looks at each of them.

It may run any number of times: a grant whose day is right is left alone.
"""

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache

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
    """Give every running grant a day that is not too late; one that is over has none."""
    for grant in _with_wrong_day(now.date()):
        watch(Actor(grant.office_id, "worker"), grant, now=now)


@action("grant.watch")
def watch(_actor: Actor, grant: Grant, *, now: datetime) -> None:
    """Set the day of a grant's case by the clocks of its fiscal year."""
    row = Grant.of(grant.office_id).get(pk=grant.id)
    desk.settle(row, now, stages=life(row, now.date()).stages)


def _with_wrong_day(today: date) -> Iterator[Grant]:
    rows = Grant.objects.order_by("case_id", "id")
    waiting = Due.objects.filter(kind__in=OF_GRANT, done_at__isnull=True)
    running = list(rows.exclude(state__in=OVER))
    over = list(rows.filter(state__in=OVER, case_id__in=waiting.values("case_id")))
    of_these = waiting.filter(case_id__in={row.case_id for row in (*running, *over)})
    days = dict(of_these.order_by("-on").values_list("case_id", "on"))  # the soonest one stays
    years = years_of(running)
    gone = forgotten([row.case_id for row in running])
    known = cache(rules_on)  # one reading of the programme for all applications of a day
    for row in running:
        on, stages = days.get(row.case_id), life(row, today, known).stages
        latest = desk.next_look(row, years.get(row.id), today, stages)
        late = on is not None and on > latest and row.state != State.RECLAIMED
        if row.case_id not in gone and (on is None or late):
            yield row
    taken = {row.case_id for row in running}
    for case_id, row in {row.case_id: row for row in over}.items():
        if case_id in days and case_id not in taken:
            yield row
