"""The one write transaction: short, one at a time on SQLite (its busy handler is unfair).

PostgreSQL lets transactions run at once; there `lock`, an advisory lock, queues those that would
collide.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError, connections
from django.db.transaction import atomic

AWAY = (OperationalError, InterfaceError)  # no database, a locked one, or one on a full disk
PATIENCE_S = 20.0  # as long as SQLite itself waits for another process
_writers = threading.RLock()


@contextmanager
def transaction(using: str = "default", *, durable: bool = False) -> Iterator[None]:
    """Run the block in one transaction; an inner one joins the outer one.

    `durable`: it is committed when the block ends, so it may not be an inner one.

    Raises:
        OperationalError: nothing could be written for longer than a person waits.
    """
    with _turn(using), atomic(using=using, savepoint=False, durable=durable):
        yield


@contextmanager
def _turn(using: str) -> Iterator[None]:
    if connections[using].vendor != "sqlite":
        yield
        return
    if not _writers.acquire(timeout=PATIENCE_S):
        raise OperationalError(f"write lock not acquired within {PATIENCE_S:g} s")
    try:
        yield
    finally:
        _writers.release()


def lock(key: str) -> None:
    """Wait until no other transaction holds the key; it is free when this one ends.

    Two keys are always taken in one order: of an act done once, of its case, of a visit, of
    an office's day or its notices.
    """
    connection = connections["default"]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT act_lock(%s)", [key])
