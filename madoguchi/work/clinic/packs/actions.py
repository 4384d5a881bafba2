"""What goes onto paper before the lawyer's day: one envelope a slot, and the list of names.

Each print is a line of the record of acts, with who prints. What a colleague may not read, they do
not print: another prepares it.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from madoguchi.rules import slots
from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.slots import ClinicDay
from madoguchi.rules.steps.case import BY_PHONE
from madoguchi.tools.act.action import action, allowed
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.work.cases import public as about
from madoguchi.work.cases import queries as cases
from madoguchi.work.cases.models import Case
from madoguchi.work.clinic.bookings.public import Wanted
from madoguchi.work.clinic.briefs import queries as briefs
from madoguchi.work.clinic.briefs.queries import BriefText
from madoguchi.work.clinic.models import Booking, Pack
from madoguchi.work.clinic.packs.queries import PRINTED, Paper
from madoguchi.work.evidence import public as evidence
from madoguchi.work.evidence.public import FileCard


@dataclass(frozen=True)
class Contents:
    """What lies in one envelope. Without a brief, no file is named either.

    `person`, `other_party`: only where the person agreed that the lawyer learns names.
    """

    case_id: UUID
    number: int
    brief: BriefText | None = field(repr=False)
    files: tuple[FileCard, ...] = field(repr=False)
    person: str = field(default="", repr=False)
    other_party: str = field(default="", repr=False)


@dataclass(frozen=True)
class Listed:
    """Who comes, as the list of names shows them; the telephone only where it may be used."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    wishes: about.Wishes
    people: int


def print_packs(
    actor: Actor, papers: Sequence[Paper], day: ClinicDay, *, now: datetime
) -> Mapping[UUID, Contents]:
    """The contents of these envelopes by booking, as far as the colleague may print them."""
    found: dict[UUID, Contents] = {}
    for paper in papers:
        case = cases.find(actor, paper.card.case_id)
        if paper.to_print and allowed(actor, "clinic.pack", case):
            with suppress(unseal.Forgotten):
                _adopt(actor, case, now=now)
                found[paper.card.id] = print_pack(actor, case, paper.card.id, day, now=now)
    return found


@action("clinic.pack")
def print_pack(
    actor: Actor, case: Case, booking_id: UUID, day: ClinicDay, *, now: datetime
) -> Contents:
    """The contents of one envelope; a row keeps which state of booking and brief was printed.

    Raises:
        Absent: the booking is not this case's.
        Refused: nobody is expected, or its slot is gone.
    """
    row = Booking.of(case.office_id).filter(pk=booking_id, case_id=case.id).first()
    if row is None:
        raise Absent
    if row.state not in PRINTED or row.day != day.ref or day.slot(row.number) is None:
        raise Refused(Reason("clinic.no_pack"))
    shared, staff = unseal.drawers(case.office_id, case.id)
    version = briefs.newest(staff, row.id)
    Pack.objects.create(
        office_id=case.office_id,
        booking_id=row.id,
        revision=row.revision,
        brief_number=version.number if version else 0,
        agreed_at=slots.begins(day, row.number),
        staff_id=actor.colleague,
        at=now,
    )
    wanted = Wanted.from_json(shared.open("booking", row.id, row.wanted) if row.wanted else {})
    named = briefs.names_for_lawyer(staff, row.id, wanted=wanted.names_ok)
    brief = briefs.for_lawyer(staff, row.id)
    files = tuple(card for card in evidence.cards(shared) if not card.locked) if brief else ()
    return Contents(
        case.id,
        brief.number if brief else 0,
        brief.text if brief else None,
        files,
        str(about.about(shared).get("name", "")) if named else "",
        wanted.other_party if named else "",
    )


def list_names(actor: Actor, papers: Sequence[Paper], *, now: datetime) -> Mapping[UUID, Listed]:
    """Who comes, by booking, as far as the colleague may print it; one line for each case."""
    found: dict[UUID, Listed] = {}
    for paper in papers:
        case = cases.find(actor, paper.card.case_id)
        if allowed(actor, "clinic.sheet", case):
            with suppress(unseal.Forgotten):
                _adopt(actor, case, now=now)
                found[paper.card.id] = _listed(actor, case, paper.card.id, now=now)
    return found


@action("clinic.sheet")
def _listed(_actor: Actor, case: Case, booking_id: UUID, *, now: datetime) -> Listed:  # noqa: ARG001 - the act's form
    shared, _ = unseal.drawers(case.office_id, case.id)
    row = Booking.of(case.office_id).get(pk=booking_id, case_id=case.id)
    wanted = Wanted.from_json(shared.open("booking", row.id, row.wanted) if row.wanted else {})
    person, wishes = about.about(shared), about.wishes(shared)
    phone = str(person.get("phone", "")) if wishes.contact_rule in BY_PHONE else ""
    return Listed(str(person.get("name", "")), phone, wishes, wanted.people)


def _adopt(actor: Actor, case: Case, *, now: datetime) -> None:
    """Open a case that nobody has opened yet."""
    if unseal.unopened(case.id):
        cases.adopt(actor, case, now=now)
