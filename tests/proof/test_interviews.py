"""Interviews in a browser: booked by person and desk without a script, judged, shown, printed."""

import re
import shutil

import pytest
from playwright.sync_api import Browser, Page

from madoguchi.rules.programme.load import folder
from tests import pdf
from tests.proof.crawl import Visitor
from tests.proof.findings import Findings
from tests.proof.fixtures import serving
from tests.proof.house import House, prepared
from tests.proof.officer import sign_in
from tests.proof.opened_paper import made
from tests.proof.person import ask, go_on
from tests.proof.site import add_colleague

BOX = re.compile(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]")
TIMES = "select[name=at]"
OFFICER = "meeting"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A town whose programme lets people book for themselves."""
    here = tmp_path_factory.mktemp("interviews")
    shutil.copytree(folder("shibukawa"), here / "programmes" / "shibukawa")
    file = here / "programmes" / "shibukawa" / "desk.toml"
    before, rule, after = file.read_text("utf-8").partition("[face.interviews]\n")
    confirmed = after.replace('source = "要確認"', 'source = "試験"', 1)
    file.write_text(f"{before}{rule}citizens = true\n{confirmed}", "utf-8")
    made = prepared(here / "home", MADOGUCHI_PROGRAMMES=str(here / "programmes"))
    add_colleague(made, OFFICER, "counsellor")
    return made


portal_at = serving("portal")
desk_at = serving("desk")


def choose(page: Page, place: int) -> str:
    """Choose one of the times that are offered; which."""
    values = (
        page.locator(f"{TIMES} >> nth=-1")
        .locator("option")
        .evaluate_all("all => all.map(one => one.value).filter(Boolean)")
    )
    page.locator(f"{TIMES} >> nth=-1").select_option(values[place])
    return str(values[place])


def press(page: Page) -> None:
    """Press the last button of the page's last form."""
    page.locator("main form button").last.click()
    page.wait_for_load_state()


def book_for_oneself(visitor: Visitor, found: Findings, portal: str) -> None:
    """From the receipt to a booked interview and back, refused once on the way."""
    page = visitor.page
    receipt = ask(page, portal)
    page.goto(portal + "/s/f/")
    page.fill("input[name=number]", receipt.number)
    page.fill("input[name=secret]", receipt.secret)
    go_on(page)
    for column in ("/easy", "/en", ""):
        page.goto(f"{portal}{column}/s/f/v/")
        found.look_at(visitor, "free")
    go_on(page)
    found.look_at(visitor, "refused")
    choose(page, 2)
    go_on(page)
    found.look_at(visitor, "booked")
    page.goto(portal + "/s/f/v/")
    found.look_at(visitor, "own")


def book_for_another(visitor: Visitor, found: Findings, desk: str) -> None:
    """The week, a case's own page, refused, booked, moved; the day; the page to show."""
    page = visitor.page
    sign_in(page, desk, OFFICER)
    case = page.locator("table.cases tbody th a").first.get_attribute("href")
    assert case
    name = case.split("/")[-2]
    page.goto(f"{desk}/interviews/of/{name}/")
    found.look_at(visitor, "of")
    press(page)
    found.look_at(visitor, "of-refused")
    at = choose(page, 4)
    press(page)
    found.look_at(visitor, "of-booked")
    for path in (f"/interviews/?from={at[:10]}", f"/shown/{name}/", f"/interviews/on/{at[:10]}/"):
        page.goto(desk + path)
        found.look_at(visitor, "booked")
    press(page)
    found.look_at(visitor, "needs")
    page.goto(f"{desk}/shown/{name}/")
    press(page)
    found.look_at(visitor, "paper")


@pytest.fixture(scope="module")
def found(portal_at: str, desk_at: str, chromium: Browser) -> Findings:
    """Everything that was wrong on the way."""
    findings = Findings("interviews", pictures=False)
    with chromium.new_context() as context:
        visitor = Visitor(context.new_page(), portal_at)
        book_for_oneself(visitor, findings, portal_at)
        findings.faults += visitor.foreign
    with chromium.new_context() as context:
        visitor = Visitor(context.new_page(), desk_at)
        book_for_another(visitor, findings, desk_at)
        findings.faults += visitor.foreign
    return findings


def test_every_page_is_well_formed(found: Findings) -> None:
    assert len(found.pages) == 14
    found.sound()


def test_every_title_is_its_own(found: Findings) -> None:
    assert not found.doubled_titles()


@pytest.mark.usefixtures("found")
def test_without_a_script_it_is_booked_moved_and_cancelled(desk_at: str, chromium: Browser) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page, desk_at, OFFICER)
        page.goto(desk_at + "/interviews/")
        page.goto(f"{desk_at}{case_with_interviews(page, desk_at)}")
        before = page.locator("ol.entries > li").count()
        page.locator("main form").last.locator(TIMES).select_option(index=9)
        page.locator("main form button").last.click()
        assert page.locator("ol.entries > li").count() == before + 1
        newest = page.locator("ol.entries > li").first
        newest.locator("summary").last.click()
        newest.locator(TIMES).select_option(index=12)
        newest.locator("form[action$='/move/'] button").click()
        newest = page.locator("ol.entries > li").first
        newest.locator("summary").first.click()
        newest.locator("input[name=cancelled_by]").first.check()
        newest.locator("[name=cancelled_why]").fill("本人の都合が変わったため")
        newest.locator("form[action$='/cancel/'] button").click()
        assert page.locator("ol.entries > li .tag", has_text="取り消し").count() == 1


def case_with_interviews(page: Page, desk: str) -> str:
    """The address of the interviews of some case."""
    page.goto(desk + "/")
    case = page.locator("table.cases tbody th a").first.get_attribute("href")
    assert case
    return f"/interviews/of/{case.split('/')[-2]}/"


@pytest.mark.usefixtures("found")
def test_the_day_is_one_sheet_across_and_the_page_to_show_only_when_asked(
    desk_at: str, chromium: Browser
) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        sign_in(page, desk_at, OFFICER)
        name = case_with_interviews(page, desk_at).split("/")[-2]
        page.goto(desk_at + "/interviews/")
        page.locator(".ofday h2 a:visible").last.click()  # days of before are folded
        page.wait_for_load_state()
        assert pdf.sizes(made(page, "form[action$='/sheet/'] button")) == [(297, 210)]
        page.goto(f"{desk_at}/shown/{name}/")
        page.emulate_media(media="print")
        assert not page.locator("h1").is_visible()
        assert page.locator(".screen-only").is_visible()
        page.emulate_media(media="screen")
        press(page)
        page.emulate_media(media="print")
        assert page.locator("h1").is_visible()
        ((width, height),) = BOX.findall(page.pdf(prefer_css_page_size=True))
        assert float(width) < float(height)
