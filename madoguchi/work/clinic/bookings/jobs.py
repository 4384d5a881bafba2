"""What the worker does for bookings: days that follow, reminders, people to be kept apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases.models import Case
from madoguchi.work.clinic.bookings import dues

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


def follow(case_id: UUID, *, now: datetime) -> None:
    """Set a case's days by its bookings; days that are as they should be stay untouched."""
    case = Case.objects.get(pk=case_id)
    if not dues.follows(case, now):
        _follow(Actor(case.office_id, "worker"), case, now=now)


@action("clinic.follow")
def _follow(_actor: Actor, case: Case, *, now: datetime) -> None:
    dues.follow(Case.of(case.office_id).get(pk=case.id), now)


def apart(booking_id: UUID, *, now: datetime) -> None:
    """Compare a booking with the others of its day."""
