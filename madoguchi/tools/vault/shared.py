"""What the portal's processes know together: files in a folder of memory, gone with the service.

A worker is renewed after some minutes, and each long body has a process of its own; what is counted
for a day, and how many may work at once, has to outlive them. systemd makes the folder
(`RuntimeDirectory=`). Where there is none, a process knows it alone.
"""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.conf import settings


class Shared:
    """Tables that all processes of the window read and write, one at a time."""

    def __init__(self, name: str, tables: str) -> None:
        self._name = name
        self._tables = tables
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Nobody else changes anything in the block; it is undone when the block raises."""
        with self._lock:
            if self._connection is None:
                self._connection = self._opened()
            with self._connection as connection:
                connection.execute("BEGIN IMMEDIATE")
                yield connection

    def _opened(self) -> sqlite3.Connection:
        folder = settings.SHARED
        connection = sqlite3.connect(
            folder / f"{self._name}.sqlite3" if folder else ":memory:",
            timeout=20,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute("PRAGMA synchronous = OFF")  # memory; the service's end is its end
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute(self._tables)
        return connection


@contextmanager
def one_of(name: str, places: int) -> Iterator[None]:
    """One of so many places that the processes have together.

    The kernel gives it back when the process ends, however it ends.
    """
    if settings.SHARED is None:
        yield
        return
    with ExitStack() as stack:
        doors = [
            stack.enter_context((settings.SHARED / f"{name}.{number}").open("w"))
            for number in range(places)
        ]
        for door in doors:
            try:
                fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            break
        else:
            fcntl.flock(doors[os.getpid() % places], fcntl.LOCK_EX)
        yield
