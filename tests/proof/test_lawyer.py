"""The lawyer's window in a browser: names, brief, outcome, one declined; without a script too."""

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.proof.crawl import Visitor
from tests.proof.findings import Findings
from tests.proof.fixtures import serving
from tests.proof.house import House, prepared
from tests.proof.judge import UNFOLD
from tests.proof.officer import sign_in

USERNAME = "maebashi"  # as in `seating`
TABLET: ViewportSize = {"width": 1024, "height": 768}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A town with a clinic today."""
    made = prepared(tmp_path_factory.mktemp("lawyer") / "home")
    made.run("-m", "tests.proof.seating")
    return made


desk_at = serving("desk")


def press(page: Page, act: str) -> None:
    """Press the button of a form, unfolded."""
    page.evaluate(UNFOLD)
    page.locator(f"form[action$='/{act}/'] button").click()
    page.wait_for_load_state()


def walk(visitor: Visitor, found: Findings, desk: str) -> None:
    """The day, the names, the brief, one who is declined."""
    page = visitor.page
    sign_in(page, desk, USERNAME)
    found.look_at(visitor, "day")
    page.locator("ol.slots a").first.click()
    found.look_at(visitor, "names")
    press(page, "clear")
    found.look_at(visitor, "brief")
    press(page, "outcome")
    found.look_at(visitor, "slips")
    page.check("input[name=came][value=late]")
    page.check("input[name=result][value=disclosure]")
    page.fill("textarea[name=note]", "投稿者の特定は、3か月以内に始めるとよい。")
    press(page, "outcome")
    found.look_at(visitor, "written")
    page.goto(desk + "/day/")
    page.locator("ol.slots a").last.click()
    found.look_at(visitor, "unnamed")
    press(page, "decline")
    found.look_at(visitor, "declined")


@pytest.fixture(scope="module")
def found(desk_at: str, chromium: Browser, pytestconfig: pytest.Config) -> Findings:
    """Everything that was wrong on the way."""
    findings = Findings("lawyer", pictures=bool(pytestconfig.getoption("--long")))
    with chromium.new_context(viewport=TABLET) as context:
        visitor = Visitor(context.new_page(), desk_at)
        walk(visitor, findings, desk_at)
        findings.faults += visitor.foreign
    return findings


def test_every_page_is_well_formed(found: Findings) -> None:
    assert len(found.pages) == 7
    found.sound()


@pytest.mark.usefixtures("found")
def test_without_a_script_names_brief_and_picture_are_there(
    desk_at: str, chromium: Browser
) -> None:
    with chromium.new_context(java_script_enabled=False, viewport=TABLET) as context:
        page = context.new_page()
        sign_in(page, desk_at, USERNAME)
        page.locator("ol.slots a").first.click()
        assert "起きたこと" in page.inner_text("main")
        page.locator("a.look").first.click()
        page.wait_for_load_state()
        assert page.locator("img").evaluate("picture => picture.naturalWidth") == 1
