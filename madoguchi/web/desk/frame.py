"""The frame of every page of the desk (職員の画面の枠): the colleague, the menu, the alarms."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from madoguchi.rules import rights
from madoguchi.web.desk.alarms import Alarm
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.request import ActorRequest

MENU = (
    ("inbox", "case.list"),
    ("phone", "intake.take_in"),
    ("mail", "mail.list"),
    ("interviews", "interview.list"),
    ("clinic-year", "clinic.list"),
    ("grants", "grant.list"),
    ("grants-audit", "grant.sample"),
    ("search", "case.search"),
    ("reports", "report.read"),
    ("settings", "notice.read"),
    ("signing", "proposal.list"),
    ("audit", "audit.read"),
    ("staff", "staff.read"),
)
KEYS = {
    "inbox": "g w",
    "phone": "g n",
    "mail": "g m",
    "interviews": "g c",
    "clinic-year": "g l",
    "grants": "g s",
    "search": "/",
}


CONFIRMATION = "confirmation"  # in the session: a text key, and nothing else


class DeskRequest(ActorRequest):
    """A request behind the door, with what arrival and the door have put on it."""

    frame: Frame


@dataclass(frozen=True)
class MenuLink:
    """An entry of the menu; its words are `desk.menu.<page>`, with `_` for `-`.

    `count`: what waits there for this colleague.
    """

    page: str
    count: int = 0

    @property
    def key(self) -> str:
        """The text key of its words."""
        return f"desk.menu.{self.page.replace('-', '_')}"

    @property
    def keys(self) -> str:
        """The keys to press one after the other to go there; empty where there are none."""
        return KEYS.get(self.page, "")


@dataclass(frozen=True)
class Frame:
    """The colleague and the pages that their role opens; `keys`: whether the keyboard does too.

    `confirmation`: the text key of what was just done; empty where nothing was.
    """

    name: str
    role: str
    menu: tuple[MenuLink, ...]
    one_factor: bool
    alarms: tuple[Alarm, ...]
    keys: bool
    confirmation: str = ""

    @property
    def role_key(self) -> str:
        """The text key of the role."""
        return f"desk.role.{self.role}"

    @property
    def version(self) -> str:
        """Which program runs, for whoever reports what went wrong."""
        return settings.VERSION

    @property
    def home(self) -> str:
        """The name of the first page that the role opens."""
        return self.menu[0].page if self.menu else "hidden"


def menu(role: str, **counts: int) -> tuple[MenuLink, ...]:
    """The pages that a role opens, with what waits there."""
    table = rights.table()
    return tuple(
        MenuLink(page, counts.get(page, 0)) for page, verb in MENU if table[verb].get(role)
    )


def frame(
    name: str,
    role: str,
    alarms: tuple[Alarm, ...],
    *,
    one_factor: bool,
    keys: bool,
    proposed: int = 0,
    confirmation: str = "",
) -> Frame:
    """The frame; `proposed`: how many proposals wait for this colleague as the second."""
    links = menu(role, signing=proposed)
    return Frame(name, role, links, one_factor, alarms, keys, confirmation)


def go_on(request: HttpRequest, to: str, confirmation: str) -> SeeOther:
    """The redirect after an act; its page says once what was done (`confirmation`: a text key)."""
    request.session[CONFIRMATION] = confirmation
    return SeeOther(to)
