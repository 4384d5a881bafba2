"""A municipality's programme (制度) as one frozen value."""

from dataclasses import dataclass
from functools import cached_property

from madoguchi.rules.programme.agency import Agency, Need
from madoguchi.rules.programme.city import City
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.desk import Desk
from madoguchi.rules.programme.document import Document
from madoguchi.rules.programme.related import Related
from madoguchi.rules.programme.subsidy import Subsidy


@dataclass(frozen=True, eq=False)
class Programme:
    """Everything a city published, and the national agencies beside its own.

    The same one is the same object. ``hidden``: the agencies that the desk hid for now.
    """

    slug: str
    city: City
    desk: Desk
    clinic: Clinic | None
    subsidy: Subsidy | None
    documents: tuple[Document, ...]
    agencies: tuple[Agency, ...]
    strip: tuple[str, ...]
    related: tuple[Related, ...]
    hidden: tuple[str, ...] = ()

    @cached_property
    def directory(self) -> tuple[Agency, ...]:
        """The agencies a citizen may see, with only what is confirmed of each (相談機関の一覧)."""
        return tuple(
            agency.shown
            for agency in self.agencies
            if agency.confirmed and agency.id not in self.hidden
        )

    def agencies_for(self, need: Need) -> tuple[Agency, ...]:
        """The shown agencies that help with one need."""
        return tuple(agency for agency in self.directory if need in agency.needs)

    def agency(self, agency_id: str) -> Agency:
        """The whole record of one agency, for the desk.

        Raises:
            KeyError: there is none of that id.
        """
        for agency in self.agencies:
            if agency.id == agency_id:
                return agency
        raise KeyError(agency_id)

    @cached_property
    def emergency(self) -> tuple[Agency, ...]:
        """The agencies of the strip that stands on every page (緊急の連絡先), in its order."""
        shown = {agency.id: agency for agency in self.directory}
        return tuple(shown[name] for name in self.strip if name in shown)

    @property
    def always_open(self) -> tuple[Agency, ...]:
        """The shown agencies with a line that answers day and night (24時間)."""
        return tuple(agency for agency in self.directory if agency.always)

    def related_to(self, page: str) -> tuple[str, ...]:
        """The pages chosen by hand to go with a page (関連ページ); none where nobody chose."""
        return next((each.to for each in self.related if each.page == page), ())
