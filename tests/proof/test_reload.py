"""What was typed outlives a portal that was too busy, and a change of colours.

A page that could not be taken says "reload": that sends it again, and Back may lose it.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.proof.person import go_on

STORY = "まだ送っていない文章"
FIELD = "textarea[name=text]"
BUSY = "<!doctype html><title>busy</title>"


@pytest.fixture
def page(chromium: Browser, portal_at: str) -> Iterator[Page]:
    """A browser whose visitor has just sent a story to a portal that was too busy to read it."""
    with chromium.new_context() as context:
        page = writing(context, portal_at)
        page.route("**/s/c/story/", busy)
        go_on(page)
        assert page.title() == "busy"
        yield page


def writing(context: BrowserContext, portal_at: str) -> Page:
    """A page with a story that nobody has sent yet."""
    page = context.new_page()
    page.goto(portal_at + "/s/")
    page.locator("main form button").last.click()
    page.goto(portal_at + "/s/c/story/")
    page.fill(FIELD, STORY)
    return page


def choose_black(page: Page) -> None:
    """Press for black among the display tools."""
    show_tools(page)
    page.click("button[name=scheme][value=black]")
    page.wait_for_selector("html[data-scheme=black]")


def choose_english(page: Page) -> None:
    """Press for English among the display tools."""
    show_tools(page)
    page.click(".tools button[lang=en]")


def show_tools(page: Page) -> None:
    """Open the display tools."""
    if not page.locator("button[name=scheme][value=black]").is_visible():
        page.click(".menu summary")


def busy(route: Route) -> None:
    """What the portal answers when it has no place for a body."""
    if route.request.method == "POST":
        headers = {"cache-control": "no-store"}
        route.fulfill(status=503, content_type="text/html", headers=headers, body=BUSY)
    else:
        route.continue_()


def test_to_reload_sends_what_was_typed(page: Page, portal_at: str) -> None:
    page.unroute("**/s/c/story/")
    page.reload()
    page.goto(portal_at + "/s/c/story/")
    assert page.input_value(FIELD) == STORY


def test_control_back_loses_it(page: Page) -> None:
    page.go_back()
    page.wait_for_selector(FIELD)
    assert page.input_value(FIELD) == ""


WITH_AND_WITHOUT_SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "bare"])


@WITH_AND_WITHOUT_SCRIPT
def test_other_colours_leave_what_was_typed(
    chromium: Browser, portal_at: str, *, script: bool
) -> None:
    with chromium.new_context(java_script_enabled=script) as context:
        page = writing(context, portal_at)
        choose_black(page)
        assert page.input_value(FIELD) == STORY
        assert page.get_attribute("button[value=black]", "aria-pressed") == "true"
        page.goto(portal_at + "/s/c/story/")
        assert page.get_attribute("html", "data-scheme") == "black"


@WITH_AND_WITHOUT_SCRIPT
def test_another_language_keeps_what_was_typed(
    chromium: Browser, portal_at: str, *, script: bool
) -> None:
    with chromium.new_context(java_script_enabled=script) as context:
        page = writing(context, portal_at)
        choose_english(page)
        page.wait_for_url("**/en/s/c/story/")
        assert page.input_value(FIELD) == STORY


def test_control_the_address_of_another_language_does_not(
    chromium: Browser, portal_at: str
) -> None:
    with chromium.new_context() as context:
        page = writing(context, portal_at)
        page.goto(portal_at + "/en/s/c/story/")
        assert page.input_value(FIELD) == ""


def test_enter_in_a_line_goes_on_and_changes_no_colours(chromium: Browser, portal_at: str) -> None:
    with chromium.new_context() as context:
        page = writing(context, portal_at)
        page.press("input[name=when]", "Enter")
        page.wait_for_url("**/s/c/contact/")
        assert page.get_attribute("html", "data-scheme") is None


def test_a_language_is_not_opened_where_nothing_could_be_saved(
    chromium: Browser, portal_at: str
) -> None:
    with chromium.new_context() as context:
        page = writing(context, portal_at)
        page.route("**/s/c/story/", busy)
        choose_english(page)
        page.wait_for_function("document.title === 'busy'")
        page.unroute("**/s/c/story/")
        page.reload()  # as that page says
        page.goto(portal_at + "/s/c/story/")
        assert page.input_value(FIELD) == STORY
