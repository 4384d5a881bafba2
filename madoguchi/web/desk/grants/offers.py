"""What the page offers of papers (書類の欄): those to be made, how they go, those issued."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.grants import blank_forms, letters
from madoguchi.web.desk.grants.opened import Page
from madoguchi.web.desk.issued.cards import Paper
from madoguchi.web.kit.form import Option

WORDS = "desk.grant"
HOWS = ("counter", "post", "address")


@dataclass(frozen=True)
class Offered:
    """A paper that can be made now; `hows`: the ways in which a letter may go to the person.

    `blanks`: the text keys of what is still empty in it.
    """

    name: str
    make: str
    how: str
    hows: tuple[Option, ...]
    blanks: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The text key of its name."""
        return f"{WORDS}.paper.{self.name}"


@dataclass(frozen=True)
class Issued(Paper):
    """An issued paper of a grant; `closed`: it says an address that is protected by now."""

    closed: bool = False


def offered(request: DeskRequest, page: Page, names: Mapping[UUID, str]) -> tuple[Offered, ...]:
    """The papers of the steps that were taken, the newest first."""
    if not page.may_issue:
        return ()
    of = letters.Writing(request, page, names, page.applied)
    return tuple(_offered(name, of) for name in letters.available(page))


def forms(page: Page) -> tuple[Offered, ...]:
    """The forms that the person fills in by hand, where they do not write on their own page."""
    names = blank_forms.available(page) if page.may_issue else ()
    return tuple(Offered(name, _make(name, page), "", ()) for name in names)


def _offered(name: str, of: letters.Writing) -> Offered:
    page = of.page
    goes = name != "draft"
    hows = _hows(name, page) if goes else ()
    return Offered(name, _make(name, page), said_how(page), hows, letters.blanks(name, of))


def _make(name: str, page: Page) -> str:
    """The words of the button."""
    title = page.words.get(f"{WORDS}.paper.{name}").words
    return page.words.get(f"{WORDS}.paper.make", "ja", title=title).words


def said_how(page: Page) -> str:
    """How letters go to the person, in words."""
    return page.words.get(f"{WORDS}.delivery.{_way(page)}").words


def _way(page: Page) -> str:
    """How the person wants their letters; at the counter where none may go to their home."""
    how = page.applied.delivery.how
    return "counter" if how == "post" and page.home_is_closed else how


def _hows(name: str, page: Page) -> tuple[Option, ...]:
    """The person's own choice is ticked; an address that they gave for it can be chosen."""
    closed = {
        "address": not page.applied.delivery.address,
        "post": page.home_is_closed,
    }
    return tuple(
        Option(way, f"{name}-{way}", f"{WORDS}.delivery.{way}", way == _way(page))
        for way in HOWS
        if not closed.get(way)
    )


def issued(page: Page, names: Mapping[UUID, str]) -> tuple[Issued, ...]:
    """The grant's own papers as they were issued, the newest first."""
    hides = page.applied.protected
    return tuple(
        Issued(card, names.get(card.staff_id, ""), closed=hides and card.address)
        for card in page.opened.papers
    )
