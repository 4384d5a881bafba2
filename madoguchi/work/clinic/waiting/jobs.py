"""What the worker does for the waiting list: a place that is free is offered, in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.rules import slots
from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.steps.case import State
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.work.cases import jobs as cases
from madoguchi.work.cases.models import Case
from madoguchi.work.clinic.bookings import public as rows
from madoguchi.work.clinic.bookings.public import Place
from madoguchi.work.clinic.models import Waiting
from madoguchi.work.clinic.waiting.giving import give
from madoguchi.work.clinic.waiting.public import WAITING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from madoguchi.work.clinic.bookings.public import Offer


def offer(office_id: UUID, *, now: datetime) -> None:
    """Offer each free place to who waits for it first; a place is never offered to two.

    Who cannot have it (a place already, a case that is closed or forgotten) is passed over.
    """
    of = rows.in_force(office_id, now.date())
    if of is None or not Waiting.of(office_id).filter(state=WAITING).exists():
        return
    for place, many in _free(office_id, of, now):
        given = 0
        for row in _in_turn(office_id, place.day):
            given += given < many and _given(row, of, place, now)


def _free(office_id: UUID, of: Offer, now: datetime) -> Iterator[tuple[Place, int]]:
    """The places that the desk may give, with how many there are of each, the earliest first."""
    days = slots.coming(of.clinic, now.date(), of.changes)
    taken = rows.taken(office_id, [day.ref for day in days], now)
    for day in days:
        for slot in day.slots:
            left = of.clinic.lawyers - taken.get((day.ref, slot.number), 0)
            told = of.clinic, of.desk, day, slot.number, now
            if left > 0 and slots.bookable(*told, "desk", of.changes).answer != "no":
                yield Place(day.ref, slot.number), left


def _in_turn(office_id: UUID, ref: str) -> list[Waiting]:
    found = Waiting.of(office_id).filter(state=WAITING, day__in=(ref, ""))
    return list(found.order_by("at", "id"))


def _given(row: Waiting, of: Offer, place: Place, now: datetime) -> bool:
    case = Case.objects.get(pk=row.case_id)
    if case.state == State.CLOSED:
        return False
    try:
        cases.adopt(case.id, now=now)
        _offer(Actor(case.office_id, "worker"), case, row.id, of, place, now=now)
    except (Absent, Refused, unseal.Forgotten):
        return False
    return True


@action("clinic.offer")
def _offer(
    actor: Actor, case: Case, waiting_id: UUID, of: Offer, place: Place, *, now: datetime
) -> UUID:
    shared, _ = unseal.drawers(case.office_id, case.id)
    return give(actor, case, shared, waiting_id, of, place, now)
