"""The first view is light, and everything on it can be reached and seen with the keyboard."""

import gzip

import pytest
from playwright.sync_api import Browser, Page, Response

MOST_REQUESTS = 5
MOST_BYTES = {"all": 30_000, "html": 14_000, "css": 8_000}  # css as gzip sends it
MOST_STOPS = 150
WALKED = ("/", "/desks/", "/guide/delete/", "/s/")
FOCUSED = """() => {
  const e = document.activeElement
  if (!e || e === document.body) return null
  const box = e.getBoundingClientRect(), style = getComputedStyle(e)
  const x = Math.min(Math.max(box.x + box.width / 2, 1), innerWidth - 2)
  const y = Math.min(Math.max(box.y + box.height / 2, 1), innerHeight - 2)
  const top = document.elementFromPoint(x, y)
  return {
    what: e.outerHTML.slice(0, 120),
    seen: !!top && (top === e || e.contains(top) || top.contains(e)),
    ringed: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 3,
  }
}"""


def test_the_first_view_is_light(portal_at: str, chromium: Browser) -> None:
    weights: dict[str, int] = {}
    with chromium.new_context() as context:
        page = context.new_page()
        answers: list[Response] = []
        page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - wants a def
        page.goto(portal_at, wait_until="networkidle")
        for answer in answers:
            weights[answer.url] = len(answer.body())
        html = weights[page.url]
        css = [a.body() for a in answers if "css" in a.headers.get("content-type", "")]
        sent = sum(answer.request.sizes()["responseBodySize"] for answer in answers)
    style = sum(len(gzip.compress(body, 9)) for body in css)
    print(f"first view: {len(answers)} requests, {sent:,} bytes, html {html:,}, css {style:,} gzip")
    assert len(answers) <= MOST_REQUESTS, sorted(weights)
    assert sent <= MOST_BYTES["all"]
    assert html <= MOST_BYTES["html"]
    assert style <= MOST_BYTES["css"]


def stops(page: Page) -> list[dict[str, object]]:
    """Every stop of the Tab key, until it leaves the page."""
    found: list[dict[str, object]] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            break
        found.append(focused)
    return found


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("path", WALKED)
def test_the_keyboard_reaches_and_shows_everything(
    portal_at: str, chromium: Browser, path: str, width: int
) -> None:
    with chromium.new_context(
        viewport={"width": width, "height": 600}, reduced_motion="reduce"
    ) as context:
        page = context.new_page()
        page.goto(portal_at + path)
        found = stops(page)
    assert len(found) > 5
    assert "#main" in str(found[0]["what"]), "the skip link comes first"
    assert not [stop for stop in found if not stop["seen"]], "covered while focused"
    assert not [stop for stop in found if not stop["ringed"]], "no visible focus"
