"""The check of the subsidy in a browser: to each of its ends, with and without a script."""

import pytest
from playwright.sync_api import Browser, Error, Page

from tests.proof.crawl import Visitor
from tests.proof.findings import Findings

HERE = "s/h/check/"
COLUMNS = ("/", "/easy/", "/en/")
FULL = {
    "registered": "yes",
    "used_desk": "phone",
    "contract": "none",
    "another": "no",
    "act": "both",
    "engaged": "lawyer",
    "estimate": "yes",
    "yen_deletion": "30万円",
    "yen_disclosure": "２２０，０００",
    "other_aid": "no",
}
ENDS = {"registered": "no", "used_desk": "no", "contract": "earlier", "act": "other"}
MOST = 15
WRITTEN, BACK = "1234567", 3


def asked(page: Page) -> list[str]:
    """The questions that the page asks; none for an ending and for the result."""
    fields = page.locator("main form[novalidate] input:not([type=hidden], [name=unknown])")
    return list(dict.fromkeys(field.get_attribute("name") or "" for field in fields.all()))


def press(page: Page, button: str) -> None:
    """Press a button of main."""
    page.evaluate("document.documentElement.dataset.before = ''")
    page.locator(f"main {button}").first.click()
    page.wait_for_selector("html:not([data-before]) main", state="attached")


def answer(page: Page, **answers: str) -> None:
    """Choose or write answers, and go on; `unknown` is chosen, or ticked beside the field."""
    for name, words in answers.items():
        field = page.locator(f"main [name={name}]")
        if field.first.get_attribute("type") == "radio":
            page.locator(f"main label[for='{_id(page, name, words)}']").click()
        elif words == "unknown":
            page.locator(f"main input[name=unknown][value={name}]").check()
        else:
            field.first.fill(words)
    press(page, "form[novalidate] button.button")


def _id(page: Page, name: str, words: str) -> str:
    return page.locator(f"main [name={name}][value={words}]").get_attribute("id") or ""


def walk(visitor: Visitor, found: Findings | None, column: str, **changed: str) -> None:
    """From the first question to an end; every page is judged where there is a judge."""
    page, answers = visitor.page, FULL | changed
    page.goto(visitor.base + column + HERE)
    for _ in range(MOST):
        names = asked(page)
        if found:
            shown = "-".join(names) or f"end-{'-'.join(changed) or 'result'}"
            found.look(visitor, visitor.see(shown))
        if not names:
            return
        answer(page, **{name: answers[name] for name in names})
    raise AssertionError(f"no end: {page.inner_text('main')}")


@pytest.fixture(scope="module")
def found(portal_at: str, chromium: Browser, pytestconfig: pytest.Config) -> Findings:
    """Everything that was wrong on the way, of the pages as the server sends them."""
    findings = Findings("check", pictures=bool(pytestconfig.getoption("--long")))
    with chromium.new_context() as context:
        context.route("**/kit*.js", lambda route: route.abort())  # axe needs a script, we do not
        visitor = Visitor(context.new_page(), portal_at)
        for column in COLUMNS:
            walk(visitor, findings, column)
            findings.faults += [] if visitor.page.locator("main ol.steps").count() else [column]
        for name, words in ENDS.items():
            end_at(visitor, findings, name, words)
        slips(visitor, findings)
        findings.faults += visitor.foreign
        findings.cookies += [cookie.get("name", "?") for cookie in context.cookies()]
    return findings


def end_at(visitor: Visitor, found: Findings, name: str, words: str) -> None:
    """The ending of one answer, in every column, and the way back to that answer."""
    for column in COLUMNS:
        walk(visitor, None, column, **{name: words})
        found.look(visitor, visitor.see(f"end-{name}"))
    page = visitor.page
    if name == "used_desk":  # who has not been there yet may see the amount first
        press(page, "button[name=used_desk]")
        assert asked(page) == ["contract"]
        press(page, "button.tool[name=to]")
        page.locator(f"main label[for='{_id(page, name, words)}']").click()
        press(page, "form[novalidate] button.button")
    press(page, "button[name=to]")
    assert name in asked(page)
    assert visitor.page.is_checked(f"main [name={name}][value={words}]")


def slips(visitor: Visitor, found: Findings) -> None:
    """An unanswered choice, an amount that is none: each said at its field."""
    page = visitor.page
    page.goto(f"{visitor.base}/{HERE}")
    press(page, "form[novalidate] button.button")
    found.look(visitor, visitor.see("unanswered"))
    walk(visitor, None, "/")
    press(page, "button[name=to][value=yen_deletion]")
    answer(page, yen_deletion="1e9")
    assert page.title().startswith("エラー：")
    found.look(visitor, visitor.see("yen-unread"))
    answer(page, yen_deletion="unknown")
    assert page.locator("main ol.steps").count()


def test_every_page_is_well_formed(found: Findings) -> None:
    assert len(found.pages) > 30
    found.sound()


def test_no_cookie_is_set_and_no_title_or_address_says_what_was_answered(found: Findings) -> None:
    assert not found.cookies
    for page in found.pages:
        assert not any(word in page.title for word in ("弁護士", "補助", "lawyer", "subsidy"))
        assert page.path.partition("#")[0].endswith(f"/{HERE}")


@pytest.mark.parametrize("script", [True, False])
def test_it_works_to_each_end_and_back_with_and_without_a_script(
    portal_at: str, chromium: Browser, *, script: bool
) -> None:
    with chromium.new_context(
        java_script_enabled=script, viewport={"width": 320, "height": 640}
    ) as context:
        visitor = Visitor(context.new_page(), portal_at)
        page = visitor.page
        walk(visitor, None, "/")
        assert "150,000円" in page.inner_text("main")
        press(page, "button[name=to][value=yen_disclosure]")
        answer(page, yen_disclosure="10万円")
        assert "100,000円 × 1/2" in page.inner_text("main")
        for name, words in ENDS.items():
            walk(visitor, None, "/", **{name: words})
            assert page.locator("main a[href='/desks/cost/']").count(), name
        press(page, "button[name=to]")
        press(page, "button.tool[name=to]")
        assert asked(page) == ["contract"]
        assert page.is_checked("main [name=contract][value=none]")
        page.locator(".menu summary").click()
        page.locator("button[name=scheme][value=blue]").click()
        page.wait_for_selector("html[data-scheme=blue]", state="attached")
        assert asked(page) == ["contract"]
        if page.locator(".menu details[open]").count() == 0:
            page.locator(".menu summary").click()
        page.locator("button[formaction^='/en/']").click()
        page.wait_for_url("**/en/**")
        assert page.is_checked("main [name=contract][value=none]")


@pytest.mark.parametrize("script", [True, False])
def test_what_was_answered_does_not_come_back_after_leaving(
    portal_at: str, chromium: Browser, *, script: bool
) -> None:
    """With a script it is not even in the history; without, the browser asks before it sends."""
    with chromium.new_context(java_script_enabled=script) as context:
        visitor = Visitor(context.new_page(), portal_at)
        page = visitor.page
        page.goto(f"{portal_at}/subsidy/")
        before = page.evaluate("history.length") if script else 0
        walk(visitor, None, "/", yen_deletion=WRITTEN)
        assert WRITTEN in page.inner_text("main").replace(",", "")
        if script:
            assert page.evaluate("history.length") == before + 1
        page.goto(f"{portal_at}/s/")
        shown = []
        for _ in range(BACK):
            try:
                page.go_back(wait_until="load", timeout=5000)
            except Error:  # the browser asks whether to send it again
                page.wait_for_timeout(500)
            shown.append(page.content().replace(",", ""))
        assert not [one for one in shown if WRITTEN in one]
        if script:
            assert any("/subsidy/" in one for one in shown)
