"""The dues of a case follow its bookings (法律相談の期日): nobody who has a place is forgotten.

A booking needs its day (`clinic_day`), and a due while it waits to be confirmed, while a move is
not answered, and while its day is off. These are computed from it, and stay as long as it is so.
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
from madoguchi.work.clinic.bookings import public as bookings
from madoguchi.work.clinic.bookings.public import Rules
from madoguchi.work.clinic.models import Booking

BY_PHONE = ("phone", "no_voicemail")
MAIL = "answered"  # says that there is news, and nothing of what


def tell(case: Case, shared: Drawer, kind: str, now: datetime) -> None:
    """Queue a mail that says only that there is news, or have the desk call (a due of this kind).

    Inside an act. Who wants neither finds it on their page.
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
WHILE = (ASKED, MOVED, OFF)  # one open due as long as some booking needs it
DECLINED = "clinic_declined"  # the lawyer cannot meet the person (担当の都合)
SETTLED = (DECLINED, "clinic", CALL, CANCELLED, MISSED)  # done by what the desk does next
AFTERWARDS = (OUTCOME, MISSED)  # the later one replaces the earlier
CALLS = (CALL, OFFER, MOVED, OFF, ASKED)  # somebody is to be told something


def settle(case: Case, now: datetime, afterwards: str = "") -> None:
    """After the desk acted on a booking: end the dues that waited for it, set the others.

    `afterwards`: the kind of a due for today, because the booking is over.
    """
    done = (*SETTLED, *AFTERWARDS) if afterwards in AFTERWARDS else SETTLED
    dues.waiting(case).filter(kind__in=done).update(done_at=now)
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
        if row.state == State.OFFERED:
            kinds.add(OFFER)
            continue
        if row.state == State.ASKED:
            kinds.add(ASKED)
        day = slots.day(rules.clinic, row.day, rules.changes) if rules else None
        if day is None or day.cancelled or day.slot(row.number) is None:
            kinds.add(OFF)
            continue
        begins = slots.begins(day, row.number)
        days.add(begins.date())
        if begins != row.agreed_at:
            kinds.add(MOVED)
    return days, kinds


def call_everybody(office_id: UUID, ref: str, kind: str, now: datetime) -> tuple[UUID, ...]:
    """Have the desk call, today, everybody who has a place on a day; gives back their cases.

    `kind`: `MOVED` (they are asked whether they keep it) or `OFF`. Inside the caller's transaction,
    and before its first line or notice is written: whoever acts on a case locks in this order, too.
    The worker sets the other dues afterwards.
    """
    standing = Booking.of(office_id).filter(day=ref, state__in=STANDING)
    found = tuple(sorted(filter(None, set(standing.values_list("case_id", flat=True)))))
    for case_id in found:
        lock(str(case_id))
        case = Case.of(office_id).get(pk=case_id)
        if not dues.waiting(case).filter(kind=kind).exists():
            cases.desks_turn(case, now.date(), kind, now, how="today")
        enqueue("clinic.bookings.follow", case_id, at=now)
    return found
