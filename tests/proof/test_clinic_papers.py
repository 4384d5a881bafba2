"""The lawyer's papers in a browser and on A4: brief, envelopes, list of names, outcome."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests import pdf
from tests.proof.consulting import Saturday, saturday
from tests.proof.crawl import Visitor
from tests.proof.findings import Findings
from tests.proof.house import House
from tests.proof.judge import UNFOLD
from tests.proof.officer import sign_in
from tests.proof.opened_paper import is_shown, made
from tests.proof.paper import paper
from tests.proof.site import add_colleague
from tests.proof.test_print import faults

OFFICER = "preparing"
NAMES = "form[action^='/clinic/sheet/'] button"
LONG = "掲示板に勤め先の名前と電話番号を書かれ、電話が続いている。" * 12


@pytest.fixture(scope="module")
def day(house: House) -> Saturday:
    """A day to prepare and one that is over."""
    add_colleague(house, OFFICER, "counsellor")
    return saturday(house, OFFICER)


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def page(
    desk_at: str, chromium: Browser, day: Saturday, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """The officer's browser, on the day's page."""
    size = {"width": 1366, "height": 768}
    with chromium.new_context(
        java_script_enabled=request.param,
        viewport=size,  # type: ignore[arg-type] # a plain dict does
    ) as context:
        shown = context.new_page()
        sign_in(shown, desk_at, OFFICER)
        shown.goto(f"{desk_at}/clinic/pack/{day.coming}/")
        yield shown


def press(page: Page, where: str) -> None:
    """Press what stands there, and wait for the page it leads to."""
    page.locator(where).first.click()
    page.wait_for_load_state()


def write_brief(page: Page) -> None:
    """The person agreed on the telephone, to the brief and not to names."""
    press(page, "a[href^='/clinic/brief/']")
    for name, value in (("agreed", "yes"), ("names", "no"), ("how", "phone")):
        page.check(f"input[name={name}][value={value}]")
    page.fill("textarea[name=happened]", LONG)
    page.fill("textarea[name=asks]", "消せるか、相手を知ることができるか。")
    press(page, "form button.button")
    assert not page.title().startswith("エラー"), page.inner_text("main")


def test_an_envelope_a_slot_on_a4(page: Page, tmp_path: Path) -> None:
    write_brief(page)
    page.locator("form[action$='/print/'] button.button").click()
    page.wait_for_load_state()
    wrong = [fault for fault in faults(page) if "no heading" not in fault]  # a cover has none
    page.set_viewport_size({"width": 1366, "height": 768})
    page.evaluate("document.body.style.width = ''")
    sizes, text = paper(page, "packs", tmp_path)
    sheets = text.split("\f")[:-1]
    assert len(sheets) == len(sizes)
    assert all(594 < width < 597 and 840 < height < 843 for width, height in sizes), "A4"
    covers = [sheet for sheet in sheets if re.fullmatch(r"\s*9:\d\d\s+\d番\s*", sheet)]
    assert len(covers) == 2, "one a slot, and nothing else on it"
    assert len(sheets) == 2 + 2 + 1 + 1 + 1, "covers, sheets, a brief, its files, a spare sheet"
    assert "SHA-256" in text
    assert sum("相談票" in sheet and "申し送り" in sheet for sheet in sheets) == 3
    assert "𠮷田" not in text
    assert not wrong, "\n".join(wrong)


def test_the_list_of_names_is_one_sheet_across(page: Page) -> None:
    names = made(page, NAMES)
    assert pdf.sizes(names) == [(297, 210)]
    for words in (
        "𠮷田花子",
        "使えません",
        "弁護太郎",
        "0279-25-8526",
        "システムが使えない",
    ):
        assert words in pdf.text(names), words
    page.check("#surname")
    assert "花子" not in pdf.text(made(page, NAMES))
    assert is_shown(page, NAMES)


def test_the_outcome_drives_the_case(page: Page, day: Saturday, desk_at: str) -> None:
    page.goto(f"{desk_at}/clinic/pack/{day.over}/")
    press(page, "a[href^='/clinic/outcome/']")
    page.check("input[name=came][value=came]")
    for result in ("deletion", "subsidy"):
        page.check(f"input[name=result][value={result}]")
    page.fill("textarea[name=note]", "消せる見込み")
    press(page, "form button.button")
    assert "/cases/" in page.url, page.inner_text("main")
    assert "補助金の使い方を案内する" in page.locator(".glance").inner_text()


def test_the_pages_are_judged(
    desk_at: str, day: Saturday, chromium: Browser, pytestconfig: pytest.Config
) -> None:
    found = Findings("clinic_papers", pictures=bool(pytestconfig.getoption("--long")))
    with chromium.new_context(viewport={"width": 1366, "height": 768}) as context:
        visitor = Visitor(context.new_page(), desk_at)
        page = visitor.page
        sign_in(page, desk_at, OFFICER)

        def look(state: str) -> None:
            page.evaluate(UNFOLD)
            found.look(visitor, visitor.see(state))

        def go(path: str, state: str) -> None:
            page.goto(desk_at + path)
            look(state)

        go(f"/clinic/pack/{day.coming}/", "day")
        go(f"/clinic/brief/{day.first}/", "brief")
        page.fill("input[name=on]", "いつか")
        press(page, "form button.button")
        look("brief-wrong")
        go(f"/clinic/outcome/{day.past}/", "outcome")
        page.check("input[name=came][value=absent]")
        page.check("input[name=result][value=again]")
        press(page, "form button.button")
        look("outcome-wrong")
        page.goto(f"{desk_at}/clinic/pack/{day.coming}/")
        page.locator("form[action$='/print/'] button.button").click()
        page.wait_for_load_state()
        look("packs")
    assert not found.faults, "\n".join(found.faults)
    wrong = found.invalid()
    assert not wrong, "\n".join(wrong)
