"""A database that is away, or takes nothing, for as long as a block lasts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.db import OperationalError, connection

type Execute = Callable[[str, Any, bool, dict[str, Any]], Any]
WRITES = ("INSERT", "UPDATE", "DELETE")


@contextmanager
def away() -> Iterator[None]:
    """Nothing can be asked."""

    def refuse(_execute: Execute, *_: object) -> None:
        raise OperationalError("unable to open database file")

    with connection.execute_wrapper(refuse):
        yield


@contextmanager
def full() -> Iterator[None]:
    """Everything can be read, nothing written."""

    def refuse(execute: Execute, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's signature
        if sql.lstrip().upper().startswith(WRITES):
            raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


@contextmanager
def no_page_left() -> Iterator[None]:
    """SQLite itself finds no room: the file may not grow, and what was free in it is used up."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE ballast (x)")
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count={cursor.fetchone()[0]}")
        with suppress(OperationalError):
            while True:
                cursor.execute("INSERT INTO ballast VALUES (zeroblob(3000))")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count=1073741823")
            cursor.execute("DROP TABLE ballast")
