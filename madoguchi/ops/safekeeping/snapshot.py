"""Both databases as they stand at one moment, read while others go on writing."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from django.db import connections, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

DATABASES = ("default", "staff")


def name(database: str) -> str:
    """Under which name the moment of a database is read."""
    return f"{database}_snapshot"


@contextmanager
def instant() -> Iterator[None]:
    """Hold the moment open; it ends with the block. Nobody waits for it."""
    with ExitStack() as stack:
        for database in DATABASES:
            stack.enter_context(_held(database))
        yield


@contextmanager
def _held(database: str) -> Iterator[None]:
    alias = name(database)
    connections.settings[alias] = _settings(database)
    try:
        with transaction.atomic(using=alias):
            connections[alias].introspection.table_names()  # the moment is that of the first read
            yield
    finally:
        connections[alias].close()
        del connections[alias]
        del connections.settings[alias]


def _settings(database: str) -> dict[str, Any]:
    """The database's own settings, reading only and at one moment."""
    live = connections[database]
    told = {**live.settings_dict, "CONN_MAX_AGE": 0}
    if live.vendor == "sqlite":
        pragmas = f"{told['OPTIONS']['init_command']} PRAGMA query_only=ON;"
        told["OPTIONS"] = {
            **told["OPTIONS"],
            "transaction_mode": "DEFERRED",
            "init_command": pragmas,
        }
    else:
        from django.db.backends.postgresql.psycopg_any import IsolationLevel

        options = {key: value for key, value in told["OPTIONS"].items() if key != "pool"}
        told["OPTIONS"] = {**options, "isolation_level": IsolationLevel.REPEATABLE_READ}
    return told
