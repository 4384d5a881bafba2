"""States that tests begin from are walked to once a process and put back afterwards.

A helper marked `@built` walks truly the first time it is called from a state; called from the same
state with the same arguments again, what it left is put back: rows of both databases, files,
cookies of the browsers it was given, what the process remembers, and what it returned. A state is
known by the steps that led to it from the empty house. A step is truly walked where the test wrote
rows or files, left a transaction, or patched anything but the clock in between, and always with
TESTS_WALK=1, on PostgreSQL and in tests of races. An attribute that is set without `monkeypatch` or
`mock` is not seen; tests/house/test_memories.py forbids it.
"""

import copy
import functools
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.conf import UserSettingsHolder, settings
from django.core.files import File
from django.db import connections
from django.test import Client

from madoguchi.tools.audit import macs
from madoguchi.tools.vault.fairness import DAY
from madoguchi.web.kit import arrival, finished, handouts, publications
from madoguchi.web.portal import visits
from tests.emptied import MADE_BY_MIGRATE, question
from tests.shapes import heard, sent

WALK = os.environ.get("TESTS_WALK") or os.environ.get("MADOGUCHI_DATABASE")
UNTOLD = " at 0x"  # in the repr of what cannot be told from its like
type Rows = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class State:
    """What a step left."""

    rows: dict[tuple[str, str], Rows]
    files: dict[Path, bytes]
    memory: list[Any]
    used: list[Any]
    cookies: list[Any]
    returned: Any
    statements: set[str]


@dataclass(frozen=True)
class Left:
    """By what one sees that something else happened since a step."""

    writes: int = 0
    depth: int = 0
    files: frozenset[tuple[Path, int]] = frozenset()

    def still(self) -> bool:
        now = left()
        return (now.writes, now.files) == (self.writes, self.files) and now.depth >= self.depth


@dataclass
class Here:
    """Where the test stands: the steps since the empty house, while nothing else was written."""

    test: str = ""
    patched: str = ""  # the last test that patched something
    steps: tuple[str, ...] = ()
    left: Left = Left()
    off: bool = True
    kept: dict[tuple[str, ...], State] = field(default_factory=dict)

    def begin(self, *, race: bool, walk: bool = bool(WALK)) -> None:
        """The test begins, in an empty house if states are to be put back."""
        self.test, self.steps = current(), ()
        self.off = walk or race or not is_empty()
        if not self.off:
            remember([{} for _ in memories()], [])
            self.left = left()

    def is_left(self, name: str) -> bool:
        """Did something else happen since the last step, or can this one not be told by name?"""
        return (
            self.off
            or self.test != current()
            or self.patched == current()
            or UNTOLD in name
            or not self.left.still()
        )


def current() -> str:
    """The test that runs."""
    return os.environ.get("PYTEST_CURRENT_TEST", "").partition(" ")[0]


HERE = Here()


def built[**P, R](walk: Callable[P, R]) -> Callable[P, R]:
    """Walk to a state once a process and put it back afterwards."""

    @functools.wraps(walk)
    def step(*args: P.args, **told: P.kwargs) -> R:
        name = f"{walk.__module__}.{walk.__qualname__} {shown(args)} {shown(told)}"
        HERE.off = HERE.is_left(name)
        if HERE.off:
            return walk(*args, **told)
        here = (*HERE.steps, f"{name} {surroundings()}")
        returned: R
        if here in HERE.kept:
            returned = put_back(HERE.kept[here], HERE.kept.get(HERE.steps), args)
        else:
            with heard() as statements:
                returned = walk(*args, **told)
            HERE.off = HERE.patched == current()
            if HERE.off:
                return returned
            HERE.kept[here] = taken(args, returned, statements)
        HERE.steps, HERE.left = here, left()
        return returned

    return step


def shown(told: object) -> str:
    """An argument as it is known: a browser by its cookies, a file by its bytes."""
    match told:
        case list() | tuple():
            return f"[{', '.join(map(shown, told))}]"
        case dict():
            return f"{{{', '.join(f'{n!r}: {shown(told[n])}' for n in told)}}}"
        case Client():
            held = sorted((name, one.value) for name, one in told.cookies.items())
            return f"browser {sorted(told.defaults.items())} {held}"
        case File():
            content = told.read()
            told.seek(0)
            return f"file {told.name} {content!r}"
    if callable(told) and isinstance(moment := getattr(told, "now", None), datetime):
        return f"clock {moment}"
    if is_dataclass(told):  # its repr may hide what a row must not print
        return f"{type(told).__name__}{shown([getattr(told, one.name) for one in fields(told)])}"
    return repr(told)


def surroundings() -> str:
    """The moment, the environment, and the settings that tests have changed."""
    changed, holder = [], settings._wrapped  # type: ignore[misc] # where overrides lie
    while isinstance(holder, UserSettingsHolder):
        changed.append({n: v for n, v in vars(holder).items() if n.isupper()})
        holder = holder.default_settings
    environment = {name: told for name, told in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    return f"{arrival.now()} {sorted(environment.items())} {changed}"


def browsers(args: tuple[Any, ...]) -> list[Client]:
    return [arg for arg in args if isinstance(arg, Client)]


def taken(args: tuple[Any, ...], returned: Any, statements: set[str]) -> State:
    """The state as it is now."""
    cookies = [one.cookies for one in browsers(args)]
    known = copy.deepcopy((memories(), shares(), cookies, returned))
    return State(rows(), files(), *known, statements)


def put_back(state: State, before: State | None, args: tuple[Any, ...]) -> Any:
    """Make the house as that state has it; the tables that the state before has alike stay."""
    for (alias, table), kept in state.rows.items():
        known = before.rows[alias, table] if before else ()
        if kept == known:
            continue
        raw = connections[alias].connection
        if known:
            raw.execute(f'DELETE FROM "{table}"')
        if kept:
            marks = ", ".join("?" * len(kept[0]))
            raw.executemany(f'INSERT INTO "{table}" VALUES ({marks})', kept)
    for path, content in state.files.items():
        if not path.exists() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            path.write_bytes(content)
    remember(state.memory, state.used)
    sent.update(state.statements)
    for browser, cookies in zip(browsers(args), state.cookies, strict=True):
        browser.cookies = copy.deepcopy(cookies)
    return copy.deepcopy(state.returned)


@functools.cache
def tables() -> tuple[tuple[str, str, str], ...]:
    """Database, table and columns of all that is written; raw, as no converter reads it."""
    found = []
    for alias in connections:
        raw = connections[alias].connection
        for name in sorted(set(connections[alias].introspection.table_names()) - MADE_BY_MIGRATE):
            told = raw.execute(f'PRAGMA table_info("{name}")')
            found.append((alias, name, ", ".join(f'+"{column}"' for _, column, *_ in told)))
    return tuple(found)


def is_empty() -> bool:
    for alias in connections:
        with connections[alias].cursor() as cursor:
            cursor.execute(question(alias))
            if cursor.fetchone():
                return False
    return True


def rows() -> dict[tuple[str, str], Rows]:
    """Every row."""
    return {
        (alias, name): tuple(
            connections[alias].connection.execute(f'SELECT {columns} FROM "{name}"').fetchall()
        )
        for alias, name, columns in tables()
    }


def left() -> Left:
    """How many rows this process has changed, in how many transactions one stands, which files."""
    raw = [connections[alias] for alias in connections]
    return Left(
        sum(one.connection.total_changes for one in raw),
        sum(len(one.savepoint_ids) + one.in_atomic_block for one in raw),
        frozenset((path, path.stat().st_mtime_ns) for path in paths()),
    )


def files() -> dict[Path, bytes]:
    """What lies in the folders of a house."""
    return {path: path.read_bytes() for path in paths()}


def paths() -> list[Path]:
    files = (settings.FILES, settings.INBOX, settings.LOST)
    folders = (*files, settings.CHECKPOINTS, settings.PUBLIC_KEYS)
    return [path for one in folders for path in Path(one).rglob("*") if path.is_file()]


def memories() -> list[Any]:
    """What the product's process remembers of an office, each a mapping."""
    from madoguchi.tools.signin.signals import SECOND_STEPS  # the portal's process may not
    from madoguchi.web.desk import alarms  # import these

    return [
        SECOND_STEPS._wrong,
        alarms._seen_of,
        alarms._proposed,
        alarms._lines,
        finished._pages,
        macs._known,
        handouts._made,
        publications._last,
        publications._versions,
        visits._new,
        visits._next,
        visits._known_next,
        visits._totals,
    ]


def shares() -> list[Any]:
    """What each network has used of its day."""
    with DAY._shared.transaction() as table:
        return table.execute("SELECT * FROM share ORDER BY rowid").fetchall()


def remember(told: list[Any], used: list[Any]) -> None:
    """Let the process remember this and nothing else."""
    with DAY._shared.transaction() as table:
        table.execute("DELETE FROM share")
        table.executemany("INSERT INTO share VALUES (?, ?, ?)", used)
    for memory, known in zip(memories(), told, strict=True):
        memory.clear()
        memory.update(copy.deepcopy(known))


def seen(way: Any) -> Any:
    """The same way to patch; whoever takes it, but for the clock, walks truly from then on."""

    @functools.wraps(way)
    def patch(*args: Any, **told: Any) -> Any:
        by_pytest = "_pytest" in Path(sys._getframe(1).f_code.co_filename).parts
        by_django = getattr(args[0], "attribute", "") in {"ensure_connection", "_fixture_teardown"}
        if args[1:3] != (arrival, "now") and not by_pytest and not by_django:
            HERE.patched = current()
        return way(*args, **told)

    return patch


for owner, ways in (
    (pytest.MonkeyPatch, ("setattr", "delattr", "setitem", "delitem", "setenv", "delenv")),
    (mock._patch, ("__enter__",)),  # also what a decorator and start() call
    (mock._patch_dict, ("_patch_dict",)),  # the same of patch.dict
):
    for way in ways:
        setattr(owner, way, seen(getattr(owner, way)))
