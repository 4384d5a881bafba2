"""The subsidy in a browser: from a person's question to the papers of the office; another city."""

import pytest
from playwright.sync_api import Browser

from tests import pdf
from tests.proof.crawl import Visitor
from tests.proof.findings import Findings
from tests.proof.hands import Hands
from tests.proof.house import House
from tests.proof.judge import UNFOLD
from tests.proof.officer import sign_in
from tests.proof.opened_paper import is_shown, made
from tests.proof.site import add_colleague
from tests.proof.test_check import walk

OFFICER = "granting"
PHONE = {"width": 320, "height": 640}
SCREEN = {"width": 1366, "height": 768}
NAME, NUMBER = "葛󠄀城 髙子", "0279-00-0631"
TOLD = "勤め先の名前を書かれ、消してほしい"
CARD = "form[action$='/card/'] button"
SHEET = "form[action^='/sheets/'] button"
FORM = "form[action$='/subsidy/form/'] button"
GUIDE = "a[href='/handouts/subsidy_guide.pdf']"
DRAFT, ISSUE = "form[action$='/draft/'] button", "form[action$='/issue/'] button"
DAY = "form[action$='/sheet/'] button"
AGAIN = "ul.issued button"
ISSUED = 2  # each was made and then shown with the same press
PRESSES = {
    "take in who came": 3,
    "the card to take home": 2,
    "the record sheet": 1,
    "the guide to the subsidy": 1,
    "the form of the subsidy": 1,
    "the paper of a referral": 8,
    "the paper as it was issued": 1,
    "the list of an interview's day": 3,
}


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_person_goes_from_the_first_page_to_the_papers(
    portal_at: str, chromium: Browser, *, script: bool
) -> None:
    with chromium.new_context(viewport=PHONE, java_script_enabled=script) as context:  # type: ignore[arg-type] # a plain dict
        hands = Hands(context.new_page())
        page = hands.page
        hands.begin("to the check", f"{portal_at}/")
        hands.press("main a[href='/subsidy/']")
        hands.press("main a[href='/s/h/check/']")
        walk(Visitor(page, portal_at), None, "/")
        assert "150,000円" in page.inner_text("main")
        hands.errand = "from the result to the papers"
        hands.presses[hands.errand] = 0
        hands.press("main a[href='/documents/']")
        for words in ("補助金の案内", "申請書"):
            link = page.locator("main ul.links a", has_text=words)
            said = link.inner_text()
            with page.expect_response("**/documents/*.pdf") as told:
                link.click()
            size = int(told.value.headers["content-length"])
            assert f"{-(-size // 1024)} KB" in said
            page.go_back()
        assert hands.presses == {"to the check": 2, "from the result to the papers": 1}
        assert not context.cookies()


def take_in(hands: Hands, desk: str) -> str:
    """Somebody comes to the counter and takes the card home; the address of their case."""
    page = hands.page
    hands.begin("take in who came", f"{desk}/counter/")
    hands.type("input[name=phone]", NUMBER)
    hands.type("input[name=name]", NAME)
    hands.type("textarea[name=text]", TOLD)
    hands.choose("input[name=contact_rule][value=no_voicemail]")
    hands.choose("input[name=outcome][value=call_back]")
    hands.press("button[name=do][value=take]")
    hands.begin("the card to take home", page.url)
    digits = "".join(filter(str.isdigit, page.locator(".aloud").inner_text()))
    card = pdf.text(made(page, CARD))
    assert digits[:13] in card
    assert digits[13:] in card
    assert not any(word in card for word in ("相談", "弁護士", "補助", NAME))
    hands.press(CARD)
    page.go_back()
    hands.press("button[name=handed][value=yes]")
    assert "/cases/" in page.url
    return page.url


def print_all(hands: Hands, case: str) -> dict[str, bytes]:
    """The papers that a case's page makes with one press each."""
    papers = {}
    for errand, button in (
        ("the record sheet", SHEET),
        ("the guide to the subsidy", GUIDE),
        ("the form of the subsidy", FORM),
    ):
        hands.begin(errand, case)
        papers[errand] = made(hands.page, button)
        assert is_shown(hands.page, button), errand
        hands.presses[errand] += 1
    return papers


def refer(hands: Hands, case: str) -> bytes:
    """An agency, what the person agrees to on paper, the paper that goes there."""
    page = hands.page
    hands.begin("the paper of a referral", case)
    hands.press("a[href^='/refer/']")
    hands.press(".agency:has(input[name=agency][value=step_gunma]) form button")
    hands.choose("input[name=consent][value=person]", "input[name=facts][value=name]")
    hands.type("textarea[name=told]", TOLD)
    hands.press(".work button.button")
    draft = pdf.text(made(page, DRAFT))
    assert TOLD in draft
    assert NAME.replace(" ", "") in draft
    hands.choose("input[name=step][value=approve_paper]")
    hands.press("form:has(input[name=step]) button.button")
    hands.type("input[name=document_number]", "渋安第12号")
    letter = made(page, ISSUE)
    hands.press(ISSUE)
    return letter


def book(hands: Hands, case: str, desk: str) -> None:
    """An interview, and the list of its day with what is needed."""
    page = hands.page
    hands.begin("the list of an interview's day", f"{desk}/interviews/of/{case.split('/')[-2]}/")
    times = page.locator("select[name=at] >> nth=-1")
    at = times.locator("option").evaluate_all("all => all.map(one => one.value).filter(Boolean)")[9]
    times.select_option(at)
    hands.choose("input[name=support][value=companion]")
    hands.press("main form button.button >> nth=-1")
    page.goto(f"{desk}/interviews/on/{at[:10]}/")
    day = made(page, DAY)
    hands.press(DAY)
    assert pdf.sizes(day) == [(297, 210)]
    assert "付き添いの人がいる" in pdf.text(day)
    assert NAME.replace(" ", "") not in pdf.text(day), "a list that lies about names nobody"


def test_an_officer_makes_every_paper_of_a_case_and_opens_it_again(
    house: House, desk_at: str, chromium: Browser, pytestconfig: pytest.Config
) -> None:
    add_colleague(house, OFFICER, "counsellor")
    found = Findings("grant", pictures=bool(pytestconfig.getoption("--long")))
    with chromium.new_context(viewport=SCREEN) as context:  # type: ignore[arg-type] # a plain dict
        visitor = Visitor(context.new_page(), desk_at)
        hands = Hands(visitor.page)
        page = visitor.page
        sign_in(page, desk_at, OFFICER)
        case = take_in(hands, desk_at)
        papers = print_all(hands, case)
        for name, words in (
            ("the record sheet", (NAME, TOLD, "供覧", f"見本 {OFFICER}")),
            ("the guide to the subsidy", ("補助", "150,000円", "契約")),
            ("the form of the subsidy", (NAME, NUMBER, "交付申請書", "渋川市長")),
        ):
            there = pdf.text(papers[name])
            assert not [one for one in words if one.replace(" ", "") not in there], name
        letter = refer(hands, case)
        hands.begin("the paper as it was issued", case)
        listed = page.locator("ul.issued").inner_text()
        assert "渋安第12号" in listed
        assert all(one.is_visible() for one in page.locator("li.entry.paper").all())
        assert page.locator("li.entry.paper").count() == ISSUED
        assert made(page, AGAIN) == letter
        assert made(page, f"{AGAIN} >> nth=-1") == papers["the form of the subsidy"]
        page.evaluate(UNFOLD)
        found.look(visitor, visitor.see("issued"))
        hands.press(AGAIN)
        book(hands, case, desk_at)
    assert hands.presses == PRESSES
    assert found.faults == []
