"""What may be decided about the clinic's days, by what holds now (決定の確かめ)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.programme.changes import ClinicDayAdded, ClinicDayCancelled, ClinicDayMoved
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.slots import ClinicDay, DayDecision, begins, days, fits, years
from madoguchi.rules.slots import day as day_of
from madoguchi.rules.steps.booking import STANDING, State
from madoguchi.rules.validity import InForce, objections
from madoguchi.tools.office.public import by_id
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic.models import Booking
from madoguchi.work.notices.public import changes


@dataclass(frozen=True)
class Year:
    """The days of a fiscal year as they are to be published at one venue.

    `looked`: the days on a holiday or about New Year that a colleague confirmed; `without`: those
    that are left out. `lawyers`: who sits when, as far as it is known.
    """

    fiscal_year: int
    dates: tuple[date, ...]
    venue: str = ""
    looked: Collection[date] = ()
    without: Collection[date] = ()
    lawyers: Mapping[date, UUID] = field(default_factory=dict)


def moving(
    current: InForce, at: AtOffice, ref: str, now_on: date, hours: str, now: datetime
) -> ClinicDayMoved:
    """The move of a day as a decision, if it may be made now.

    Raises:
        Refused: as `move` says.
        ValueError: the hours cannot be read.
    """
    day = _public_day(current, ref, now)
    change = ClinicDayMoved(day.on, now_on, hours, day.venue)
    if reasons := objections(current, change):
        raise Refused(*reasons)
    clinic, decided = current.programme.clinic, tuple(current.changes)
    if clinic is None:
        raise Refused(Reason("setting.no_clinic"))
    new_day = day_of(clinic, day.ref, (*decided, change))
    if new_day and (new_day.on, new_day.spans) == (day.on, day.spans):
        raise Refused(Reason("clinic_day.same"))
    if new_day and begins(new_day, 1) <= now:
        raise Refused(Reason("setting.past"))
    # Slots that somebody has, was offered, or keeps free must still exist. Kept ones count, too:
    # else a move would tell a kept place from one of a case that is hidden.
    states = (*STANDING, State.OFFERED, State.KEPT)
    used = Booking.of(at.office_id).filter(day=ref, state__in=states)
    numbers = frozenset(used.values_list("number", flat=True))
    fits(clinic, day.ref, change, numbers, decided).require()
    return change


def cancelling(current: InForce, ref: str, now: datetime) -> ClinicDayCancelled:
    """The cancellation as a decision, if it may be made now.

    Raises:
        Refused: as `cancel_day` says.
    """
    day = _public_day(current, ref, now)
    return ClinicDayCancelled(day.on, day.venue)


def adding(current: InForce, change: ClinicDayAdded, now: datetime) -> ClinicDayAdded:
    """The day to be added, if it may be added now.

    Raises:
        Refused: as `add_day` says.
    """
    if reasons := objections(current, change):
        raise Refused(*reasons)
    new_day = after(current, "", change)
    if new_day is None or begins(new_day, 1) <= now:
        raise Refused(Reason("setting.past"))
    return change


def after(current: InForce, ref: str, decision: DayDecision) -> ClinicDay | None:
    """The day as a decision would make it; for an added one, `ref` is not used."""
    clinic, then = current.programme.clinic, (*current.changes, decision)
    if clinic is None:
        return None
    if not isinstance(decision, ClinicDayAdded):
        return day_of(clinic, ref, then)
    every = (day for year in years(clinic, current.today, then) for day in days(clinic, year, then))
    same_date = (day for day in every if (day.on, day.venue) == (decision.on, decision.venue))
    return next((day for day in same_date if not day.cancelled), None)


def current_rules(at: AtOffice, now: datetime) -> InForce:
    """The programme, the words and every decision of the office, as they are at this moment."""
    slug = by_id(at.office_id).slug
    return InForce(programme(slug), texts(slug), changes(at.office_id), now.date())


def require_complete(current: InForce, year: Year) -> None:
    """Raise Refused unless the dates are all those of the year, and confirmed where needed."""
    clinic = current.programme.clinic
    found = days(clinic, year.fiscal_year, tuple(current.changes)) if clinic else ()
    of_venue = [day for day in found if day.venue == year.venue]
    if any(day.published for day in of_venue):
        raise Refused(Reason("clinic_day.published"))
    kept = {day.on for day in of_venue} - set(year.without)
    if not kept or set(year.dates) != kept:
        raise Refused(Reason("clinic_day.other_dates"))
    unseen = [day.on for day in of_venue if day.on in kept and flagged(day)]
    if any(on not in year.looked for on in unseen):
        raise Refused(Reason("clinic_day.look"))


def flagged(day: ClinicDay) -> bool:
    """Whether somebody must confirm it before it is published: a holiday, or about New Year."""
    return bool(day.holiday) or day.at_year_end


def known_day(current: InForce, ref: str) -> ClinicDay:
    """The day of that reference.

    Raises:
        Refused: there is none.
    """
    clinic = current.programme.clinic
    found = day_of(clinic, ref, tuple(current.changes)) if clinic else None
    if found is None:
        raise Refused(Reason("setting.no_clinic_day"))
    return found


def _public_day(current: InForce, ref: str, now: datetime) -> ClinicDay:
    """A day that the public knows of and that has not begun."""
    day = known_day(current, ref)
    if not day.published:
        raise Refused(Reason("clinic_day.draft"))
    if day.cancelled:
        raise Refused(Reason("clinic_day.cancelled"))
    if begins(day, 1) <= now:
        raise Refused(Reason("clinic_day.begun"))
    return day
