"""The dues of a case follow its bookings (法律相談の期日): nobody who has a place is forgotten.

A booking needs its day (`clinic_day`), and a due while it waits to be confirmed, while a move is
not answered, and while its day is off. Who waits for a day that is off, and has no other, needs one
too. These are computed, and stay as long as it is so.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from madoguchi.rules import slots
from madoguchi.rules.steps.booking import STANDING, State
from madoguchi.rules.steps.case import BY_PHONE
from madoguchi.rules.steps.case import State as CaseState
from madoguchi.tools.later.queue import enqueue
from madoguchi.tools.mail import outbox
from madoguchi.tools.transaction import lock
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases import dues
from madoguchi.work.cases import public as cases
from madoguchi.work.cases.models import Case
from madoguchi.work.clinic.bookings import public as bookings
from madoguchi.work.clinic.bookings.public import Rules
from madoguchi.work.clinic.models import Booking, Waiting
from madoguchi.work.clinic.waiting.public import WAITING

MAIL = "answered"  # says that there is news, and nothing of what


def tell(case: Case, shared: Drawer, kind: str, now: datetime) -> None:
    """Queue a mail that says only that there is news, or have the desk tell (a due of this kind).

    Inside an act. Who wants neither finds it on their page; what is offered runs out, so that the
    desk sees to it whatever they wish.
    """
    wishes = cases.wishes(shared)
    if wishes.mail:
        outbox.queue(case.office_id, case.id, MAIL, now=now)
        return
    reached = wishes.contact_rule in BY_PHONE or kind == OFFER
    if reached and not dues.waiting(case).filter(kind=kind).exists():
        dues.add(case, kind, now.date(), "today")
        dues.show(case, kind, now)


DAY, ASKED, MOVED, OFF = "clinic_day", "clinic_asked", "clinic_moved", "clinic_off"
OFFER, CALL, OUTCOME, BRIEF = "clinic_offer", "clinic_call", "clinic_outcome", "clinic_brief"
APART, CANCELLED, MISSED = "clinic_apart", "clinic_cancelled", "clinic_missed"
WHILE = (ASKED, MOVED, OFF)  # one open due as long as some booking needs it
DECLINED = "clinic_declined"  # the lawyer cannot meet the person (担当の都合)
SETTLED = (DECLINED, CALL, CANCELLED, MISSED)  # done by what the desk does next
AFTERWARDS = (OUTCOME, MISSED)  # the later one replaces the earlier
CALLS = (CALL, OFFER, MOVED, OFF, ASKED)  # somebody is to be told something


def settle(case: Case, now: datetime, afterwards: str = "") -> None:
    """After the desk acted on a booking: end the dues that waited for it, set the others.

    `afterwards`: the kind of a due for today, because the booking is over.
    """
    done = (*SETTLED, *AFTERWARDS) if afterwards in AFTERWARDS else SETTLED
    dues.pass_on(case, done, now)
    if afterwards:
        dues.add(case, afterwards, now.date(), "today")
    follow(case, now)


def follow(case: Case, now: datetime) -> None:
    """Set the case's dues by its bookings, inside an act on it; other dues stay."""
    days, kinds = expected(case, bookings.in_force(case.office_id, now.date()))
    dues.keep(case, DAY, days, now)
    for kind in WHILE:
        open_dues = dues.waiting(case).filter(kind=kind)
        first = open_dues.order_by("on", "id").first()
        if kind not in kinds:
            open_dues.update(done_at=now)
        elif first is None:
            dues.add(case, kind, now.date(), "today")
        else:
            open_dues.exclude(pk=first.pk).update(done_at=now)
    if OFFER not in kinds:
        dues.waiting(case).filter(kind=OFFER).update(done_at=now)
    dues.show(case, CANCELLED, now)


def follows(case: Case, rules: Rules | None) -> bool:
    """Whether the case's dues are those that its bookings need by the rules of now."""
    days, kinds = expected(case, rules)
    there = dues.waiting(case).filter(kind__in=(DAY, OFFER, *WHILE)).values_list("kind", "on")
    other = {kind for kind, _ in there} - {DAY}
    return {on for kind, on in there if kind == DAY} == days and (
        other - {OFFER} == kinds - {OFFER} and (OFFER in kinds or OFFER not in other)
    )


def expected(case: Case, rules: Rules | None) -> tuple[set[date], set[str]]:
    """The days on which the person is expected, and the kinds of the other dues that are needed."""
    days: set[date] = set()
    kinds: set[str] = set()
    standing = Booking.of(case.office_id).filter(case_id=case.id)
    for row in standing.filter(state__in=(*STANDING, State.OFFERED)):
        day = slots.day(rules.clinic, row.day, rules.changes) if rules else None
        if row.state == State.OFFERED:
            if day is None or not day.cancelled:
                kinds.add(OFFER)
            continue
        if day is None or day.cancelled or day.slot(row.number) is None:
            kinds.add(OFF)  # and nothing is confirmed there any more
            continue
        if row.state == State.ASKED:
            kinds.add(ASKED)
        begins = slots.begins(day, row.number)
        days.add(begins.date())
        if begins != row.agreed_at:
            kinds.add(MOVED)
    if not days and rules and case.state != CaseState.CLOSED and _waits_in_vain(case, rules):
        kinds.add(OFF)
    return days, kinds


def _waits_in_vain(case: Case, rules: Rules) -> bool:
    """Whether the person waits for a place of a day that is off."""
    rows = Waiting.of(case.office_id).filter(case_id=case.id, state=WAITING).exclude(day="")
    days = (slots.day(rules.clinic, row.day, rules.changes) for row in rows)
    return any(day is not None and day.cancelled for day in days)


def call_everybody(office_id: UUID, ref: str, kind: str, now: datetime) -> tuple[UUID, ...]:
    """Have the desk call, today, everybody who has a place on a day; gives back their cases.

    `kind`: `MOVED` (they are asked whether they keep it) or `OFF`, of which those are told, too,
    who wait for a place there; whoever was offered one waits for the day again. Inside the caller's
    transaction, and before its first line or notice is written: whoever acts on a case locks in
    this order, too. The worker sets the other dues afterwards.
    """
    rows = Booking.of(office_id).filter(day=ref)
    rows.exclude(written_at=None).update(written_at=None)  # that was of an earlier change
    booked = _cases(rows.filter(state__in=STANDING))
    waiting = _cases(Waiting.of(office_id).filter(day=ref, state=WAITING))
    offers = rows.filter(state=State.OFFERED).exclude(bookings.over(now))
    offered = _cases(offers) if kind == OFF else set()
    told: list[UUID] = []
    for case_id in sorted(booked | waiting | offered):
        lock(str(case_id))
        case = Case.of(office_id).get(pk=case_id)
        if kind == OFF:
            dues.pass_on(case, (CALL,), now)  # nobody is reminded of a day that is off
        if case_id in offered:
            Waiting.objects.get_or_create(
                office_id=office_id, case_id=case_id, day=ref, state=WAITING, defaults={"at": now}
            )
        if case_id in booked or (kind == OFF and case.state != CaseState.CLOSED):
            told.append(case_id)
            if not dues.waiting(case).filter(kind=kind).exists():
                cases.desks_turn(case, now.date(), kind, now, how="today")
        enqueue("clinic.bookings.follow", case_id, at=now)
    return tuple(told)


def _cases(rows: QuerySet[Any]) -> set[UUID]:
    return set(filter(None, rows.values_list("case_id", flat=True)))
