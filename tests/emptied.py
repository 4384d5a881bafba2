"""What a test with real transactions leaves is taken away: rows, where there are any.

Django's own way empties every table and makes what `migrate` made anew, for each test. That took
longer than the tests.
"""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.db import connections, transaction
from django.test import TransactionTestCase

MADE_BY_MIGRATE = {"django_migrations", "django_content_type", "auth_permission"}


@contextmanager
def only_what_was_written() -> Iterator[None]:
    """Empty tables so after each test of the block that has real transactions."""
    with patch.object(TransactionTestCase, "_fixture_teardown", _empty):
        yield


def _empty(case: TransactionTestCase) -> None:
    for name in case._databases_names(include_mirrors=False):  # type: ignore[attr-defined] # Django's own
        empty(name)


def empty(database: str) -> None:
    """Delete every row of the database but those that `migrate` made."""
    connection = connections[database]
    with transaction.atomic(using=database), connection.cursor() as cursor:
        cursor.execute(question(database))
        written = [table for (table,) in cursor.fetchall()]
        if connection.vendor == "sqlite":  # keys may point anywhere until the end
            cursor.execute("PRAGMA defer_foreign_keys = ON")
        for table in written:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


@functools.cache
def question(database: str) -> str:
    """Which tables hold a row?"""
    connection = connections[database]
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})"
        for table in sorted(set(tables) - MADE_BY_MIGRATE)
    )
