"""The clinic's door (法律相談の申し込み): who is new asks for a place, and becomes a case by it."""

from datetime import datetime
from uuid import UUID

from madoguchi.rules.decision import Ground, Refused
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.desk import Desk
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import visit
from madoguchi.tools.vault.shares import DAY, DayFull
from madoguchi.work.cases import public as cases
from madoguchi.work.clinic import public as clinics
from madoguchi.work.clinic.bookings import public as rows
from madoguchi.work.intake import public as intake

ASKED = "clinic_asked"


def ask(
    who: visit.Holder,
    office: OfficeCard,
    request: intake.Request,
    wanted: clinics.Wanted,
    clinic: Clinic,
    desk: Desk,
    changes: tuple[Change, ...],
    network: str,
    *,
    now: datetime,
) -> bool:
    """Open the case and book the held place in one transaction, once; whether it was filed.

    `who` has the draft and holds the place. Whatever repeats it finds the same receipt in the
    visit. Where it is refused nothing is filed: no case, no place, and the draft stays.

    Raises:
        Refused: as with `clinic.public.ask`, or the network has sent its number
            (`clinic.many_today`).
        Busy: the lane stayed full.
    """

    def book(held: cases.Holding) -> UUID:
        told = (who, clinic, desk, changes, wanted, None)
        return clinics.ask(cases.consultee(office.id), held, *told, now=now)

    first = ASKED if clinic.booking.online == "ask" else "first_answer"
    also = intake.Also(book, rows.turn(office.id), first)
    if visit.recall(who, "draft", now) is None:
        return False
    _count(office.id, network, now)
    try:
        filed = intake.ask(who, office, request, network, also, now=now)
    except BaseException:
        DAY.unbook(office.id, network, now)
        raise
    if not filed:
        DAY.unbook(office.id, network, now)
    return filed


def _count(office_id: UUID, network: str, now: datetime) -> None:
    try:
        DAY.book(office_id, network, now)
    except DayFull as full:
        raise Refused(Ground("clinic.many_today")) from full
