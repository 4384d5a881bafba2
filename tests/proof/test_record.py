"""The record in a browser: written, filtered, corrected, printed; with and without a script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests import pdf
from tests.proof.crawl import Visitor
from tests.proof.findings import Findings
from tests.proof.house import House
from tests.proof.judge import UNFOLD
from tests.proof.officer import act, sign_in
from tests.proof.opened_paper import is_shown, made
from tests.proof.person import ask
from tests.proof.site import add_colleague

OFFICER = "recording"
SHEET = "form[action^='/sheets/'] button"
SHOWN = ".entries > li:visible"
BLOCK = "呼び出したが、応答なし。留守番電話には何も残していない。"


@pytest.fixture(scope="module")
def case(house: House, portal_at: str, desk_at: str, chromium: Browser) -> str:
    """The address of a case that the officer took; its person may be rung."""
    add_colleague(house, OFFICER, "counsellor")
    with chromium.new_context() as person, chromium.new_context() as office:
        receipt = ask(person.new_page(), portal_at, phone="0279-00-0000")
        page = office.new_page()
        sign_in(page, desk_at, OFFICER)
        page.goto(desk_at + "/?tab=unassigned")
        page.locator("table.cases tbody th a", has_text=receipt.number[-5:]).click()
        act(page, "take")
        return page.url


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def page(
    desk_at: str, case: str, chromium: Browser, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """The case in the officer's browser."""
    size = {"width": 1366, "height": 768}
    with chromium.new_context(
        java_script_enabled=request.param,
        viewport=size,  # type: ignore[arg-type] # a plain dict does
    ) as context:
        shown = context.new_page()
        sign_in(shown, desk_at, OFFICER)
        shown.goto(case)
        yield shown


def press(page: Page, where: str) -> None:
    """Press what stands there, and wait for the page it leads to."""
    page.locator(f"{where} >> visible=true").last.click()
    page.wait_for_load_state()


def test_a_text_block_a_call_and_what_comes_next(page: Page) -> None:
    page.check("input[name=log_how][value=call_out]")
    page.select_option("form.log select[name=block]", "unreached")
    page.click("form.log button[name=insert]")
    page.wait_for_load_state()
    assert page.input_value("textarea[name=log_text]") == BLOCK
    assert page.is_checked("input[name=log_how][value=call_out]")
    options = map(str.strip, page.locator("select[name=log_outcome] option").all_inner_texts())
    unreached = next(option for option in options if option.startswith("つながらない（"))
    page.select_option("select[name=log_outcome]", label=unreached)
    page.fill("input[name=log_minutes]", "4")
    page.press("input[name=log_minutes]", "Enter")  # saves, and puts no second block in
    page.wait_for_load_state()
    assert not page.title().startswith("エラー")
    moved, newest = (page.locator(SHOWN).nth(place).inner_text() for place in (0, 1))
    assert "約束の日を移した" in moved, "the person still waits for the first answer"
    assert newest.count(BLOCK) == 1
    assert "4分" in newest
    assert "電話する" in page.locator(".glance").inner_text()


def test_the_filter_needs_no_script(page: Page) -> None:
    page.locator("details.inside summary").first.click()
    page.fill("textarea[name=note_text]", "内々の話")
    act(page, "note")
    everything = page.locator(SHOWN).count()
    page.check("#show-note")
    notes = page.locator(SHOWN).count()
    assert 0 < notes < everything
    assert all("内部" in one for one in page.locator(SHOWN).all_inner_texts())
    page.check("#show-contact")
    assert page.locator(SHOWN).count() == everything - notes
    page.check("#show-all")
    assert page.locator(SHOWN).count() == everything


def test_the_pages_of_the_record_are_judged(
    desk_at: str, case: str, chromium: Browser, pytestconfig: pytest.Config
) -> None:
    found = Findings("record", pictures=bool(pytestconfig.getoption("--long")))
    with chromium.new_context(viewport={"width": 1366, "height": 768}) as context:
        visitor = Visitor(context.new_page(), desk_at)
        page = visitor.page
        sign_in(page, desk_at, OFFICER)

        def look(state: str) -> None:
            page.evaluate(UNFOLD)
            found.look(visitor, visitor.see(state))

        page.goto(case)
        page.check("input[name=log_how][value=letter_in]")
        press(page, "form.log button.button")
        look("without-an-outcome")
        page.select_option("select[name=log_outcome]", "answered")
        page.fill("textarea[name=log_text]", "手紙の要点")
        press(page, "form.log button.button")
        look("written")
        press(page, "a[href*='/entries/']")
        look("to-correct")
        page.fill("textarea[name=correct_text]", "")
        press(page, "form.correcting button")
        look("not-corrected")
        page.fill("textarea[name=correct_text]", "手紙の要点（なおした）")
        page.fill("input[name=correct_reason]", "書きまちがい")
        press(page, "form.correcting button")
        look("corrected")
        press(page, "a[href^='/heard/']")
        look("told")
        page.fill("input[name=age]", "たぶん")
        press(page, "form.heard button")
        look("told-wrongly")
        page.fill("input[name=age]", "41")
        page.fill("textarea[name=effects]", "眠れない")
        press(page, "form.heard button")
        assert "眠れない" in page.inner_text("aside")
        page.check("#sheet-notes")
        assert "訂正前" in pdf.text(made(page, SHEET))
        assert is_shown(page, SHEET)
    assert not found.faults, "\n".join(found.faults)
    wrong = found.invalid()
    assert not wrong, "\n".join(wrong)
