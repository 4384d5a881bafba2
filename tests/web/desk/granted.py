"""A grant on the desk's pages, pressed and typed into as a browser without a script does it."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.desk.door import SIGNED_IN_AT
from madoguchi.web.kit import arrival
from madoguchi.work.subsidy.application import Applied
from tests.answers import Response, squeezed
from tests.web.desk.colleagues import colleague, hidden
from tests.work.subsidy.granting import APPLIED, Desk, opened_year, sent

type Sit = Callable[..., Seat]

CLAIM = {
    "bank": "other",
    "account_kind": "ordinary",
    "holder_kana": "ヨシダ ハナコ",
    "bank_code": "0001",
    "branch_code": "012",
    "account_number": "1234567",
}
FILING = {"decided_on": "12/1", "enforced_on": "12/1", "decision_class": "delegated"}
VERDICT = re.compile(r'name="(verdict-subsidy\.[a-z_]+)"')


@dataclass
class Seat:
    """A colleague at the page of one grant."""

    browser: Client
    id: UUID
    staff_id: UUID

    @property
    def path(self) -> str:
        """The page."""
        return f"/grants/{self.id}/"

    def page(self, query: str = "") -> str:
        """The page as it is read."""
        answer = self.browser.get(self.path + query)
        assert answer.status_code == 200, answer.status_code
        return squeezed(answer)

    def do(self, verb: str, **typed: Any) -> Response:
        """Press the verb's button on the page that is there now, with what it has in its fields."""
        page = self.page(f"?do={verb}&of={typed.get('of', '')}")
        form = re.search(rf'action="{self.path}do/{verb}/"(.*?)</form>', page, re.DOTALL)
        assert form, f"{verb} is not offered"
        return self.browser.post(f"{self.path}do/{verb}/", {**fields(form[1]), **typed})

    def done(self, verb: str, **typed: Any) -> None:
        """The same, and it is done."""
        answer = self.do(verb, **typed)
        assert answer.status_code == 303, slips(answer)

    def check(self, verdict: str = "met", *, only: str = "", **typed: Any) -> Response:
        """Choose a verdict for every condition, or for one, and press."""
        page = self.page()
        names = [name for name in VERDICT.findall(page) if only in name]
        chosen = dict.fromkeys(names, verdict)
        return self.browser.post(f"{self.path}check/", {**hidden(page), **chosen, **typed})

    def typed(self, name: str, **typed: Any) -> Response:
        """Type in what came on paper."""
        page = squeezed(self.browser.get(f"{self.path}type/{name}/"))
        return self.browser.post(f"{self.path}type/{name}/", {**fields(page), **typed})

    def paper(self, name: str, **typed: str) -> Response:
        """Press the button of a paper."""
        page = self.page()
        assert f'action="{self.path}paper/{name}/"' in page, f"{name} is not offered"
        return self.browser.post(f"{self.path}paper/{name}/", {**hidden(page), **typed})


def fields(form: str) -> dict[str, Any]:
    """What a form's fields hold, as a browser would send it."""
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]+>", form):
        given = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        kind = given.get("type")
        if kind in ("radio", "checkbox") and " checked" not in tag:
            continue
        if given.get("name") and given["name"] != "csrfmiddlewaretoken":
            found.setdefault(given["name"], []).append(html.unescape(given.get("value", "")))
    for name, words in re.findall(
        r'<textarea id="[^"]+" name="([^"]+)"[^>]*>(.*?)</textarea', form
    ):
        found[name] = html.unescape(words).strip()
    return found


def slips(answer: Response) -> str:
    """Why something was not done, as the page says it."""
    page = squeezed(answer)
    found = re.search(r'<div class="slips".*?</div>', page, re.DOTALL)
    return re.sub(r"<[^>]+>|\s+", " ", found[0]) if found else f"{answer.status_code}: no slips"


def seat(
    office: OfficeCard,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    role: str = "subsidy_officer",
    desk: Desk | Seat | None = None,
) -> Seat:
    """A colleague of the role at the page of a grant that somebody sent."""
    monkeypatch.setattr(arrival, "now", lambda: now)
    grant = desk or sent(office, now)
    staff, browser = colleague(office, role, now)
    session = browser.session
    session[SIGNED_IN_AT] = now.isoformat()
    session.save()
    return Seat(browser, grant.id, staff.pk)


@pytest.fixture
def sit(office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Sit:
    """A colleague sits down at the page of a grant, in a year whose budget is opened."""
    opened_year(office)

    def sit(
        desk: Desk | Seat | None = None,
        role: str = "subsidy_officer",
        *,
        told: Applied = APPLIED,
        state: str = "sent",
        at: datetime = now,
    ) -> Seat:
        there = desk or sent(office, now, told).until(state)
        return seat(office, at, monkeypatch, role, there)

    return sit
