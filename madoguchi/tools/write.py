"""The one write transaction: short, one at a time on SQLite (its busy handler is unfair).

PostgreSQL lets transactions run at once; there `in_turn` queues those that would collide.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from django.db import connections, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

_writers = threading.RLock()


@contextmanager
def write(using: str = "default") -> Iterator[None]:
    """Run the block in one transaction; an inner `write` joins the outer one."""
    queue = _writers if connections[using].vendor == "sqlite" else nullcontext()
    with queue, transaction.atomic(using=using, savepoint=False):
        yield


def in_turn(key: str) -> None:
    """Wait inside `write` until no other transaction has the key; it is free when this one ends.

    Two keys are always taken in one order: of an act done once, of its case, of a visit, of
    an office's day.
    """
    connection = connections["default"]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
