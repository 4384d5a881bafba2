"""The desk's pages of grants in a browser: how many presses from the letterbox to the draft."""

from collections.abc import Iterator
from functools import cache, partial

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests import pdf
from tests.proof.crawl import Visitor
from tests.proof.findings import Findings
from tests.proof.fixtures import serving
from tests.proof.hands import Hands
from tests.proof.house import House, prepared
from tests.proof.judge import UNFOLD
from tests.proof.officer import sign_in
from tests.proof.opened_paper import is_shown, made
from tests.proof.site import add_colleagues
from tests.proof.standing import Say, standing

OFFICER, OTHER = "granting", "paying"
WIDE: ViewportSize = {"width": 1366, "height": 768}
MOST_PRESSES = 10
TO_THE_DRAFT = "from a complete application to the printed draft"
DRAFT = "form[action$='/paper/draft/'] button"
UNSETTLED = "li.condition.unknown input[type=radio][value=met]"
STATES = ("drafted", "decided", "reported", "fixed", "paid")
WIDTH = "document.documentElement.scrollWidth"
HEIGHT = "document.documentElement.scrollHeight"
MOST_CONTROLS, MOST_PX = 30, 2000
CONTROLS = """() => [...document.querySelectorAll(
  "main :is(a[href], button, input:not([type=hidden]), select, textarea, summary)"
)].filter(one => one.checkVisibility({ visibilityProperty: true })).length"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A town with two officers."""
    made_here = prepared(tmp_path_factory.mktemp("granting") / "home")
    add_colleagues(made_here, dict.fromkeys((OFFICER, OTHER), "subsidy_officer"))
    return made_here


desk_at = serving("desk")


@pytest.fixture(scope="module")
def say(house: House) -> Iterator[Say]:
    """Something happens meanwhile, in a town with this year's budget; what it said."""
    with standing(house, "tests.proof.grants_made") as tell:
        tell("year")
        yield tell


@pytest.fixture(scope="module")
def until(say: Say) -> Say:
    """One grant in each state: the year's budget is not for more."""
    return cache(partial(say, "until"))


def press(page: Page, selector: str) -> None:
    """Press a button; the page that comes is whole."""
    page.locator(selector).first.click()
    page.wait_for_load_state()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_complete_application_is_a_printed_draft_in_ten_presses(
    say: Say, desk_at: str, chromium: Browser, *, script: bool
) -> None:
    grant = say("sent")
    with chromium.new_context(viewport=WIDE, java_script_enabled=script) as context:
        hands = Hands(context.new_page())
        page = hands.page
        sign_in(page, desk_at, OFFICER)
        hands.begin(TO_THE_DRAFT, f"{desk_at}/grants/{grant}/")
        hands.press("form[action$='/do/receive/'] button.button")
        for radio in page.locator(UNSETTLED).all():
            radio.check()
            hands.presses[TO_THE_DRAFT] += 1
        hands.press("form[action$='/check/'] button[value=as_found]")
        assert page.locator("input[name=outcome][value=grant]").is_checked()
        assert page.input_value("input[name=amount_yen]") == "150,000"
        assert page.input_value("input[name=drafted_on]")
        hands.press("form[action$='/do/draft/'] button.button")
        draft = pdf.text(made(page, DRAFT))
        assert is_shown(page, DRAFT)
        hands.presses[TO_THE_DRAFT] += 1
        for words in ("150,000円", f"見本{OFFICER}", "別封", "850,000円"):
            assert words in draft.replace(" ", ""), words
        assert hands.presses[TO_THE_DRAFT] <= MOST_PRESSES, hands.presses


@pytest.mark.parametrize("state", ["received", "checked", "decided", "reported", "claimed"])
def test_the_page_at_rest_is_small_enough_to_be_seen(
    say: Say, until: Say, desk_at: str, chromium: Browser, state: str
) -> None:
    """Whatever is offered in main is a control, a folded one is not; on an office's screen."""
    grant = say("checked") if state == "checked" else until(state)
    with chromium.new_context(viewport=WIDE) as context:
        page = context.new_page()
        sign_in(page, desk_at, OFFICER)
        page.goto(f"{desk_at}/grants/{grant}/")
        controls, height = page.evaluate(CONTROLS), page.evaluate(HEIGHT)
        print(f"grant: {state}: {controls} controls at rest, {height} px")
        page.evaluate(UNFOLD)
        assert page.evaluate(CONTROLS) > controls, "the control: what is unfolded is counted"
    assert controls <= MOST_CONTROLS
    assert height <= MOST_PX


def look(visitor: Visitor, found: Findings, state: str) -> None:
    """Judge the page that is shown, as far as it unfolds; at the office's width it fits."""
    width = visitor.page.evaluate(WIDTH)
    if width > WIDE["width"]:
        found.faults.append(f"{state}: {width} px wide")
    found.look_at(visitor, state)


@pytest.fixture(scope="module")
def found(
    say: Say, until: Say, desk_at: str, chromium: Browser, pytestconfig: pytest.Config
) -> Findings:
    """Everything that was wrong on the way."""
    findings = Findings("grants", pictures=bool(pytestconfig.getoption("--long")))
    grants = {state: until(state) for state in STATES}
    protected = say("protected")
    with chromium.new_context(viewport=WIDE) as context:
        visitor = Visitor(context.new_page(), desk_at)
        page = visitor.page
        sign_in(page, desk_at, OFFICER)
        assert page.url.endswith("/grants/"), "it is the first page of the role"
        look(visitor, findings, "list")
        page.goto(f"{desk_at}/grants/{protected}/")
        look(visitor, findings, "protected")
        press(page, "form[action$='/do/receive/'] button.button")
        look(visitor, findings, "received")
        press(page, "form[action$='/check/'] button.button >> nth=-1")
        look(visitor, findings, "nothing-chosen")
        page.goto(f"{desk_at}/grants/{protected}/?do=return")
        look(visitor, findings, "return")
        for state, grant in grants.items():
            page.goto(f"{desk_at}/grants/{grant}/")
            look(visitor, findings, state)
        page.goto(f"{desk_at}/grants/{grants['decided']}/type/contract/")
        look(visitor, findings, "contract")
        press(page, "main form button.button")
        look(visitor, findings, "contract-refused")
        contracted = until("contracted")
        for grant, form in ((contracted, "report"), (grants["fixed"], "claim")):
            page.goto(f"{desk_at}/grants/{grant}/type/{form}/")
            look(visitor, findings, form)
        page.goto(f"{desk_at}/grants/{grants['reported']}/?do=send_back")
        look(visitor, findings, "send_back")
        for verb in ("change", "revoke"):
            page.goto(f"{desk_at}/grants/{grants['decided']}/?do={verb}")
            look(visitor, findings, verb)
        page.evaluate(UNFOLD)
        press(page, "a[href*='do=amend']")
        look(visitor, findings, "amend")
        page.goto(f"{desk_at}/grants/new/")
        look(visitor, findings, "number")
        page.fill("input[name=number]", say("number"))
        press(page, "main form button.button")
        look(visitor, findings, "new")
        press(page, "main form button.button")
        assert "/grants/" in page.url
        look(visitor, findings, "typed")
        findings.faults += visitor.foreign
    return findings


def test_every_page_is_well_formed(found: Findings) -> None:
    assert len(found.pages) == 21
    found.sound()
