"""Every kind of page prints: its heading, nothing to press, within the paper, on few sheets."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests import pdf
from tests.proof.counted import last_month
from tests.proof.house import House
from tests.proof.officer import act, sign_in
from tests.proof.opened_paper import made
from tests.proof.person import ask
from tests.proof.site import add_colleague, add_colleagues

A4 = {"width": 794, "height": 1123}  # at 96 dots to the inch; what `@media (max-width)` sees
INSIDE_PX = 642  # 210 mm less 15 mm and, on the left, 25 mm to bind
PUBLIC = ("/", "/guide/delete/", "/desks/", "/desks/delete/", "/clinic/")
SHEET = re.compile(rb"/Type\s*/Page\b")
LANDSCAPE = re.compile(rb"/MediaBox \[0 0 841\.\d+ 59[45]\.")
TO_PRESS = "nav, form, .exit, .skip, .button, button, input, select, textarea"
SEEN = """all => all.filter(e => e.checkVisibility() && e.getBoundingClientRect().width > 1)
  .map(e => e.outerHTML.slice(0, 100))"""
CUT = """all => all.filter(e => e.scrollWidth > e.clientWidth + 1)
  .map(e => `${e.scrollWidth} of ${e.clientWidth} px`)"""
LONG_NAME = """() => document.querySelectorAll('table.cases tbody tr:first-child td').forEach(
  one => { if (one.dataset.head === '担当') one.textContent = 'Konstantinopolitanska-Wojcik' })"""
WIDTH = "document.body.scrollWidth"


def faults(page: Page) -> list[str]:
    """What is wrong with the page as paper."""
    page.set_viewport_size(A4)  # type: ignore[arg-type] # a plain dict does
    page.emulate_media(media="print")
    page.evaluate(f"document.body.style.width = '{INSIDE_PX}px'")
    found = [f"to press: {one}" for one in page.locator(TO_PRESS).evaluate_all(SEEN)]
    found += [f"cut off: {one}" for one in page.locator(".scroll").evaluate_all(CUT)]
    if not page.locator("h1").first.is_visible():
        found.append("no heading")
    if page.evaluate(WIDTH) > INSIDE_PX:
        found.append(f"{page.evaluate(WIDTH)} px wide")
    return [f"{page.url}: {fault}" for fault in found]


def sheets(page: Page) -> int:
    """How many sheets of A4 the page takes."""
    return len(SHEET.findall(page.pdf(format="A4", prefer_css_page_size=True)))


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of a browser of its own."""
    with chromium.new_context() as context:
        yield context.new_page()


@pytest.mark.parametrize("path", PUBLIC)
def test_information_prints(portal_at: str, page: Page, path: str) -> None:
    page.goto(portal_at + path)
    assert not faults(page)


def test_what_has_to_be_hidden_is_there_on_the_screen(portal_at: str, page: Page) -> None:
    page.goto(portal_at + "/")
    page.set_viewport_size(A4)  # type: ignore[arg-type] # a plain dict does
    assert page.locator(TO_PRESS).evaluate_all(SEEN)


def test_receipt_and_desk_print(
    house: House, portal_at: str, desk_at: str, page: Page, chromium: Browser
) -> None:
    ask(page, portal_at)
    assert sheets(page) == 1
    found = faults(page)
    add_colleagues(house, {"printing": "counsellor", "auditing": "auditor"})
    with chromium.new_context() as context:
        desk = context.new_page()
        sign_in(desk, desk_at, "printing")
        desk.evaluate(LONG_NAME)
        found += faults(desk)
        assert desk.locator(".paper").inner_text().split()[-1] == "取扱注意"
        case = desk.locator("table.cases tbody tr a").first.get_attribute("href")
        desk.goto(f"{desk_at}{case}")
        found += faults(desk)
        assert desk.locator(".unprinted").is_visible()
        assert not desk.locator(".entry, .told").first.is_visible(), "only the sheet is printed"
        desk.emulate_media(media="screen")
        act(desk, "take")
        assert set(pdf.sizes(made(desk, "form[action^='/sheets/'] button"))) == {(210, 297)}
        desk.goto(desk_at + "/notices/")
        found += faults(desk)
    with chromium.new_context() as context:
        desk = context.new_page()
        sign_in(desk, desk_at, "auditing")
        desk.goto(desk_at + "/audit/")
        found += faults(desk)
    assert not found, "\n".join(found)


def test_a_months_counts_fill_one_sheet(
    house: House, portal_at: str, desk_at: str, page: Page, chromium: Browser
) -> None:
    ask(page, portal_at)
    last_month(house)
    add_colleague(house, "counting", "counsellor")
    with chromium.new_context() as context:
        desk = context.new_page()
        sign_in(desk, desk_at, "counting")
        desk.click("a[href='/reports/']")
        assert desk.locator(".tally >> nth=0").locator("thead th").count() == 7, "compared"
        assert sheets(desk) == 1
        found = faults(desk)
        desk.emulate_media(media="screen")
        desk.locator(".tally td a").first.click()
        found += faults(desk)
        desk.go_back()
        desk.emulate_media(media="screen")
        desk.locator("nav.tabs a").last.click()
        desk.emulate_media(media="print")
        assert LANDSCAPE.search(desk.pdf(prefer_css_page_size=True))
        assert not found, "\n".join(found)


def test_the_key_prints_on_one_sheet(house: House, page: Page, tmp_path: Path) -> None:
    sheet = tmp_path / "key.html"
    house.run("-m", "madoguchi", "key", "paper", "--to", str(sheet))
    page.goto(sheet.as_uri())
    assert sheets(page) == 1
    page.add_style_tag(content="ol { margin-bottom: 60mm !important }")
    assert sheets(page) == 2, "the negative control"
