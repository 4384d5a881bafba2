"""`--keep-pages FOLDER`: every page that a test was shown, to compare two commits by `diff -r`.

A page is written as a browser would draw it: white space squeezed as CSS does it, one tag a line,
what is chance by a name, and on top how many queries each database was asked. So that only the code
makes a difference, the clock stands, chance is drawn from one hat a test, states are walked to
anew, and nothing is remembered of the test before. Only where threads race is a page or a count
another each time, as in tests/web/lawyer/test_from_desk.py.
"""

import hashlib
import itertools
import os
import random
import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta, tzinfo
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

LONGEST = 60  # of a name in the folder
BLOCK = re.compile(
    r"</?(?:!doctype|html|head|meta|title|link|script|style|body|main|header|footer|nav|article"
    r"|aside|section|div|p|h[1-6]|ul|ol|li|dl|dt|dd|table|caption|thead|tbody|tfoot|tr|th|td|form"
    r"|fieldset|legend|details|summary|blockquote|figure|figcaption|hr|br|option|optgroup|hgroup"
    r"|address|template|noscript)\b",
    re.IGNORECASE,
)
TAG = re.compile(r"(<!--.*?-->|<[^>]*>)", re.DOTALL)
KEPT = re.compile(r"<(/?)(pre|textarea)\b", re.IGNORECASE)
CHANCE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|(?<![\w-])(?:[0-9a-f]{16,}|[0-9A-Za-z]{64})(?![\w-])"
    r"|(?<![\d-])\d{4}-\d{4}-(?:\d{5}|\d{4}-\d{4})(?![\d-])"
)


def squeezed(page: str) -> str:
    r"""The page with white space as CSS sees it, and one tag a line.

    >>> print(squeezed("<p>\n  a <b>b</b>\n c</p>\n<pre>\n x</pre>"))
    <p>a
    <b>b
    </b> c
    </p>
    <pre>
     x
    </pre>
    """
    told: list[str] = []
    kept, after_block = 0, True
    for part in TAG.split(page):
        if part.startswith("<") and TAG.fullmatch(part):
            block = BLOCK.match(part) is not None
            if block and told and not kept:
                told[-1] = told[-1].rstrip(" ")
            found = KEPT.match(part)
            kept += (-1 if found[1] else 1) if found else 0
            told.append("\n" + re.sub(r"\s+", " ", part))
            after_block = block
        elif kept:
            told.append(part)
        elif part:
            words = re.sub(r"[ \t\n\r\f]+", " ", part)
            told.append(words.lstrip(" ") if after_block else words)
            after_block = after_block and not words.strip(" ")
    return "".join(told).strip("\n")


class Names:
    """What is chance, by the order in which a test met it."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def of(self, text: str) -> str:
        return CHANCE.sub(lambda hit: self.name(hit[0]), text)

    def name(self, told: str) -> str:
        return self.known.setdefault(told.replace("-", ""), f"[{len(self.known) + 1}]")


def slug(words: str) -> str:
    """The words as a name of a file, never too long and never that of other words."""
    plain = re.sub(r"[^\w.,=-]+", "-", words).strip("-") or "-"
    if len(plain) <= LONGEST:
        return plain
    return f"{plain[:LONGEST]}-{hashlib.sha256(words.encode()).hexdigest()[:6]}"


class Hat:
    """Where a test's chance comes from: the same lots in the same order, each size by itself."""

    def __init__(self, test: str) -> None:
        self.test = test
        self.drawn: defaultdict[object, Iterator[int]] = defaultdict(itertools.count)

    def lot(self, size: int, kind: object = None) -> bytes:
        place = next(self.drawn[kind, size])
        return hashlib.shake_256(f"{self.test} {kind} {size} {place}".encode()).digest(size)

    def id_bytes(self, size: int) -> bytes:
        """Ids grow, so that what is put in order by id stands as it was made."""
        return next(self.drawn["id"]).to_bytes(3, "big") + self.lot(size - 3, "id")


class Os:
    """The module `os` as `uuid` sees it."""

    def __init__(self, hat: Hat) -> None:
        self.urandom = hat.id_bytes

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)


class Standing(datetime):
    """Monday, 30 November 2026, half past eleven, whenever one looks: after what tests begin with.

    What it tells is a plain datetime.
    """

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override] # not of this class
        from tests.conftest import MONDAY_MORNING

        return (MONDAY_MORNING + timedelta(minutes=90)).astimezone(tz)


class Pages:
    """The plugin."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place, self.shown, self.names = folder, itertools.count(1), Names()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        file, _, test = item.nodeid.partition("::")
        self.place = self.folder / file.removeprefix("tests/") / slug(test)
        self.shown, self.names = itertools.count(1), Names()
        with steady(item.nodeid):
            return (yield)

    def keep(self, request: dict[str, Any], answer: Any, asked: Counter[str]) -> None:
        """Write an answer down, if it is a page."""
        number = next(self.shown)
        if not answer.get("Content-Type", "").startswith("text/html") or answer.streaming:
            return
        method, path = request["REQUEST_METHOD"], request["PATH_INFO"]
        name = f"{number:03}-{answer.status_code}-{slug(self.names.of(path))}.html"
        counts = ", ".join(f"{asked[one]} of {one}" for one in sorted(asked)) or "none"
        head = f"<!-- {method} {path} {answer.status_code}; queries: {counts} -->\n"
        page = squeezed(answer.content.decode(answer.charset))
        self.place.mkdir(parents=True, exist_ok=True)
        (self.place / name).write_text(self.names.of(head + page) + "\n", "utf-8")


@contextmanager
def steady(test: str) -> Iterator[None]:
    """Inside the block nothing is chance, no time passes, and no memory is older than the block."""
    from madoguchi.web.desk import alarms
    from madoguchi.web.kit import arrival, publications
    from tests.built import remember

    hat = Hat(test)
    with ExitStack() as inside:
        for patched in (
            patch.object(uuid, "os", Os(hat)),
            patch.object(os, "urandom", hat.lot),
            patch.object(random, "_urandom", hat.lot),
            patch.object(arrival, "datetime", Standing),
            patch.object(publications, "CHECK_EVERY_S", float("inf")),
            patch.object(alarms, "LOOK_EVERY_S", float("inf")),
        ):
            inside.enter_context(patched)
        alarms.forget()
        remember([{} for _ in memories()], [])
        yield
    alarms.forget()


def memories() -> list[Any]:
    from tests import built

    return built.memories()


def watched(pages: Pages, request: Callable[..., Any]) -> Callable[..., Any]:
    """Django's test client, whose every answer is kept."""
    from django.db import connections

    def count(asked: Counter[str], execute: Any, sql: str, params: Any, many: Any, at: Any) -> Any:
        if "act_lock" not in sql:
            asked[at["connection"].alias] += 1
        return execute(sql, params, many, at)

    def shown(client: Any, **given: Any) -> Any:
        asked: Counter[str] = Counter()
        with ExitStack() as counting:
            for alias in connections:
                counting.enter_context(connections[alias].execute_wrapper(partial(count, asked)))
            answer = request(client, **given)
        pages.keep(given, answer, asked)
        return answer

    return shown


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--keep-pages", metavar="FOLDER", help="write every page that a test is shown")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if not config.option.keep_pages:
        return
    import hypothesis
    from django.test import Client

    hypothesis.settings.register_profile("pages", derandomize=True, database=None)
    hypothesis.settings.load_profile("pages")
    os.environ["TESTS_WALK"] = "1"
    pages = Pages(Path(config.option.keep_pages).absolute())
    Client.request = watched(pages, Client.request)  # type: ignore[method-assign]
    config.pluginmanager.register(pages, "pages")
