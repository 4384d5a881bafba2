"""People who must not meet on one day (同席を避ける): found by a colleague, and by the worker.

A colleague's press compares only the cases that they may read. The worker compares all; it has the
desk look at the cases concerned and says nothing of the other one, and only where nobody learns by
it of a case that is hidden from them. Each case that is opened leaves its audit line.
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db.models import Max, Q

from madoguchi.rules import slots
from madoguchi.rules.apart import Party, far_enough, meets
from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.steps.booking import FREE
from madoguchi.tools.act.action import action, allowed
from madoguchi.tools.bounds import some
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.cipher import Unreadable
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases import public as cases
from madoguchi.work.cases import queries as opening
from madoguchi.work.cases.models import Access, Case
from madoguchi.work.clinic.bookings import public as bookings
from madoguchi.work.clinic.bookings.public import Place, Rules, Wanted
from madoguchi.work.clinic.models import Booking, Sitting
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
    of_day = _of_day(case.office_id, place.day, rules, now)
    others = [row for row in of_day if row.case_id != case.id]
    if not others:
        return ()
    mine = known(actor, case, wanted.other_party, now=now).party
    cases_of_day = Case.of(actor.office_id).in_bulk([row.case_id for row in others])
    linked: dict[UUID, set[str]] = {}
    for other in cases_of_day.values():
        if allowed(actor, "clinic.apart", other):
            with suppress(unseal.Forgotten):
                linked[other.id] = set(meets(mine, known(actor, other, now=now).party))
    found: list[Meeting] = []
    for row in others:
        other = cases_of_day[row.case_id]
        if links := linked.get(other.id):
            near = not far_enough(place.number, [row.number], rules.clinic.apart_slots)
            at = Place(row.day, row.number)
            found.append(Meeting(other.id, other.short_name, at, frozenset(links), near))
    return tuple(found)


def concerned(actor: Actor, booking: Booking, *, now: datetime) -> frozenset[UUID]:
    """The cases on whose pages to say that people would meet by this booking, for the worker.

    Whom a colleague let come side by side, with a reason, is not among them; nor is a case that
    was forgotten.
    """
    rules = bookings.in_force(booking.office_id, now.date())
    if rules is None:
        return frozenset()
    found: dict[UUID, Known] = {}
    for row in _of_day(booking.office_id, booking.day, rules, now):
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


def _of_day(office_id: UUID, ref: str, rules: Rules, now: datetime) -> list[Booking]:
    """The places of a day that some case has, of those that the day has.

    Whoever has the portal can make up others without end; what the desk gave is looked at anywhere.
    """
    day = slots.day(rules.clinic, ref, rules.changes)
    sitting = Sitting.of(office_id).filter(day=ref).aggregate(most=Max("seat"))["most"] or 0
    there = Q(
        number__in=[slot.number for slot in day.slots] if day else [],
        seat__lte=max(rules.clinic.lawyers, sitting),
    )
    found = Booking.of(office_id).filter(there | ~Q(channel="web"), day=ref, case_id__isnull=False)
    found = found.exclude(state__in=FREE).exclude(bookings.over(now))
    return list(found.order_by("number", "seat"))


@action("clinic.apart")
def known(actor: Actor, case: Case, other_party: str = "", *, now: datetime) -> Known:
    """Who comes for a case and against whom; `other_party`: one more, not written down yet."""
    try:
        shared, staff = unseal.drawers(case.office_id, case.id)
    except unseal.Forgotten:  # or nobody has opened the case yet
        try:
            opening.adopt(actor, case, now=now)
        except Unreadable as error:  # nobody's letter
            raise unseal.Forgotten from error
        shared, staff = unseal.drawers(case.office_id, case.id)
    about = cases.about(shared)
    rows = Booking.of(case.office_id).filter(case_id=case.id).order_by("-at", "id")
    booked = some(rows, "wanted").rows  # whose place was given back has the same other party
    others = [wanted.other_party for row in booked if (wanted := Wanted.read(shared, row))]
    party = Party.of(
        case.id,
        names=(str(about.get("name") or ""), str(about.get("kana") or "")),
        phones=(str(about.get("phone") or ""), str(about.get("phone_digits") or "")),
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
    staff: Drawer,
    met: tuple[Meeting, ...],
    reason: str,
    arrangement: str,
    *,
    staff_id: UUID | None,
    now: datetime,
) -> None:
    """Write down why people come on one day nevertheless, inside the act.

    `arrangement`: how they are kept apart there (当日の分け方); it stands on the day's papers.
    """
    if met:
        details: dict[str, Any] = {"text": reason}
        details["with"] = sorted(str(meeting.case_id) for meeting in met)
        if arrangement.strip():
            details["arrangement"] = arrangement.strip()
        record.write(staff, KIND, details, staff_id=staff_id, now=now)


def arrangements(
    actor: Actor, coming: Collection[UUID], *, now: datetime
) -> Mapping[UUID, tuple[str, ...]]:
    """How who comes on one day is kept apart, by case, for both of each two.

    Neither why nor from whom. Only cases of which something was written down are opened, a line
    each, as far as the colleague may.
    """
    written = Entry.of(actor.office_id).filter(case_id__in=coming, kind=KIND)
    found: dict[UUID, list[str]] = {}
    for case in Case.of(actor.office_id).filter(pk__in=written.values("case_id")).order_by("id"):
        if not allowed(actor, "clinic.apart", case):
            continue
        with suppress(unseal.Forgotten, *opening.UNREADABLE):
            for other, words in _arranged(actor, case, now=now).items():
                if other in coming and words:
                    for each in (case.id, other):
                        if words not in found.setdefault(each, []):
                            found[each].append(words)
    return {case_id: tuple(words) for case_id, words in found.items()}


@action("clinic.apart")
def _arranged(_actor: Actor, case: Case, *, now: datetime) -> dict[UUID, str]:  # noqa: ARG001 - the act's form
    """By whom the person would meet, what was arranged last; empty where nothing was."""
    _, staff = unseal.drawers(case.office_id, case.id)
    rows = Entry.of(case.office_id).filter(case_id=case.id, drawer=staff.name, kind=KIND)
    found: dict[UUID, str] = {}
    for row in rows.order_by("number"):
        details = staff.open("entry", row.id, row.words)
        found |= dict.fromkeys(map(UUID, details["with"]), str(details.get("arrangement", "")))
    return found
