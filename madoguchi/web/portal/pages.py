"""The information pages by name (ページの一覧), and the cards (困りごと) that lead to guides."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.urls import get_script_prefix, register_converter
from django.urls.converters import StringConverter

FIRST = "landing"
GUIDES = ("talk", "danger", "school", "exposed", "delete", "identify", "evidence", "cost", "posted")
PAGES = (
    FIRST,
    *(f"guide/{name}" for name in GUIDES),
    "desks",
    "clinic",
    "subsidy",
    "documents",
    "ordinance",
    "news",
    "privacy",
    "accessibility",
    "site",
    "figures",
    "enquiry",
)
MENU = (FIRST, "desks", "clinic", "subsidy", "news")
FOOT = ("privacy", "accessibility", "site", "figures", "enquiry")


@dataclass(frozen=True)
class Link:
    """A link to an information page: its address in the column of the page, its title's key."""

    page: str
    href: str
    key: str


def title_key(page: str) -> str:
    """The text key of a page's title.

    >>> title_key("guide/delete")
    'pages.guide_delete'
    """
    return f"pages.{page.replace('/', '_')}"


def link(page: str) -> Link:
    """The link to a page, in the column of the page that is being made."""
    return _link(page, get_script_prefix())


def links(names: Iterable[str]) -> tuple[Link, ...]:
    """The links to several pages."""
    return tuple(link(name) for name in names)


@lru_cache(maxsize=256)
def _link(page: str, prefix: str) -> Link:
    path = "" if page == FIRST else f"{page}/"
    return Link(page, f"{prefix}{path}", title_key(page))


def page_at(path: str) -> str | None:
    """The page that a path without column leads to, None for any other path.

    >>> page_at("/desks/"), page_at("/desks/delete/"), page_at("/"), page_at("/s/")
    ('desks', 'desks', 'landing', None)
    """
    name = path.strip("/") or FIRST
    if name.startswith("desks/"):
        name = "desks"
    return name if name in PAGES else None


class GuideConverter(StringConverter):
    """A guide in an address: one of the six needs or of the three situations."""

    regex = "|".join(GUIDES)


register_converter(GuideConverter, "guide")


@dataclass(frozen=True)
class Card:
    """What troubles somebody: its page, one sentence, its picture."""

    name: str
    link: Link
    words: str
    picture: str

    @property
    def urgent(self) -> bool:
        """Whether it is about life and limb."""
        return self.name == "danger"


def cards(names: Iterable[str] = GUIDES) -> tuple[Card, ...]:
    """The cards in their order: who needs somebody now, then who wants something done."""
    return tuple(
        Card(
            name,
            link(f"guide/{name}"),
            f"landing.need_{name}",
            f"portal/pictures/{name}.html",
        )
        for name in names
    )
