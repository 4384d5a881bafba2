"""Judges of a page: axe in four colour schemes, width at 320 px, the Nu HTML checker."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Page

from tests.proof.needs import AXE, VNU

if TYPE_CHECKING:
    from tests.proof.crawl import Seen  # it brings the pages that are judged here

SCHEMES = ("standard", "blue", "yellow", "black")
WHOLE_CONTRAST = {"normal": {"minThreshold": 0}, "large": {"minThreshold": 0}}
QUICK = {
    "resultTypes": ["violations"],
    "preload": False,
    "checks": {"color-contrast-enhanced": {"options": {"contrastRatio": WHOLE_CONTRAST}}},
}
"""What is under 7:1 is one fault (4.5:1 in large letters): axe leaves to the weaker rule what is
under 4.5:1, and asks everything twice."""
EVERYTHING = {
    **QUICK,
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {
        "color-contrast": {"enabled": False},
        "color-contrast-enhanced": {"enabled": True},
        "target-size": {"enabled": True},
    },
}
COLOURS = {**QUICK, "runOnly": {"type": "rule", "values": ["color-contrast-enhanced"]}}
RUN = """async painted => {
  const found = []
  scrollTo({ top: 0, behavior: "instant" })  // on the way to an anchor the head hides things
  for (const [scheme, options] of painted) {
    document.documentElement.dataset.scheme = scheme
    const { violations } = await axe.run(document, options)
    for (const fault of violations)
      for (const node of fault.nodes) found.push([scheme, fault.id, node.html.slice(0, 160)])
  }
  return found
}"""
LOOKS = """schemes => {
  const NOTHING = ["rgba(0, 0, 0, 0)", "none"], INSIDE = ["static", "relative"]
  const drawn = one => one.checkVisibility({ visibilityProperty: true, opacityProperty: true })
  const own = one => [...one.childNodes].some(it => it.nodeType === 3 && it.data.trim())
  const field = one => one.matches("input, textarea, select")
  const lettered = one => (own(one) || field(one)) && drawn(one)
  const layers = new Map()
  const behind = one => {
    if (!one) return ""
    if (!layers.has(one)) {
      const { backgroundColor, backgroundImage, position } = getComputedStyle(one)
      const solid = backgroundColor.startsWith("rgb(")
      const own = [backgroundColor, backgroundImage].filter(it => !NOTHING.includes(it))
      if (!solid && !INSIDE.includes(position)) own.push(one.tagName, one.className)
      layers.set(one, [...own, solid ? "" : behind(one.parentElement)].join(" "))
    }
    return layers.get(one)
  }
  const look = one => {
    const { color, fontSize, fontWeight } = getComputedStyle(one)
    const idle = one.matches(":disabled, [aria-disabled=true]")
    return [idle, color, fontSize, fontWeight, behind(one)].join(" ")
  }
  return schemes.map(scheme => {
    document.documentElement.dataset.scheme = scheme
    layers.clear()
    return [...new Set([...document.body.querySelectorAll("*")].filter(lettered).map(look))]
  })
}"""
CLEAN: set[tuple[str, str]] = set()  # scheme and look of letters that axe let pass in this run
AT_HAND = "'axe' in window || ('bringAxe' in window && (bringAxe(), true))"
UNFOLD = "document.querySelectorAll('details').forEach(fold => { fold.open = true })"
BRIEF = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss8m")  # Java that ends in seconds
WIDTH = "document.documentElement.scrollWidth"


def bring(page: Page) -> None:
    """Have axe at hand on every page that comes, so that it is not sent to each."""
    page.add_init_script(f"window.bringAxe = () => {{ {AXE.read_text('utf-8')} }}")


def axe(page: Page) -> list[str]:
    """What axe objects to: everything in the first scheme, colours in the others.

    A scheme changes nothing but colours, so structure is judged once; and contrast comes from size,
    weight, colour and what lies behind: where no look of the page is new in a scheme, nothing new
    is to be judged. What lies behind is what the element stands in; one that floats above others
    is a look of its own.
    """
    if not page.evaluate(AT_HAND):
        page.evaluate(AXE.read_text("utf-8"))
    first, *others = SCHEMES
    looks = dict(zip(others, page.evaluate(LOOKS, others), strict=True))
    fresh = [one for one in others if any((one, look) not in CLEAN for look in looks[one])]
    painted = [(first, EVERYTHING), *((one, COLOURS) for one in fresh)]
    found: list[list[str]] = page.evaluate(RUN, painted)
    weak = {scheme for scheme, *_ in found}
    CLEAN.update((one, look) for one in fresh if one not in weak for look in looks[one])
    return [": ".join(fault) for fault in found]


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
    return [f"{page.url}: {fault}" for fault in axe(page) + too_wide(page)]


def invalid(pages: "Iterable[Seen]", folder: Path) -> list[str]:
    """What the Nu HTML checker objects to, all pages in one run."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for number, seen in enumerate(pages):
        (folder / f"{number:03}-{seen.stem[:80]}.html").write_text(seen.html, "utf-8")
    command = ["java", *BRIEF, "-jar", str(VNU), "--format", "json", "--errors-only", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    messages = json.loads(done.stderr)["messages"]
    return [
        f"{one.get('url', '').rpartition('/')[2]}:{one.get('lastLine')}: {one['message']}"
        for one in messages
    ]
