"""A paper that a button of the desk makes, as the browser gets and shows it."""

from urllib.parse import urlsplit

from playwright.sync_api import Page

SENT = """pressed => pressed.form
  ? [pressed.form.action, new URLSearchParams(new FormData(pressed.form)).toString()]
  : [pressed.href, ""]"""
FORM = "application/x-www-form-urlencoded"
VIEWER = "chrome-extension://"  # the frame in which Chromium shows a PDF


def made(page: Page, pressed: str) -> bytes:
    """The bytes of the paper that a form's button or a link leads to; the page stays.

    Asked for beside the page, with its cookies: without a script a page can fetch nothing.
    """
    address, fields = page.locator(pressed).first.evaluate(SENT)
    parts = urlsplit(page.url)
    head = {"origin": f"{parts.scheme}://{parts.netloc}", "referer": page.url}
    ask = page.context.request
    answer = (
        ask.post(address, data=fields, headers={**head, "content-type": FORM})
        if fields
        else ask.get(address, headers=head)
    )
    assert answer.headers["content-type"] == "application/pdf", answer.text()[:2000]
    assert "no-store" in answer.headers["cache-control"], answer.headers
    return answer.body()


def is_shown(page: Page, button: str) -> bool:
    """Press the button: does the browser show the paper in the page's place?"""
    page.locator(button).first.click()
    for _ in range(50):
        if any(frame.url.startswith(VIEWER) for frame in page.frames):
            return True
        page.wait_for_timeout(100)
    return False
