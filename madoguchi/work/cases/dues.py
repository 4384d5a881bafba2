"""The dues of a case (期日), for acts on it: read the open ones, add one, set those of a kind."""

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import QuerySet

from madoguchi.rules.steps.case import State
from madoguchi.work.cases.models import Case, Due


def waiting(case: Case) -> QuerySet[Due]:
    """The case's open dues."""
    return Due.of(case.office_id).filter(case_id=case.id, done_at__isnull=True)


def add(case: Case, kind: str, on: date, how: str) -> None:
    Due.objects.create(office_id=case.office_id, case_id=case.id, kind=kind, on=on, how=how)


def keep(case: Case, kind: str, days: Collection[date], now: datetime, how: str = "booked") -> None:
    """Let the open dues of this kind be on exactly these days; others of the kind are done."""
    there = set(waiting(case).filter(kind=kind).values_list("on", flat=True))
    waiting(case).filter(kind=kind).exclude(on__in=days).update(done_at=now)
    for on in sorted(set(days) - there):
        add(case, kind, on, how)


def show(case: Case, otherwise: str, now: datetime) -> None:
    """Set the day that the list shows; an open case without a due gets one of `otherwise` today."""
    still_open = case.state != State.CLOSED
    if still_open and not waiting(case).exists():
        add(case, otherwise, now.date(), "today")
    days = waiting(case).order_by("on").values_list("on", flat=True)
    case.next_on = days.first() if still_open else None
    case.save(update_fields=["next_on"])
