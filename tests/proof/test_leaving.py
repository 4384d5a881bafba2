"""After leaving, nothing of the visit comes back: not by Back, not by address, not by cookie."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page

from tests.proof.forms import fill, main_form, send

WRITTEN = "見本の書き込み 8f2c"
MOST_STEPS = 8
ELSEWHERE = "<!doctype html><title>elsewhere</title><p>elsewhere"


def visitor(chromium: Browser, portal_at: str, *, script: bool) -> BrowserContext:
    """A browser for which every other host is one quiet page."""
    context = chromium.new_context(java_script_enabled=script)
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
        page.goto(written_at)
        assert WRITTEN not in page.content()
        for cookie in held:  # whoever copied the cookie before
            context.add_cookies(
                [{"name": cookie["name"], "value": cookie["value"], "url": portal_at}]
            )
        page.goto(written_at)
        assert WRITTEN not in page.content()


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
