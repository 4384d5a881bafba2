"""Fill a form as a careful visitor would, without knowing which form it is."""

from playwright.sync_api import Locator, Page

ANSWERS = {
    "text": "見本 太郎",
    "email": "mihon@example.jp",
    "tel": "0279-00-0000",
    "url": "https://example.com/post/1",
    "number": "30",
    "textarea": "書き込みのことで相談したいです。",
    "password": "mihon-mihon-mihon",
}


def fill(form: Locator) -> None:
    """Write into every visible empty field; take the first choice of every group."""
    for one in form.locator("select").all():
        one.select_option(index=1)
    for one in form.locator("input, textarea").all():
        kind = one.evaluate("e => e.localName === 'textarea' ? 'textarea' : e.type")
        if kind in ANSWERS and one.is_visible() and not one.input_value():
            one.fill("1" if one.get_attribute("inputmode") == "numeric" else ANSWERS[kind])
    for name in form.locator("input[type=radio]").evaluate_all(
        "rs => [...new Set(rs.map(r => r.name))]"
    ):
        group = form.locator(f"input[type=radio][name='{name}']")
        if not group.evaluate_all("rs => rs.some(r => r.checked)"):
            form.locator(f"label[for='{group.first.get_attribute('id')}']").click()


def main_form(page: Page) -> Locator | None:
    """The page's own form: the last one in main that posts."""
    forms = page.locator("main form[method=post]")
    return forms.last if forms.count() else None


def send(page: Page) -> None:
    """Press the button of the page's own form that a visitor is meant to press."""
    form = main_form(page)
    assert form is not None, f"{page.url} has no form"
    form.locator("button.button:not(.second)").last.click()
    page.wait_for_load_state()
