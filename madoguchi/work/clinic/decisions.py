"""What may be decided about the clinic's days as things stand (決定の確かめ)."""

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
from madoguchi.rules.validity import Standing, unsound
from madoguchi.tools.office.public import by_id
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic.models import Booking
from madoguchi.work.notices.public import changes


@dataclass(frozen=True)
class Year:
    """The days of a fiscal year as they are to be published at one venue.

    `looked`: the days on a holiday or about New Year that a colleague wants to hold all the same;
    `without`: those that are left out. `lawyers`: who sits when, as far as it is known.
    """

    fiscal_year: int
    dates: tuple[date, ...]
    venue: str = ""
    looked: Collection[date] = ()
    without: Collection[date] = ()
    lawyers: Mapping[date, UUID] = field(default_factory=dict)


def moving(
    here: Standing, at: AtOffice, ref: str, now_on: date, hours: str, now: datetime
) -> ClinicDayMoved:
    """The move as a decision, where it may be decided as things stand.

    Raises:
        Refused: as `move` says.
        ValueError: the hours cannot be read.
    """
    day = _standing_day(here, ref, now)
    change = ClinicDayMoved(day.on, now_on, hours, day.venue)
    if reasons := unsound(here, change):
        raise Refused(*reasons)
    _require_change(here, day, change, _numbers(at, ref), now)
    return change


def cancelling(here: Standing, ref: str, now: datetime) -> ClinicDayCancelled:
    """The cancellation as a decision, where it may be decided as things stand.

    Raises:
        Refused: as `cancel_day` says.
    """
    day = _standing_day(here, ref, now)
    return ClinicDayCancelled(day.on, day.venue)


def adding(here: Standing, change: ClinicDayAdded, now: datetime) -> ClinicDayAdded:
    """The day to be added, where it may be as things stand.

    Raises:
        Refused: as `add_day` says.
    """
    if reasons := unsound(here, change):
        raise Refused(*reasons)
    there = after(here, "", change)
    if there is None or begins(there, 1) <= now:
        raise Refused(Reason("setting.past"))
    return change


def after(here: Standing, ref: str, decision: DayDecision) -> ClinicDay | None:
    """The day as a decision would make it; an added one has no name yet, or a cancelled day's."""
    clinic, then = here.programme.clinic, (*here.changes, decision)
    if clinic is None:
        return None
    if not isinstance(decision, ClinicDayAdded):
        return day_of(clinic, ref, then)
    every = (day for year in years(clinic, here.today, then) for day in days(clinic, year, then))
    here_on = (day for day in every if (day.on, day.venue) == (decision.on, decision.venue))
    return next((day for day in here_on if not day.cancelled), None)


def standing(at: AtOffice, now: datetime) -> Standing:
    """The programme, the words and every decision of the office, as they are at this moment."""
    slug = by_id(at.office_id).slug
    return Standing(programme(slug), texts(slug), changes(at.office_id), now.date())


def require_whole(here: Standing, year: Year) -> None:
    """The dates are those of the year: all of them, and looked at where that is needed."""
    clinic = here.programme.clinic
    found = days(clinic, year.fiscal_year, tuple(here.changes)) if clinic else ()
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
    """Whether somebody must look before it is published: a holiday, or about New Year."""
    return bool(day.holiday) or day.at_year_end


def known_day(here: Standing, ref: str) -> ClinicDay:
    """The day of that name.

    Raises:
        Refused: there is none.
    """
    clinic = here.programme.clinic
    found = day_of(clinic, ref, tuple(here.changes)) if clinic else None
    if found is None:
        raise Refused(Reason("setting.no_clinic_day"))
    return found


def _standing_day(here: Standing, ref: str, now: datetime) -> ClinicDay:
    """A day that the public knows of and that has not begun."""
    day = known_day(here, ref)
    if not day.published:
        raise Refused(Reason("clinic_day.draft"))
    if day.cancelled:
        raise Refused(Reason("clinic_day.cancelled"))
    if begins(day, 1) <= now:
        raise Refused(Reason("clinic_day.begun"))
    return day


def _require_change(
    here: Standing, day: ClinicDay, change: ClinicDayMoved, numbers: Collection[int], now: datetime
) -> None:
    """It goes somewhere else, and nobody's slot is left behind."""
    clinic, changes_ = here.programme.clinic, tuple(here.changes)
    if clinic is None:
        raise Refused(Reason("setting.no_clinic"))
    there = day_of(clinic, day.ref, (*changes_, change))
    if there and (there.on, there.spans) == (day.on, day.spans):
        raise Refused(Reason("clinic_day.same"))
    if there and begins(there, 1) <= now:
        raise Refused(Reason("setting.past"))
    fits(clinic, day.ref, change, numbers, changes_).require()


def _numbers(at: AtOffice, ref: str) -> frozenset[int]:
    """The slots of a day that somebody has, was offered, or keeps free.

    Were a kept one not among them, a move would tell it from one of a case that is hidden.
    """
    states = (*STANDING, State.OFFERED, State.KEPT)
    rows = Booking.of(at.office_id).filter(day=ref, state__in=states)
    return frozenset(rows.values_list("number", flat=True))
