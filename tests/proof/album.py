"""The manual's pictures: taken from the running desk, kept beside the words that stood there.

A picture is out of date when its page says something else than it did. Numbers, dates and names of
people do not count, and how a page looks is not compared: fonts differ from machine to machine.
"""

import re
import subprocess
import tomllib
from dataclasses import dataclass, field

from playwright.sync_api import Page

from madoguchi.rules.programme.load import folder
from tests.house.source import ROOT

FOLDER = ROOT / "docs" / "manual" / "pictures"
LIST = FOLDER / "words.toml"
FIXED = "h1, h2, h3, legend, label, button, summary, thead th, dt, nav a, .lead"
SAID = """(all) => all.filter(e => e.checkVisibility() && !e.closest('.as-typed, .said, .me'))
  .map(e => e.innerText)"""
CHANGING = re.compile(r"[0-9０-９]+|（[月火水木金土日]）|\([月火水木金土日]\)|\s+")
PASSING = {"受付中", "時間外", "今週の過ぎた日（日）"}  # what the hour or the weekday decides
NO_BANNERS = """document.querySelectorAll('.banner[role=note]').forEach(one => one.remove())"""
HEAD = "# What the pages of the manual's pictures said; written by the proof of the manual.\n"


@dataclass
class Album:
    """The pictures of one run; `renew`: take them anew instead of comparing their words."""

    renew: bool
    taken: dict[str, list[str]] = field(default_factory=dict)

    def take(self, page: Page, name: str, part: str = "") -> None:
        """A picture of what the browser shows, or of a part of it."""
        page.evaluate(NO_BANNERS)  # that this is a demo is not the manual's matter
        self.taken[name] = words(page, part)
        if self.renew:
            path = FOLDER / f"{name}.png"
            if part:
                page.locator(part).first.screenshot(path=path)
            else:
                page.screenshot(path=path)

    def take_paper(self, content: bytes, paper: str, name: str) -> None:
        """A picture of a paper's first sheet, and those of its lines that it always says."""
        source = (folder("_national") / "papers" / paper / "paper.typ").read_text("utf-8")
        read = subprocess.run(
            ("pdftotext", "-l", "1", "-", "-"), input=content, capture_output=True, check=True
        )  # a second reader, beside the one of the tests
        lines = {CHANGING.sub("", line) for line in read.stdout.decode().splitlines()}
        labels = {one for one in lines if len(one) > 1 and one in CHANGING.sub("", source)}
        self.taken[name] = sorted(labels)
        if self.renew:
            draw = ("pdftoppm", "-png", "-singlefile", "-r", "96", "-", str(FOLDER / name))
            subprocess.run(draw, input=content, check=True)

    def keep(self) -> None:
        """Write down the words of all pictures."""
        lines = [f"{name} = {listed}\n" for name, listed in sorted(_listed(self.taken).items())]
        LIST.write_text(HEAD + "".join(lines), "utf-8")

    def outdated(self) -> list[str]:
        """Each picture whose page says something else now, with what is new and what is gone."""
        known = recorded()
        found = [f"{name}: no page shows it any more" for name in known.keys() - self.taken.keys()]
        for name, now in self.taken.items():
            new, gone = set(now) - set(known.get(name, [])), set(known.get(name, [])) - set(now)
            if new or gone:
                found.append(f"{name}: now says {sorted(new)}, no longer {sorted(gone)}")
        return found


def words(page: Page, part: str = "") -> list[str]:
    """The words that the page always says: headings, labels, buttons."""
    where = page.locator(part).first.locator(FIXED) if part else page.locator(FIXED)
    said = (CHANGING.sub("", one) for one in where.evaluate_all(SAID))
    said = (one.removesuffix("今日") or one for one in said)  # no column says so on a Sunday
    return sorted({one for one in said if one} - PASSING)


def recorded() -> dict[str, list[str]]:
    """The words that were written down with each picture."""
    return tomllib.loads(LIST.read_text("utf-8")) if LIST.exists() else {}


def _listed(taken: dict[str, list[str]]) -> dict[str, str]:
    return {
        name: "[" + "".join(f"\n    {_quoted(one)}," for one in said) + "\n]"
        for name, said in taken.items()
    }


def _quoted(words: str) -> str:
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'
