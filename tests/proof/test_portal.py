"""Every page of the portal: reachable for all, valid, its own, silent towards others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.proof.crawl import Visitor
from tests.proof.findings import OUT, Findings
from tests.proof.forms import fill, main_form, send
from tests.proof.judge import invalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

    type Walk = Callable[[Visitor, Findings], None]

STARTS = ("/", "/easy/", "/en/")
REQUEST = "/s/"
ENDS_VISIT = ("/leave", "/s/leave", "/display/")
MOST_STEPS = 15


def information(visitor: Visitor, found: Findings) -> None:
    """Look at every page that links lead to; none of them may set a cookie."""
    for seen in visitor.walk(STARTS, (*ENDS_VISIT, REQUEST, "/easy/s/", "/en/s/")):
        found.look(visitor, seen)
    found.cookies += [cookie.get("name", "?") for cookie in visitor.page.context.cookies()]


def ask_for_help(visitor: Visitor, found: Findings, column: str) -> None:
    """Go through a request from the safety page to the receipt, looking at every step.

    Each step with a question is sent empty first, so that its messages are looked at too.
    """
    page = visitor.page
    page.goto(visitor.base + column + REQUEST.lstrip("/"))
    for step in range(MOST_STEPS):
        found.look(visitor, visitor.see(f"step{step}"))
        if main_form(page) is None:
            return
        before = page.url
        send(page)
        if page.url == before:
            found.look(visitor, visitor.see(f"step{step}-unanswered"))
            form = main_form(page)
            assert form is not None
            fill(form)
            send(page)
    raise AssertionError(f"no end after {MOST_STEPS} steps: {page.url}")


@pytest.fixture(scope="module")
def found(portal_at: str, chromium: Browser, pytestconfig: pytest.Config) -> Findings:
    """Everything that a walk through the whole portal found."""
    findings = Findings("portal", pictures=bool(pytestconfig.getoption("--long")))
    foreign: list[str] = []
    for walk in (information, *(_asking(column) for column in STARTS)):
        with chromium.new_context(viewport={"width": 1280, "height": 900}) as context:
            visitor = Visitor(context.new_page(), portal_at)
            walk(visitor, findings)
            foreign += visitor.foreign
    findings.faults += [f"asked another host: {url}" for url in foreign]
    return findings


def _asking(column: str) -> Walk:
    return lambda visitor, found: ask_for_help(visitor, found, column)


def test_axe_finds_nothing_and_nothing_scrolls_sideways(found: Findings) -> None:
    print(f"portal: {len(found.pages)} pages in four schemes")
    assert len(found.pages) > 30
    assert not found.faults, "\n".join(found.faults)


def test_html_is_valid(found: Findings) -> None:
    faults = invalid(found.pages, OUT / "html" / "portal")
    assert not faults, "\n".join(faults)


def test_every_title_is_its_own(found: Findings) -> None:
    assert not found.doubled_titles()


def test_information_pages_set_no_cookie(found: Findings) -> None:
    assert not found.cookies


def test_a_chosen_scheme_is_what_was_judged(portal_at: str, chromium: Browser) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(portal_at)
        page.click("button[name=scheme][value=black]")
        assert page.get_attribute("html", "data-scheme") == "black"
