"""Walk a window like a visitor: follow every link of our own, keep every page that was seen."""

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from django.urls import reverse
from playwright.sync_api import Error, Page, Request, Response

from madoguchi.config.windows import PORTAL
from madoguchi.web.kit.column import in_column, split_path
from tests.proof.judge import bring

NOT_PAGES = re.compile(r"\.(?:ics|json|xlsx|csv|xml|pdf|css|js|svg|png)$|/files?/")
ALIKE = re.compile(  # ids, months, numbers of a sheet: pages of one kind
    r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=reports/)\d{4}(?:-\d\d)?/[a-z]+/\w+|\d{4,}(?:-\d\d(?!-))?"
    r"|(?<=/settings/agencies/)\w+|(?<=/settings/texts/)\w+/\w+|(?<=/settings/change/)\w+"
)
OF_A_KIND = 3
OF_THE_BROWSER = ("data:", "about:", "chrome:", "chrome-extension:")  # its viewer of papers, too
PAPER = "application/pdf"


@dataclass(frozen=True)
class Seen:
    """A page as it came: where, in which state, its title and the bytes of the answer."""

    path: str
    title: str
    html: str

    @property
    def stem(self) -> str:
        """A file name for it."""
        return re.sub(r"[^\w-]+", "_", self.path).strip("_")[:80] or "first"


class Visitor:
    """A browser's page that notes what it was sent and whom it asked; axe is at hand."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.seen: list[Seen] = []
        self.foreign: list[str] = []
        self.paper = False  # whether the browser shows a paper, not a page
        self._html = ""
        bring(page)
        page.on("request", self._note_foreign)
        page.on("response", self._note_html)

    def _note_foreign(self, request: Request) -> None:
        if not request.url.startswith((self.base, *OF_THE_BROWSER)):
            self.foreign.append(request.url)

    def _note_html(self, response: Response) -> None:
        if response.url.startswith(OF_THE_BROWSER):
            return
        redirected = 300 <= response.status < 400
        if response.request.is_navigation_request() and not redirected:
            self.paper = response.headers.get("content-type") == PAPER
            self._html = ""
            with suppress(Error):  # the browser may have gone on already
                self._html = response.text()

    def see(self, state: str = "") -> Seen:
        """Keep the page that the browser shows now."""
        path = urlsplit(self.page.url).path + (f"#{state}" if state else "")
        self.seen.append(Seen(path, self.page.title(), self._html or self.page.content()))
        return self.seen[-1]

    def links(self) -> list[str]:
        """Paths of our own that the page leads to, without query and fragment."""
        pick = "as => as.map(a => a.getAttribute('href'))"
        hrefs = self.page.eval_on_selector_all("a[href]", pick)
        spoken = split_path(urlsplit(self.page.url).path)[0]
        names = self.page.eval_on_selector_all("button.onward", "bs => bs.map(b => b.value)")
        hrefs += [in_column(spoken, reverse(name, PORTAL.urls)) for name in names]
        pick = "bs => bs.map(b => b.getAttribute('formaction'))"
        hrefs += self.page.eval_on_selector_all("button[lang][formaction]", pick)
        whole = (urlsplit(urljoin(self.page.url, href)) for href in hrefs)
        ours = urlsplit(self.base).netloc
        return [to.path for to in whole if to.netloc == ours and not NOT_PAGES.search(to.path)]

    def walk(
        self, start: Iterable[str], leave: tuple[str, ...], others: Counter[str] | None = None
    ) -> Iterator[Seen]:
        """Every page that links lead to, at most three of a kind; some paths are left alone.

        `others`: how many of a kind other visitors have seen; of these one is enough.
        """
        others = Counter() if others is None else others
        waiting, known, kinds = deque(start), set(start), Counter[str]()
        while waiting:
            path = waiting.popleft()
            kind = ALIKE.sub("*", path)
            kinds[kind] += 1
            if kinds[kind] > max(1, OF_A_KIND - others[kind]):
                continue
            answer = self.page.goto(self.base + path)
            if answer is None or "html" not in answer.headers.get("content-type", ""):
                continue
            assert answer.status == 200, f"{path} answers {answer.status}"
            fresh = [to for to in self.links() if to not in known and not to.startswith(leave)]
            known.update(fresh)
            waiting.extend(dict.fromkeys(fresh))
            yield self.see()
        others.update(kinds)
