"""What the worker does for interviews: the case's dues, and interviews whose day was closed."""

from datetime import datetime
from uuid import UUID

from madoguchi.rules.interviews import slot
from madoguchi.rules.steps.interview import State
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import by_id
from madoguchi.work.cases import danger, dues
from madoguchi.work.cases import public as cases
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.interviews import actions
from madoguchi.work.interviews.models import Interview
from madoguchi.work.notices import public as notices


def follow(case_id: UUID, *, now: datetime) -> None:
    """Set a case's dues after a booking or a cancellation; its day may be closed by now.

    Of a closing and a booking at the same time, whichever is committed later finds the other.
    """
    case = Case.objects.get(pk=case_id)
    _follow(Actor(case.office_id, "worker"), case, now=now)
    _look(case.office_id, now, case_id=case.id)


def notice(interview_id: UUID, *, now: datetime) -> None:
    """Look whether what the person wrote for an interview holds words that mean danger."""
    row = Interview.objects.filter(pk=interview_id).first()
    if row is not None and row.case_id:
        danger.notice(
            row.case_id, row.id, lambda own: own.open("interview", row.id, row.wanted), now
        )


@action("interview.follow")
def _follow(_actor: Actor, case: Case, *, now: datetime) -> None:
    actions.follow(Case.of(case.office_id).get(pk=case.id), now)


def recheck(office_id: UUID, *, now: datetime) -> None:
    """Have the desk look today at each interview whose time is no longer given.

    Enqueued when a day's hours change; where none is left on such a day the look ends.
    """
    _look(office_id, now)


def _look(office_id: UUID, now: datetime, **among: UUID) -> None:
    changes = notices.changes(office_id)
    desk = notices.in_force(by_id(office_id), now.date()).desk
    rows = Interview.of(office_id).filter(state=State.BOOKED, on__gte=now.date(), **among)
    without = (row for row in rows if slot(desk, row.on, row.starts, changes) is None)
    lost = {row.case_id for row in without if row.case_id}
    looks = Due.of(office_id).filter(done_at__isnull=True, kind=actions.STRANDED, **among)
    known = set(looks.values_list("case_id", flat=True))
    for case in Case.of(office_id).filter(pk__in=lost ^ known).order_by("id"):
        _stranded(Actor(office_id, "worker"), case, ended=case.pk not in lost, now=now)


@action("interview.stranded")
def _stranded(_actor: Actor, case: Case, *, ended: bool, now: datetime) -> None:
    waiting = dues.waiting(case).filter(kind=actions.STRANDED)
    if ended:
        waiting.update(done_at=now)
        dues.show(case, dues.UNPLANNED, now)
    elif not waiting.exists():
        cases.desks_turn(case, now.date(), actions.STRANDED, now, how="today")
