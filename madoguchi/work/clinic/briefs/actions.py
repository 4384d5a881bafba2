"""Staff write the brief for the lawyer (相談の要点の準備), with the person's recorded consent."""

from datetime import datetime
from uuid import UUID

from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.work.cases import dues
from madoguchi.work.cases.models import Case
from madoguchi.work.clinic.bookings import dues as clinic
from madoguchi.work.clinic.briefs.queries import AGREED, WORDS, BriefText
from madoguchi.work.clinic.models import Booking, Brief

MOST = 4_000  # characters of one part: two sheets of paper


@action("clinic.brief")
def write(
    actor: Actor, case: Case, booking_id: UUID, text: BriefText, seen: int, *, now: datetime
) -> UUID:
    """Write the next version of a booking's brief; `seen`: the number of the one on the page.

    Raises:
        Absent: the booking is not this case's.
        Refused: a colleague wrote another version meanwhile, a text without consent or too long, or
            a consent of a day to come.
    """
    parts = [str(getattr(text, name)) for name in WORDS]
    if text.on > now.date():
        raise Refused(Reason("clinic.consent_ahead"))
    if any(parts) and not text.agreed:
        raise Refused(Reason("clinic.no_consent"))
    if any(len(part) > MOST for part in parts):
        raise Refused(Reason("clinic.brief_long", values={"most": MOST}))
    if not Booking.of(case.office_id).filter(pk=booking_id, case_id=case.id).exists():
        raise Absent
    rows = Brief.of(case.office_id).filter(booking_id=booking_id)
    if rows.count() != seen:
        raise Refused(Reason("clinic.brief_stale"))
    _, staff = unseal.drawers(case.office_id, case.id)
    row = Brief(office_id=case.office_id, case_id=case.id, booking_id=booking_id)
    row.number, row.state = seen + 1, text.state
    row.staff_id, row.at = actor.colleague, now
    row.brief = staff.seal("brief", row.id, text.to_json())
    row.save(force_insert=True)
    if text.state != AGREED:
        dues.waiting(case).filter(kind=clinic.BRIEF).update(done_at=now)
        clinic.follow(case, now)
    return row.id
