"""Colours and text size: a button, a cookie without identity, back to the page; nothing else."""

import pytest
from django.test import Client
from pytest_django import Settings

from madoguchi.web.kit.display import Display
from tests.answers import squeezed

OWN = {"origin": "http://portal.test", "host": "portal.test"}


def test_a_button_changes_one_thing_and_leads_back(portal: Client) -> None:
    portal.cookies["disp"] = "standard.large"
    answer = portal.post("/display/", {"scheme": "blue", "back": "/en/desks/"}, headers=OWN)
    assert (answer.status_code, answer["Location"]) == (303, "/en/desks/")
    assert answer.cookies["disp"].value == "blue.large"
    assert answer.cookies["disp"]["max-age"] == ""


@pytest.mark.parametrize("demo", [True, False])
def test_no_script_reads_the_cookie_and_in_earnest_no_plain_line_carries_it(
    portal: Client, settings: Settings, *, demo: bool
) -> None:
    settings.DEMO = demo
    told = {"scheme": "blue", "back": "/", "do": "off", "switch": "on"}
    for path, name in (("/display/", "disp"), ("/recent/", "recent")):
        cookie = portal.post(path, told, headers=OWN).cookies[name]
        assert cookie["httponly"]
        assert bool(cookie["secure"]) is not demo


def test_no_page_may_ask_a_device_for_more_than_a_page(portal: Client, desk: Client) -> None:
    for answer in (portal.get("/"), portal.get("/s/"), desk.get("/"), desk.get("/sign-in/")):
        assert "geolocation=(), " in answer["Permissions-Policy"]
        assert "camera=(), " in answer["Permissions-Policy"]
        assert "publickey" not in answer["Permissions-Policy"]  # passkeys go on


def test_the_page_wears_the_choice(portal: Client) -> None:
    assert "data-scheme" not in squeezed(portal.get("/"))
    portal.cookies["disp"] = "black.small"
    assert 'data-scheme="black" data-size="small"' in squeezed(portal.get("/"))


@pytest.mark.parametrize("back", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_it_leads_nowhere_else(portal: Client, back: str) -> None:
    assert (
        portal.post("/display/", {"scheme": "blue", "back": back}, headers=OWN)["Location"] == "/"
    )


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://portal.test.evil.example", "http://["]
)
def test_another_site_cannot_press_the_button(portal: Client, origin: str) -> None:
    headers = {"origin": origin, "host": "portal.test", "sec-fetch-site": ""}
    answer = portal.post("/display/", {"scheme": "blue"}, headers=headers)
    assert (answer.status_code, dict(answer.cookies)) == (403, {})


@pytest.mark.parametrize("cookie", ["", "x", "blue", "blue.huge", "<script>.large", "blue.large.x"])
def test_an_unknown_cookie_is_no_choice(cookie: str) -> None:
    assert Display.read(cookie) == Display()
