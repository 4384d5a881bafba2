"""The desk's script: a page of several forms loses none of them; a hidden screen says nothing."""

from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Dialog, Page, Route

SCRIPT = Path("madoguchi/web/kit/static/desk.js").read_text()
AT = "https://desk.example/"
FORM = """<form method="post" action="/{0}" {1}><input type="hidden" name="token" value="t">
<textarea name="{0}_text"></textarea><input name="{0}_days" value="5"><button>{0}</button></form>"""
PAGE = f"""<!doctype html><title>相談 84412</title><a href="/list">一覧</a>
<a href="/hidden" data-hide="画面に戻る" data-hidden="準備中">画面を隠す</a>
<section data-several>{FORM.format("log", "")}{FORM.format("answer", "")}{FORM.format("note", "%s")}
</section><script>{SCRIPT}</script>"""


@pytest.fixture
def page(chromium: Browser) -> Page:
    """The page, with a network that answers every address; what was posted is in its history."""
    return opened(chromium)


def opened(chromium: Browser, mark: str = "", where: str = "data-several") -> Page:
    """The page, its last form marked so, and the part that holds the forms."""
    made = chromium.new_page()

    def answer(route: Route) -> None:
        whole = (PAGE % mark).replace("data-several", where, 1)
        body = whole if route.request.url == AT else "<title>次の画面</title>"
        route.fulfill(body=body, content_type="text/html; charset=utf-8")

    made.route("**/*", answer)
    made.goto(AT)
    return made


def questions(page: Page) -> list[str]:
    """Which questions the browser asks from now on; each is answered: stay."""
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    return asked


def leave(page: Page) -> list[str]:
    """Press the link to the list; what the browser asks."""
    asked = questions(page)
    page.click("text=一覧", no_wait_after=True)
    page.wait_for_timeout(300)
    return asked


def test_what_stands_in_the_others_is_sent_along(page: Page) -> None:
    page.fill("[name=log_text]", "話した")
    page.fill("[name=answer_text]", "長い返事")
    asked = questions(page)
    with page.expect_request("**/log") as sent:
        page.click("text=log")
    fields = parse_qs(sent.value.post_data or "", keep_blank_values=True)
    assert fields["log_text"] == ["話した"]
    assert (fields["answer_text"], fields["answer_days"]) == (["長い返事"], ["5"])
    assert fields["token"] == ["t"], "each form's own"
    assert "note_days" not in fields, "nobody wrote anything there"
    assert asked == []


def test_who_leaves_with_unsent_words_is_asked(page: Page) -> None:
    page.fill("[name=note_text]", "覚え")
    assert leave(page) == ["beforeunload"]
    assert page.input_value("[name=note_text]") == "覚え"


def test_who_wrote_nothing_is_not_asked(page: Page) -> None:
    page.click("[name=note_text]")
    assert leave(page) == []
    assert page.title() == "次の画面"


def test_what_came_back_from_the_server_counts_as_unsent(chromium: Browser) -> None:
    page = opened(chromium, "data-unsent")
    page.click("[name=log_text]")
    assert leave(page) == ["beforeunload"]


def test_a_hidden_screen_says_what_the_manual_says(page: Page) -> None:
    page.click("text=画面を隠す")
    assert page.title() == "準備中"
    assert page.locator("h1.cover").inner_text() == "準備中"
    page.click("text=画面に戻る")
    assert page.title() == "相談 84412"
    assert page.locator("h1.cover").count() == 0


def test_where_the_others_cannot_come_back_a_form_asks_before_it_leads_away(
    chromium: Browser,
) -> None:
    page = opened(chromium, where="data-several=ask")
    asked = questions(page)
    page.fill("[name=log_text]", "話した")
    page.click("button:text-is('answer')", no_wait_after=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert page.url == AT
    assert page.locator("form[action='/answer'] [name=log_text]").count() == 0
    page.click("button:text-is('log')")
    assert page.url == f"{AT}log"
    assert asked == ["beforeunload"], "what is sent needs no question"
