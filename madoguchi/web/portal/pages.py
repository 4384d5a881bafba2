"""The information pages by name (ページの一覧), and the six needs (困りごと) that lead to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.urls import get_script_prefix, register_converter
from django.urls.converters import StringConverter

from madoguchi.rules.programme.agency import NEEDS, Need

FIRST = "landing"
PAGES = (
    FIRST,
    *(f"guide/{need}" for need in NEEDS),
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


class NeedConverter(StringConverter):
    """A need in an address: one of the six, nothing else."""

    regex = "|".join(NEEDS)


register_converter(NeedConverter, "need")
IN_ADDRESS = "<need:need>"


@dataclass(frozen=True)
class NeedCard:
    """A need: its page, one sentence, its picture."""

    need: Need
    link: Link
    words: str
    picture: str

    @property
    def urgent(self) -> bool:
        """Whether it is about life and limb."""
        return self.need == "danger"


def need_cards() -> tuple[NeedCard, ...]:
    """The six needs in their order."""
    return tuple(
        NeedCard(
            need,
            link(f"guide/{need}"),
            f"landing.need_{need}",
            f"portal/pictures/{need}.html",
        )
        for need in NEEDS
    )
