"""Who types what worries them, without scripts, is led to who can help; and nothing of it stays."""

import csv
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.proof.fixtures import serving
from tests.proof.judge import judge
from tests.web.portal.test_search import EXAM

COLUMNS = ("", "/easy", "/en")
FIRST = {
    "もう死にたい": "tel:0120061338",
    "I want to die": "tel:0120061338",
    "住所をさらされた": "/guide/exposed/",
    "Instagramに はだかの写真": "https://www.safe-line.jp/",
    "いじめられている": "/guide/school/",
    "開示請求 届いた": "/guide/posted/",
    "ｻｸｼﾞｮ": "/guide/delete/",
}
ODD = ("🥺", "あ" * 300, "渋川市石原80番地の山田太郎です", "<script>alert(1)</script>")
portal_at = serving("portal")


@pytest.fixture
def phone(chromium: Browser, portal_at: str) -> Iterator[Page]:
    """The search page on a telephone without scripts."""
    with chromium.new_context(
        viewport={"width": 375, "height": 667}, java_script_enabled=False
    ) as context:
        yield context.new_page()


def ask(phone: Page, address: str, words: str) -> None:
    """Open the menu of the first page, type, press; later from the page of answers itself."""
    if "/search/" not in phone.url:
        phone.goto(address)
        phone.locator(".menu summary").first.click()
    phone.locator("input[name=words]").first.fill(words)
    with phone.expect_navigation():
        phone.locator("form[role=search] button").first.click()


@pytest.mark.parametrize("words", FIRST)
def test_the_first_thing_to_press_is_the_right_one(portal_at: str, phone: Page, words: str) -> None:
    ask(phone, portal_at, words)
    links = phone.locator("main .lines a").all()
    first = [str(link.get_attribute("href")) for link in links][:2]
    assert any(link.endswith(FIRST[words]) for link in first), first
    assert ("tel:" in FIRST[words]) is (phone.locator("#calm").count() == 1)


def test_every_word_of_the_list_leads_somewhere_that_helps(portal_at: str, phone: Page) -> None:
    """Over the wire, word by word: an answer, and never the page about pages as the only one."""
    lost = []
    with (EXAM / "search_words.tsv").open(encoding="utf-8") as file:
        listed = [
            word for row in csv.DictReader(file, delimiter="\t") for word in row["words"].split("|")
        ]
    for words in listed:
        answer = phone.request.post(
            f"{portal_at}/search/", form={"words": words}, headers={"Origin": portal_at}
        )
        found = answer.text().split('class="links lines found">')[-1].split("</ul>")[0]
        if answer.status != 200 or "href=" not in found.replace("/enquiry/", ""):
            lost.append(words)
    assert len(listed) > 750
    assert not lost


@pytest.mark.parametrize("words", ODD, ids=["picture", "long", "address", "markup"])
def test_nothing_typed_stands_in_an_address_or_stays(
    portal_at: str, phone: Page, words: str
) -> None:
    ask(phone, portal_at, words)
    assert phone.url == f"{portal_at}/search/"
    assert phone.locator("#again").input_value() == words
    assert phone.locator(f"main .found a[href^='{'/guide/'}']").count() > 0
    assert phone.context.cookies() == []
    phone.goto(f"{portal_at}/")
    assert phone.locator("input[name=words]").first.input_value() == ""


@pytest.mark.parametrize("column", COLUMNS)
def test_guides_and_answers_are_for_everyone(
    chromium: Browser, portal_at: str, column: str
) -> None:
    """Axe in four schemes, 320 px: the three new guides, and a search that means danger."""
    with chromium.new_context(viewport={"width": 375, "height": 667}) as context:
        page = context.new_page()
        faults = []
        for name in ("exposed", "school", "posted"):
            page.goto(f"{portal_at}{column}/guide/{name}/")
            faults += judge(page)
        ask(page, f"{portal_at}{column}/", "死にたい")
        assert page.locator("#calm").count() == 1
        faults += judge(page)
    assert not faults


@pytest.mark.parametrize("column", COLUMNS)
def test_the_open_menu_fits_a_small_screen_in_large_letters(
    portal_at: str, phone: Page, column: str
) -> None:
    phone.set_viewport_size({"width": 320, "height": 568})
    phone.goto(f"{portal_at}{column}/")
    phone.locator(".menu summary").first.click()
    phone.evaluate("document.documentElement.dataset.size = 'large'")
    assert phone.locator("#find").is_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 320
