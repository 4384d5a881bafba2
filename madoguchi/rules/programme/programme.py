"""A municipality's programme (制度) as one frozen value: its files, related pages, their dates."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Literal

from madoguchi.rules.programme.agency import Agency, Need
from madoguchi.rules.programme.city import City
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.desk import Desk
from madoguchi.rules.programme.meaning import Meanings
from madoguchi.rules.programme.people import Person, PersonName
from madoguchi.rules.programme.subsidy import AfterPayment, BeforeContract, Subsidy
from madoguchi.rules.programme.words import UNCONFIRMED, Words

CALLS = 3


@dataclass(frozen=True)
class Document:
    """One published file.

    ``paper``: the folder under ``papers/`` of which the file is made, so that its size is that of
    the bytes. Any other file is named with its kind and size; without ``url`` the page says where
    to ask for it.
    """

    title: Words
    source: str
    paper: str | None = None
    kind: Literal["pdf", "doc", "docx", "xls", "xlsx"] | None = None
    size_kb: int | None = None
    fiscal_year: int | None = None
    url: str | None = None

    def __post_init__(self) -> None:
        """Refuse a paper that is also a file, a file without kind or size, a size of nothing."""
        if self.paper is not None:
            for name in ("kind", "size_kb", "url"):
                if getattr(self, name) is not None:
                    raise ValueError(
                        f"{name} は要りません。paper の書類は、そのつど作り、大きさを数えます。"
                    )
        elif self.kind is None or self.size_kb is None:
            raise ValueError(
                "paper に様式のフォルダーの名前を書くか、kind と size_kb の両方を書いてください。"
            )
        elif self.size_kb <= 0:
            raise ValueError("size_kb は 1 以上の大きさ（KB）で書いてください。")


@dataclass(frozen=True)
class Related:
    """What goes with one page; pages are named as in addresses: ``guide/delete``, ``desks``."""

    page: str
    to: tuple[str, ...]


@dataclass(frozen=True)
class PageDate:
    """When the text of a page last changed, and since when there is such a page (掲載日・更新日).

    Without ``published_on`` it tells the facts of the city's own page and carries its day.
    """

    page: str
    changed_on: date
    published_on: date | None = None


@dataclass(frozen=True)
class DatesFile:
    """What ``dates.toml`` holds."""

    page: tuple[PageDate, ...]


@dataclass(frozen=True)
class RelatedFile:
    """What ``related.toml`` holds."""

    page: tuple[Related, ...]


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
    people: tuple[Person, ...]
    meanings: Meanings
    related: tuple[Related, ...]
    dates: tuple[PageDate, ...]
    hidden: tuple[str, ...] = ()

    @cached_property
    def directory(self) -> tuple[Agency, ...]:
        """The agencies a citizen may see, with only what is confirmed of each (相談機関の一覧).

        Those of another area are left out.
        """
        here = {self.city.prefecture, self.city.name.ja}
        return tuple(
            agency.shown
            for agency in self.agencies
            if agency.listed
            and agency.id not in self.hidden
            and (not agency.areas or here & set(agency.areas))
        )

    @cached_property
    def numbers(self) -> tuple[tuple[str, str], ...]:
        """By id, the number that words tell of each agency that a citizen may see.

        It is the first; one with a label is not for everybody, and is told in the directory alone.
        """
        return tuple(
            (agency.id, str(line.number))
            for agency in self.directory
            for line in agency.phone[:1]
            if not line.label
        )

    @cached_property
    def shown(self) -> "Programme":
        """The same as a citizen may read it: without what is 要確認 or the template's."""
        return replace(
            self,
            city=self.city.shown,
            desk=self.desk.shown,
            clinic=self.clinic.shown if self.clinic else None,
        )

    def has_page(self, page: str) -> bool:
        """Whether this city has something to show on a page.

        >>> from madoguchi.rules.programme.load import programme
        >>> [programme("shibukawa").has_page(name) for name in ("clinic", "ordinance", "desks")]
        [True, True, True]
        """
        match page:
            case "clinic":
                return self.clinic is not None
            case "subsidy":
                return self.subsidy is not None
            case "documents":
                return bool(self.documents)
            case "ordinance":
                return self.city.ordinance is not None
            case _:
                return True

    def marks(self, day: date) -> frozenset[str]:
        """What is so in this city on a day: the marks of lines of prose that are shown.

        >>> from madoguchi.rules.programme.load import programme
        >>> sorted(programme("shibukawa").marks(date(2024, 6, 1)))
        ['before_contract', 'clinic', 'clinic_free', 'subsidy', 'web']
        """
        offered = {"clinic": self.clinic, "web": self.desk.web}
        marks = {name for name, there in offered.items() if there}
        if self.clinic:
            marks.add("clinic_free" if self.clinic.costs_nothing else "clinic_not_free")
        version = self.subsidy.version_on(day) if self.subsidy else None
        if version is None:
            return frozenset(marks)
        timing = {BeforeContract: "before_contract", AfterPayment: "after_payment"}
        known = version.timing.source != UNCONFIRMED
        return frozenset({*marks, "subsidy", timing[type(version.timing)] if known else "timing"})

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

    @cached_property
    def calls(self) -> tuple[Agency, ...]:
        """The first three of the strip that answer everybody day and night (大きく出す番号)."""
        return tuple(agency for agency in self.emergency if agency.calls_always)[:CALLS]

    def person(self, name: PersonName) -> Person:
        """Whom a person in need of somebody now is shown."""
        return next(each for each in self.people if each.name == name)

    @property
    def always_open(self) -> tuple[Agency, ...]:
        """The shown agencies with a line that answers day and night (24時間)."""
        return tuple(agency for agency in self.directory if agency.always)

    def date_of(self, page: str) -> PageDate:
        """The days of a page; one that is in no file is as old as the city's own page."""
        own = PageDate(page, self.city.published_on)
        return next((each for each in self.dates if each.page == page), own)

    def related_to(self, page: str) -> tuple[str, ...]:
        """The pages chosen by hand to go with a page (関連ページ); none where nobody chose."""
        return next((each.to for each in self.related if each.page == page), ())
