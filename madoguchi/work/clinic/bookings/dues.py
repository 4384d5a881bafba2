"""The days of a case follow its bookings (法律相談の期日): nobody who has a place is forgotten.

What a booking by itself asks for is computed from it and stays until the booking answers it: the
day (`clinic_day`), a wish to be confirmed, a move that is not answered, a day that is off.
"""

from datetime import date, datetime
from uuid import UUID

from madoguchi.rules import slots
from madoguchi.rules.steps.booking import STANDING, State
from madoguchi.tools.later.queue import enqueue
from madoguchi.tools.mail import outbox
from madoguchi.tools.transaction import lock
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases import dues
from madoguchi.work.cases import public as cases
from madoguchi.work.cases.models import Case
from madoguchi.work.clinic.bookings import public as rows
from madoguchi.work.clinic.bookings.public import Offer
from madoguchi.work.clinic.models import Booking

BY_PHONE = ("phone", "no_voicemail")
MAIL = "answered"  # says that there is news, and nothing of what


def tell(case: Case, shared: Drawer, kind: str, now: datetime) -> None:
    """Queue a mail that says nothing, or have the desk call (a day of this kind), inside an act.

    Who wants neither finds it on their page.
    """
    wishes = cases.wishes(shared)
    if wishes.mail:
        outbox.queue(case.office_id, case.id, MAIL, now=now)
    elif wishes.contact_rule in BY_PHONE and not dues.waiting(case).filter(kind=kind).exists():
        dues.add(case, kind, now.date(), "today")
        dues.show(case, kind, now)


DAY, ASKED, MOVED, OFF = "clinic_day", "clinic_asked", "clinic_moved", "clinic_off"
OFFER, CALL, OUTCOME, BRIEF = "clinic_offer", "clinic_call", "clinic_outcome", "clinic_brief"
APART, CANCELLED, MISSED = "clinic_apart", "clinic_cancelled", "clinic_missed"
WHILE = (ASKED, MOVED, OFF)  # one open day as long as some booking asks for it
DECLINED = "clinic_declined"  # the lawyer cannot meet the person (担当の都合)
SETTLED = (DECLINED, "clinic", CALL, CANCELLED, MISSED)  # done by what the desk does next
AFTERWARDS = (OUTCOME, MISSED)  # of one of these, the later stands
CALLS = (CALL, OFFER, MOVED, OFF, ASKED)  # somebody is to be told something


def settle(case: Case, now: datetime, afterwards: str = "") -> None:
    """What the desk did to a booking: days that waited for it are done, the others follow.

    `afterwards`: what is to be done today because of one that is over.
    """
    done = (*SETTLED, *AFTERWARDS) if afterwards in AFTERWARDS else SETTLED
    dues.waiting(case).filter(kind__in=done).update(done_at=now)
    if afterwards:
        dues.add(case, afterwards, now.date(), "today")
    follow(case, now)


def follow(case: Case, now: datetime) -> None:
    """Set the case's days by its bookings, inside an act on it; other days stay."""
    days, kinds = expected(case, rows.in_force(case.office_id, now.date()), now)
    dues.keep(case, DAY, days, now)
    for kind in WHILE:
        _while(case, kind, now, needed=kind in kinds)
    if OFFER not in kinds:
        dues.waiting(case).filter(kind=OFFER).update(done_at=now)
    dues.show(case, CANCELLED, now)


def follows(case: Case, offer: Offer | None, now: datetime) -> bool:
    """Whether the case's days are what its bookings ask for by what holds now."""
    days, kinds = expected(case, offer, now)
    there = dues.waiting(case).filter(kind__in=(DAY, OFFER, *WHILE)).values_list("kind", "on")
    other = {kind for kind, _ in there} - {DAY}
    return {on for kind, on in there if kind == DAY} == days and (
        other - {OFFER} == kinds - {OFFER} and (OFFER in kinds or OFFER not in other)
    )


def expected(case: Case, offer: Offer | None, now: datetime) -> tuple[set[date], set[str]]:
    """The days on which somebody is expected, and what else the case's bookings ask for."""
    days: set[date] = set()
    kinds: set[str] = set()
    standing = Booking.of(case.office_id).filter(case_id=case.id)
    for row in standing.filter(state__in=(*STANDING, State.OFFERED)):
        if row.state == State.OFFERED:
            kinds.add(OFFER)
            continue
        on, asks = _asks(row, offer, now)
        days |= on
        kinds |= asks
    return days, kinds


def _asks(row: Booking, offer: Offer | None, now: datetime) -> tuple[set[date], set[str]]:
    """On which day a standing booking is (none that is off), and what it asks for by itself."""
    agreed_at = row.agreed_at.astimezone(now.tzinfo)
    begins = rows.starts(offer.clinic, row, offer.changes) if offer else None
    asks: set[str] = {ASKED} if row.state == State.ASKED else set()
    if begins is None or (offer and _off(row, offer)):
        return set(), asks | {OFF}
    return {begins.date()}, asks | ({MOVED} if begins != agreed_at else set())


def _off(row: Booking, offer: Offer) -> bool:
    day = slots.day(offer.clinic, row.day, offer.changes)
    return day is None or day.cancelled


def _while(case: Case, kind: str, now: datetime, *, needed: bool) -> None:
    waiting = dues.waiting(case).filter(kind=kind)
    first = waiting.order_by("on", "id").first()
    if not needed:
        waiting.update(done_at=now)
    elif first is None:
        dues.add(case, kind, now.date(), "today")
    else:
        waiting.exclude(pk=first.pk).update(done_at=now)


def moved(office_id: UUID, ref: str, now: datetime) -> tuple[UUID, ...]:
    """The day moves: the desk asks today whoever has a place on it; the cases concerned.

    Inside the caller's transaction, and before its first line or notice is written: whoever acts on
    a case waits for those in the same order. The worker sets the other days afterwards.
    """
    return _strand(office_id, ref, MOVED, now)


def off(office_id: UUID, ref: str, now: datetime) -> tuple[UUID, ...]:
    """The day does not take place: the desk tells, today, whoever has a place on it.

    Inside the caller's transaction, in the order that `moved` asks for.
    """
    return _strand(office_id, ref, OFF, now)


def _strand(office_id: UUID, ref: str, kind: str, now: datetime) -> tuple[UUID, ...]:
    standing = Booking.of(office_id).filter(day=ref, state__in=STANDING)
    found = tuple(sorted(filter(None, set(standing.values_list("case_id", flat=True)))))
    for case_id in found:
        lock(str(case_id))
        case = Case.of(office_id).get(pk=case_id)
        if not dues.waiting(case).filter(kind=kind).exists():
            cases.touch(case, now.date(), kind, now, how="today")
        enqueue("clinic.bookings.follow", case_id, at=now)
    return found
