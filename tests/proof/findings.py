"""What a walk through a window found: the pages, and everything that is wrong with them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser

from tests.house.source import ROOT
from tests.proof.crawl import Seen, Visitor
from tests.proof.judge import SCHEMES, invalid, judge

OUT = ROOT / "out"
VERB = re.compile(r"(/(?:cases|enquiries|mail)/[^/]+/).*")  # a form with slips is its page again
WIDTHS = {"wide": 1280, "phone": 360}


@dataclass
class Findings:
    """The pages of one window and the faults of each."""

    window: str
    pictures: bool
    pages: list[Seen] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)

    def look(self, visitor: Visitor, seen: Seen) -> None:
        """Judge the page that the browser shows, and keep it."""
        self.pages.append(seen)
        self.faults += judge(visitor.page)
        if self.pictures:
            self.picture(visitor, seen)

    def look_at(self, visitor: Visitor, state: str) -> None:
        """Judge the page that the browser shows in a state, and keep it."""
        self.look(visitor, visitor.see(state))

    def picture(self, visitor: Visitor, seen: Seen) -> None:
        """Save the page in every scheme and at phone width, for people to look at."""
        folder = OUT / self.window
        folder.mkdir(parents=True, exist_ok=True)
        page = visitor.page
        for scheme in SCHEMES:
            page.evaluate("scheme => { document.documentElement.dataset.scheme = scheme }", scheme)
            for name, width in WIDTHS.items():
                if name == "phone" and scheme != SCHEMES[0]:
                    continue
                page.set_viewport_size({"width": width, "height": 900})
                page.screenshot(path=folder / f"{seen.stem}-{scheme}-{name}.png", full_page=True)
        page.set_viewport_size({"width": WIDTHS["wide"], "height": 900})

    def invalid(self) -> list[str]:
        """What is wrong with the HTML of the pages."""
        return invalid(self.pages, OUT / "html" / self.window)

    def sound(self) -> None:
        """Axe and the validator find nothing on any page, and nothing scrolls sideways."""
        faults = [*self.faults, *self.invalid()]
        assert not faults, "\n".join(faults)

    def doubled_titles(self) -> list[str]:
        """Titles that two paths of one language share."""
        places: dict[tuple[str, str], set[str]] = {}
        for seen in self.pages:
            column = seen.path.split("/")[1] if seen.path.startswith(("/easy/", "/en/")) else "ja"
            page = VERB.sub(r"\1", seen.path.partition("#")[0])
            places.setdefault((column, seen.title), set()).add(page)
        return [f"{title}: {sorted(at)}" for (_, title), at in places.items() if len(at) > 1]


def found_on(
    walk: Callable[[Visitor, Findings], None],
    window: str,
    at: str,
    chromium: Browser,
    config: pytest.Config,
) -> Findings:
    """What a walk in a browser of its own found; whoever is asked besides us is a fault."""
    findings = Findings(window, pictures=bool(config.getoption("--long")))
    with chromium.new_context() as context:
        visitor = Visitor(context.new_page(), at)
        walk(visitor, findings)
        findings.faults += visitor.foreign
    return findings
