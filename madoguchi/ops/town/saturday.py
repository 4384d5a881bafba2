"""The lawyer's Saturdays of the town (法律相談の日): those about today, and their publication."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from madoguchi.ops.town.event import Event
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.programme.load import programme
from madoguchi.rules.slots import days
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic import actions as clinics
from madoguchi.work.clinic import queries
from madoguchi.work.clinic.decisions import Year

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

    from madoguchi.ops.town.people import News
    from madoguchi.ops.town.scene import Scene
    from madoguchi.rules.programme.clinic import Clinic
    from madoguchi.rules.slots import ClinicDay

OVER, COMING, THEN = "over", "coming", "then"
LAWYER = ("見本 つかさ", "見本法律事務所")


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


def publishing(news: News, scene: Scene, found: Saturdays) -> Iterator[Event]:
    """The supervisor publishes each year of these days in the January before it begins."""
    years = {fiscal_year(day.on) for day in found.days.values()} | {fiscal_year(scene.past.today)}
    for year in sorted(years):
        if moment := scene.past.before_year(year):
            yield Event(moment, _Publishing(news, scene, found.clinic, year))


@dataclass(frozen=True)
class _Publishing:
    """One fiscal year is published, with the town's lawyer on all of its days."""

    news: News
    scene: Scene
    clinic: Clinic
    year: int

    def __call__(self, at: datetime) -> None:
        """It happens."""
        where, scene = AtOffice(self.scene.office.id), self.scene
        actor = scene.colleague("supervisor")
        if not queries.roster(actor, where, at.date()):
            clinics.name_lawyer(actor, where, *LAWYER, now=at)
        (lawyer,) = queries.roster(actor, where, at.date())
        dates = tuple(day.on for day in days(self.clinic, self.year))
        lawyers = dict.fromkeys(dates, lawyer.id)
        said = clinics.Said(
            self.news.title.format(year=wareki_fiscal_year(self.year)), self.news.body
        )
        whole = Year(self.year, dates, looked=dates, lawyers=lawyers)
        clinics.publish(actor, where, whole, said, now=at)
