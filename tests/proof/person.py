"""The person's half of the story: ask, keep the receipt, read the answer, leave."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

WORDS = "書き込みを消したいです。どうすればよいですか。"
NAME = "𠮷田 はな"
PICTURES = [
    {"name": "画面1.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + b"1" * 4000},
    {"name": "画面2.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff" + b"2" * 3000},
]


@dataclass(frozen=True)
class Receipt:
    """What the done page shows."""

    number: str
    secret: str


def go_on(page: Page) -> None:
    """Press the main button of the page."""
    page.locator("main form button.button").first.click()
    page.wait_for_load_state()


def go_on_in_place(page: Page, press: Callable[[], None]) -> None:
    """Press what sends a form kept in no history: a script puts the next page in its place."""
    page.evaluate("document.documentElement.dataset.before = ''")
    press()
    page.wait_for_selector("html:not([data-before]) #main")


def ask(page: Page, portal: str, phone: str = "") -> Receipt:
    """From the first page to the receipt, with one mistake on the way.

    `phone`: the number of who may be rung; nobody else may.
    """
    page.goto(portal + "/")
    page.get_by_role("link", name="相談を申し込む").first.click()
    page.locator("main form button").click()
    page.check("input[name=danger][value=yes]")
    page.check("input[name=who][value=self]")
    go_on(page)
    assert page.locator("main a[href^='tel:110']").count(), "danger shows 110 before going on"
    page.locator("main a.button").click()
    page.set_input_files("input[type=file]", PICTURES)  # type: ignore[arg-type] # plain dicts do
    page.fill("textarea[name=text]", WORDS)
    page.locator("main form#step button.button").first.click()
    page.fill("input[name=name]", NAME)
    go_on(page)
    assert page.title().startswith("エラー："), page.title()
    assert page.input_value("input[name=name]") == NAME, "a mistake loses nothing"
    page.check(f"input[name=contact_rule][value={'phone' if phone else 'mail_only'}]")
    if phone:
        page.fill("input[name=phone]", phone)
        page.check("input[name=name_desk][value=yes]")
    page.check("input[name=mail][value=yes]")
    page.fill("input[name=email]", "hana@example.jp")
    for _ in range(3):
        page.locator("main form#step button.button").first.click()
    told = page.inner_text("main")
    assert WORDS in told
    assert "画面1.png" in told
    page.locator("main form button.button").last.click()
    page.wait_for_url("**/s/c/done/")
    number, secret = page.locator(".number").all_inner_texts()
    page.reload()
    assert page.locator(".number").all_inner_texts() == [number, secret], "a reload shows the same"
    return Receipt(number, secret)


def leave(page: Page) -> None:
    """Press the exit; what the browser is sent to is not asked for here."""
    page.route(
        "**/*",
        lambda route: (
            route.continue_()
            if "127.0.0.1" in route.request.url
            else route.fulfill(body="<title>city</title>", content_type="text/html")
        ),
    )
    page.locator("a[href*='/s/leave/'], form[action*='/s/leave/'] button").first.click()
    page.wait_for_load_state()


def open_receipt(page: Page, portal: str, receipt: Receipt) -> None:
    """Open the case's page with its receipt."""
    page.goto(portal + "/s/f/")
    page.fill("input[name=number]", receipt.number)
    page.fill("input[name=secret]", receipt.secret)
    go_on(page)


def read(page: Page, portal: str, receipt: Receipt) -> str:
    """What the case's page says to whoever holds the receipt."""
    open_receipt(page, portal, receipt)
    return page.inner_text("main")


def write(page: Page, words: str) -> str:
    """Send a further message from the case's page; what the page says then."""
    page.fill("textarea[name=text]", words)
    page.locator("form[action$='/s/f/m/'] button.button").first.click()
    page.wait_for_load_state()
    return page.inner_text("main")
