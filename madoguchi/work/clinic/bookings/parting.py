"""People who must not meet on one day (同席を避ける): compared by a colleague, and by the worker.

A colleague compares with those cases alone that they may read; the worker compares with all, and
has the desk look at the cases concerned without a word about the other one, and only where nobody
learns by it of a case that is hidden from them. Each case that is opened leaves its line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
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
from madoguchi.work.clinic.bookings import public as rows
from madoguchi.work.clinic.bookings.public import Offer, Place, Wanted
from madoguchi.work.clinic.models import Booking
from madoguchi.work.record import public as record
from madoguchi.work.record.models import Entry

SECRET = 2
LEVELS = {"normal": 0, "care": 1, "secret": SECRET}


@dataclass(frozen=True)
class Closed:
    """Who may not know of a case: by its level, by its deny list; who works on it."""

    level: int
    denied: frozenset[UUID]
    assigned: frozenset[UUID]

    def hides_from_nobody_of(self, other: Closed) -> bool:
        """Whether whoever may know of the other case may know of this one, too."""
        if self.level > other.level or not self.denied <= other.denied:
            return False
        return self.level < SECRET or other.assigned <= self.assigned


def pages(office_id: UUID, one: UUID, met: Iterable[UUID]) -> frozenset[UUID]:
    """The cases on which the desk looks: where it tells nothing; of two one at least."""
    others = frozenset(met)
    closed = _closed(office_id, {one, *others})
    return frozenset(page for other in others for page in _of_two(one, other, closed))


def _of_two(one: UUID, other: UUID, closed: Mapping[UUID, Closed]) -> frozenset[UUID]:
    first, second = closed[one], closed[other]
    found = {one} if second.hides_from_nobody_of(first) else set()
    found |= {other} if first.hides_from_nobody_of(second) else set()
    return frozenset(found or {max(one, other, key=lambda each: _weight(each, closed))})


def _weight(case_id: UUID, closed: Mapping[UUID, Closed]) -> tuple[int, int, UUID]:
    """The more closed of two; whoever asks, it is the same one."""
    return closed[case_id].level, len(closed[case_id].denied), case_id


def _closed(office_id: UUID, ids: Iterable[UUID]) -> dict[UUID, Closed]:
    levels = Case.of(office_id).filter(pk__in=ids).values_list("id", "level")
    rows = Access.of(office_id).filter(case_id__in=ids).values_list("case_id", "kind", "staff_id")
    who = frozenset(rows)
    return {
        case_id: Closed(
            LEVELS.get(level, SECRET),
            frozenset(staff for of, kind, staff in who if (of, kind) == (case_id, "deny")),
            frozenset(staff for of, kind, staff in who if (of, kind) == (case_id, "assigned")),
        )
        for case_id, level in levels
    }


KIND = "apart"  # the entry that says why people come on one day nevertheless
SAME_PERSON = "same_person"


@dataclass(frozen=True)
class Meeting:
    """Somebody who comes on the same day: why they should not meet; `near`: at too near a time."""

    case_id: UUID
    short_name: str
    place: Place
    links: frozenset[str]
    near: bool


@dataclass(frozen=True)
class Known:
    """Who comes for a case, and the cases beside which they were let come, with a reason."""

    party: Party
    accepted: frozenset[str]


def meetings(
    actor: Actor, case: Case, offer: Offer, place: Place, wanted: Wanted, *, now: datetime
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
    return tuple(_meetings(actor, mine, others, offer, place, now))


def _meetings(
    actor: Actor, mine: Party, others: list[Booking], offer: Offer, place: Place, now: datetime
) -> Iterator[Meeting]:
    there = Case.of(actor.office_id).in_bulk([row.case_id for row in others])
    for row in others:
        case = there[row.case_id]
        if not allowed(actor, "clinic.apart", case):
            continue
        try:
            links = meets(mine, known(actor, case, now=now).party)
        except unseal.Forgotten:
            continue
        if links:
            near = not far_enough(place.number, [row.number], offer.clinic.apart_slots)
            at = rows.Place(row.day, row.number)
            yield Meeting(case.id, case.short_name, at, frozenset(links), near)


def concerned(actor: Actor, booking: Booking, *, now: datetime) -> frozenset[UUID]:
    """The cases on which to look at who would meet by this booking, not let come side by side.

    For the worker. Whoever's keys were destroyed comes for no case any more.
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
    met = {one for one, theirs in found.items() if _meet_unknown(mine, theirs)}
    return pages(booking.office_id, mine.party.case_id, met)


def _meet_unknown(mine: Known, theirs: Known) -> bool:
    said = str(theirs.party.case_id) in mine.accepted or str(mine.party.case_id) in theirs.accepted
    return not said and bool(meets(mine.party, theirs.party))


def _of_day(office_id: UUID, ref: str, now: datetime) -> list[Booking]:
    """The places of a day that some case has."""
    found = Booking.of(office_id).filter(day=ref, case_id__isnull=False).exclude(state__in=FREE)
    return list(found.exclude(rows.over(now)).order_by("number", "seat"))


@action("clinic.apart")
def known(actor: Actor, case: Case, other_party: str = "", *, now: datetime) -> Known:
    """Who comes for a case and against whom; `other_party`: one more, not written down yet."""
    shared, staff = _drawers(actor, case, now)
    about = cases.about(shared)
    standing = Booking.of(case.office_id).filter(case_id=case.id).exclude(state__in=FREE)
    others = [_other_party(shared, row) for row in standing]
    party = Party.of(
        case.id,
        names=(str(about.get("name") or ""), str(about.get("kana") or "")),
        phones=(str(about.get("phone_digits") or ""),),
        others=(other_party, *others),
    )
    return Known(party, _accepted(staff, case))


def _drawers(actor: Actor, case: Case, now: datetime) -> tuple[Drawer, Drawer]:
    """The case's drawers, also where nobody has opened it yet."""
    try:
        return unseal.drawers(case.office_id, case.id)
    except unseal.Forgotten:
        opening.adopt(actor, case, now=now)
        return unseal.drawers(case.office_id, case.id)


def _other_party(shared: Drawer, row: Booking) -> str:
    return rows.Wanted.from_json(shared.open("booking", row.id, row.wanted)).other_party


def _accepted(staff: Drawer, case: Case) -> frozenset[str]:
    entries = Entry.of(case.office_id).filter(case_id=case.id, drawer=staff.name, kind=KIND)
    said = (staff.open("entry", row.id, row.words) for row in entries)
    return frozenset(one for words in said for one in words["with"])


def require_apart(met: tuple[Meeting, ...], reason: str) -> None:
    """Raise Refused if the person would meet another party and no reason is given.

    Raises:
        Refused: too near (`clinic.adjacent`), or no reason is given (`clinic.apart`).
    """
    if any(one.near and one.links - {SAME_PERSON} for one in met):
        raise Refused(Reason("clinic.adjacent"))
    if met and not reason.strip():
        raise Refused(Reason("clinic.apart"))


def write_reason(
    staff: Drawer, met: tuple[Meeting, ...], reason: str, *, staff_id: UUID | None, now: datetime
) -> None:
    """Write down why people come on one day nevertheless, inside the act."""
    if met:
        words = {"text": reason, "with": sorted(str(one.case_id) for one in met)}
        record.write(staff, KIND, words, staff_id=staff_id, now=now)
