"""People who must not meet on one day (同席を避ける): found by a colleague, and by the worker.

A colleague's press compares only the cases that they may read. The worker compares all; it has the
desk look at the cases concerned and says nothing of the other one, and only where nobody learns by
it of a case that is hidden from them. Each case that is opened leaves its audit line.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from madoguchi.rules.apart import Party, far_enough, meets
from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.steps.booking import FREE
from madoguchi.tools.act.action import action, allowed
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases import public as cases
from madoguchi.work.cases import queries as opening
from madoguchi.work.cases.models import Access, Case
from madoguchi.work.clinic.bookings import public as bookings
from madoguchi.work.clinic.bookings.public import Place, Rules, Wanted
from madoguchi.work.clinic.models import Booking
from madoguchi.work.record import public as record
from madoguchi.work.record.models import Entry

SECRET = 2
LEVELS = {"normal": 0, "care": 1, "secret": SECRET}


@dataclass(frozen=True)
class Secrecy:
    """Who may know of a case: its level (0 to 2), who is on its deny list, who works on it."""

    case_id: UUID
    level: int
    denied: frozenset[UUID]
    assigned: frozenset[UUID]

    def known_to_all_who_know(self, other: Self) -> bool:
        """Whether whoever may know of the other case may know of this one, too."""
        if self.level > other.level or not self.denied <= other.denied:
            return False
        return self.level < SECRET or other.assigned <= self.assigned


def pages(office_id: UUID, case_id: UUID, met: Iterable[UUID]) -> frozenset[UUID]:
    """The cases on whose pages the desk is asked to look, of a case and those whom it would meet.

    Of each two it is the one whose readers may know of the other, too; where there is none, the
    more secret one, whichever of the two is asked about.
    """
    others = frozenset(met)
    secrecy = _secrecy(office_id, {case_id, *others})
    mine = secrecy[case_id]
    found: set[UUID] = set()
    for theirs in (secrecy[other] for other in others):
        of_two = {mine.case_id} if theirs.known_to_all_who_know(mine) else set()
        of_two |= {theirs.case_id} if mine.known_to_all_who_know(theirs) else set()
        more_secret = max(mine, theirs, key=lambda two: (two.level, len(two.denied), two.case_id))
        found |= of_two or {more_secret.case_id}
    return frozenset(found)


def _secrecy(office_id: UUID, ids: Iterable[UUID]) -> dict[UUID, Secrecy]:
    levels = Case.of(office_id).filter(pk__in=ids).values_list("id", "level")
    rows = Access.of(office_id).filter(case_id__in=ids).values_list("case_id", "kind", "staff_id")
    access = frozenset(rows)
    return {
        case_id: Secrecy(
            case_id,
            LEVELS.get(level, SECRET),
            frozenset(staff for of, kind, staff in access if (of, kind) == (case_id, "deny")),
            frozenset(staff for of, kind, staff in access if (of, kind) == (case_id, "assigned")),
        )
        for case_id, level in levels
    }


KIND = "apart"  # the entry that says why people come on one day nevertheless
SAME_PERSON = "same_person"


@dataclass(frozen=True)
class Meeting:
    """Somebody who comes on the same day and whom the person should not meet.

    `links`: what links the two; `near`: their slots are too near to each other.
    """

    case_id: UUID
    short_name: str
    place: Place
    links: frozenset[str]
    near: bool


@dataclass(frozen=True)
class Known:
    """Who comes for a case, and the cases beside which they may come: a reason was written down."""

    party: Party
    accepted: frozenset[str]


def meetings(
    actor: Actor, case: Case, rules: Rules, place: Place, wanted: Wanted, *, now: datetime
) -> tuple[Meeting, ...]:
    """Whom the person would meet at a place, among the cases that this colleague may read.

    Call it before the act: it opens cases, each in an act of its own.
    """
    if not allowed(actor, "clinic.apart", case):
        return ()  # the act itself says no
    others = [row for row in _of_day(case.office_id, place.day, now) if row.case_id != case.id]
    if not others:
        return ()
    mine = known(actor, case, wanted.other_party, now=now).party
    cases_of_day = Case.of(actor.office_id).in_bulk([row.case_id for row in others])
    found: list[Meeting] = []
    for row in others:
        other = cases_of_day[row.case_id]
        if not allowed(actor, "clinic.apart", other):
            continue
        try:
            links = meets(mine, known(actor, other, now=now).party)
        except unseal.Forgotten:
            continue
        if links:
            near = not far_enough(place.number, [row.number], rules.clinic.apart_slots)
            at = Place(row.day, row.number)
            found.append(Meeting(other.id, other.short_name, at, frozenset(links), near))
    return tuple(found)


def concerned(actor: Actor, booking: Booking, *, now: datetime) -> frozenset[UUID]:
    """The cases on whose pages to say that people would meet by this booking, for the worker.

    Whom a colleague let come side by side, with a reason, is not among them; nor is a case that
    was forgotten.
    """
    found: dict[UUID, Known] = {}
    for row in _of_day(booking.office_id, booking.day, now):
        if row.case_id and row.case_id not in found:
            case = Case.objects.get(pk=row.case_id)
            with suppress(unseal.Forgotten):
                found[case.id] = known(actor, case, now=now)
    mine = found.pop(booking.case_id, None) if booking.case_id else None
    if mine is None:
        return frozenset()
    mine_id = mine.party.case_id
    met = {
        case_id
        for case_id, theirs in found.items()
        if str(case_id) not in mine.accepted
        and str(mine_id) not in theirs.accepted
        and meets(mine.party, theirs.party)
    }
    return pages(booking.office_id, mine_id, met)


def _of_day(office_id: UUID, ref: str, now: datetime) -> list[Booking]:
    """The places of a day that some case has."""
    found = Booking.of(office_id).filter(day=ref, case_id__isnull=False).exclude(state__in=FREE)
    return list(found.exclude(bookings.over(now)).order_by("number", "seat"))


@action("clinic.apart")
def known(actor: Actor, case: Case, other_party: str = "", *, now: datetime) -> Known:
    """Who comes for a case and against whom; `other_party`: one more, not written down yet."""
    try:
        shared, staff = unseal.drawers(case.office_id, case.id)
    except unseal.Forgotten:  # or nobody has opened the case yet
        opening.adopt(actor, case, now=now)
        shared, staff = unseal.drawers(case.office_id, case.id)
    about = cases.about(shared)
    standing = Booking.of(case.office_id).filter(case_id=case.id).exclude(state__in=FREE)
    others = [
        Wanted.from_json(shared.open("booking", row.id, row.wanted)).other_party for row in standing
    ]
    party = Party.of(
        case.id,
        names=(str(about.get("name") or ""), str(about.get("kana") or "")),
        phones=(str(about.get("phone_digits") or ""),),
        others=(other_party, *others),
    )
    entries = Entry.of(case.office_id).filter(case_id=case.id, drawer=staff.name, kind=KIND)
    accepted = {
        case_id for row in entries for case_id in staff.open("entry", row.id, row.words)["with"]
    }
    return Known(party, frozenset(accepted))


def require_apart(met: tuple[Meeting, ...], reason: str) -> None:
    """Raise Refused if the person would meet somebody and no reason is given.

    Raises:
        Refused: too near (`clinic.adjacent`), or no reason is given (`clinic.apart`).
    """
    if any(meeting.near and meeting.links - {SAME_PERSON} for meeting in met):
        raise Refused(Reason("clinic.adjacent"))
    if met and not reason.strip():
        raise Refused(Reason("clinic.apart"))


def write_reason(
    staff: Drawer, met: tuple[Meeting, ...], reason: str, *, staff_id: UUID | None, now: datetime
) -> None:
    """Write down why people come on one day nevertheless, inside the act."""
    if met:
        details = {"text": reason, "with": sorted(str(meeting.case_id) for meeting in met)}
        record.write(staff, KIND, details, staff_id=staff_id, now=now)
