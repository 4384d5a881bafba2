"""A referral's papers in a browser: the draft that the person signs, the paper for the agency."""

import pytest
from playwright.sync_api import Browser, Page

from tests import pdf
from tests.proof.crawl import Visitor
from tests.proof.findings import Findings
from tests.proof.house import House
from tests.proof.officer import act, sign_in
from tests.proof.opened_paper import is_shown, made
from tests.proof.person import ask
from tests.proof.site import add_colleague

OFFICER = "lettering"
A4 = (210, 297)
STEP = "form:has(input[name=step]) button.button"
DRAFT, ISSUE = "form[action$='/draft/'] button", "form[action$='/issue/'] button"


def referred(page: Page) -> None:
    """The person agrees that something is passed on; the page is the referral's."""
    act(page, "take")
    page.click("a[href^='/refer/']")
    page.click(".agency:has(input[name=agency][value=police_9110]) form button")
    page.check("input[name=consent][value=person]")
    page.fill("textarea[name=told]", "書き込みが続いています。")
    page.click(".work button.button")
    page.wait_for_load_state()


def test_a_draft_is_signed_and_a_paper_is_issued(
    house: House, portal_at: str, desk_at: str, chromium: Browser, pytestconfig: pytest.Config
) -> None:
    add_colleague(house, OFFICER, "counsellor")
    found = Findings("letter", pictures=bool(pytestconfig.getoption("--long")))
    with (
        chromium.new_context() as person,
        chromium.new_context(viewport={"width": 1366, "height": 768}) as office,
    ):
        ask(person.new_page(), portal_at)
        visitor = Visitor(office.new_page(), desk_at)
        page = visitor.page
        sign_in(page, desk_at, OFFICER)
        page.goto(desk_at + "/?tab=unassigned")
        page.locator("table.cases tbody tr a").first.click()
        referred(page)
        here = page.url
        found.look(visitor, visitor.see("unapproved"))
        assert page.locator(ISSUE).count() == 0
        draft = made(page, DRAFT)
        assert pdf.sizes(draft) == [A4]
        assert "本人の確認用" in pdf.text(draft)
        page.check("input[name=step][value=approve_paper]")
        page.click(STEP)
        page.wait_for_load_state()
        found.look(visitor, visitor.see("approved"))
        page.fill("input[name=document_number]", "第" * 41)
        page.click(ISSUE)
        page.wait_for_load_state()
        found.look(visitor, visitor.see("too-long"))
        page.fill("input[name=document_number]", "見安第12号")
        assert is_shown(page, ISSUE)
        page.set_viewport_size({"width": 320, "height": 700})
        page.goto(here)
        assert "見安第12号" in page.locator("ul.issued").inner_text()
        found.look(visitor, visitor.see("issued"))
        kept = pdf.text(made(page, "ul.issued button"))
        assert "見安第12号" in kept
        assert "本人が紙で読み、同意しています" in kept
    assert not found.faults, "\n".join(found.faults)
    wrong = found.invalid()
    assert not wrong, "\n".join(wrong)
