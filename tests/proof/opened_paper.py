"""A paper that a button of the desk makes, as the browser gets and shows it."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

SENT = """async button => {
  const form = button.form;
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.action, {method: "POST", body});
  const reader = new FileReader();
  reader.readAsDataURL(await answer.blob());
  await new Promise(done => reader.onload = done);
  return reader.result.split(",");
}"""
VIEWER = "chrome-extension://"  # the frame in which Chromium shows a PDF


def made(page: Page, button: str) -> bytes:
    """The bytes of the paper that the button's form makes; the page stays."""
    head, content = page.locator(button).evaluate(SENT)
    assert head == "data:application/pdf;base64", head
    return b64decode(content)


def is_shown(page: Page, button: str) -> bool:
    """Press the button: does the browser show the paper in the page's place?"""
    page.click(button)
    for _ in range(50):
        if any(frame.url.startswith(VIEWER) for frame in page.frames):
            return True
        page.wait_for_timeout(100)
    return False
