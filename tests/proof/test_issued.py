"""A form is issued from the case page, and opens from there again as it left the desk."""

import pytest
from playwright.sync_api import Browser

from tests.proof.crawl import Visitor
from tests.proof.findings import Findings
from tests.proof.house import House
from tests.proof.officer import act, sign_in
from tests.proof.opened_paper import is_shown, made
from tests.proof.person import ask
from tests.proof.site import add_colleague

OFFICER = "issuing"
FORM, AGAIN = "form[action$='/subsidy/form/'] button", "ul.issued button"


def test_a_paper_opens_as_it_was_issued(
    house: House, portal_at: str, desk_at: str, chromium: Browser, pytestconfig: pytest.Config
) -> None:
    add_colleague(house, OFFICER, "counsellor")
    found = Findings("issued", pictures=bool(pytestconfig.getoption("--long")))
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
        act(page, "take")
        case = page.url
        issued = made(page, FORM)
        assert made(page, FORM) == issued  # the same press, sent twice
        page.goto(case)
        assert page.locator("ul.issued > li").count() == 1
        assert "発行番号1・1ページ" in page.locator("ul.issued").inner_text()
        found.look(visitor, visitor.see("listed"))
        assert made(page, AGAIN) == issued
        page.set_viewport_size({"width": 320, "height": 700})
        found.look(visitor, visitor.see("narrow"))
        assert is_shown(page, AGAIN)
    assert found.faults == []
