"""Every page of the portal: reachable for all, valid, its own, silent towards others."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from tests.proof.crawl import Visitor
from tests.proof.findings import Findings
from tests.proof.forms import fill, main_form, send

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


def refusals(visitor: Visitor, found: Findings) -> None:
    """Look at what is said where nothing is, and of a body that was left in the proxy."""
    page = visitor.page
    for column in STARTS:
        page.goto(f"{visitor.base}{column}nowhere/")
        found.look(visitor, visitor.see())
        for why in ("too_large", "full_files"):
            page.set_extra_http_headers({"X-Unread": why})
            page.goto(f"{visitor.base}{column}s/c/story/")
            found.look(visitor, visitor.see(why))
        page.set_extra_http_headers({})


def ask_for_help(visitor: Visitor, found: Findings, column: str, *, hasty: bool) -> None:
    """Go from the safety page to the receipt, and read the case with it, looking at every page.

    A hasty visitor sends each step empty first, so that its messages are looked at too.
    """
    page = visitor.page
    page.goto(visitor.base + column + REQUEST.lstrip("/"))
    for step in range(MOST_STEPS):
        found.look(visitor, visitor.see(f"step{step}"))
        if page.url.endswith("/done/"):
            return read_the_case(visitor, found, column)
        form = main_form(page)
        if form is None:
            page.locator("main a.button").last.click()
            page.wait_for_load_state()
            continue
        before = page.url
        if hasty:
            send(page)
        if page.url == before:
            if hasty:
                found.look(visitor, visitor.see(f"step{step}-unanswered"))
            fill(form)
            send(page)
    raise AssertionError(f"no end after {MOST_STEPS} steps: {page.url}")


def read_the_case(visitor: Visitor, found: Findings, column: str) -> None:
    """Open the case with the receipt that the page shows, after a wrong try; look at its pages."""
    page = visitor.page
    number, secret = page.locator("dd.number").all_inner_texts()
    page.goto(visitor.base + column + "s/f/")
    for tried in ("0" * 16, secret):
        page.fill("input[name=number]", number)
        page.fill("input[name=secret]", tried)
        send(page)
        found.look(visitor, visitor.see(f"with-{'right' if tried == secret else 'wrong'}-secret"))
    for seen in visitor.walk((f"{column}s/f/m/", f"{column}s/f/w/", f"{column}s/f/d/"), ("/",)):
        found.look(visitor, seen)


@pytest.fixture(scope="module")
def found(portal_at: str, chromium: Browser, pytestconfig: pytest.Config) -> Findings:
    """Everything that a walk through the whole portal found."""
    findings = Findings("portal", pictures=bool(pytestconfig.getoption("--long")))
    foreign: list[str] = []
    for walk in (information, refusals, *(_asking(column) for column in STARTS)):
        with chromium.new_context(viewport={"width": 1280, "height": 900}) as context:
            visitor = Visitor(context.new_page(), portal_at)
            walk(visitor, findings)
            foreign += visitor.foreign
    findings.faults += [f"asked another host: {url}" for url in foreign]
    return findings


def _asking(column: str) -> Walk:
    hasty = column == STARTS[0]
    return lambda visitor, found: ask_for_help(visitor, found, column, hasty=hasty)


def test_every_page_is_well_formed(found: Findings) -> None:
    print(f"portal: {len(found.pages)} pages in four schemes")
    assert len(found.pages) > 30
    found.sound()


def test_every_title_is_its_own(found: Findings) -> None:
    assert not found.doubled_titles()


def test_information_pages_set_no_cookie(found: Findings) -> None:
    assert not found.cookies


def test_a_chosen_scheme_is_what_was_judged(portal_at: str, chromium: Browser) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(portal_at)
        page.click("button[name=scheme][value=black]")
        page.wait_for_selector("html[data-scheme=black]")  # without a new page, a moment later
