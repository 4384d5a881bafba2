"""The ledger in a browser and in LibreOffice: saved with one press, real days, codes as text."""

import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.proof.crawl import Visitor
from tests.proof.findings import Findings
from tests.proof.house import House, prepared
from tests.proof.officer import sign_in
from tests.proof.site import add_colleagues, opened

YEAR = 2026
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
SAVE = f"button[formaction='/grants/ledger/{YEAR}.xlsx']"
OPEN = "form[action^='/grants/audit/'] button.second"
WIDTHS = (1366, 320)
FOLD = "document.querySelectorAll('details').forEach(fold => { fold.open = false })"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house with grants of 2026, two officers and an auditor."""
    house = prepared(tmp_path_factory.mktemp("ledger") / "home")
    officers = {"one": "subsidy_officer", "other": "subsidy_officer"}
    add_colleagues(house, {**officers, "au": "auditor"})
    house.run("-m", "tests.proof.ledger_rows")
    return house


@pytest.fixture(scope="module")
def at(filled: House) -> Iterator[str]:
    """Where its desk answers."""
    with opened(filled, "desk") as address:
        yield address


def save(page: Page, button: str) -> bytes:
    """What one press saves."""
    with page.expect_download() as download:
        page.locator(button).first.click()
    return download.value.path().read_bytes()


def cells(book: bytes, folder: Path) -> list[list[ET.Element]]:
    """The cells of every row of every sheet, as LibreOffice reads them."""
    (folder / "daicho.xlsx").write_bytes(book)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    convert = ("soffice", "--headless", profile, "--convert-to", "fods", "--outdir", str(folder))
    subprocess.run((*convert, str(folder / "daicho.xlsx")), check=True, capture_output=True)
    told = ET.fromstring((folder / "daicho.fods").read_text("utf-8"))
    return [list(row) for row in told.iter(f"{TABLE}table-row")]


def kinds(rows: list[list[ET.Element]]) -> dict[str, set[str]]:
    """Of each kind of cell, what stands in cells of it."""
    found: dict[str, set[str]] = {}
    for cell in (cell for row in rows for cell in row):
        kind = cell.get(f"{OFFICE}value-type")
        if kind:
            value = cell.get(f"{OFFICE}date-value") or "".join(cell.itertext()).strip()
            found.setdefault(kind, set()).add(value)
    return found


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_ledger_with_addresses_takes_two_and_opens_in_libreoffice(
    at: str, chromium: Browser, tmp_path: Path, pytestconfig: pytest.Config, *, script: bool
) -> None:
    found = Findings("ledger", pictures=bool(pytestconfig.getoption("--long")))
    with (
        chromium.new_context(java_script_enabled=script) as mine,
        chromium.new_context(java_script_enabled=script) as theirs,
    ):
        one, other = Visitor(mine.new_page(), at), Visitor(theirs.new_page(), at)
        for visitor, name in ((one, "one"), (other, "other")):
            sign_in(visitor.page, at, name)
            visitor.page.goto(f"{at}/grants/ledger/")
        one.page.check("input[name=all]")
        plain = kinds(cells(save(one.page, SAVE), tmp_path))
        one.page.locator("form[action$='/names/'] button").first.click()
        one.page.wait_for_load_state()
        other.page.reload()
        if script:
            look(found, one, "asked")
            look(found, other, "to-release")
        other.page.locator("form[action^='/signing/'] button").first.click()
        other.page.wait_for_load_state()
        one.page.reload()
        if script:
            look(found, one, "to-take")
        named = kinds(cells(save(one.page, "form[action$='/take/'] button"), tmp_path))
        one.page.reload()
        assert not one.page.locator("form[action$='/take/']").count()
    for book in (plain, named):
        assert {"date", "float", "string"} == book.keys()
        assert all(day.startswith("202") for day in book["date"])
        assert "0001" in book["string"]
    assert "'+81 279 00 0000" in named["string"]
    assert "'=1+1" in named["string"]
    assert not any("例 太郎" in one for one in plain["string"])
    assert "例 太郎" in named["string"]
    assert found.faults == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_by_right_with_names_and_no_formula_but_the_sums(
    at: str, chromium: Browser, tmp_path: Path, *, script: bool
) -> None:
    """LibreOffice reckons the sums itself, and nothing differs from the budget but what is open."""
    with chromium.new_context(java_script_enabled=script) as context:
        page = context.new_page()
        sign_in(page, at, "one")
        page.goto(f"{at}/grants/ledger/")
        page.check("input[name=names]")
        page.check("input[name=all]")
        rows = cells(save(page, SAVE), tmp_path)
    assert len(rows) > 24
    formulas = [cell.get(f"{TABLE}formula") for row in rows for cell in row]
    ours = ("of:=SUBTOTAL(", "of:=SUMIFS(", "of:=SUM(", "of:=[.E")
    assert [one for one in formulas if one and not one.startswith(ours)] == []
    named = kinds(rows)["string"]
    assert "例 太郎" in named
    assert not any("0279" in one or "石原" in one for one in named)


def test_an_auditor_draws_and_reads(
    at: str, chromium: Browser, pytestconfig: pytest.Config
) -> None:
    found = Findings("audit", pictures=bool(pytestconfig.getoption("--long")))
    with chromium.new_context() as context:
        visitor = Visitor(context.new_page(), at)
        page = visitor.page
        sign_in(page, at, "au")
        page.goto(f"{at}/grants/audit/")
        look(found, visitor, "list")
        page.fill("input[type=text][name=number]", "999")
        page.locator("form.panel button").click()
        page.wait_for_load_state()
        look(found, visitor, "refused")
        page.fill("input[type=text][name=number]", "13")
        page.locator("form.panel button").click()
        page.wait_for_load_state()
        look(found, visitor, "drawn")
        page.locator(OPEN).first.click()
        page.wait_for_load_state()
        assert "補助金交付決定通知書" in page.inner_text("main")
        look(found, visitor, "file")
        assert save(page, "form[action$='/bundle/'] button")[:2] == b"PK"
        assert save(page, "form[action*='/files/'] button")
    assert found.faults == []


def look(found: Findings, visitor: Visitor, name: str) -> None:
    """Judge the page on a screen and on a small telephone, in all schemes."""
    for width in WIDTHS:
        visitor.page.set_viewport_size({"width": width, "height": 800})
        found.look(visitor, visitor.see(f"{name}-{width}"))
    visitor.page.set_viewport_size({"width": WIDTHS[0], "height": 800})
    visitor.page.evaluate(FOLD)
