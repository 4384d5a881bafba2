"""Reads every page of a window of the invented town, as its readers do, and prints what they say.

`python -m tests.outside.stroll WINDOW` in the town's home: the desk comes first and builds it.
"""

import contextlib
import io
import json
import os
import re
import sys
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from openpyxl import load_workbook

MOMENT = datetime(2026, 11, 30, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
OF_A_KIND, OF_A_STORY = 2, 80
STORY = re.compile(r"/(?:cases|grants)/\*/")
ALIKE = re.compile(  # ids, days, what a link fills in: pages of one kind
    r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=reports/)[\d-]+/[a-z]+/\w+|\d{4}[\d-]*"
    r"|(?<=/settings/agencies/)\w+|(?<==)[^&]*"
)
LEFT = re.compile("sign-out|/leave/|/me/|\\.(?:ics|csv|xml|json)$")
PRINTED = re.compile("/(?:sheets?|draft|card|issue|form|print|paper)/")
SPOKEN = ("alt", "aria-label", "placeholder", "title")
WITH_VALUE = ("text", "search", "email", "tel", "number", "submit")


class Page(HTMLParser):
    """What a page says, in text, spoken attributes and fields, and where it leads.

    What says of itself that it is English is left out.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.links: list[str] = []
        self.forms: list[tuple[str, dict[str, str]]] = []
        self._silent: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a link, a form, what is spoken; be silent from here on where nobody reads it."""
        told = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in told:
            self.links.append(told["href"])
        if tag == "form":
            self.forms.append((told.get("action", ""), {}))
        if tag == "input" and self.forms and told.get("type") == "hidden":
            self.forms[-1][1][told["name"]] = told.get("value", "")
        if self._silent:
            self._silent += [tag] * (tag == self._silent[0])
            return
        english = told.get("lang") == "en" and tag != "html"
        english |= told.get("name") == "in_en"
        if tag in ("style", "script") or english or "hidden" in told:
            self._silent += [tag] * (tag != "input")
            return
        self.said.append(" ")
        self.said += [f"{told[name]} " for name in SPOKEN if name in told]
        if tag == "input" and told.get("type", "text") in WITH_VALUE:
            self.said.append(told.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        """Speak again."""
        if self._silent and tag == self._silent[0]:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        """What stands there."""
        if not self._silent:
            self.said.append(data)


@dataclass
class Stroll:
    """A browser that goes wherever a link leads, and prints what can be printed."""

    browser: Any
    pages: dict[str, str] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)  # of others who read before, too

    def go(self, *starts: str) -> dict[str, str]:
        """What stands on every page that links lead to, at most two of a kind."""
        waiting, known, own = deque(starts), set(starts), Counter[str]()
        while waiting:
            path = waiting.popleft()
            kind = ALIKE.sub("*", path)
            most = OF_A_STORY if STORY.fullmatch(kind) else OF_A_KIND
            if LEFT.search(path) or (own[kind] and own[kind] + self.kinds[kind] >= most):
                continue
            own[kind] += 1
            fresh = [to for to in self.see(path, self.browser.get(path)) if to not in known]
            known.update(fresh)
            waiting.extend(dict.fromkeys(fresh))
        self.kinds.update(own)
        return self.pages

    def see(self, path: str, answer: Any) -> list[str]:
        """Keep what an answer says; the addresses of this window that it leads to."""
        if answer.status_code in (301, 302, 303):
            return [answer["Location"]]
        assert answer.status_code == 200, f"{path} answers {answer.status_code}"
        kind = answer.headers["content-type"]
        if "spreadsheetml" in kind:
            self.pages[path] = " ".join(cells(answer.getvalue()))
        if "html" not in kind:
            return []
        page = Page(answer.content.decode())
        self.pages[path] = "".join(page.said)
        for action, hidden in page.forms:
            if PRINTED.search(action):
                self.browser.post(action, hidden)
        whole = (urlsplit(urljoin(f"http://here{path}", href)) for href in page.links)
        return [f"{to.path}?{to.query}".rstrip("?") for to in whole if to.netloc == "here"]


def cells(content: bytes) -> Iterator[str]:
    """Everything that stands in a workbook."""
    for sheet in load_workbook(io.BytesIO(content)):
        yield sheet.title
        for row in sheet.iter_rows(values_only=True):
            yield from (str(cell) for cell in row if cell is not None)


def words(value: object) -> Iterator[str]:
    """All words within a paper's facts."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from words(each)


def asked(here: Stroll) -> Stroll:
    """A person sends a request, then looks at the answer to the receipt of the town."""
    from madoguchi.web.portal.consult.steps import ORDER
    from tests.web.portal import browsing

    browsing.fill(here.browser)
    here.go(*(f"/s/c/{step}/" for step in ORDER), "/s/c/check/")
    browsing.send(here.browser)
    here.go("/s/c/done/")
    slip = (Path(os.environ["MADOGUCHI_HOME"]) / "demo.txt").read_text("utf-8")
    browsing.open_receipt(here.browser, *re.findall(r"(?:number|secret) ([\d-]+)", slip))
    here.go("/s/f/", "/s/f/w/", "/s/f/v/", "/s/f/l/", "/s/f/r/", "/s/h/", "/s/h/check/")
    return here


def strolls(window: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Who reads, and what they read."""
    from django.test import Client

    from madoguchi.tools.papers import engine

    papers: dict[str, str] = {}

    def compiled(template: Any, facts: Any, *_: object) -> bytes:
        """A paper formats nothing: its facts are its words."""
        papers[f"{template.name} ({len(papers)})"] = " ".join(words(asdict(facts)))
        return b"%PDF"

    engine._compiled = compiled  # type: ignore[assignment] # nothing is set in type here
    if window == "portal":
        headers = {"host": "127.0.0.1", "sec-fetch-site": "same-origin"}
        anybody = Stroll(Client(headers=headers))
        yield "anybody", anybody.go("/", "/easy/", "/en/")
        yield (
            "who asks",
            asked(Stroll(Client(headers=headers))).pages,
        )
    else:
        from madoguchi.ops.commands.demo import town
        from madoguchi.tools.signin.models import Staff
        from tests.web.desk.colleagues import inside

        home = Path(os.environ["MADOGUCHI_HOME"])
        with contextlib.redirect_stdout(sys.stderr):
            town(home)
        kinds = Counter[str]()
        for staff in Staff.objects.order_by("username"):
            yield staff.username, Stroll(inside(staff, "localhost"), kinds=kinds).go("/")
        letters = (home / "mail").glob("*")
        yield "mails", {path.name: path.read_text("utf-8", "replace") for path in letters}
    yield "papers", papers


def main() -> None:
    """Start the window at a fixed moment and read it."""
    from madoguchi.ops.start import django

    django(sys.argv[1])
    from django.conf import settings

    from madoguchi.web.kit import arrival

    arrival.now = lambda: MOMENT
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    print(json.dumps(dict(strolls(sys.argv[1]))))


if __name__ == "__main__":
    main()
