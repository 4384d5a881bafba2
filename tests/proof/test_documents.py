"""The published files in a browser: listed at any width, with and without script, and drawn."""

import pytest
from playwright.sync_api import Browser

from tests.proof.crawl import Visitor
from tests.proof.findings import Findings

ROWS = "main ul.links a"
DRAWN = 8_000  # bytes of a picture: a blank page is far below


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_the_papers_are_listed_and_open(
    portal_at: str, chromium: Browser, *, script: bool, pytestconfig: pytest.Config
) -> None:
    found = Findings(f"documents-{script}", pictures=bool(pytestconfig.getoption("--long")))
    view = {"width": 320, "height": 700}
    with chromium.new_context(viewport=view, java_script_enabled=script) as context:  # type: ignore[arg-type] # a plain dict
        visitor = Visitor(context.new_page(), portal_at)
        page = visitor.page
        for column in ("/", "/easy/", "/en/"):
            page.goto(f"{portal_at}{column}documents/")
            if script:
                found.look(visitor, visitor.see())
                assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.goto(f"{portal_at}/documents/")
        link = page.locator(ROWS, has_text="補助金の案内")
        said = link.inner_text()
        with page.expect_response("**/documents/subsidy_guide.pdf") as told:
            link.click()
        answer = told.value
        assert answer.status == 200
        assert answer.headers["content-type"] == "application/pdf"
        assert f"{-(-int(answer.headers['content-length']) // 1024)} KB" in said
        page.wait_for_url("**/documents/subsidy_guide.pdf")  # shown, not put into a folder
        assert not context.cookies()
    assert found.faults == []


def test_the_browser_draws_the_guide_itself(portal_at: str, chromium: Browser) -> None:
    with chromium.new_context(viewport={"width": 900, "height": 1000}) as context:
        page = context.new_page()
        page.goto(f"{portal_at}/documents/")
        page.locator(ROWS, has_text="補助金の案内").click()
        page.wait_for_url("**/documents/subsidy_guide.pdf")
        page.wait_for_timeout(2000)  # the viewer tells nobody when it is done
        seen = page.screenshot(clip={"x": 330, "y": 60, "width": 560, "height": 800})
    assert len(seen) > DRAWN
