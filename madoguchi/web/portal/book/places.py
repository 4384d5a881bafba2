"""The places that can be chosen (空き枠), and the one that a visitor holds meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal

from madoguchi.rules.decision import Refused
from madoguchi.rules.programme.clinic import Clinic, Venue
from madoguchi.rules.programme.words import Words
from madoguchi.rules.slots import ClinicDay, begins, bookable, coming, day
from madoguchi.tools.office.network import network
from madoguchi.tools.vault import visit
from madoguchi.web.kit.publications import changes
from madoguchi.web.kit.request import OfficeRequest, clinic_of
from madoguchi.web.portal.book.booking import Booker
from madoguchi.work.cases import public as cases
from madoguchi.work.clinic import public as clinics

type State = Literal["free", "full", "early", "shut"]
type ReasonKeys = tuple[str, ...]
"""The text keys of why something cannot be done; empty where it was done."""

MOST_DAYS = 12
MOMENT = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True)
class TimeRow:
    """One time of a day, as the list shows it."""

    value: str
    id: str
    starts: time
    ends: time
    state: State
    chosen: bool


@dataclass(frozen=True)
class DayRow:
    """One day of the list, with its times."""

    on: date
    starts: time
    ends: time
    venue: Words | None
    moved_from: date | None
    choices: tuple[TimeRow, ...]

    @property
    def state(self) -> State:
        """Free where one time is; else full, unless none can be booked at all."""
        states = {choice.state for choice in self.choices}
        order: tuple[State, ...] = ("free", "full", "early")
        return next((state for state in order if state in states), "shut")


@dataclass(frozen=True)
class ChosenPlace:
    """The place that a draft names, as it is now; `moved`: it began otherwise when chosen."""

    place: clinics.Place
    value: str
    on: date
    starts: time
    ends: time
    where: Venue
    moved: bool


def value_of(clinic_day: ClinicDay, number: int) -> str:
    """A place as a form names it, with its beginning, so that a moved day is noticed."""
    return f"{clinic_day.ref}/{number}/{begins(clinic_day, number):{MOMENT}}"


def read_place(value: str) -> tuple[clinics.Place, str] | None:
    """The place that a form names and when it began on that page; None for anything else."""
    ref, _, rest = value[:80].partition("/")
    number, _, at = rest.partition("/")
    if not (ref and number.isascii() and number.isdigit() and len(number) <= 3):  # noqa: PLR2004 - three digits
        return None
    return clinics.Place(ref, int(number)), at


def to_come(request: OfficeRequest) -> tuple[ClinicDay, ...]:
    """The published days from today on that take place."""
    return coming(clinic_of(request), request.now.date(), changes(request))


def listed(request: OfficeRequest, mine: clinics.Place | None, chosen: str) -> tuple[DayRow, ...]:
    """The coming days with their times; what the visitor holds is free for them.

    `chosen`: the value that is ticked.
    """
    clinic, days = clinic_of(request), to_come(request)[:MOST_DAYS]
    taken = clinics.taken(request.office.id, [each.ref for each in days], request.now)
    if mine:
        taken = {**taken, (mine.day, mine.number): taken.get((mine.day, mine.number), 1) - 1}
    rows = []
    for clinic_day in days:
        times = []
        for slot in clinic_day.slots:
            state = _state(request, clinic_day, slot.number)
            if state == "free" and taken.get((clinic_day.ref, slot.number), 0) >= clinic.lawyers:
                state = "full"
            value, name = value_of(clinic_day, slot.number), f"p-{clinic_day.ref}-{slot.number}"
            ticked = state == "free" and value == chosen
            times.append(TimeRow(value, name, slot.starts, slot.ends, state, ticked))
        venue = venue_of(clinic, clinic_day.venue).name if clinic.venue else None
        rows.append(
            DayRow(
                clinic_day.on,
                clinic_day.starts,
                clinic_day.ends,
                venue,
                clinic_day.moved_from,
                tuple(times),
            )
        )
    return tuple(rows)


def _state(request: OfficeRequest, clinic_day: ClinicDay, number: int) -> State:
    """Whether a time may be booked by a person now, were its place free."""
    clinic, desk = request.programme.clinic, request.programme.desk
    decision = bookable(clinic, desk, clinic_day, number, request.now, "person", changes(request))
    if decision.answer != "no":
        return "free"
    early = any(reason.code == "clinic.early" for reason in decision.reasons)
    return "early" if early else "shut"


def venue_of(clinic: Clinic, key: str) -> Venue:
    """The venue of that key; the clinic's own name and place for the main one."""
    main = Venue("", clinic.name, clinic.place, clinic.hours, clinic.means)
    return next((venue for venue in clinic.venue if venue.key == key), main)


def chosen_place(request: OfficeRequest, draft: Mapping[str, Any]) -> ChosenPlace | None:
    """The place of the draft; None when none was chosen, or its day or time is no more."""
    clinic, named = clinic_of(request), read_place(draft.get("place", ""))
    if named is None:
        return None
    place, began = named
    clinic_day = day(clinic, place.day, changes(request))
    slot = clinic_day.slot(place.number) if clinic_day else None
    if clinic_day is None or slot is None or clinic_day.cancelled or not clinic_day.published:
        return None
    start = begins(clinic_day, place.number)
    if start <= request.now:
        return None
    return ChosenPlace(
        place,
        value_of(clinic_day, place.number),
        clinic_day.on,
        slot.starts,
        slot.ends,
        venue_of(clinic, clinic_day.venue),
        moved=f"{start:{MOMENT}}" != began,
    )


def take(request: OfficeRequest, booker: Booker, value: str) -> ReasonKeys:
    """Hold the place that a form names; gives why it cannot be had."""
    named = read_place(value)
    if named is None:
        return ("book.choose",)
    place, began = named
    clinic_day = day(clinic_of(request), place.day, changes(request))
    there = clinic_day is not None and clinic_day.slot(place.number) is not None
    if clinic_day and there and f"{begins(clinic_day, place.number):{MOMENT}}" != began:
        return ("book.moved",)
    return _hold(request, booker, place)


def retake(request: OfficeRequest, booker: Booker) -> ReasonKeys:
    """See that the draft's place is held: where its minutes are over it is taken once more.

    Gives why it cannot be had any more; nothing where none was chosen yet.
    """
    draft = booker.draft or {}
    if chosen := chosen_place(request, draft):
        return _hold(request, booker, chosen.place)
    return take(request, booker, draft["place"]) if draft.get("place") else ()


def _hold(request: OfficeRequest, booker: Booker, place: clinics.Place) -> ReasonKeys:
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
        return reason_keys(refused)
    return ()


def reason_keys(refused: Refused) -> ReasonKeys:
    """The text keys of the reasons."""
    return tuple(f"ground.{reason.code}" for reason in refused.reasons)


def renewed(who: visit.Holder, now: datetime) -> visit.Holder:
    """The visitor under a new cookie; the place that they hold goes with them."""
    new = visit.renew(who, now)
    clinics.carry(who.second, new.second)
    return new
