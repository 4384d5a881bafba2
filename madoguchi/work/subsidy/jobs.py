"""What the worker does for grants (年度の時計): the day on which somebody looks at each of them.

It may run any number of times: a grant whose day is right is left alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import cache
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from madoguchi.rules.steps.grant import OVER, State, Verb
from madoguchi.tools.act.action import action
from madoguchi.tools.bounds import Portions
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.forget import forgotten
from madoguchi.tools.vault.seal import SHARED, Drawer
from madoguchi.work.cases import danger
from madoguchi.work.cases.dues import OF_GRANT
from madoguchi.work.cases.models import Due
from madoguchi.work.subsidy import desk
from madoguchi.work.subsidy.fiscal_year import years_of
from madoguchi.work.subsidy.history import card, written
from madoguchi.work.subsidy.models import Grant, Step
from madoguchi.work.subsidy.terms import life, rules_on

AT_A_TIME = 100  # grants of a sweep; then the worker does jobs
_running, _over = Portions(AT_A_TIME), Portions(AT_A_TIME)


def sweep(now: datetime) -> bool:
    """Give running grants a day that is not too late; those that are over have none.

    The next portion is looked at; gives back whether more are left. Those of requests that the
    office has not taken over come later.
    """
    known = ~unseal.untaken("case_id")
    goes_on = _running.after is not None or _over.after is None  # of one kind some may be left
    running = _running.next(Grant.objects.filter(known).exclude(state__in=OVER)) if goes_on else []
    for grant in _with_wrong_day(running, now.date()):
        watch(Actor(grant.office_id, "worker"), grant, now=now)
    if _running.after is None:
        for grant in _with_a_day_left(known):
            watch(Actor(grant.office_id, "worker"), grant, now=now)
    return _running.after is not None or _over.after is not None


def notice(step_id: UUID, *, now: datetime) -> None:
    """Look whether what the person wrote with a step holds words that mean danger.

    A job that an earlier version queued names the grant, and means its application. What the desk
    typed in is not read, whoever asks.
    """
    shared = Step.objects.filter(drawer=SHARED)
    meant = Q(pk=step_id) | Q(grant_id=step_id, verb=Verb.APPLY)
    row = shared.filter(meant, staff_id=None).first()
    if row is None:
        return
    before = shared.filter(grant_id=row.grant_id, number__lt=row.number)

    def read(own: Drawer) -> object:
        details = (card(each, own, None).details for each in before)
        return written(card(row, own, None).details, details)

    danger.notice(row.case_id, row.id, read, now)


@action("grant.watch")
def watch(_actor: Actor, grant: Grant, *, now: datetime) -> None:
    """Set the day of a grant's case by the clocks of its fiscal year."""
    row = Grant.of(grant.office_id).get(pk=grant.id)
    desk.settle(row, now, stages=life(row, now.date()).stages)


def _waiting() -> QuerySet[Due]:
    return Due.objects.filter(kind__in=OF_GRANT, done_at__isnull=True)


def _with_wrong_day(running: Sequence[Grant], today: date) -> Iterator[Grant]:
    of_these = _waiting().filter(case_id__in={row.case_id for row in running})
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


def _with_a_day_left(known: Q) -> Iterable[Grant]:
    """Grants that are over, one a case, where none runs and a day is there still."""
    runs = Grant.objects.filter(case_id=OuterRef("case_id")).exclude(state__in=OVER)
    rows = Grant.objects.filter(known, ~Exists(runs), state__in=OVER)
    some = _over.next(rows.filter(case_id__in=_waiting().values("case_id")))
    return {row.case_id: row for row in some}.values()
