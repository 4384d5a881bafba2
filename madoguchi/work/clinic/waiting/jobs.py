"""What the worker does for the waiting list: a place that is free is offered, in turn."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from madoguchi.rules import slots
from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.steps.booking import FREE
from madoguchi.rules.steps.case import State
from madoguchi.tools.act.action import action, done_before
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.work.cases import jobs as cases
from madoguchi.work.cases.models import Case
from madoguchi.work.clinic.bookings import parting
from madoguchi.work.clinic.bookings import public as rows
from madoguchi.work.clinic.bookings.public import Offer, Place, Wanted
from madoguchi.work.clinic.models import Booking, Waiting
from madoguchi.work.clinic.waiting.giving import give, to_offer
from madoguchi.work.clinic.waiting.public import WAITING

BESIDE = "clinic.apart"


def offer(office_id: UUID, *, now: datetime) -> None:
    """Offer each free place to who waits for it first; a place is never offered to two.

    Who cannot have it (a place already, a case that is closed or forgotten), and who would meet
    somebody there whom they must not meet, is passed over: the desk may offer it by hand.
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
    worker = Actor(case.office_id, "worker")
    try:
        to_offer(case, of, place, now)
        cases.adopt(case.id, now=now)
        if _would_meet(worker, case, of, place, now):
            return False
        _offer(worker, case, row.id, of, place, now=now)
    except (Absent, Refused, unseal.Forgotten):
        return False
    return True


def _would_meet(worker: Actor, case: Case, of: Offer, place: Place, now: datetime) -> bool:
    """Whether the person must not meet somebody of that day; compared once for the same people.

    Whom a hidden case meets is offered it, and that case is looked at.
    """
    key = _company(case, place, now)
    if done_before(worker, BESIDE, key):
        return True
    found = parting.meetings(worker, case, of, place, Wanted(), now=now)
    if case.id not in parting.pages(case.office_id, case.id, [one.case_id for one in found]):
        return False
    _pass_over(worker, case, now=now, idempotency_key=key)
    return True


def _company(case: Case, place: Place, now: datetime) -> str:
    """The key of who waits and who comes on the day."""
    there = Booking.of(case.office_id).filter(day=place.day, case_id__isnull=False)
    there = there.exclude(state__in=FREE).exclude(rows.over(now))
    found = sorted({str(case_id) for case_id in there.values_list("case_id", flat=True)})
    told = "/".join((str(case.id), place.day, *found))
    return hashlib.sha256(told.encode()).hexdigest()


@action(BESIDE)
def _pass_over(_actor: Actor, case: Case, *, now: datetime) -> UUID:  # noqa: ARG001 - the act's form
    """Remember that they are not offered a place beside these people."""
    return case.id


@action("clinic.offer")
def _offer(
    actor: Actor, case: Case, waiting_id: UUID, of: Offer, place: Place, *, now: datetime
) -> UUID:
    shared, _ = unseal.drawers(case.office_id, case.id)
    return give(actor, case, shared, waiting_id, of, place, now)
