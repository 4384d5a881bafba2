"""A citizen's clicks on the way to a place, for the tests of the booking."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from madoguchi.rules.programme.changes import ClinicYearPublished
from madoguchi.rules.programme.programme import Programme
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.kit import arrival, publications
from madoguchi.web.kit.request import OfficeRequest
from tests.answers import Response, squeezed
from tests.web.portal.saturdays import decide

DAY = "2026-12-19"
STARTS = ("09:00", "09:45", "10:30", "11:15")
TIMES = {number: f"{DAY}T{at}" for number, at in enumerate(STARTS, 1)}
CONTACT = {"contact_rule": "phone", "phone": "0279-00-0001", "name_desk": "no"}
PERSON = {"name": "𠮷田 花子", "residence": "inside"}
MATTER = {
    "subject": "消したい書き込み",
    "other_party": "相手 太郎",
    "names_ok": "yes",
    "people": "２",
}


class Clock:
    """The portal's clock."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
        self.now = now
        monkeypatch.setattr(arrival, "now", lambda: self.now)
        monkeypatch.setattr(publications, "CHECK_EVERY_S", -1.0)
        publications.forget()

    def later(self, **span: int) -> None:
        """Let time pass."""
        self.now += timedelta(**span)


def ruled(monkeypatch: pytest.MonkeyPatch, rule: Mapping[str, Any], **clinic: Any) -> None:
    """Another city's rules: of booking, and of the clinic itself."""
    in_force = arrival.in_force

    def changed(request: OfficeRequest, slug: str) -> Programme:
        whole = in_force(request, slug)
        assert whole.clinic
        booked = replace(whole.clinic.booking, **rule)
        return replace(whole, clinic=replace(whole.clinic, booking=booked, **clinic))

    monkeypatch.setattr(arrival, "in_force", changed)


def publish(office: OfficeCard, now: datetime) -> None:
    """The desk publishes the third Saturdays of the rest of the year."""
    dates = (date(2026, 12, 19), date(2027, 1, 16), date(2027, 2, 20), date(2027, 3, 20))
    decide(office, ClinicYearPublished(2026, dates), now)


def values(browser: Client) -> list[str]:
    """The places that the list offers."""
    page = squeezed(browser.get("/s/l/"))
    return re.findall(r'name="place" value="([^"]+)"', page)


def begin(browser: Client) -> None:
    """Press the button of the page before the first question; say that there is no danger."""
    assert browser.post("/s/l/")["Location"] == "/s/l/?begun"
    assert browser.get("/s/l/?begun")["Location"] == "/s/l/1/"
    assert browser.post("/s/l/1/", {"danger": "no", "case": ""})["Location"] == "/s/l/"


def choose(browser: Client, place: str, **more: Any) -> Response:
    """Choose a place of the list."""
    return browser.post("/s/l/", {"case": mark(browser), "place": place, **more})


def mark(browser: Client) -> str:
    """By what the forms of the booking name the case; empty for who comes new."""
    found = re.search(r'name="case" value="(\w*)"', squeezed(browser.get("/s/l/")))
    return found[1] if found else ""


def fill(browser: Client, place: str = "", **matter: Any) -> None:
    """Answer everything up to the check page."""
    begin(browser)
    assert choose(browser, place or values(browser)[0])["Location"] == "/s/l/3/"
    for number, typed in ((3, CONTACT), (4, PERSON), (5, MATTER | matter)):
        answer = browser.post(f"/s/l/{number}/", {"case": "", **typed})
        assert answer.status_code == 303, (number, squeezed(answer))
    assert answer["Location"] == "/s/l/check/"


def send(browser: Client, **changed: str) -> Response:
    """Press the last button."""
    page = squeezed(browser.get("/s/l/check/"))
    sent = dict(re.findall(r'name="(case|place)" value="([^"]*)"', page))
    return browser.post("/s/l/check/", sent | changed)


def receipt(browser: Client) -> tuple[str, str]:
    """The two numbers of the done page."""
    page = squeezed(browser.get("/s/l/done/"))
    number, secret = re.findall(r'<dd class="number">([\d-]+)</dd>', page)
    return number, secret
