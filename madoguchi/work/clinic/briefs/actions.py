"""Staff prepare what the lawyer is told (相談の要点の準備): with the person's recorded consent."""

from datetime import datetime
from uuid import UUID

from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.work.cases import dues
from madoguchi.work.cases.models import Case
from madoguchi.work.clinic.bookings import dues as clinic
from madoguchi.work.clinic.briefs.queries import AGREED, WORDS, Told
from madoguchi.work.clinic.models import Booking, Brief

MOST = 4_000  # signs of one part: two sheets of paper


@action("clinic.brief")
def write(
    actor: Actor, case: Case, booking_id: UUID, told: Told, seen: int, *, now: datetime
) -> UUID:
    """Write the next version of a booking's brief; `seen`: the number of the one on the page.

    Raises:
        Absent: the booking is none of this case.
        Refused: a colleague wrote another version meanwhile, words without consent, too many of
            them, or a consent of a day to come.
    """
    _require_sound(told, now)
    if not Booking.of(case.office_id).filter(pk=booking_id, case_id=case.id).exists():
        raise Absent
    rows = Brief.of(case.office_id).filter(booking_id=booking_id)
    if rows.count() != seen:
        raise Refused(Reason("clinic.brief_stale"))
    _, staff = unseal.drawers(case.office_id, case.id)
    row = Brief(office_id=case.office_id, case_id=case.id, booking_id=booking_id)
    row.number, row.state = seen + 1, told.state
    row.staff_id, row.at = actor.colleague, now
    row.brief = staff.seal("brief", row.id, told.to_json())
    row.save(force_insert=True)
    if told.state != AGREED:
        dues.waiting(case).filter(kind=clinic.BRIEF).update(done_at=now)
        clinic.follow(case, now)
    return row.id


def _require_sound(told: Told, now: datetime) -> None:
    words = [str(getattr(told, name)) for name in WORDS]
    if told.on > now.date():
        raise Refused(Reason("clinic.consent_ahead"))
    if any(words) and not told.agreed:
        raise Refused(Reason("clinic.no_consent"))
    if any(len(one) > MOST for one in words):
        raise Refused(Reason("clinic.brief_long", values={"most": MOST}))
