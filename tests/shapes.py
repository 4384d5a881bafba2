"""Which tests of the suite PostgreSQL needs: those that together send every shape of statement.

A whole run on SQLite notes which shapes each test sends; `postgresql_cover.json` names tests that
send each of them twice, where two do. A whole run fails when a shape is sent by none of
them, and with `--record-cover` writes the list anew. What the same text does with other values is
seen only in part: races, search, lists and bad inputs are run on PostgreSQL whole.
"""

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from django.db import DataError, IntegrityError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from tests.house.source import ROOT

TESTS = Path(__file__).parent
COVER = TESTS / "postgresql_cover.json"
WITH_DATABASE = ("tools", "work", "web", "ops", "redteam", "badinputs")
ALONE = (  # houses of their own in other processes, always on SQLite
    "ops/test_demo.py",
    "ops/test_refused_starts.py",
    "redteam/test_canaries.py",
    "redteam/test_killed_worker.py",
)
WHOLE = (  # odd values, order, collation: the same text answers differently with other values
    "badinputs",
    "web/desk/test_inbox.py",
    "web/desk/test_search.py",
    "work/cases/test_worklist.py",
    "work/search",
)
PRODUCT, OWN = f"{ROOT}/madoguchi/", f"{ROOT}/tests/"
HANDLERS = "/django/core/handlers/"
TIMES = 2  # each shape by as many tests: the same text with other values
DATA = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
VALUES = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")
MANY = (
    (re.compile(r"\(%s(?:, %s)*\)"), "(%s…)"),
    (re.compile(r"(\([^()]*%s[^()]*\))(?:, \1)+"), r"\1"),
    (re.compile(r"(\(%s…\))(?:, \1)+"), r"\1"),
    (re.compile(r"(\(?[^()]*%s\)?)(?: OR \1)+"), r"\1…"),
)
SHAPES: dict[str, str] = {}
sent: set[str] = set()


def shape(sql: str) -> str:
    """The statement without its values; lists of any length are one."""
    if sql not in SHAPES:
        found = VALUES.sub("%s", " ".join(sql.split()))
        for pattern, one in MANY:
            found = pattern.sub(one, found)
        SHAPES[sql] = found
    return SHAPES[sql]


def _note(
    execute: Callable[..., Any], sql: str, params: Any, many: Any, context: dict[str, Any]
) -> Any:
    """A statement that is refused, by a constraint say, is a shape of its own."""
    refused = ""
    try:
        return execute(sql, params, many, context)
    except (IntegrityError, DataError) as error:
        refused = f"{type(error).__name__}: "
        raise
    finally:
        if sql.lstrip().startswith(DATA):
            told = refused + shape(sql)
            if told not in sent and of_the_product(sys._getframe(1)):
                sent.add(told)


def of_the_product(frame: FrameType | None) -> bool:
    """Whether the product asks, itself or through a framework's handler; a test's look is none."""
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(PRODUCT) or HANDLERS in file:
            return True
        if file.startswith(OWN):
            return False
        frame = frame.f_back
    return False


def _listen(connection: BaseDatabaseWrapper, **_: object) -> None:
    if _note not in connection.execute_wrappers:
        connection.execute_wrappers.append(_note)


@contextmanager
def heard() -> Iterator[set[str]]:
    """What is sent in the block: who puts rows back instead of walking adds it to `sent`."""
    before, own = sent.copy(), set[str]()
    sent.clear()
    try:
        yield own
    finally:
        own |= sent
        sent.update(before)


@contextmanager
def unheard() -> Iterator[None]:
    """What is sent in the block is nobody's: each process sends it, or a test puts rows back."""
    before = sent.copy()
    try:
        yield
    finally:
        sent.clear()
        sent.update(before)


def function(nodeid: str) -> str:
    """A test with all its parameters."""
    return nodeid.partition("[")[0].removeprefix("tests/")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--record-cover",
        action="store_true",
        help=f"a whole run on SQLite writes {COVER.name}: the tests that PostgreSQL is asked",
    )


def lane(config: pytest.Config, items: list[pytest.Item]) -> list[pytest.Item]:
    """Those that PostgreSQL is asked: the cover, each race, what is whole, its own questions.

    A run that is given files or folders takes them whole.
    """
    if config.args_source is pytest.Config.ArgsSource.ARGS:
        return items
    chosen = read()
    there = {function(item.nodeid) for item in items}
    if gone := chosen - there:
        raise pytest.UsageError(f"{COVER.name} names what is not there: {', '.join(sorted(gone))}")
    return [item for item in items if asked(item, chosen)]


def asked(item: pytest.Item, chosen: set[str]) -> bool:
    """Whether PostgreSQL is asked it: for what it does, or as one of the cover."""
    return always(item) or function(item.nodeid) in chosen


def asked_alone(item: pytest.Item, chosen: set[str]) -> bool:
    """Whether the lane's answer will do: races are run on both, they lock differently."""
    race = item.get_closest_marker("race") is not None
    return bool(candidate(item)) and asked(item, chosen) and not race


def always(item: pytest.Item) -> bool:
    """Whether PostgreSQL is asked whatever its statements look like."""
    if item.get_closest_marker("race") or item.get_closest_marker("postgresql"):
        return True
    return function(item.nodeid).startswith(WHOLE)


@dataclass
class Told:
    """What the tests of a function sent; what they cost in seconds of this and child processes."""

    work_s: float = 0.0
    always: bool = False
    shapes: set[str] = field(default_factory=set)


class Shapes:
    """Notes what each test sends; the run that has seen all judges the cover, or writes it."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.told: dict[str, Told] = {}
        self.stood: dict[Any, set[str]] = {}
        self.uncovered: dict[str, str] = {}
        connection_created.connect(_listen)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        sent.clear()
        began = worked_s()
        result = yield
        if name := candidate(item):
            self.told.setdefault(name, Told()).work_s += worked_s() - began
        return result

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """What is sent while tables are emptied is no longer the test's."""
        if name := candidate(item):
            one = self.told.setdefault(name, Told())
            one.always |= always(item)
            one.shapes |= sent
            for definitions in item._fixtureinfo.name2fixturedefs.values():  # type: ignore[attr-defined] # pytest's own
                one.shapes |= self.stood.get(definitions[-1], set())

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        """A fixture of a module or class is sent once, by each test that asks for it."""
        if fixturedef.scope == "function":
            return (yield)
        with unheard():
            with heard() as own:
                result = yield
            if fixturedef.scope not in {"session", "package"}:
                self.stood[fixturedef] = own
        return result

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(self.config, "workeroutput"):  # one of several processes: the first judges
            self.config.workeroutput["shapes"] = {
                name: (one.work_s, one.always, sorted(one.shapes))
                for name, one in self.told.items()
            }
        elif self.config.getoption("--record-cover"):
            write(cover(self.told))
        elif COVER.exists():
            self.uncovered = uncovered(self.told, read())
            if self.uncovered and session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what one of several processes noted."""
        for name, (work_s, always_, shapes) in node.workeroutput.get("shapes", {}).items():
            one = self.told.setdefault(name, Told())
            one.work_s += work_s
            one.always |= always_
            one.shapes |= set(shapes)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for text, name in sorted(self.uncovered.items()):
            terminalreporter.line(f"PostgreSQL is never sent, as {name} does: {text}", red=True)
        if self.uncovered:
            terminalreporter.line("./run test --all --record-cover writes the cover anew", red=True)


def candidate(item: pytest.Item) -> str:
    """The test's function, if it could run on PostgreSQL; else nothing."""
    name = function(item.nodeid)
    possible = name.startswith(WITH_DATABASE) and not name.startswith(ALONE)
    return name if possible and not item.get_closest_marker("sqlite") else ""


def worked_s() -> float:
    """Seconds of work of this process and those it waited for."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def cover(told: dict[str, Told], times: int = TIMES) -> list[str]:
    """The cheapest tests found that send each shape so many times, where so many send it at all.

    Greedy: each time the test with most that is wanted for its work, then those struck out that
    are wanted no longer. What runs on PostgreSQL anyway counts.
    """
    lacking = Counter[str]()
    for text, senders in Counter(text for one in told.values() for text in one.shapes).items():
        lacking[text] = min(times, senders)
    for one in told.values():
        if one.always:
            lacking.subtract(one.shapes)
    left = {name: one.shapes for name, one in told.items() if not one.always}

    def wanted(name: str) -> int:
        return sum(lacking[text] > 0 for text in left[name])

    chosen: list[str] = []
    while any(count > 0 for count in lacking.values()):
        best = max(left, key=lambda name: (wanted(name) / (told[name].work_s + 0.01), name))
        chosen.append(best)
        lacking.subtract(left.pop(best))
    for name in sorted(chosen, key=lambda one: -told[one].work_s):
        if all(lacking[text] < 0 for text in told[name].shapes):
            chosen.remove(name)
            lacking.update(told[name].shapes)
    return sorted(chosen)


def uncovered(told: dict[str, Told], chosen: set[str]) -> dict[str, str]:
    """Shapes that no test of the lane sends, each with a test that does; only of a whole run."""
    if not chosen <= told.keys():
        return {}
    known = set[str]().union(
        *(one.shapes for name, one in told.items() if one.always or name in chosen)
    )
    return {text: name for name, one in told.items() for text in one.shapes - known}


def read() -> set[str]:
    return set(json.loads(COVER.read_text("utf-8")))


def write(chosen: list[str]) -> None:
    COVER.write_text(json.dumps(chosen, indent=1, ensure_ascii=False) + "\n", "utf-8")
