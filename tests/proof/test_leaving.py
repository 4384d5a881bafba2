"""After leaving, nothing of the visit comes back: not by Back, not by address, not by cookie."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, ViewportSize

from tests.proof.forms import fill, main_form, send
from tests.proof.person import go_on_in_place

WRITTEN = "見本の書き込み 8f2c"
MOST_STEPS = 8
TELEPHONE: ViewportSize = {"width": 375, "height": 667}
ELSEWHERE = "<!doctype html><title>elsewhere</title><p>elsewhere"


def visitor(chromium: Browser, portal_at: str, *, script: bool) -> BrowserContext:
    """A browser for which every other host is one quiet page."""
    context = chromium.new_context(java_script_enabled=script, viewport=TELEPHONE)
    context.set_default_timeout(10_000)
    context.route(
        lambda address: not address.startswith(portal_at),
        lambda route: route.fulfill(body=ELSEWHERE, content_type="text/html"),
    )
    return context


def write_something(page: Page, portal_at: str) -> str:
    """Go through a request until the words are written; the address where they stand."""
    page.goto(portal_at + "/s/")
    for _ in range(MOST_STEPS):
        form = main_form(page)
        if form is None:
            page.locator("main a.button").last.click()
            continue
        for story in form.locator("textarea").all():
            story.fill(WRITTEN)
        fill(form)
        send(page)
        if WRITTEN in page.content():
            return page.url
    raise AssertionError(f"the words are on no page: {page.url}")


def told_of(page: Page, portal_at: str) -> bool:
    """Whether Back leads to what the safety page and the README say it may still show."""
    path = page.url.removeprefix(portal_at)
    return not path.startswith("/s/") or path == "/s/"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_nothing_comes_back(chromium: Browser, portal_at: str, script: bool) -> None:  # noqa: FBT001
    with visitor(chromium, portal_at, script=script) as context:
        page = context.new_page()
        written_at = write_something(page, portal_at)
        held = context.cookies(portal_at)
        page.locator("a.exit").first.click()
        page.wait_for_url(lambda address: not address.startswith(portal_at))
        assert not context.cookies(portal_at)
        for back in range(4):
            try:
                page.go_back(wait_until="load", timeout=5000)
            except Error:
                break
            assert WRITTEN not in page.content(), f"{back + 1} × Back shows it: {page.url}"
            assert told_of(page, portal_at), (
                f"{back + 1} × Back shows what nobody tells: {page.url}"
            )
        page.goto(written_at)
        assert WRITTEN not in page.content()
        for cookie in held:  # whoever copied the cookie before
            context.add_cookies(
                [{"name": cookie["name"], "value": cookie["value"], "url": portal_at}]
            )
        page.goto(written_at)
        assert WRITTEN not in page.content()


def test_without_a_connection_the_page_is_covered_and_left_as_soon_as_there_is_one(
    chromium: Browser, portal_at: str
) -> None:
    with visitor(chromium, portal_at, script=True) as context:
        page = context.new_page()
        written_at = write_something(page, portal_at)
        context.set_offline(True)
        page.locator("a.exit").first.click()
        page.wait_for_timeout(500)
        assert page.evaluate("getComputedStyle(document.body).display") == "none"
        assert page.title() == "…"
        with page.expect_response(portal_at + "/s/leave/"):
            context.set_offline(False)
        with suppress(Error):  # where it leads to is not there
            page.wait_for_load_state()
        page.goto(written_at)
        assert WRITTEN not in page.content()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_refused_page_loaded_anew_after_leaving_shows_nothing(
    chromium: Browser,
    portal_at: str,
    script: bool,  # noqa: FBT001
) -> None:
    with visitor(chromium, portal_at, script=script) as context:
        page = context.new_page()
        page.goto(portal_at + "/s/")
        send(page)
        page.goto(portal_at + "/s/c/contact/")
        page.fill("#f-name", WRITTEN)
        send(page)  # nothing says how to be reached
        assert page.locator("#slips").count() == 1
        assert WRITTEN in page.content()
        page.locator("label[for=f-contact_rule-wait]").click()
        send(page)
        page.locator("a.exit").first.click()
        page.wait_for_url(lambda address: not address.startswith(portal_at))
        for _ in range(3):
            with suppress(Error):  # a page that would have to be sent again is not shown
                page.go_back(wait_until="load", timeout=5000)
            with suppress(Error):
                page.reload(wait_until="load", timeout=5000)
            assert WRITTEN not in page.content(), page.url
        assert not context.cookies(portal_at)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_way_back_on_the_page_keeps_what_was_written(
    chromium: Browser,
    portal_at: str,
    script: bool,  # noqa: FBT001
) -> None:
    with visitor(chromium, portal_at, script=script) as context:
        page = context.new_page()
        page.goto(portal_at + "/s/")
        send(page)
        page.goto(portal_at + "/s/c/wishes/")
        page.fill("#f-visit_when", WRITTEN)
        page.click("main button[name=before]")
        page.wait_for_url("**/s/c/about/")
        page.fill("#f-town", WRITTEN)
        page.press("#f-town", "Enter")  # goes on, not back
        page.wait_for_url("**/s/c/wishes/")
        assert page.input_value("#f-visit_when") == WRITTEN


def test_back_between_steps_keeps_what_was_written(chromium: Browser, portal_at: str) -> None:
    with visitor(chromium, portal_at, script=True) as context:
        page = context.new_page()
        write_something(page, portal_at)
        for _ in range(MOST_STEPS):
            page.go_back(wait_until="load")
            if page.locator("textarea").count():
                break
        kept = [story.input_value() for story in page.locator("textarea").all()]
        assert WRITTEN in kept


def search_for(page: Page, portal_at: str) -> None:
    """Search from the first page, again from the answer, and read a page that was found."""
    page.goto(portal_at + "/")
    page.locator(".menu summary").first.click()
    for field in ("#find", "#again"):
        page.fill(field, WRITTEN)
        go_on_in_place(page, partial(page.press, field, "Enter"))
        assert page.input_value("#again") == WRITTEN
        assert page.url == portal_at + "/search/"
    page.locator("main .found a").first.click()
    page.wait_for_url(lambda address: "/search/" not in address)


def ask_about_a_page(page: Page, portal_at: str) -> None:
    """Press twice what is refused, so that the refused page was itself sent from one."""
    page.goto(portal_at + "/enquiry/")
    page.locator("main a[href='/enquiry/ask/']").click()
    for _ in range(2):
        page.fill("#f-text", WRITTEN)
        page.locator("main form button").last.click()
        page.wait_for_selector("#slips")
        page.evaluate("document.getElementById('slips').id = ''")
    assert WRITTEN in page.content()


@pytest.mark.parametrize("write", [search_for, ask_about_a_page])
def test_what_belongs_to_no_visit_stays_in_no_history(
    chromium: Browser, portal_at: str, write: Callable[[Page, str], None]
) -> None:
    with visitor(chromium, portal_at, script=True) as context:
        page = context.new_page()
        write(page, portal_at)
        page.locator("a.exit").first.click()
        page.wait_for_url(lambda address: not address.startswith(portal_at))
        seen = []
        for _ in range(6):
            with suppress(Error):
                page.go_back(wait_until="load", timeout=5000)
            with suppress(Error):
                page.reload(wait_until="load", timeout=5000)
            seen.append(page.url.removeprefix(portal_at))
            typed = [field.input_value() for field in page.locator("input, textarea").all()]
            assert WRITTEN not in page.content(), seen
            assert WRITTEN not in typed, seen
        assert seen[0].startswith("/"), "nothing was gone back to"


def test_back_from_an_answer_leads_to_the_page_where_it_was_asked(
    chromium: Browser, portal_at: str
) -> None:
    with visitor(chromium, portal_at, script=True) as context:
        page = context.new_page()
        page.goto(portal_at + "/desks/")
        page.locator(".menu summary").first.click()
        page.fill("#find", WRITTEN)
        page.press("#find", "Enter")
        page.wait_for_selector(f"#again[value='{WRITTEN}']")
        page.go_back(wait_until="load")
        page.wait_for_selector("main .desk")
        assert page.url == portal_at + "/desks/"
        assert WRITTEN not in page.content()


@pytest.mark.parametrize("path", ["/search/", "/enquiry/ask/", "/s/h/check/", "/s/f/"])
@pytest.mark.parametrize("column", ["", "/easy", "/en"])
def test_without_a_script_the_page_says_that_it_may_be_sent_again(
    chromium: Browser, portal_at: str, path: str, column: str
) -> None:
    with visitor(chromium, portal_at, script=False) as context:
        page = context.new_page()
        page.goto(portal_at + column + "/")
        if path == "/search/":
            page.locator(".menu summary").first.click()
            page.press("#find", "Enter")
        else:
            page.goto(portal_at + column + path)
        if path == "/s/f/":  # a number that was typed stands there once more
            page.fill("#f-number", "1234567890128")
            page.locator("main form button").click()
        assert page.locator("main .unscripted").is_visible()
    with visitor(chromium, portal_at, script=True) as context:
        page = context.new_page()
        page.goto(portal_at + column + ("/enquiry/ask/" if path == "/search/" else path))
        assert not page.locator("main .unscripted").is_visible()
