"""Browsers at the portal and at the desk in one test, each press of which is written down."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.test import Client

from madoguchi.config.windows import DESK, PORTAL, Window
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.signin.models import Staff
from madoguchi.web.desk.door import SIGNED_IN_AT
from tests.answers import Response
from tests.golden import reading
from tests.golden.telling import Walk
from tests.offices import make_staff
from tests.web.desk.granted import fields
from tests.web.portal.saturdays import Clock

SWITCHED = ("ROOT_URLCONF", "MIDDLEWARE", "FILE_UPLOAD_HANDLERS", "WINDOW")


@contextmanager
def through(window: Window) -> Iterator[None]:
    """Requests inside the block come to this window."""
    before = {name: getattr(settings, name) for name in SWITCHED}
    given = (window.urls, list(window.middleware), [window.uploads], window)
    for name, value in zip(SWITCHED, given, strict=True):
        setattr(settings, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)


class Browser(Client):
    """A browser at one window of an office; what it sends is written into the walk."""

    def __init__(self, town: "Town", window: Window, host: str, who: str) -> None:
        super().__init__(headers={"host": host, "sec-fetch-site": "same-origin"})
        self.town, self.window, self.who = town, window, who

    def request(self, **request: Any) -> Any:
        """One request, and what came of it; pages that only show are named if they leave a line.

        Each press comes a second after the one before.
        """
        pressed = request["REQUEST_METHOD"] == "POST"
        self.town.clock.now += timedelta(seconds=pressed)
        with through(self.window):
            answer = super().request(**request)
        said = [self.who, request["REQUEST_METHOD"], request["PATH_INFO"], str(answer.status_code)]
        said += [f"to {answer['Location']}"] if answer.has_header("Location") else []
        said += [slips(answer)] if answer.status_code in (409, 422) else []
        self.town.walk.note(" ".join(said), always=pressed)
        return answer


def slips(answer: Response) -> str:
    """Why something was not done, as the page says it."""
    found = re.search(r'<div class="slips".*?</div>', answer.content.decode(), re.DOTALL)
    return html.unescape(re.sub(r"(?:<[^>]+>|\s)+", " ", found[0])) if found else "without slips"


class Town:
    """An office with its people; the clock stands until it is turned."""

    def __init__(
        self, office: OfficeCard, hosts: tuple[str, str], walk: Walk, clock: Clock
    ) -> None:
        self.office, self.walk, self.clock = office, walk, clock
        self.portal_host, self.desk_host = hosts
        self.people: dict[str, Staff] = {}
        self.citizens = 0
        walk.names.give(office.id, office.slug)

    def citizen(self) -> Browser:
        """Somebody new at the portal."""
        self.citizens += 1
        return Browser(self, PORTAL, self.portal_host, f"person {self.citizens}")

    def colleague(self, name: str, role: str = "") -> Browser:
        """A colleague by their name, who signed in a moment ago; of a role, if they are new."""
        if name not in self.people:
            self.people[name] = make_staff(self.office, role or name, name, self.clock.now)
            self.walk.names.give(self.people[name].pk, name)
        browser = Browser(self, DESK, self.desk_host, name)
        browser.force_login(self.people[name])
        session = browser.session
        session[SIGNED_IN_AT] = self.clock.now.isoformat()
        session.save()
        return browser

    def turn(self, moment: datetime) -> None:
        """It is later."""
        self.clock.now = moment
        self.walk.say(f"{moment:%Y-%m-%d %H:%M}")

    def work(self) -> None:
        """The worker does what is due."""
        done = reading.work(self.clock.now, self.walk.names.turn)
        self.walk.note(f"worker {' '.join(sorted(done))}", always=bool(done))


def send(browser: Client, page: str, to: str = "", **typed: Any) -> Response:
    """Press the button of the page's form that goes to an address, with what its fields hold."""
    answer = browser.get(page)
    assert answer.status_code == 200, (page, answer.status_code)
    to = to or page
    shown = answer.content.decode()
    found = re.search(
        rf'<form[^>]*\saction="{re.escape(to)}(?:#\w+)?"(.*?)</form>', shown, re.DOTALL
    )
    assert found, f"{page} has no form to {to}"
    return browser.post(to, {**held(found[1]), **typed})


def done(browser: Client, page: str, to: str = "", **typed: Any) -> str:
    """The same, and it is done; where one is led."""
    answer = send(browser, page, to, **typed)
    assert answer.status_code in (302, 303), f"{page}: {slips(answer)}"
    return str(answer["Location"])


def held(form: str) -> dict[str, Any]:
    """What the fields of a form hold."""
    chosen = re.findall(r'<select[^>]* name="(\w+)".*?<option value="([^"]*)" selected', form)
    return {**dict(chosen), **fields(form)}
