"""One's own grant in a browser, with and without a script: every state, every page, judged."""

from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, Page

from tests.proof.crawl import Visitor
from tests.proof.findings import Findings, found_on
from tests.proof.fixtures import serving
from tests.proof.house import House, prepared
from tests.proof.person import Receipt, ask, go_on, open_receipt
from tests.proof.standing import Say, standing

OWN = "/s/h/grant/"
NEUTRAL = ("弁護士", "補助", "誹謗", "被害", "lawyer", "Lawyer", "subsidy")
OVER = ("refused", "withdrawn", "revoked", "lapsed", "repaid")
SCREEN = {"name": "画面.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + b"4" * 900}
RECEIPT = {"name": "領収書.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff" + b"3" * 900}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A town."""
    return prepared(tmp_path_factory.mktemp("own_grant") / "home")


portal_at = serving("portal")


@pytest.fixture(scope="module")
def say(house: House) -> Iterator[Say]:
    """Person and desk do something meanwhile."""
    with standing(house, "tests.proof.grant_states") as tell:
        yield tell


def show(visitor: Visitor, found: Findings, state: str, *columns: str) -> None:
    """Judge the page of the grant in these columns."""
    for column in columns or ("",):
        visitor.page.goto(visitor.base + column + OWN)
        found.look_at(visitor, state)


def day(page: Page, name: str, *boxes: str) -> None:
    """Write a date into its three boxes."""
    for at, words in enumerate(boxes):
        page.locator(f"input[name={name}]").nth(at).fill(words)


def contract(page: Page) -> None:
    """What the contract says."""
    day(page, "signed_on", "令和6", "11", "1")
    page.fill("input[name=contract_lawyer]", "法務 一郎")
    page.fill("input[name=contract_yen]", "30万円")


def report(page: Page) -> None:
    """What the receipt says, and the receipt."""
    day(page, "receipt_on", "2024", "11", "2")
    page.fill("input[name=paid_yen]", "300,000")
    page.set_input_files("input[type=file]", [RECEIPT])  # type: ignore[arg-type] # plain dicts do


def claim(page: Page) -> None:
    """A post bank's account as its passbook says it."""
    page.check("input[name=bank][value=yucho]")
    page.fill("input[name=yucho_sign]", "14030")
    page.fill("input[name=yucho_number]", "76543211")
    page.fill("input[name=holder_kana]", "よしだ はなこ")


def asked(visitor: Visitor, found: Findings, what: str) -> None:
    """Judge a page on which something is done, as it is drawn and with what has to be changed."""
    visitor.page.goto(visitor.base + OWN + what)
    found.look_at(visitor, "asked")
    go_on(visitor.page)
    found.look_at(visitor, "slips")


def applying(say: Say, visitor: Visitor, found: Findings, receipt: Receipt) -> None:
    """The draft, and what was missing of it."""
    page, portal = visitor.page, visitor.base
    say("begin", receipt.number, receipt.secret, "sent")
    for path in ("/s/f/", f"{OWN}x/"):
        page.goto(portal + path)
        found.look_at(visitor, "sent")
    show(visitor, found, "sent", "", "/easy", "/en")
    say("go", receipt.number, receipt.secret, "receive")
    show(visitor, found, "received")
    say("go", receipt.number, receipt.secret, "return")
    page.goto(portal + "/s/f/")
    found.look_at(visitor, "returned")
    show(visitor, found, "returned", "/easy", "/en", "")
    asked(visitor, found, "a/")
    page.set_input_files("input[name=screens]", [SCREEN])  # type: ignore[arg-type] # plain dicts do
    go_on(page)
    found.look_at(visitor, "answered")
    say("go", receipt.number, receipt.secret, "draft")
    show(visitor, found, "drafted")


def reporting(say: Say, visitor: Visitor, found: Findings, receipt: Receipt) -> None:
    """The contract, while the desk changes something, and the payment, twice."""
    page = visitor.page
    say("go", receipt.number, receipt.secret, "decide")
    show(visitor, found, "decided", "/easy", "/en", "")
    asked(visitor, found, "c/")
    contract(page)
    say("go", receipt.number, receipt.secret, "change")
    for state in ("overtaken", "contracted"):
        go_on(page)
        found.look_at(visitor, state)
    asked(visitor, found, "r/")
    report(page)
    go_on(page)
    found.look_at(visitor, "reported")
    say("go", receipt.number, receipt.secret, "send_back")
    show(visitor, found, "sent_back")
    page.goto(visitor.base + OWN + "r/")
    found.look_at(visitor, "again")


def claiming(say: Say, visitor: Visitor, found: Findings, receipt: Receipt) -> None:
    """The account, read back, and the payment."""
    page = visitor.page
    say("go", receipt.number, receipt.secret, "report", "fix")
    show(visitor, found, "fixed")
    asked(visitor, found, "q/")
    claim(page)
    for state in ("yucho", "read_back"):
        found.look_at(visitor, state)
        go_on(page)
    found.look_at(visitor, "claimed")
    say("go", receipt.number, receipt.secret, "pay")
    show(visitor, found, "paid", "", "/easy", "/en")


def walk(say: Say, visitor: Visitor, found: Findings) -> None:
    """From the draft to the payment, and every other end."""
    receipt = ask(visitor.page, visitor.base)
    open_receipt(visitor.page, visitor.base, receipt)
    applying(say, visitor, found, receipt)
    reporting(say, visitor, found, receipt)
    claiming(say, visitor, found, receipt)
    for state in OVER:
        say("begin", receipt.number, receipt.secret, state)
        show(visitor, found, state)


@pytest.fixture(scope="module")
def found(say: Say, portal_at: str, chromium: Browser, pytestconfig: pytest.Config) -> Findings:
    """Everything that was wrong on the way."""
    return found_on(partial(walk, say), "own_grant", portal_at, chromium, pytestconfig)


def test_every_page_is_well_formed(found: Findings) -> None:
    assert len(found.pages) == 40
    found.sound()


def test_no_title_says_what_it_is(found: Findings) -> None:
    assert not [page.title for page in found.pages if any(word in page.title for word in NEUTRAL)]


@pytest.mark.usefixtures("found")
def test_without_a_script_all_of_it_can_be_done(
    say: Say, portal_at: str, chromium: Browser
) -> None:
    with chromium.new_context() as context:
        receipt = ask(context.new_page(), portal_at)
    say("begin", receipt.number, receipt.secret, "returned")
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        open_receipt(page, portal_at, receipt)
        page.goto(portal_at + OWN)
        page.click(f"a[href='{OWN}a/']")
        page.fill("textarea[name=answer_words]", "画面はもう消えています。")
        go_on(page)
        assert "窓口が続きを確かめます" in page.inner_text("main")
        say("go", receipt.number, receipt.secret, "draft", "decide")
        page.goto(portal_at + OWN)
        page.click(f"a[href='{OWN}c/']")
        contract(page)
        go_on(page)
        assert "契約の届が届きました" in page.inner_text("main")
        page.click(f"a[href='{OWN}r/']")
        report(page)
        go_on(page)
        assert "報告が届きました" in page.inner_text("main")
        say("go", receipt.number, receipt.secret, "fix")
        page.goto(portal_at + OWN + "q/")
        claim(page)
        assert not page.locator("input[name=account_number]").is_visible()
        go_on(page)
        assert "この口座でよいですか" in page.inner_text("main")
        go_on(page)
        assert "請求が届きました" in page.inner_text("main")
        assert "最後の3けたが321の口座" in page.inner_text("main")
