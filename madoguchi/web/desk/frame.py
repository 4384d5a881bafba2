"""The frame of every page of the desk (職員の画面の枠): the colleague, the menu, the alarms."""

from __future__ import annotations

from dataclasses import dataclass

from madoguchi.rules import rights
from madoguchi.web.desk.alarms import Alarm
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


class DeskRequest(ActorRequest):
    """A request behind the door, with what arrival and the door have put on it."""

    frame: Frame


@dataclass(frozen=True)
class MenuLink:
    """An entry of the menu; its words are `desk.menu.<page>`, with `_` for `-`."""

    page: str

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
    """The colleague and the pages that their role opens; `keys`: whether the keyboard does too."""

    name: str
    role: str
    menu: tuple[MenuLink, ...]
    one_factor: bool
    alarms: tuple[Alarm, ...]
    keys: bool

    @property
    def role_key(self) -> str:
        """The text key of the role."""
        return f"desk.role.{self.role}"

    @property
    def home(self) -> str:
        """The name of the first page that the role opens."""
        return self.menu[0].page if self.menu else "hidden"


def menu(role: str) -> tuple[MenuLink, ...]:
    """The pages that a role opens."""
    table = rights.table()
    return tuple(MenuLink(page) for page, verb in MENU if table[verb].get(role))


def frame(
    name: str, role: str, alarms: tuple[Alarm, ...], *, one_factor: bool, keys: bool
) -> Frame:
    return Frame(name, role, menu(role), one_factor, alarms, keys)
