"""Another city is another folder: Yamanashi's pages, check, papers and command; nobody else's."""

import json
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests import pdf
from tests.house.source import ROOT
from tests.proof.crawl import Visitor
from tests.proof.findings import Findings
from tests.proof.fixtures import serving
from tests.proof.hands import Hands
from tests.proof.house import House, prepared
from tests.proof.officer import sign_in
from tests.proof.opened_paper import made
from tests.proof.site import add_colleague
from tests.proof.test_check import COLUMNS, HERE, press, walk
from tests.proof.test_grant import FORM, GUIDE, SCREEN, SHEET, take_in

CITY, OFFICER = "yamanashi", "kofu"
ANSWERS = {
    "consulted": "yes",
    "paid": "yes",
    "act": "disclosure",
    "yen_disclosure": "33万円",
}
PAGES = ("", "subsidy/", "documents/", "desks/", "desks/cost/", HERE)
OTHERS = ("渋川", "しぶかわ", "Shibukawa", "上限150,000", "上限額150,000")
FACTS = """
registered = true
consulted = ["yamanashi_pref"]
contract = "signed"
engaged = "lawyer"
paid_on = 2022-05-20
other_aid_yen = 0
granted = []
[[costs]]
act = "disclosure"
fee = "retainer"
yen = 330000
tax_yen = 30000
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house of the prefecture's, with the folder of its programme."""
    folder = str(ROOT / "tests" / "programmes")
    home = tmp_path_factory.mktemp(CITY) / "home"
    one = prepared(home, CITY, MADOGUCHI_PROGRAMMES=folder)
    add_colleague(one, OFFICER, "counsellor")
    return one


portal_at = serving("portal")
desk_at = serving("desk")


def of_another(words: str) -> list[str]:
    """What says something of another city, or its cap."""
    return [one for one in OTHERS if one in words]


def test_its_pages_and_its_check_are_its_own(portal_at: str, chromium: Browser) -> None:
    found = Findings(CITY, pictures=False)
    with chromium.new_context() as context:
        visitor = Visitor(context.new_page(), portal_at)
        page = visitor.page
        for column in COLUMNS:
            for path in PAGES:
                answer = page.goto(f"{portal_at}{column}{path}")
                assert answer
                assert answer.status == 200, path
                found.look(visitor, visitor.see())
                assert not of_another(page.content()), path
            walk(visitor, None, column, **ANSWERS)
            found.look(visitor, visitor.see("result"))
            words = page.inner_text("main")
            assert "110,000" in words
            assert not of_another(page.content())
        walk(visitor, None, "/", **{**ANSWERS, "paid": "suspended"})
        assert not page.locator("ol.steps").count()
        press(page, "button[name=to]")
        assert page.locator("main [name=paid][value=suspended]").is_checked()
    assert found.faults == []


def test_its_published_papers_are_its_own(portal_at: str, chromium: Browser) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"{portal_at}/documents/")
        links = page.locator("main ul.links a[href$='.pdf']").all()
        assert len(links) == 2
        for link in links:
            said, path = link.inner_text(), link.get_attribute("href")
            answer = context.request.get(f"{portal_at}{path}")
            words = pdf.text(answer.body())
            assert "山梨県" in words
            assert f"{-(-len(answer.body()) // 1024)} KB" in said
            assert not of_another(words)
            assert "110,000円" in words


def test_its_desk_makes_the_papers_of_its_own(desk_at: str, chromium: Browser) -> None:
    with chromium.new_context(viewport=SCREEN) as context:  # type: ignore[arg-type] # a plain dict
        page = context.new_page()
        sign_in(page, desk_at, OFFICER)
        take_in(Hands(page), desk_at)
        for button in (SHEET, GUIDE, FORM):
            words = pdf.text(made(page, button))
            assert "山梨県" in words, button
            assert not of_another(words), button


def test_its_rules_are_asked_on_the_command_line(house: House, tmp_path: Path) -> None:
    facts = tmp_path / "facts.toml"
    facts.write_text(FACTS, "utf-8")
    said = json.loads(
        house.run(
            *("-m", "madoguchi", "subsidy", "quote", CITY),
            *("--facts", str(facts), "--on", date(2022, 6, 1).isoformat(), "--json"),
        )
    )
    assert said["decision"] in ("yes", "ask")
    assert said["at_most_yen"] == 110_000 or said["amount_yen"] == 110_000
    assert all("source" in one for one in said["grounds"])
    assert "渋川" not in json.dumps(said, ensure_ascii=False)
