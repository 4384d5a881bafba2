"""What the worker does for interviews: the case's dues, and interviews whose day was closed."""

from datetime import datetime
from uuid import UUID

from madoguchi.rules.interviews import slot
from madoguchi.rules.steps.interview import State
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import by_id
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


@action("interview.follow")
def _follow(_actor: Actor, case: Case, *, now: datetime) -> None:
    actions.follow(Case.of(case.office_id).get(pk=case.id), now)


def recheck(office_id: UUID, *, now: datetime) -> None:
    """Have the desk look today at each interview whose time is no longer given.

    Enqueued when a day's hours change; without effect on a case that has such a due already.
    """
    _look(office_id, now)


def _look(office_id: UUID, now: datetime, **among: UUID) -> None:
    changes = notices.changes(office_id)
    desk = notices.in_force(by_id(office_id), now.date()).desk
    rows = Interview.of(office_id).filter(state=State.BOOKED, on__gte=now.date(), **among)
    for row in rows.order_by("on", "starts"):
        if row.case_id and slot(desk, row.on, row.starts, changes) is None:
            case = Case.objects.get(pk=row.case_id)
            _stranded(Actor(office_id, "worker"), case, now=now)


@action("interview.stranded")
def _stranded(_actor: Actor, case: Case, *, now: datetime) -> None:
    waiting = Due.of(case.office_id).filter(
        case_id=case.id, kind=actions.STRANDED, done_at__isnull=True
    )
    if not waiting.exists():
        cases.desks_turn(case, now.date(), actions.STRANDED, now, how="today")
