"""A city that decides in this tool (決裁をこの道具で): who drafts, who may not, who is named."""

import io
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, ViewportSize

from madoguchi.rules.programme.load import folder
from tests import pdf
from tests.proof.crawl import Visitor
from tests.proof.findings import OUT, Findings
from tests.proof.fixtures import serving
from tests.proof.house import House, prepared
from tests.proof.judge import UNFOLD, invalid
from tests.proof.officer import sign_in
from tests.proof.opened_paper import made
from tests.proof.site import add_colleague

DRAFTER, APPROVER, OFFICER = "drafting", "approving", "typing"
ROLES = {DRAFTER: "supervisor", APPROVER: "supervisor", OFFICER: "subsidy_officer"}
WIDE: ViewportSize = {"width": 1366, "height": 768}
DECIDE = "form[action$='/do/decide/']"
OUTSIDE, IN_TOOL = "[version.life]\n", '[version.life]\napproval = "in_tool"\n'
OWN_DRAFT = "起案した人だけでは、同じ申請を決定できません。"
HERE = "この画面で決裁します。決めるのは、起案した人とは別の係長です。"
NOT_A_SUPERVISOR = "この道具で決裁するときは、係長が決定、変更、取消しを記録します。"
NAMELESS = "代決のときは、代わって決裁した人の職名か氏名を入れてください。"
DEPUTY, NUMBER = "危機管理室長代理 見本", "渋危第45号"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Shibukawa, as if it had the switch on, with this year's budget."""
    here = tmp_path_factory.mktemp("approval")
    shutil.copytree(folder("shibukawa"), here / "programmes" / "shibukawa")
    file = here / "programmes" / "shibukawa" / "subsidy.toml"
    words = file.read_text("utf-8")
    assert words.count(OUTSIDE) == 1
    file.write_text(words.replace(OUTSIDE, IN_TOOL), "utf-8")
    made_here = prepared(here / "home", MADOGUCHI_PROGRAMMES=str(here / "programmes"))
    for name, role in ROLES.items():
        add_colleague(made_here, name, role)
    say(made_here, "year")
    return made_here


desk_at = serving("desk")


@pytest.fixture(scope="module")
def found(pytestconfig: pytest.Config) -> Findings:
    """Everything that was wrong on the way."""
    return Findings("approval", pictures=bool(pytestconfig.getoption("--long")))


def say(house: House, *what: str) -> str:
    """Something happens meanwhile; what it said."""
    return house.run("-m", "tests.proof.grants_made", *what).strip()


def press(page: Page, selector: str) -> None:
    """Press a button; the page that comes is whole."""
    page.locator(selector).first.click()
    page.wait_for_load_state()


def write(page: Page, decision_class: str = "ordinary", deputy: str = "") -> None:
    """Write the decision into its fields, and press."""
    page.fill(f"{DECIDE} input[name=document_number]", NUMBER)
    page.check(f"{DECIDE} input[name=decision_class][value={decision_class}]")
    usual = page.locator(f"{DECIDE} details").filter(has=page.locator("input[name=deputy]"))
    usual.evaluate("fold => { fold.open = true }")
    page.fill(f"{DECIDE} input[name=deputy]", deputy)
    press(page, f"{DECIDE} button.button")


def refused(page: Page, sentence: str) -> None:
    """Nothing was decided: the page says why, and holds what was typed."""
    assert sentence in page.inner_text("#slips")
    assert page.input_value(f"{DECIDE} input[name=document_number]") == NUMBER


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_another_supervisor_decides_and_who_did_what_is_on_the_file(
    house: House, desk_at: str, chromium: Browser, found: Findings, *, script: bool
) -> None:
    grant = f"{desk_at}/grants/{say(house, 'checked')}/"

    def look(visitor: Visitor, state: str) -> None:
        if script:
            visitor.page.evaluate(UNFOLD)
            found.look(visitor, visitor.see(state))

    def at(name: str) -> Visitor:
        context = chromium.new_context(viewport=WIDE, java_script_enabled=script)
        visitor = Visitor(context.new_page(), desk_at)
        sign_in(visitor.page, desk_at, name)
        visitor.page.goto(grant)
        return visitor

    one, other, officer = at(DRAFTER), at(APPROVER), at(OFFICER)
    press(one.page, "form[action$='/do/draft/'] button.button")
    assert HERE in one.page.inner_text("#act")
    write(one.page)
    refused(one.page, OWN_DRAFT)
    look(one, "own-draft")
    officer.page.reload()
    write(officer.page)
    refused(officer.page, NOT_A_SUPERVISOR)
    look(officer, "not-a-supervisor")
    other.page.reload()
    write(other.page, "deputy")
    refused(other.page, NAMELESS)
    look(other, "nameless")
    write(other.page, "deputy", DEPUTY)
    look(other, "decided")
    assert f"見本 {DRAFTER}" in entry(other.page, "起案した")
    decided = entry(other.page, "交付を決定した")
    assert [words for words in (f"見本 {APPROVER}", "代決", DEPUTY) if words not in decided] == []
    letter = pdf.text(made(other.page, "form[action$='/paper/draft/'] button"))
    assert f"見本{DRAFTER}" in letter
    rows = ledger(officer.page, desk_at)
    assert ("代決", DEPUTY) in rows
    for visitor in (one, other, officer):
        found.faults += visitor.foreign
        visitor.page.context.close()


def entry(page: Page, what: str) -> str:
    """What the file's history says of a step, folded or not."""
    said = page.locator("ol.history li.entry").filter(has_text=what).first.text_content()
    return " ".join((said or "").split())


def ledger(page: Page, desk: str) -> set[tuple[object, object]]:
    """How and by which deputy each grant of the saved ledger was decided."""
    page.goto(f"{desk}/grants/ledger/")
    page.check("input[name=all]")
    with page.expect_download() as saved:
        page.locator("button[formaction$='.xlsx']").first.click()
    book = load_workbook(io.BytesIO(Path(saved.value.path()).read_bytes()))
    rows = list(book.worksheets[1].iter_rows(values_only=True))
    head = next(row for row in rows if "決裁区分" in row)
    at = head.index("決裁区分"), head.index("代決した人")
    return {(row[at[0]], row[at[1]]) for row in rows}


def test_axe_finds_nothing(found: Findings) -> None:
    assert len(found.pages) == 4
    assert not found.faults, "\n".join(found.faults)


def test_html_is_valid(found: Findings) -> None:
    faults = invalid(found.pages, OUT / "html" / "approval")
    assert not faults, "\n".join(faults)
