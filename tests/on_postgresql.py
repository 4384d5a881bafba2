"""`./run test --postgresql`: the suite on PostgreSQL, on one server that is gone with the run.

Loaded as a plugin before settings are read: its import starts the server and names it to them.
A test marked `sqlite(reason)` is left out here, and counted in the summary.
"""

from __future__ import annotations

import os

import pytest

from tests.postgresql import address, started

DATABASES = {"MADOGUCHI_DATABASE": "cases", "MADOGUCHI_STAFF_DATABASE": "staff"}
LEFT_OUT = pytest.StashKey[list[pytest.Item]]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what reads the files of SQLite."""
    config.stash[LEFT_OUT] = [item for item in items if item.get_closest_marker("sqlite")]
    config.hook.pytest_deselected(items=config.stash[LEFT_OUT])
    items[:] = [item for item in items if item not in config.stash[LEFT_OUT]]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say what was left out, and why."""
    left_out = config.stash.get(LEFT_OUT, [])
    terminalreporter.section(f"on PostgreSQL; {len(left_out)} tests are for SQLite alone")
    for item in left_out:
        mark = item.get_closest_marker("sqlite")
        assert mark is not None
        terminalreporter.line(f"{item.nodeid}: {mark.args[0]}")


SERVER = started()
os.environ.update({name: address(SERVER, database) for name, database in DATABASES.items()})
