"""The story of one grant: what the person and the desk do, page by page, in any city."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import FilePayload, Page

from tests.proof.crawl import Visitor
from tests.proof.hands import Hands
from tests.proof.opened_paper import made
from tests.proof.person import Receipt, go_on
from tests.proof.test_check import walk

OWN = "/s/h/grant/"
PAPERS = 4  # the task of the papers
NAME, KANA, MAIL = "𠮷川 かなりあ", "ヨシカワ カナリア", "kanaria-hojo@example.jp"
PHONE, POSTAL, ADDRESS = "0279-00-0731", "377-8501", "金糸雀町大字止まり木八八四番地二"
LAWYER, OFFICE = "金糸雀 法子", "止まり木法律事務所"
HAPPENED = "掲示板に金糸雀の名前で書かれたうそを消したい"
BANK, BRANCH, ACCOUNT = "金糸雀銀行", "止まり木支店", "7318420"
WANTED = "画面の写真などを印刷したもの"
TELLING = ("弁護士", "補助", "誹謗", "被害", "相談", "申請書")  # in no title, on no envelope
SECRETS = (
    *(NAME, KANA, MAIL, PHONE, ADDRESS, LAWYER, OFFICE, HAPPENED),
    *(BANK, BRANCH, ACCOUNT, "ヨシカワ カナリア", "ﾖｼｶﾜ ｶﾅﾘｱ"),
)
ESTIMATE: FilePayload = {
    "name": "見積書.jpg",
    "mimeType": "image/jpeg",
    "buffer": b"\xff\xd8\xff" + b"1" * 900,
}
SCREEN: FilePayload = {
    "name": "画面.png",
    "mimeType": "image/png",
    "buffer": b"\x89PNG\r\n\x1a\n" + b"2" * 900,
}
PAID: FilePayload = {
    "name": "領収書.jpg",
    "mimeType": "image/jpeg",
    "buffer": b"\xff\xd8\xff" + b"3" * 900,
}


ANSWERED: Counter[Page] = Counter()
"""How many answers the person gave on a page's forms of the grant, what was filled in already not
counted; to open the receipt are `OPENING` more, once.
"""
OPENING = 2
ANSWERS = """() => new Set([...document.querySelectorAll("main form [name]:not([type=hidden])")]
  .filter(one => one.checkVisibility())
  .filter(one =>
    ["checkbox", "radio"].includes(one.type) ? one.checked && !one.defaultChecked
    : one.type === "file" ? one.files.length
    : one.options ? ![...one.selectedOptions].every(each => each.defaultSelected || !each.value)
    : one.value !== one.defaultValue)
  .map(one => one.type === "checkbox" ? one.name + "=" + one.value : one.name)).size"""


@dataclass(frozen=True)
class Terms:
    """What a city's rules make different: the answers to its check and to its application."""

    check: Mapping[str, str]
    amount: str
    chosen: Mapping[int, Mapping[str, str]]
    typed: Mapping[int, Mapping[str, str]]
    days: Mapping[int, Mapping[str, tuple[str, str, str]]]


PERSON = {"kana": KANA, "postal_code": POSTAL, "address": ADDRESS, "phone": PHONE}
BY_POST = {"delivery": "post"}
BEFORE_CONTRACT = Terms(
    check={},
    amount="150,000円",
    chosen={
        1: {"by": "self"},
        3: {"acts": "deletion", "engaged": "lawyer", "contract": "none", "other_aid": "no"},
        4: {"screens_brought": "yes"},
        5: BY_POST,
        6: {"register_consent": "consent"},
    },
    typed={
        1: PERSON,
        3: {
            "lawyer": LAWYER,
            "law_office": OFFICE,
            "yen_deletion": "330,000",
            "tax_deletion": "30,000",
        },
    },
    days={3: {"contract_on": ("令和6", "6", "20")}, 4: {"estimate_on": ("2024", "5", "30")}},
)
AFTER_PAYMENT = Terms(
    check={
        "consulted": "yes",
        "paid": "yes",
        "act": "disclosure",
        "yen_disclosure": "33万円",
    },
    amount="110,000円",
    chosen={
        1: {"by": "self"},
        2: {"consulted": "yes"},
        3: {"acts": "disclosure", "engaged": "lawyer", "legal_aid": "none", "other_aid": "no"},
        5: BY_POST,
        6: {"register_consent": "consent"},
    },
    typed={
        1: {**PERSON, "household": "1", "income_yen": "15万円"},
        3: {"lawyer": LAWYER, "law_office": OFFICE, "yen_disclosure": "330,000"},
    },
    days={3: {"contract_on": ("令和5", "1", "10"), "paid_on": ("2023", "1", "12")}},
)


def check(page: Page, portal: str, terms: Terms) -> str:
    """From the first page through the check; what its result says, and the way to the form."""
    page.goto(f"{portal}/")
    page.locator("main a[href='/subsidy/']").first.click()
    page.locator("main a[href='/s/h/check/']").first.click()
    walk(Visitor(page, portal), None, "/", **terms.check)
    told = page.inner_text("main")
    page.locator("main a[href='/s/h/']").first.click()
    return told


def ask(page: Page) -> Receipt:
    """From the form that needs a receipt to the receipt: a request for help, with a mail."""
    page.locator("main a[href='/s/']").first.click()
    page.locator("main form button").first.click()
    page.check("input[name=danger][value=no]")
    page.check("input[name=who][value=self]")
    go_on(page)
    page.fill("textarea[name=text]", HAPPENED)
    page.locator("main form#step button.button").first.click()
    page.fill("input[name=name]", NAME)
    page.fill("input[name=phone]", PHONE)
    page.check("input[name=contact_rule][value=mail_only]")
    page.check("input[name=mail][value=yes]")
    page.fill("input[name=email]", MAIL)
    for _ in range(3):
        page.locator("main form#step button.button").first.click()
    page.locator("main form button.button").last.click()
    page.wait_for_url("**/s/c/done/")
    return Receipt(*page.locator(".number").all_inner_texts())


def opened(page: Page, portal: str, receipt: Receipt) -> None:
    """The receipt's page."""
    page.goto(f"{portal}/s/f/")
    if page.locator("input[name=number]").count():
        page.fill("input[name=number]", receipt.number)
        page.fill("input[name=secret]", receipt.secret)
        go_on(page)


def write(page: Page, portal: str, terms: Terms, number: int) -> None:
    """One task of the application, as far as it asks what the receipt does not know."""
    page.goto(f"{portal}/s/h/{number}/")
    for name, value in terms.chosen.get(number, {}).items():
        page.check(f"input[name={name}][value={value}]")
    for name, words in terms.typed.get(number, {}).items():
        line = page.locator(f"input[name={name}]:not([type=hidden])").first
        if line.count():
            line.fill(words)
    for name, boxes in terms.days.get(number, {}).items():
        day(page, name, boxes)
    if number == PAPERS:
        estimate = page.locator("input[name=estimate], input[name=others]").first
        estimate.set_input_files([ESTIMATE])


def day(page: Page, name: str, boxes: tuple[str, str, str]) -> None:
    """Write a day into its three boxes."""
    for at, words in enumerate(boxes):
        page.locator(f"input[name={name}]").nth(at).fill(words)


def count_answers(page: Page) -> None:
    """Count what the person answered on the page, before it is sent."""
    ANSWERED[page] += page.evaluate(ANSWERS)


def apply(page: Page, portal: str, terms: Terms) -> str:
    """All tasks, the preview, the promises, and the button that sends it; what is said then."""
    for number in range(1, 6):
        write(page, portal, terms, number)
        count_answers(page)
        go_on(page)
        assert not page.title().startswith("エラー"), page.inner_text("main")
    write(page, portal, terms, 6)
    told = page.inner_text("main")
    assert ADDRESS in told
    for box in page.locator("input[name=promises]").all():
        box.check()
    count_answers(page)
    page.locator("main form button.button").last.click()
    page.wait_for_load_state()
    return page.inner_text("main")


def own_page(page: Page, portal: str, receipt: Receipt) -> str:
    """What the page of the person's own application says, opened with the receipt."""
    opened(page, portal, receipt)
    page.goto(f"{portal}{OWN}")
    return page.inner_text("main")


def to_errand(page: Page, which: str) -> None:
    """From the page of one's own application to what is to be done now."""
    page.locator(f"main a[href='{OWN}{which}/']").first.click()
    page.wait_for_load_state()


def done(page: Page) -> str:
    """Send the page's form; it is done, and the page says so."""
    count_answers(page)
    go_on(page)
    assert not page.title().startswith("エラー"), page.inner_text("main")
    return page.inner_text("main")


def complete(page: Page) -> str:
    """Send the picture that was missing."""
    to_errand(page, "a")
    assert WANTED in page.inner_text("main")
    page.set_input_files("input[name=screens]", [SCREEN])
    return done(page)


def report_contract(page: Page, on: tuple[str, str, str]) -> str:
    """Report the contract with the lawyer."""
    to_errand(page, "c")
    day(page, "signed_on", on)
    page.fill("input[name=contract_lawyer]", LAWYER)
    page.fill("input[name=contract_yen]", "33万円")
    return done(page)


def report(page: Page, on: tuple[str, str, str]) -> str:
    """Report what was paid, with the receipt."""
    to_errand(page, "r")
    day(page, "receipt_on", on)
    page.fill("input[name=paid_yen]", "330,000")
    page.set_input_files("input[name=files]", [PAID])
    return done(page)


def claim(page: Page) -> str:
    """Name the account, read it back, claim."""
    to_errand(page, "q")
    page.fill("input[name=bank_name]", BANK)
    page.fill("input[name=branch_name]", BRANCH)
    page.fill("input[name=account_number]", ACCOUNT)
    assert page.input_value("input[name=holder_kana]") == KANA
    assert ACCOUNT in done(page)
    return done(page)


def open_grant(hands: Hands, desk: str, errand: str, tab: str) -> None:
    """The only grant of a tab of the list."""
    hands.begin(errand, f"{desk}/grants/?tab={tab}")
    hands.press("table.cases tbody th a")


def act(hands: Hands, verb: str, **typed: str) -> None:
    """Do a verb whose form the page offers; what is known stands in it already."""
    form = f"form[action$='/do/{verb}/']"
    if not hands.page.locator(form).count():
        hands.press(f"nav.others a[href*='do={verb}']")
    for name, words in typed.items():
        box = hands.page.locator(f"{form} [name={name}]").first
        if box.get_attribute("type") == "radio":
            hands.choose(f"{form} [name={name}][value={words}]")
        else:
            hands.type(f"{form} [name={name}]", words)
    hands.press(f"{form} button.button")
    assert not hands.page.title().startswith("エラー"), hands.page.inner_text("main")


def issue(hands: Hands, name: str) -> bytes:
    """The paper, as the press shows it and as it is kept; the page comes back."""
    back, button = hands.page.url, f"form[action$='/paper/{name}/'] button.button"
    paper = made(hands.page, button)
    hands.press(button)
    hands.page.goto(back)
    return paper


def review(hands: Hands) -> None:
    """Say of what the machine cannot know that it holds, and confirm with it what it found."""
    for box in hands.page.locator("li.condition.unknown input[value=met]").all():
        hands.choose(f"[id='{box.get_attribute('id')}']")
    hands.press("button[name=do][value=as_found]")
    assert not hands.page.locator("li.condition.unknown").count()
