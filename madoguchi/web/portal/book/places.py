"""The places that can be chosen (空き枠), and the one that a visitor holds meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal

from madoguchi.rules.decision import Refused
from madoguchi.rules.programme.clinic import Clinic, Venue
from madoguchi.rules.programme.words import Words
from madoguchi.rules.slots import ClinicDay, Slot, begins, bookable, coming, day
from madoguchi.tools.office.network import network
from madoguchi.tools.vault import visit
from madoguchi.web.kit.publications import changes
from madoguchi.web.kit.request import OfficeRequest, clinic_of
from madoguchi.web.portal.book.booking import Booker
from madoguchi.work.cases import public as cases
from madoguchi.work.clinic import public as clinics

type State = Literal["free", "full", "early", "shut"]
MOST_DAYS = 12
MOMENT = "%Y-%m-%dT%H:%M"
type Grounds = tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """One time of a day, as the list shows it."""

    value: str
    id: str
    starts: time
    ends: time
    state: State
    chosen: bool


@dataclass(frozen=True)
class OfDay:
    """One day of the list; `state` says what its times come to."""

    on: date
    starts: time
    ends: time
    venue: Words | None
    moved_from: date | None
    choices: tuple[Choice, ...]

    @property
    def state(self) -> State:
        """Free where one time is; else full, unless none can be booked at all."""
        states = {choice.state for choice in self.choices}
        order: tuple[State, ...] = ("free", "full", "early")
        return next((state for state in order if state in states), "shut")


@dataclass(frozen=True)
class Chosen:
    """The place that a draft names, as it stands now; `moved`: it began otherwise when chosen."""

    place: clinics.Place
    value: str
    on: date
    starts: time
    ends: time
    where: Venue
    moved: bool


def value_of(one: ClinicDay, number: int) -> str:
    """A place as a form names it, with its beginning, so that a moved day is noticed."""
    return f"{one.ref}/{number}/{begins(one, number):{MOMENT}}"


def read_place(sent: str) -> tuple[clinics.Place, str] | None:
    """The place that a form names and when it began on that page; None for anything else."""
    ref, _, rest = sent[:80].partition("/")
    number, _, at = rest.partition("/")
    if not (ref and number.isascii() and number.isdigit() and len(number) <= 3):  # noqa: PLR2004 - three digits
        return None
    return clinics.Place(ref, int(number)), at


def to_come(request: OfficeRequest) -> tuple[ClinicDay, ...]:
    """The published days from today on that take place."""
    clinic, today = clinic_of(request), request.now.date()
    return coming(clinic, today, changes(request))


def listed(request: OfficeRequest, mine: clinics.Place | None, chosen: str) -> tuple[OfDay, ...]:
    """The coming days with their times; what the visitor holds is free for them.

    `chosen`: the value that is ticked.
    """
    days = to_come(request)[:MOST_DAYS]
    refs = [one.ref for one in days]
    taken = clinics.taken(request.office.id, refs, request.now)
    if mine:
        taken = {**taken, (mine.day, mine.number): taken.get((mine.day, mine.number), 1) - 1}
    return tuple(_of_day(request, one, taken, chosen) for one in days)


def _of_day(
    request: OfficeRequest, one: ClinicDay, taken: Mapping[tuple[str, int], int], chosen: str
) -> OfDay:
    clinic = clinic_of(request)
    choices = tuple(_choice(request, one, slot, taken, chosen) for slot in one.slots)
    venue = venue_of(clinic, one.venue).name if clinic.venue else None
    return OfDay(one.on, one.starts, one.ends, venue, one.moved_from, choices)


def _choice(
    request: OfficeRequest,
    one: ClinicDay,
    slot: Slot,
    taken: Mapping[tuple[str, int], int],
    chosen: str,
) -> Choice:
    clinic = clinic_of(request)
    state = _open(request, one, slot.number)
    if state == "free" and taken.get((one.ref, slot.number), 0) >= clinic.lawyers:
        state = "full"
    named, ticked = value_of(one, slot.number), state == "free"
    name = f"p-{one.ref}-{slot.number}"
    return Choice(named, name, slot.starts, slot.ends, state, ticked and named == chosen)


def _open(request: OfficeRequest, one: ClinicDay, number: int) -> State:
    """Whether a time may be booked by a person now, were its place free."""
    programme, now = request.programme, request.now
    clinic, desk, standing = programme.clinic, programme.desk, changes(request)
    decided = bookable(clinic, desk, one, number, now, "person", standing)
    if decided.answer != "no":
        return "free"
    early = any(reason.code == "clinic.early" for reason in decided.reasons)
    return "early" if early else "shut"


def venue_of(clinic: Clinic, key: str) -> Venue:
    """The venue of that key; the clinic's own name and place for the main one."""
    main = Venue("", clinic.name, clinic.place, clinic.hours, clinic.means)
    return next((venue for venue in clinic.venue if venue.key == key), main)


def chosen_place(request: OfficeRequest, draft: Mapping[str, Any]) -> Chosen | None:
    """The place of the draft; None when none was chosen, or its day or time is no more."""
    read_before = read_place(draft.get("place", ""))
    clinic = clinic_of(request)
    if read_before is None:
        return None
    place, at = read_before
    one = day(clinic, place.day, changes(request))
    slot = one.slot(place.number) if one else None
    if one is None or slot is None or one.cancelled or not one.published:
        return None
    start = begins(one, place.number)
    if start <= request.now:
        return None
    where = venue_of(clinic, one.venue)
    moved = f"{start:{MOMENT}}" != at
    return Chosen(place, value_of(one, place.number), one.on, slot.starts, slot.ends, where, moved)


def take(request: OfficeRequest, booker: Booker, sent: str) -> Grounds:
    """Hold the place that a form names; the keys of the words that say why it cannot be had."""
    read = read_place(sent)
    if read is None:
        return ("book.choose",)
    place, at = read
    one = day(clinic_of(request), place.day, changes(request))
    if one and one.slot(place.number) and f"{begins(one, place.number):{MOMENT}}" != at:
        return ("book.moved",)
    return _hold(request, booker, place)


def retake(request: OfficeRequest, booker: Booker) -> Grounds:
    """See that the draft's place is held: where its minutes are over it is taken once more.

    The keys say why it cannot be had any more; nothing where none was chosen yet.
    """
    draft = booker.draft or {}
    if chosen := chosen_place(request, draft):
        return _hold(request, booker, chosen.place)
    return take(request, booker, draft["place"]) if draft.get("place") else ()


def _hold(request: OfficeRequest, booker: Booker, place: clinics.Place) -> Grounds:
    office, programme = request.office, request.programme
    try:
        clinics.hold(
            booker.own,
            cases.AtOffice(office.id),
            clinic_of(request),
            programme.desk,
            changes(request),
            place,
            now=request.now,
            network=network(request),
        )
    except Refused as refused:
        return keys(refused)
    return ()


def keys(refused: Refused) -> Grounds:
    """The text keys of the reasons."""
    return tuple(f"ground.{reason.code}" for reason in refused.reasons)


def let_go(request: OfficeRequest, who: visit.Holder) -> None:
    """Give back the place that the visitor holds, if there is one; its network may hold another."""
    at, now = cases.AtOffice(who.office_id), request.now
    clinics.let_go(who.second, at, now=now, network=network(request))


def renewed(who: visit.Holder, now: datetime) -> visit.Holder:
    """The visitor under a new cookie; the place that they hold goes with them."""
    new = visit.renew(who, now)
    clinics.carry(who.second, new.second)
    return new
