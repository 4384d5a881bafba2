"""What the worker does for the waiting list: free places are offered to those who wait, in turn."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, time
from uuid import UUID

from madoguchi.rules import slots
from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.steps.case import State
from madoguchi.tools.act.action import action, earlier_result
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.cipher import Tampered, Unreadable
from madoguchi.work.cases.models import Case
from madoguchi.work.clinic.bookings import public as bookings
from madoguchi.work.clinic.bookings.public import Place, Rules
from madoguchi.work.clinic.models import Booking, Waiting
from madoguchi.work.clinic.waiting.giving import give, to_offer
from madoguchi.work.clinic.waiting.public import SAID, WAITING

LOOKED_AT = "clinic.follow"  # the verb under which it is remembered whether a row is a person's


def offer(office_id: UUID, *, now: datetime) -> None:
    """Offer each free place to who waits for it first; a place is never offered to two.

    Places and the order of the list decide, and nothing of another case: whoever waits reads the
    offer, and would learn by it who comes on that day. Who should not meet is the desk's to part;
    it is asked to look, as after a booking (`bookings.jobs.apart`). Who cannot have a place (they
    have one already, their case is closed or forgotten), who never asked to wait, and who was
    offered one today, is passed over. A request that was not taken over by the office is not asked
    about at all, so that made-up ones cost nothing; a real one is, within seconds of its arrival.
    """
    rules = bookings.in_force(office_id, now.date())
    if rules is None or not rules.clinic.booking.waiting:
        return
    if not Waiting.of(office_id).filter(state=WAITING).exists():
        return
    for place, count in _free(office_id, rules, now):
        left = count
        waiting = Waiting.of(office_id).filter(state=WAITING, day__in=(place.day, ""))
        for row in list(waiting.filter(~unseal.untaken("case_id")).order_by("at", "id")):
            if left and _offer_if_possible(row, rules, place, now):
                left -= 1


def _free(office_id: UUID, rules: Rules, now: datetime) -> Iterator[tuple[Place, int]]:
    """The places that the desk may give, with how many there are of each, the earliest first."""
    days = slots.coming(rules.clinic, now.date(), rules.changes)
    taken = bookings.taken(office_id, [day.ref for day in days], now)
    for day in days:
        for slot in day.slots:
            left = rules.clinic.lawyers - taken.get((day.ref, slot.number), 0)
            if left <= 0:
                continue
            decision = slots.bookable(
                rules.clinic, rules.desk, day, slot.number, now, "desk", rules.changes
            )
            if decision.answer != "no":
                yield Place(day.ref, slot.number), left


def _offer_if_possible(row: Waiting, rules: Rules, place: Place, now: datetime) -> bool:
    """Offer the place to who waits in this row; False where they are passed over."""
    case = Case.objects.get(pk=row.case_id)
    if case.state == State.CLOSED or _offered_today(case, now):
        return False
    worker = Actor(case.office_id, "worker")
    try:
        to_offer(case, rules, place, now)
        if not _asked(worker, case, row, now):
            return False
        _offer(worker, case, row.id, rules, place, now=now)
    except (Absent, Refused, unseal.Forgotten):
        return False
    return True


def _offered_today(case: Case, now: datetime) -> bool:
    """Whether the case was offered a place today: a mail, which comes once a day."""
    today = datetime.combine(now.date(), time(), now.tzinfo)
    offers = Booking.of(case.office_id).filter(case_id=case.id, channel="list")
    return offers.filter(at__gte=today).exists()


def _asked(worker: Actor, case: Case, row: Waiting, now: datetime) -> bool:
    """Whether the person said that they wait, or the desk put them down; looked at once a row.

    Any row of the list but the desk's can be made up by whoever has the portal.
    """
    if row.said is None:
        return True
    key = hashlib.sha256(row.id.bytes + bytes(row.said)).hexdigest()
    said = earlier_result(worker, LOOKED_AT, key)
    return case.id == (said or _look(worker, case, row, now=now, idempotency_key=key))


@action(LOOKED_AT)
def _look(_actor: Actor, case: Case, row: Waiting, *, now: datetime) -> UUID:  # noqa: ARG001 - the act's form
    """The case, where the row says what was sealed there; else the row."""
    shared, _ = unseal.drawers(case.office_id, case.id)
    try:
        said = shared.open(SAID, row.id, row.said or b"")
    except (Tampered, Unreadable):
        return row.id
    return case.id if said["day"] == row.day else row.id


@action("clinic.offer")
def _offer(
    actor: Actor, case: Case, waiting_id: UUID, rules: Rules, place: Place, *, now: datetime
) -> UUID:
    shared, _ = unseal.drawers(case.office_id, case.id)
    return give(actor, case, shared, waiting_id, rules, place, now)
