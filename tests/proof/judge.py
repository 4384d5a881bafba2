"""Judges of a page: axe in four colour schemes, width at 320 px, the Nu HTML checker."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

from tests.proof.needs import AXE, VNU

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.proof.crawl import Seen

SCHEMES = ("standard", "blue", "yellow", "black")
QUICK = {"resultTypes": ["violations"], "preload": False}
EVERYTHING = {
    **QUICK,
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}},
}
COLOURS = {
    **QUICK,
    "runOnly": {"type": "rule", "values": ["color-contrast", "color-contrast-enhanced"]},
}
RUN = "options => axe.run(document, options).then(result => result.violations)"
PAINT = "scheme => { document.documentElement.dataset.scheme = scheme }"
UNFOLD = "document.querySelectorAll('details').forEach(fold => { fold.open = true })"
WIDTH = "document.documentElement.scrollWidth"


def axe(page: Page, scheme: str) -> list[str]:
    """What axe objects to in a scheme: everything in the first, colours in the others.

    A scheme changes nothing but colours, so structure is judged once.
    """
    page.evaluate(PAINT, scheme)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    options = EVERYTHING if scheme == SCHEMES[0] else COLOURS
    violations: list[dict[str, Any]] = page.evaluate(RUN, options)
    return [
        f"{scheme}: {fault['id']}: {node['html'][:160]}"
        for fault in violations
        for node in fault["nodes"]
    ]


def too_wide(page: Page) -> list[str]:
    """The width that a phone of 320 px would have to scroll sideways to."""
    before = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 800})
    width = page.evaluate(WIDTH)
    if before:
        page.set_viewport_size(before)
    return [f"is {width} px wide on a phone of 320"] if width > 320 else []


def judge(page: Page) -> list[str]:
    """Everything that is wrong with the page that the browser shows now, its folds opened."""
    page.evaluate(UNFOLD)
    faults = [fault for scheme in SCHEMES for fault in axe(page, scheme)]
    return [f"{page.url}: {fault}" for fault in faults + too_wide(page)]


def invalid(pages: Iterable[Seen], folder: Path) -> list[str]:
    """What the Nu HTML checker objects to, all pages in one run."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for number, seen in enumerate(pages):
        (folder / f"{number:03}-{seen.stem[:80]}.html").write_text(seen.html, "utf-8")
    command = ["java", "-jar", str(VNU), "--format", "json", "--errors-only", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    messages = json.loads(done.stderr)["messages"]
    return [
        f"{one.get('url', '').rpartition('/')[2]}:{one.get('lastLine')}: {one['message']}"
        for one in messages
    ]
