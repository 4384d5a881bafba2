"""A person and an officer with one grant: each step as its page sends it, in both windows."""

import re
from html import unescape
from typing import Any
from uuid import UUID

from tests.answers import squeezed
from tests.golden.windows import Browser, Town
from tests.web.desk.granted import Seat
from tests.web.portal import applying, browsing
from tests.web.portal.own_page import ADDRESS, hidden, page

BUDGET = {
    "budget": "100万円",
    "section": "3款1項2目18節",
    "terms": "same",
    "number": "渋相第12号",
    "on": "令和8年4月1日",
    "warn_below": "15万",
}
TYPED = re.compile(r'<input type="(?:text|tel)" id="[\w-]+" name="(\w+)" value="([^"]*)"')
TICKED = re.compile(
    r'<input type="(?:checkbox|radio)" id="[^"]+" name="(\w+)" value="([^"]*)" checked'
)


def open_year(town: Town, year: int, **typed: str) -> None:
    """An officer opens the budget of a year."""
    browser = town.colleague("officer", "subsidy_officer")
    page = squeezed(browser.get(f"/grants/budget/{year}/"))
    kept = dict(re.findall(r'type="hidden" name="(token|revision)" value="([^"]+)"', page))
    answer = browser.post(f"/grants/budget/{year}/open/", {**kept, **BUDGET, **typed})
    assert answer.status_code == 303, answer.content.decode()


def ask(town: Town) -> tuple[Browser, browsing.Pair]:
    """Somebody asks for help, and opens their receipt."""
    person = town.citizen()
    pair = applying.come(person)
    town.walk.names.give(pair[0], f"receipt {town.citizens}")
    town.work()
    return person, pair


def apply(town: Town) -> tuple[Browser, browsing.Pair]:
    """The same, and they apply."""
    person, pair = ask(town)
    applying.write(person)
    assert applying.send(person).status_code == 303
    town.work()
    return person, pair


def listed(town: Town, tab: str) -> UUID:
    """The one grant of a tab of the officer's list."""
    page = town.colleague("officer", "subsidy_officer").get(f"/grants/?tab={tab}")
    (found,) = set(re.findall(r'href="/grants/([0-9a-f-]{36})/', page.content.decode()))
    return UUID(found)


def sit(town: Town, grant: UUID, name: str = "officer", role: str = "subsidy_officer") -> Seat:
    """A colleague at the page of a grant."""
    return Seat(town.colleague(name, role), grant, town.people[name].pk)


def complete(person: Browser, **typed: Any) -> None:
    """The person answers what was asked for."""
    shown = page(person, "a/")
    kept: dict[str, Any] = {}
    for name, value in (*TYPED.findall(shown), *TICKED.findall(shown)):
        kept.setdefault(name, []).append(unescape(value))
    answer = person.post(f"{ADDRESS}a/", {**kept, **hidden(shown), **typed})
    assert answer.status_code == 303, answer.content.decode()
