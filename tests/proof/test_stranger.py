"""Another site sends a form of ours in the person's browser (M4).

In Chromium; mostly nothing says who sent it: a proxy takes `Origin`, `Referer` and `Sec-Fetch-Site`
away. A neighbour
on the same site is sent with the person's cookie, any other site without it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page

from tests.proof.forms import fill, main_form, send
from tests.proof.house import House, kill
from tests.proof.site import free_port, wait_for

pytestmark = pytest.mark.usefixtures("portal_at")  # which laid out the static files
PHONE = "090-1111-2222"
FORM = """<!doctype html><title>x</title><form method="post" action="{}/s/c/contact/">
<input name="contact_rule" value="phone"><input name="phone" value="{}"><input name="name_desk"
value="yes"></form><script>document.forms[0].submit()</script>"""
SITES = {"a neighbour of ours": "http://127.0.0.1:9", "any other": "http://elsewhere.test"}


@contextmanager
def nameless(house: House, *words: str) -> Iterator[str]:
    """The address of the portal behind such a proxy."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    server = house.start("-m", "tests.proof.nameless", str(port), *words, to_log=True)
    try:
        wait_for(address + "/", server, house.log("portal"))
        yield address
    finally:
        kill(server)


def written(page: Page, at: str) -> str:
    """The telephone number that stands in the person's draft."""
    page.goto(at + "/s/c/contact/")
    return page.locator("input[name=phone]").input_value()


def sent_by(page: Page, at: str, site: str) -> bool:
    """Whether the words are in the page, hidden or not; what is offered to be pressed would be."""
    page.context.route(
        site + "/",
        lambda route: route.fulfill(body=FORM.format(at, PHONE), content_type="text/html"),
    )
    page.goto(site + "/")
    page.wait_for_url(at + "/s/**")
    shown = PHONE in page.content()
    if main_form(page):
        send(page)
    return shown


def begin(page: Page, at: str) -> None:
    """The person answers the first page and reads the second."""
    page.goto(at + "/s/")
    send(page)
    form = main_form(page)
    assert form
    fill(form)
    send(page)
    if "/lines/" in page.url:
        page.locator("main a.button").last.click()


@pytest.mark.parametrize("name", SITES)
def test_no_strangers_number_comes_into_a_draft(chromium: Browser, house: House, name: str) -> None:
    with nameless(house) as at, chromium.new_context() as context:
        page = context.new_page()
        begin(page, at)
        shown = sent_by(page, at, SITES[name])
        assert shown == (name == "any other"), "only in the open, and only where no cookie came"
        assert written(page, at) == ""


@pytest.mark.parametrize("name", SITES)
def test_a_browser_that_names_the_stranger_shows_nothing(
    chromium: Browser, portal_at: str, name: str
) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        begin(page, portal_at)
        assert not sent_by(page, portal_at, SITES[name])
        assert written(page, portal_at) == ""


@pytest.mark.parametrize("name", SITES)
def test_control_without_the_mark_it_does(chromium: Browser, house: House, name: str) -> None:
    with nameless(house, "unmarked") as at, chromium.new_context() as context:
        page = context.new_page()
        begin(page, at)
        sent_by(page, at, SITES[name])
        assert written(page, at) == PHONE


@pytest.mark.parametrize("name", SITES)
def test_control_words_that_were_carried_on_come_from_a_browser_that_names_the_stranger(
    chromium: Browser, house: House, name: str
) -> None:
    """Hidden in the page of before, and one press of its button away from the draft."""
    with nameless(house, "carried") as at, chromium.new_context() as context:
        page = context.new_page()
        begin(page, at)
        assert sent_by(page, at, SITES[name])
        assert written(page, at) == PHONE


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_persons_own_form_is_taken(chromium: Browser, house: House, script: bool) -> None:  # noqa: FBT001 - a case of the table
    with nameless(house) as at, chromium.new_context(java_script_enabled=script) as context:
        page = context.new_page()
        begin(page, at)
        page.goto(at + "/s/c/contact/")
        page.locator("input[name=phone]").fill("0279-00-0101")
        send(page)
        assert written(page, at) == "0279-00-0101"
