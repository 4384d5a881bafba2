"""Applying in a browser, with and without a script: judged on every page, sent once."""

import pytest
from playwright.sync_api import Browser, Page

from tests.proof.crawl import Visitor
from tests.proof.findings import Findings, found_on
from tests.proof.fixtures import serving
from tests.proof.house import House, prepared
from tests.proof.person import ask, go_on, open_receipt

APPLY = "/s/h/"
NEUTRAL = ("弁護士", "相談", "補助", "申請", "lawyer", "Lawyer", "subsidy", "Subsidy")
PERSON = {
    "kana": "ミホン ハナコ",
    "postal_code": "377-8501",
    "address": "渋川市石原80番地",
}
LAWYER = {"lawyer": "例示 太郎", "yen_deletion": "330,000", "tax_deletion": "30,000"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Shibukawa's house."""
    return prepared(tmp_path_factory.mktemp("apply") / "home")


portal_at = serving("portal")


def fill(page: Page, **typed: str) -> None:
    """Write into lines, as far as the page asks them."""
    for name, words in typed.items():
        line = page.locator(f"input[name={name}][type=text], input[name={name}][type=tel]").first
        if line.count():
            line.fill(words)


def choose(page: Page, **chosen: str) -> None:
    """Choose an answer each."""
    for name, value in chosen.items():
        page.check(f"input[name={name}][value={value}]")


def day(page: Page, name: str, *boxes: str) -> None:
    """Write a day into its three boxes."""
    for at, words in enumerate(boxes):
        page.locator(f"input[name={name}]").nth(at).fill(words)


def person(page: Page) -> None:
    """The first task."""
    fill(page, name="見本 花子", phone="0279-00-0000", **PERSON)
    choose(page, by="self")


def lawyer(page: Page, *planned: str) -> None:
    """The third."""
    choose(page, acts="deletion", engaged="lawyer", contract="none", other_aid="no")
    fill(page, **LAWYER)
    day(page, "contract_on", *planned)


def papers(page: Page) -> None:
    """The fourth."""
    choose(page, estimate_brought="yes", screens_brought="yes")


def delivery(page: Page) -> None:
    """The fifth."""
    choose(page, delivery="post", sender="none")


def promise(page: Page) -> None:
    """The last."""
    choose(page, register_consent="consent")
    for box in page.locator("input[name=promises]").all():
        box.check()


def press_last(page: Page) -> None:
    """Press the button that sends it all."""
    page.locator("main form button.button").last.click()
    page.wait_for_load_state()


TASKS = {1: person, 2: None, 3: lawyer, 4: papers, 5: delivery}


def write(page: Page, portal: str, planned: tuple[str, ...] = ("2099", "1", "7")) -> None:
    """All tasks but the last."""
    for number, task in TASKS.items():
        page.goto(f"{portal}{APPLY}{number}/")
        if task is lawyer:
            lawyer(page, *planned)
        elif task:
            task(page)
        go_on(page)


def show(visitor: Visitor, found: Findings, path: str, state: str) -> None:
    """Judge a page in every column."""
    for column in ("/easy", "/en", ""):
        visitor.page.goto(f"{visitor.base}{column}{path}")
        found.look_at(visitor, state)


def walk(visitor: Visitor, found: Findings) -> None:
    """Every page: without a receipt, empty, with what is missing, too late, complete, sent."""
    page, portal = visitor.page, visitor.base
    show(visitor, found, APPLY, "first")
    receipt = ask(page, portal)
    open_receipt(page, portal, receipt)
    show(visitor, found, APPLY, "list")
    for number in range(1, 6):
        show(visitor, found, f"{APPLY}{number}/", "task")
    for number in (1, 3, 4, 5):
        page.goto(f"{portal}{APPLY}{number}/")
        go_on(page)
        found.look_at(visitor, "slips")
    other = page.context.new_page()
    for tab in (other, page):
        tab.goto(f"{portal}{APPLY}5/")
    for tab, sender in ((other, "city"), (page, "none")):
        choose(tab, delivery="post", sender=sender)
        go_on(tab)
    found.look_at(visitor, "lost")
    other.close()
    write(page, portal, ("2020", "1", "7"))
    page.goto(f"{portal}{APPLY}6/")
    show(visitor, found, APPLY + "time/", "late")
    show(visitor, found, APPLY, "complete")
    show(visitor, found, APPLY + "6/", "check")
    page.goto(portal + APPLY + "6/")
    promise(page)
    press_last(page)
    show(visitor, found, APPLY + "sent/", "sent")


@pytest.fixture(scope="module")
def found(portal_at: str, chromium: Browser, pytestconfig: pytest.Config) -> Findings:
    """Everything that was wrong on the way."""
    return found_on(walk, "apply", portal_at, chromium, pytestconfig)


def test_every_page_is_well_formed(found: Findings) -> None:
    assert len(found.pages) == 38
    found.sound()


def test_no_title_says_what_it_is(found: Findings) -> None:
    assert not [page.title for page in found.pages if any(word in page.title for word in NEUTRAL)]


@pytest.mark.usefixtures("found")
def test_without_a_script_it_is_written_and_sent_once(portal_at: str, chromium: Browser) -> None:
    with chromium.new_context() as context:
        receipt = ask(context.new_page(), portal_at)
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        open_receipt(page, portal_at, receipt)
        write(page, portal_at)
        page.goto(portal_at + APPLY + "6/")
        promise(page)
        press_last(page)
        assert "まだ申請は終わっていません" in page.inner_text("main")
        page.go_back()
        assert page.url == f"{portal_at}{APPLY}grant/"  # nothing is there to be sent again
        assert "まだ申請は終わっていません" in page.inner_text("main")


@pytest.mark.usefixtures("found")
@pytest.mark.parametrize("script", [True, False])
def test_only_what_an_answer_asks_for_is_asked(
    portal_at: str,
    chromium: Browser,
    script: bool,  # noqa: FBT001 - of a table
) -> None:
    context = chromium.new_context(java_script_enabled=script)
    page = context.new_page()
    open_receipt(page, portal_at, ask(page, portal_at))
    page.goto(f"{portal_at}{APPLY}3/")
    cost, aid = page.locator("input[name=yen_deletion]"), page.locator("input[name=other_aid_yen]")
    assert not cost.is_visible()
    assert not aid.is_visible()
    assert page.locator("input[name=lawyer]").is_visible(), "what is always asked stays"
    choose(page, acts="deletion", other_aid="yes")
    assert cost.is_visible()
    assert aid.is_visible()
    assert not page.locator("input[name=yen_disclosure]").is_visible()
    cost.fill("33万円ぐらい")
    page.uncheck("input[name=acts][value=deletion]")
    go_on(page)
    assert cost.is_visible(), "what has to be changed is in sight"
    context.close()
