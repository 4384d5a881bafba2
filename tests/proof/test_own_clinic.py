"""One's own booking in a browser, with and without a script: judged, kept, changed, given back."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests import calendars
from tests.proof.crawl import Visitor
from tests.proof.findings import Findings, found_on
from tests.proof.fixtures import serving
from tests.proof.house import House, prepared
from tests.proof.person import ask, open_receipt
from tests.proof.standing import Say, standing

OWN = "/s/f/l/"
NEUTRAL = ("弁護士", "相談", "lawyer", "Lawyer")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A town."""
    return prepared(tmp_path_factory.mktemp("own") / "home")


portal_at = serving("portal")


@pytest.fixture(scope="module")
def say(house: House) -> Iterator[Say]:
    """The desk, which has published its clinic days, does something meanwhile."""
    with standing(house, "tests.proof.clinic_days") as tell:
        tell("publish")
        yield tell


def press(page: Page, what: str, button: int = 0) -> None:
    """Press a button of the form that does this, its fold opened."""
    form = page.locator(f"form[action$='{OWN}{what}/']").first
    for fold in form.locator("xpath=ancestor::details").all():
        if fold.get_attribute("open") is None:
            fold.locator("xpath=./summary").click()
    form.locator("button").nth(button).click()
    page.wait_for_load_state()


def show(visitor: Visitor, found: Findings, state: str) -> None:
    """Judge the receipt's page and that of the booking in every column."""
    for path in ("/s/f/", *(f"{column}{OWN}" for column in ("/easy", "/en", ""))):
        visitor.page.goto(visitor.base + path)
        found.look_at(visitor, state)


def walk(say: Say, visitor: Visitor, found: Findings) -> None:
    """Waiting, asked, moved, kept, changed, refused, cancelled, offered, off."""
    page, portal = visitor.page, visitor.base
    receipt = ask(page, portal)
    open_receipt(page, portal, receipt)
    show(visitor, found, "none")
    press(page, "w")
    found.look_at(visitor, "waits")
    say("book", receipt.number, receipt.secret, "asked")
    show(visitor, found, "asked")
    say("state", "booked")
    say("move")
    show(visitor, found, "moved")
    press(page, "k")
    found.look_at(visitor, "kept")
    press(page, "c")
    found.look_at(visitor, "refused")
    page.locator("select[name=at]").first.select_option(index=3)
    press(page, "c")
    found.look_at(visitor, "changed")
    press(page, "x")
    found.look_at(visitor, "cancelled")
    say("book", receipt.number, receipt.secret, "offered")
    show(visitor, found, "offered")
    press(page, "o", 0)
    found.look_at(visitor, "accepted")
    say("cancel")
    show(visitor, found, "off")
    press(page, "x")
    say("book", receipt.number, receipt.secret, "booked")
    say("advise")
    show(visitor, found, "advice")


@pytest.fixture(scope="module")
def found(say: Say, portal_at: str, chromium: Browser, pytestconfig: pytest.Config) -> Findings:
    """Everything that was wrong on the way."""
    return found_on(partial(walk, say), "own", portal_at, chromium, pytestconfig)


def test_every_page_is_well_formed(found: Findings) -> None:
    assert len(found.pages) == 30
    found.sound()


def test_no_title_says_what_it_is(found: Findings) -> None:
    assert not [page.title for page in found.pages if any(word in page.title for word in NEUTRAL)]


@pytest.mark.usefixtures("found")
def test_without_a_script_it_is_kept_and_given_back_and_the_file_says_nothing(
    say: Say, portal_at: str, chromium: Browser, tmp_path: Path
) -> None:
    with chromium.new_context() as context:
        receipt = ask(context.new_page(), portal_at)
    say("book", receipt.number, receipt.secret, "booked", "3")
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        open_receipt(page, portal_at, receipt)
        page.goto(portal_at + OWN)
        with page.expect_download() as download:
            form = page.locator(f"form[action$='{OWN}t/']")
            for fold in form.locator("xpath=ancestor::details").all():
                fold.locator("xpath=./summary").click()
            form.locator("button").click()
        download.value.save_as(tmp_path / download.value.suggested_filename)
        (entry,) = calendars.entries((tmp_path / "yotei.ics").read_bytes())
        assert entry.summary == "予定"
        say("move")
        page.goto(portal_at + OWN)
        press(page, "k")
        assert "新しい日時で予約を続けます" in page.inner_text("main")
        press(page, "x")
        assert "予約を取り消しました" in page.inner_text("main")
