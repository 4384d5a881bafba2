"""The one write transaction: short, one at a time on SQLite (its busy handler is unfair)."""

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
