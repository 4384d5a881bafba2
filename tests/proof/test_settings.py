"""The settings in a browser: two colleagues decide at the desk, the public reads it."""

from time import monotonic

import pytest
from playwright.sync_api import Browser, Page

from tests.proof.crawl import Visitor
from tests.proof.findings import Findings
from tests.proof.officer import sign_in
from tests.proof.second import confirm

AT_ONCE_S = 5.0  # another process looks every two seconds
DESK, OTHER = "0279-25-8526", "0279-00-1111"


def press(page: Page, name: str) -> None:
    """Press a button by its words."""
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def seconds_until(portal: Page, address: str, words: str, *, there: bool) -> float:
    """How long until the public page says the words, or says them no more."""
    began = monotonic()
    while monotonic() - began < AT_ONCE_S:
        portal.goto(address)
        if (words in portal.inner_text("body")) is there:
            break
    return monotonic() - began


@pytest.fixture(scope="module")
def found(portal_at: str, desk_at: str, chromium: Browser, pytestconfig: pytest.Config) -> Findings:
    """What two colleagues at the desk saw, while a citizen looked at the portal."""
    findings = Findings("settings", pictures=bool(pytestconfig.getoption("--long")))
    with (
        chromium.new_context(viewport={"width": 1366, "height": 768}) as first,
        chromium.new_context(viewport={"width": 1366, "height": 768}) as second,
        chromium.new_context(java_script_enabled=False) as outside,
    ):
        one, other = (Visitor(each.new_page(), desk_at) for each in (first, second))
        citizen = outside.new_page()

        def look(visitor: Visitor, state: str = "") -> None:
            findings.look(visitor, visitor.see(state))

        sign_in(one.page, desk_at, "counsellor")
        sign_in(other.page, desk_at, "supervisor")
        for seen in one.walk(("/settings/",), ("/sign-out", "/display/", "/cases", "/me", "/mail")):
            if seen.path.startswith("/settings"):
                findings.look(one, seen)

        one.page.goto(f"{desk_at}/settings/agencies/")
        one.page.get_by_role("link", name=f"隠す {DESK}").click()
        press(one.page, "変わるところを見る")
        look(one, "hide")
        press(one.page, "公開する")
        look(one, "hidden")
        gone = seconds_until(citizen, f"{portal_at}/desks/", DESK, there=False)

        one.page.get_by_role("link", name=f"番号を変える {DESK}").click()
        one.page.fill("#f-new_number", "電話")
        press(one.page, "変わるところを見る")
        look(one, "refused")
        one.page.fill("#f-new_number", OTHER)
        press(one.page, "変わるところを見る")
        one.page.select_option("#scheme", "yellow")
        press(one.page, "見本を見る")
        assert OTHER in one.page.inner_text("main")
        look(one, "sample")
        press(one.page, "もとの画面にもどる")
        press(one.page, "提案する")
        assert seconds_until(citizen, f"{portal_at}/desks/", OTHER, there=True) >= AT_ONCE_S

        other.page.goto(f"{desk_at}/signing/")
        look(other, "signing")
        other.page.reload()  # what was looked at stands unfolded
        other.page.get_by_role("link", name="中身を見て署名する").click()
        look(other, "proposal")
        press(other.page, "見本を見る")
        assert OTHER in other.page.inner_text("main")
        other.page.get_by_role("link", name="もとの画面にもどる").click()
        press(other.page, "確かめた。公開する")
        new = seconds_until(citizen, f"{portal_at}/desks/", OTHER, there=True)
        print(f"hidden in {gone:.1f} s, published in {new:.1f} s after the press")
        assert max(gone, new) < AT_ONCE_S
        for path in ("/", "/clinic/", "/en/desks/"):
            citizen.goto(portal_at + path)
            assert OTHER in citizen.inner_text("body"), path
    return findings


def test_every_page_is_well_formed(found: Findings) -> None:
    print(f"settings: {len(found.pages)} pages in four schemes")
    assert len(found.pages) > 20
    found.sound()


def test_every_title_is_its_own(found: Findings) -> None:
    assert not found.doubled_titles()


def test_two_decide_without_a_script(desk_at: str, chromium: Browser) -> None:
    with (
        chromium.new_context(java_script_enabled=False) as first,
        chromium.new_context(java_script_enabled=False) as second,
    ):
        one, other = first.new_page(), second.new_page()
        sign_in(one, desk_at, "counsellor")
        sign_in(other, desk_at, "supervisor")
        one.goto(f"{desk_at}/settings/owner/")
        one.locator("a[href$='/change/division/']").click()
        one.fill("#f-names", "総務部　広報課")
        one.fill("#f-from_on", "2027-04-01")
        press(one, "変わるところを見る")
        press(one, "見本を見る")
        assert "広報課" in one.inner_text("body")
        press(one, "もとの画面にもどる")
        press(one, "公開する")
        one.goto(f"{desk_at}/settings/owner/")
        one.locator("a[href$='/change/contact/']").click()
        one.fill("#f-address", "渋川市石原80番地2")
        press(one, "変わるところを見る")
        press(one, "提案する")
        confirm(other, desk_at)
        one.goto(f"{desk_at}/settings/owner/")
        assert "広報課" in one.inner_text(".side")
        assert "石原80番地2" in one.inner_text(".side")
        one.goto(f"{desk_at}/settings/year/")
        assert "4月1日から変わるように決めてあります" in one.inner_text("main")
