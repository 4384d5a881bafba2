"""Both databases as they stand at one moment, read while others go on writing."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

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
    connections[alias] = connection = connections[database].copy()
    connection.settings_dict["OPTIONS"] = _options(connection)
    try:
        with transaction.atomic(using=alias):
            connection.introspection.table_names()  # the moment is that of the first read
            yield
    finally:
        connection.close()
        del connections[alias]


def _options(connection: BaseDatabaseWrapper) -> dict[str, Any]:
    """The database's own options, but reading only, and all of it at one moment."""
    options = connection.settings_dict["OPTIONS"]
    if connection.vendor == "sqlite":
        pragmas = f"{options['init_command']} PRAGMA query_only=ON;"
        return {**options, "transaction_mode": "DEFERRED", "init_command": pragmas}
    from django.db.backends.postgresql.psycopg_any import IsolationLevel

    own = {key: value for key, value in options.items() if key != "pool"}
    return {**own, "isolation_level": IsolationLevel.REPEATABLE_READ}
