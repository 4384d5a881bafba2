"""Walk a window like a visitor: follow every link of our own, keep every page that was seen."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.sync_api import Page, Request

NOT_PAGES = re.compile(r"\.(?:ics|json|xml|pdf|css|js|svg|png)$|/files?/")
ALIKE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4,}")  # ids: pages of one kind
OF_A_KIND = 3


@dataclass(frozen=True)
class Seen:
    """A page as it came: where, in which state, its title and its bytes."""

    path: str
    title: str
    html: str

    @property
    def stem(self) -> str:
        """A file name for it."""
        return re.sub(r"[^\w-]+", "_", self.path).strip("_") or "first"


@dataclass
class Walk:
    """What a visitor met on a walk."""

    pages: list[Seen] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def watch(self, page: Page, base: str) -> None:
        """Note every request of the page that leaves our host."""

        def note(request: Request) -> None:
            if not request.url.startswith((base, "data:", "about:")):
                self.foreign.append(request.url)

        page.on("request", note)

    def see(self, page: Page, state: str = "") -> Seen:
        """Keep the page that the browser shows now."""
        path = urlsplit(page.url).path + (f"#{state}" if state else "")
        seen = Seen(path, page.title(), page.content())
        self.pages.append(seen)
        return seen


def links(page: Page) -> list[str]:
    """Paths of our own that the page links to, without query and fragment."""
    hrefs = page.eval_on_selector_all("a[href]", "as => as.map(a => a.getAttribute('href'))")
    here = urlsplit(page.url)
    whole = (urlsplit(urljoin(page.url, href)) for href in hrefs)
    return [to.path for to in whole if to.netloc == here.netloc and not NOT_PAGES.search(to.path)]


def paths(page: Page, base: str, start: Iterable[str], leave: tuple[str, ...]) -> list[str]:
    """Every path that links lead to, at most three of a kind; paths that end the visit are left."""
    waiting, known, kinds = deque(start), set(start), Counter[str]()
    found: list[str] = []
    while waiting:
        path = waiting.popleft()
        kind = ALIKE.sub("*", path)
        kinds[kind] += 1
        if kinds[kind] > OF_A_KIND:
            continue
        response = page.goto(base + path)
        if response is None or "html" not in response.headers.get("content-type", ""):
            continue
        assert response.status == 200, f"{path} answers {response.status}"
        found.append(path)
        fresh = [to for to in links(page) if to not in known and not to.startswith(leave)]
        known.update(fresh)
        waiting.extend(fresh)
    return found
