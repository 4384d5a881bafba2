"""A year's budget in a browser: opened, changed, compared, on screen, telephone and as xlsx."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.proof.crawl import Visitor
from tests.proof.findings import Findings
from tests.proof.house import House, prepared
from tests.proof.officer import sign_in
from tests.proof.site import add_colleagues, opened
from tests.proof.test_grants_ledger import cells, kinds, look, save

OPENED = {
    "budget": "300万円",
    "section": "3款1項2目18節",
    "number": "渋安第1号",
    "on": "令和8年4月1日",
}
FORM = "form[action*='/{}/']"
SAVE = "form[action*='/compare/'] button[value=save]"
BOTH = pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])


@pytest.fixture
def at(tmp_path: Path) -> Iterator[str]:
    """Where the desk of a house of its own answers."""
    house: House = prepared(tmp_path / "home")
    add_colleagues(house, {"one": "subsidy_officer", "au": "auditor"})
    with opened(house, "desk") as address:
        yield address


def press(page: Page, act: str, typed: Mapping[str, str]) -> None:
    """Fill in a form and send it."""
    form = page.locator(FORM.format(act))
    for name, words in typed.items():
        form.locator(f"input[type=text][name={name}]").fill(words)
    form.locator("button.button").first.click()
    page.wait_for_load_state()


@BOTH
def test_a_year_from_its_opening_to_the_comparison(
    at: str, chromium: Browser, tmp_path: Path, pytestconfig: pytest.Config, *, script: bool
) -> None:
    found = Findings("budget", pictures=bool(pytestconfig.getoption("--long")))
    with chromium.new_context(java_script_enabled=script) as context:
        visitor = Visitor(context.new_page(), at)
        page = visitor.page
        sign_in(page, at, "one")
        page.goto(f"{at}/grants/budget/")

        def seen(name: str) -> None:
            if script:
                look(found, visitor, name)

        seen("not-open")
        page.locator("input[name=terms][value=same]").check()
        press(page, "open", {**OPENED, "budget": "15.5万", "number": ""})
        assert page.locator("[aria-invalid=true]").count() == 2
        seen("refused")
        press(page, "open", OPENED)
        assert page.locator(".sums .rest dd").inner_text() == "3,000,000円"
        page.locator("details.change summary").click()
        page.locator("label", has_text="補正").first.click()
        press(page, "change", {"budget": "3,500,000", "number": "渋安第9号"})
        assert page.locator(".sums .rest dd").inner_text() == "3,500,000円"
        seen("open")
        press(page, "compare", {"voted": "350万", "paid": "1円", "left": "0"})
        assert page.locator(".compared .apart").count() == 2
        seen("compared")
        told = kinds(cells(save(page, SAVE), tmp_path))
    assert {"date", "float", "string"} == told.keys()
    assert "3,500,000" in told["float"]
    assert found.faults == []


def test_an_auditor_reads_and_changes_nothing(
    at: str, chromium: Browser, pytestconfig: pytest.Config
) -> None:
    found = Findings("budget-audit", pictures=bool(pytestconfig.getoption("--long")))
    with chromium.new_context() as context:
        visitor = Visitor(context.new_page(), at)
        page = visitor.page
        sign_in(page, at, "au")
        page.goto(f"{at}/grants/ledger/")
        page.locator("a[href='/grants/budget/']").click()
        assert page.locator("main form[action^='/grants/']").count() == 0
        assert page.locator("[aria-current=page]").count() == 1
        look(found, visitor, "not-open")
    assert found.faults == []
