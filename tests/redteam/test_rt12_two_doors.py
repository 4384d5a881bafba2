"""12. Both doors in one browser: no cookie crosses; leaving keeps the desk signed in."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from madoguchi.config.windows import DESK, PORTAL
from madoguchi.tools.office.public import OfficeCard
from tests.offices import DESK_HOST, PORTAL_HOST, browser_of
from tests.proof.house import House
from tests.web.desk.colleagues import colleague
from tests.web.portal import browsing

NAMES = """
import json
from madoguchi.ops.start import django
django("{window}")
from django.conf import settings
print(json.dumps([
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.SECRET_KEY,
    settings.VISIT_COOKIE,
]))
"""


def open_window(settings: Settings, window: object) -> None:
    """From now on this process serves that window."""
    assert window in (PORTAL, DESK)
    row = PORTAL if window is PORTAL else DESK
    settings.ROOT_URLCONF, settings.MIDDLEWARE, settings.WINDOW = (
        row.urls,
        list(row.middleware),
        row,
    )


def at(host: str, browser: Client) -> Client:
    """The same cookies at another host: cookies ignore ports."""
    other = browser_of(host)
    other.cookies = browser.cookies
    return other


def test_the_windows_share_neither_cookie_name_nor_secret(tmp_path: Path) -> None:
    house = House(tmp_path / "home")
    portal, desk = (
        json.loads(house.run("-c", NAMES.format(window=window), window=window))
        for window in ("portal", "desk")
    )
    assert not set(portal[:3]) & set(desk[:3])
    assert portal[3] not in desk[:3]


def test_leaving_the_portal_keeps_the_desk_signed_in(
    office: OfficeCard, now: datetime, settings: Settings
) -> None:
    _, browser = colleague(office, "counsellor", now)
    assert browser.get("/").status_code == 200
    at_desk = set(browser.cookies)
    open_window(settings, PORTAL)
    citizen = at(PORTAL_HOST, browser)
    browsing.begin(citizen)
    left = citizen.get("/s/leave/")
    assert not set(left.cookies) & at_desk
    assert left["Clear-Site-Data"] == '"storage"'
    open_window(settings, DESK)
    assert at(DESK_HOST, citizen).get("/").status_code == 200


def test_the_portals_cookies_open_nothing_at_the_desk(portal: Client, settings: Settings) -> None:
    browsing.fill(portal)
    browsing.send(portal)
    value = portal.cookies[settings.VISIT_COOKIE].value
    open_window(settings, DESK)
    stranger = at(DESK_HOST, portal)
    assert stranger.get("/")["Location"].startswith("/sign-in/")
    stranger.cookies[settings.SESSION_COOKIE_NAME] = value
    assert stranger.get("/")["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("path", ["/", "/s/f/", "/s/c/done/"])
def test_the_desks_session_is_nobody_at_the_portal(
    path: str, office: OfficeCard, now: datetime, settings: Settings
) -> None:
    _, browser = colleague(office, "supervisor", now)
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    open_window(settings, PORTAL)
    bare = browser_of(PORTAL_HOST)
    with_session = browser_of(PORTAL_HOST)
    with_session.cookies[settings.SESSION_COOKIE_NAME] = session
    with_session.cookies[settings.VISIT_COOKIE] = session
    one, two = bare.get(path), with_session.get(path)
    assert (one.status_code, one.get("Location")) == (two.status_code, two.get("Location"))
    assert settings.SESSION_COOKIE_NAME not in two.cookies


def test_a_desk_page_does_not_exist_at_the_portal(portal: Client) -> None:
    paths = ("/sign-in/", "/cases/", "/audit/", "/staff/", "/me/")
    assert {portal.get(path).status_code for path in paths} == {404}
    assert settings.WINDOW is PORTAL
