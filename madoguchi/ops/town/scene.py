"""Where the town plays: its past, the lawyer's Saturdays, its colleagues, and what happens when."""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import islice, pairwise, takewhile

from madoguchi.ops.town.people import News
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.opening import working_days
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.desk import Desk
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.subsidy import Subsidy
from madoguchi.rules.slots import ClinicDay, days
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic import actions as clinics
from madoguchi.work.clinic import queries
from madoguchi.work.clinic.decisions import Year

LONGEST_DAYS = 395
APRIL, AHEAD = 4, timedelta(days=75)
FIRST_MIN, LAST_MIN = 9 * 60, 16 * 60 + 30
OVER, COMING, THEN = "over", "coming", "then"
LAWYER = ("見本 つかさ", "見本法律事務所")


@dataclass(frozen=True)
class Event:
    """Something that happens at a moment."""

    at: datetime
    happen: Callable[[datetime], None]


class Past:
    """Counts working days back from now; what would lie ahead of now has happened just now."""

    def __init__(self, desk: Desk, now: datetime, seed: int) -> None:
        self._desk, self._now = desk, now
        today = now.date()
        days = working_days(desk, today - timedelta(days=LONGEST_DAYS))
        self._days = list(takewhile(lambda day: day <= today, days))
        self._chance = random.Random(seed)  # noqa: S311 - the same town every time

    def moment(self, ago: int, at: str = "", after: datetime | None = None) -> datetime:
        """A moment of the working day that lies `ago` of them back, later than `after`.

        `at`: HH:MM; without it some minute of the desk's hours.
        """
        return self._on(self._days[-1 - ago], at, after)

    def first(self) -> datetime:
        """The beginning of the earliest working day."""
        return self._on(self._days[0], "08:30", None)

    def openings(self) -> Iterator[datetime]:
        """The beginning of each working day."""
        return (self._on(day, "08:30", None) for day in self._days)

    @property
    def today(self) -> date:
        return self._now.date()

    def before_year(self, year: int) -> datetime | None:
        """A moment in the January before a fiscal year; None where it still lies ahead.

        The earliest working day where that lies further back.
        """
        begins = date(year, APRIL, 1)
        first = next((day for day in self._days if day >= begins - AHEAD), None)
        return self._on(first, "10:00", None) if first else None

    def before(self, day: date, days: int, after: datetime) -> datetime:
        """The working day that lies so many of them before a day, and later than `after`."""
        earlier = [each for each in self._days if each < day]
        return self._on(earlier[-days], "15:30", after)

    def following(self, day: date) -> datetime:
        """The first working day after a day."""
        later = (each for each in self._days if each > day)
        return self._on(next(later, self._now.date()), "09:40", None)

    def first_days(self) -> list[datetime]:
        """The close of the first working day of each month behind us, but for the earliest."""
        pairs = pairwise(self._days)
        return [self._on(day, "17:00", None) for before, day in pairs if before.month != day.month]

    def _on(self, day: date, at: str, after: datetime | None) -> datetime:
        minute = self._chance.randint(FIRST_MIN, LAST_MIN)
        clock = time.fromisoformat(at) if at else time(*divmod(minute, 60))
        moment = datetime.combine(day, clock, tzinfo=self._now.tzinfo)
        if after is not None:
            moment = max(moment, after + timedelta(minutes=4))
        return min(moment, self._now)

    def in_days(self, moment: datetime, days: int) -> date:
        """The working day that comes `days` of them after a moment."""
        ahead = working_days(self._desk, moment.date() + timedelta(days=1))
        return next(islice(ahead, days - 1, None))


@dataclass(frozen=True)
class Saturdays:
    """The clinic, and its days about today by what they are to it; one that is today is none."""

    clinic: Clinic
    days: Mapping[str, ClinicDay]


def saturdays(slug: str, today: date) -> Saturdays | None:
    """The last day that is over and the two to come; None in a city without a clinic."""
    clinic, year = programme(slug).clinic, fiscal_year(today)
    if clinic is None:
        return None
    every = [day for each in (year - 1, year, year + 1) for day in days(clinic, each)]
    past = [day for day in every if day.on < today][-1:]
    ahead = [day for day in every if day.on > today][:2]
    named = zip((OVER, COMING, THEN), (*past, *ahead), strict=True)
    return Saturdays(clinic, dict(named))


@dataclass(frozen=True)
class Scene:
    """What every event of the town needs to happen; `staff` by user name."""

    office: OfficeCard
    desk: Desk
    past: Past
    saturdays: Saturdays | None
    staff: Mapping[str, Actor]
    subsidy: Subsidy | None = None

    def colleague(self, role: str) -> Actor:
        """The first colleague of a role."""
        return next(actor for actor in self.staff.values() if actor.role == role)


def publishing(news: News, scene: Scene, found: Saturdays) -> Iterator[Event]:
    """The supervisor publishes each year of these days in the January before it begins."""
    years = {fiscal_year(day.on) for day in found.days.values()} | {fiscal_year(scene.past.today)}
    for year in sorted(years):
        if moment := scene.past.before_year(year):
            yield Event(moment, partial(_publish, news, scene, found.clinic, year))


def _publish(news: News, scene: Scene, clinic: Clinic, year: int, at: datetime) -> None:
    """One fiscal year is published, with the town's lawyer on all of its days."""
    where, actor = AtOffice(scene.office.id), scene.colleague("supervisor")
    if not queries.roster(actor, where, at.date()):
        clinics.name_lawyer(actor, where, *LAWYER, now=at)
    (lawyer,) = queries.roster(actor, where, at.date())
    dates = tuple(day.on for day in days(clinic, year))
    notice = clinics.Announcement(news.title.format(year=wareki_fiscal_year(year)), news.body)
    plan = Year(year, dates, looked=dates, lawyers=dict.fromkeys(dates, lawyer.id))
    proposed = clinics.publish(actor, where, plan, notice, now=at)
    clinics.confirm(scene.colleague("counsellor"), where, proposed, now=at)
