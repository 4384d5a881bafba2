"""A municipality's programme (制度) as one frozen value, with its files and related pages."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from madoguchi.rules.programme.agency import Agency, Need
from madoguchi.rules.programme.city import City
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.desk import Desk
from madoguchi.rules.programme.subsidy import Subsidy
from madoguchi.rules.programme.words import Words


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
