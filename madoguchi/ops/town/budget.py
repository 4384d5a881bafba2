"""The years of the town's subsidy (補助金の年度): the officer opens each as it begins."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from madoguchi.ops.town.event import Event
from madoguchi.ops.town.scene import Scene
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.subsidy import Subsidy
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.subsidy.budget import actions

BUDGET_YEN, WARN_BELOW_YEN = 1_500_000, 300_000
SECTION = "2款1項8目18節"


def years(scene: Scene, subsidy: Subsidy) -> Iterator[Event]:
    """Every fiscal year of the past is opened, with the rules of before, on its first day."""
    begun: set[int] = set()
    for moment in scene.past.openings():
        year = fiscal_year(moment.date())
        if year not in begun:
            begun.add(year)
            yield Event(moment, _Opening(scene, subsidy, year))


@dataclass(frozen=True)
class _Opening:
    """One fiscal year is opened by the document that the town invented."""

    scene: Scene
    subsidy: Subsidy
    year: int

    def __call__(self, at: datetime) -> None:
        """It happens."""
        actor = self.scene.colleague("subsidy_officer")
        opening = actions.Opening(self.year, BUDGET_YEN, SECTION, WARN_BELOW_YEN, "same")
        document = actions.Document(f"見本財第{self.year % 100}号", at.date())
        where = AtOffice(self.scene.office.id)
        actions.open_year(actor, where, opening, document, self.subsidy, now=at)
