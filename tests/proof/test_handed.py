"""What desk and public hand each other: a summary to agree to, a question, published counts.

The desk's half runs without a script; every page of the public's half is judged.
"""

from functools import partial

import pytest
from playwright.sync_api import Browser, Page

from tests.proof.counted import last_month
from tests.proof.crawl import Visitor
from tests.proof.findings import Findings
from tests.proof.house import House
from tests.proof.officer import act, sign_in
from tests.proof.person import Receipt, ask, go_on, go_on_in_place, read
from tests.proof.site import add_colleagues

OFFICER, CHIEF = "handing", "publishing"
COLUMNS = ("", "/easy", "/en")
TOLD = "同じ人の書き込みが続いています。"


def prepare(page: Page, desk: str, name: str) -> None:
    """Take the case and write down what would be passed on."""
    sign_in(page, desk, OFFICER)
    page.goto(desk + "/?tab=unassigned")
    page.locator("table.cases tbody th a", has_text=name).click()
    act(page, "take")
    page.locator("a[href^='/refer/']").first.click()
    page.select_option("select[name=need]", "delete")
    page.click(".find button")
    page.click(".agency:has(input[name=agency][value=ihaho]) form button")
    page.check("input[name=consent][value=person]")
    page.fill("textarea[name=told]", TOLD)
    page.click(".work button.button")
    assert TOLD in page.inner_text("main")


def agree(visitor: Visitor, found: Findings, portal: str, receipt: Receipt) -> None:
    """Read it in every language, say yes."""
    page = visitor.page
    read(page, portal, receipt)
    found.look(visitor, visitor.see("asked"))
    for column in COLUMNS[::-1]:
        page.goto(f"{portal}{column}/s/f/r/")
        assert TOLD in page.inner_text("main")
        found.look(visitor, visitor.see())
    page.click("button[name=answer][value=yes]")
    page.wait_for_load_state()
    found.look(visitor, visitor.see("agreed"))


def wonder(visitor: Visitor, found: Findings, portal: str) -> None:
    """Ask about a page in every language, with a slip first."""
    page = visitor.page
    for column in COLUMNS:
        page.goto(f"{portal}{column}/enquiry/ask/")
        page.fill("textarea[name=text]", "ページの地図が開きません。")
        page.check("input[name=wants][value=mail]")
        go_on_in_place(page, partial(go_on, page))
        found.look(visitor, visitor.see("slip"))
        page.fill("input[name=email]", "toi@example.jp")
        go_on_in_place(page, partial(go_on, page))
        assert page.url.endswith("/enquiry/sent/")
        found.look(visitor, visitor.see())


def publish(page: Page, desk: str, month: str) -> None:
    """Settle a month and publish it."""
    sign_in(page, desk, CHIEF)
    page.goto(f"{desk}/reports/{month}/")
    for verb in ("settle", "publish"):
        page.locator(f"form[action$='/{verb}/'] button").click()
        page.wait_for_load_state()
        assert not page.title().startswith("エラー："), page.inner_text("main")


@pytest.fixture(scope="module")
def found(house: House, portal_at: str, desk_at: str, chromium: Browser) -> Findings:
    """Everything that was wrong on the way."""
    findings = Findings("handed", pictures=False)
    add_colleagues(house, {OFFICER: "counsellor", CHIEF: "supervisor"})
    with (
        chromium.new_context() as outside,
        chromium.new_context(java_script_enabled=False) as office,
        chromium.new_context(java_script_enabled=False) as above,
    ):
        visitor = Visitor(outside.new_page(), portal_at)
        receipt = ask(visitor.page, portal_at)
        prepare(office.new_page(), desk_at, receipt.number[-5:])
        agree(visitor, findings, portal_at, receipt)
        wonder(visitor, findings, portal_at)
        publish(above.new_page(), desk_at, last_month(house))
        for column in COLUMNS:
            visitor.page.goto(f"{portal_at}{column}/figures/")
            assert visitor.page.locator("main table").count()
            findings.look(visitor, visitor.see("published"))
        findings.faults += visitor.foreign
    return findings


def test_every_page_is_well_formed(found: Findings) -> None:
    assert len(found.pages) == 14
    found.sound()
