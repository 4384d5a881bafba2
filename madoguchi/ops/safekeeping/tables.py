"""Which tables go into *data*, which into *keys*, which into neither, and why (控えの中身).

*keys* holds what forgetting destroys and what opens the rest; *data* alone opens nothing, even
with the master key. A new table goes into *data* by itself; a test makes people decide.

A table is written as lines of JSON, its columns first, the same for both databases; both are read
as they stand at one moment, while others go on writing.
"""

import base64
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import batched
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, connections, models, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet

from madoguchi.rules.sealed import LONGEST
from madoguchi.rules.steps.booking import TEMPORARY
from madoguchi.tools import bounds
from madoguchi.tools.later.models import Beat, Unblocked
from madoguchi.tools.mail.models import Addressed
from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.vault.models import DrawerKey, HeldFile, LineKey, OfficeKey, Receipt, Visit
from madoguchi.work.clinic.models import Booking
from madoguchi.work.subsidy.models import Mark

KEYS: tuple[type[Model], ...] = (OfficeKey, LineKey, DrawerKey, Receipt)
LEFT_OUT: tuple[type[Model], ...] = (
    Visit,  # unsent words and open receipts: leaving ends them
    Mark,  # the worker makes them anew
    Addressed,  # how many mails a mailbox had today
    Beat,  # which worker lives: none does in a house that was put back
    Unblocked,  # that the portal held up the desk: said for a day, and not of that house
)
LEFT_OUT_APPS = ("contenttypes", "auth", "sessions")  # made by `migrate`; nobody is signed in
BATCH = 1000
DATABASES = ("default", "staff")


def data(database: str) -> tuple[type[Model], ...]:
    """The tables of a database (`default` or `staff`) that belong into *data*."""
    return tuple(
        model
        for model in apps.get_models()
        if model not in KEYS
        and model not in LEFT_OUT
        and model._meta.app_label not in LEFT_OUT_APPS
        and router.db_for_read(model) == database
    )


def rows(model: type[Model], using: str) -> QuerySet[Model]:
    """The rows that are kept: all, but files of unsent drafts, whose keys lie beside them."""
    kept = model._default_manager.using(using).order_by("pk")  # noqa: SLF001 - Django's documented name
    return kept.filter(case_id__isnull=False) if model is HeldFile else kept


def file_name(model: type[models.Model]) -> str:
    return f"tables/{model._meta.label_lower}.jsonl"


def columns(model: type[models.Model]) -> list[str]:
    """The columns in the order in which they are written."""
    return [field.attname for field in model._meta.concrete_fields]


def line(values: object) -> bytes:
    return json.dumps(values, ensure_ascii=False, default=_told).encode() + b"\n"


def written(rows: models.QuerySet[models.Model]) -> Iterator[bytes]:
    """The table's lines, its columns first."""
    yield line(columns(rows.model))
    fields = rows.model._meta.concrete_fields
    for values in rows.values_list(*map(_whole, fields)).iterator(BATCH):
        yield line(values)


def _whole(field: "models.Field[Any, Any]") -> "str | models.ExpressionWrapper[Any]":
    """The column as it stands: a backup also keeps bytes that no page would read."""
    if isinstance(field, bounds.CappedBytes):
        return models.ExpressionWrapper(models.F(field.attname), models.BinaryField())
    return field.attname


def _told(value: object) -> str:
    match value:
        case bytes() | memoryview():
            return base64.b64encode(value).decode()
        case datetime() | date() | time():
            return value.isoformat()
        case UUID():
            return str(value)
    raise TypeError(type(value))


def rows_of(model: type[models.Model], path: Path) -> Iterator[models.Model]:
    """The rows of a table's file.

    A column that has come since, and has a default, keeps it.

    Raises:
        Misconfigured: the table has columns that this version of the program does not know, or
            lacks one that it needs.
    """
    known = {field.attname: field for field in model._meta.concrete_fields}
    with path.open("rb") as source:
        names = json.loads(source.readline())
        lacking = [field for name, field in known.items() if name not in names]
        if not known.keys() >= {*names} or not all(field.has_default() for field in lacking):
            raise Misconfigured(
                str(path),
                "このプログラムと列が違います",
                "その控えを作った版で戻してください",
            )
        fields = [known[name] for name in names]
        for text in source:
            values = zip(fields, json.loads(text), strict=True)
            yield model(**{field.attname: _meant(field, told) for field, told in values})


def _meant(field: "models.Field[Any, Any]", told: object) -> object:
    if told is None:
        return None
    if isinstance(field, models.BinaryField):
        return base64.b64decode(str(told))
    return field.to_python(told)


@dataclass
class Loaded:
    """How many rows, and which values were cut: table, row, column and the bytes there were."""

    count: int = 0
    cut: list[str] = field(default_factory=list)


def load(model: type[models.Model], path: Path, using: str) -> Loaded:
    """Insert the rows of a table's file.

    What the database numbers by itself is numbered anew: nothing refers to it, and a user who may
    not set a sequence can put a house back. A sealed value that is longer than the database takes
    any more was written by no page: it is cut there, so that its row stands and is drawn as
    damaged, and that one row keeps no house from coming back. The backup has it whole.

    Raises:
        Misconfigured: a row is beyond another bound of its table.
    """
    loaded, numbered = Loaded(), isinstance(model._meta.pk, models.AutoField)
    rows = model._default_manager.using(using)  # noqa: SLF001 - Django's documented name
    name = model._meta.db_table
    bounded = [
        (one.attname, LONGEST[f"{name}.{one.column}"])
        for one in model._meta.concrete_fields
        if isinstance(one, models.BinaryField) and f"{name}.{one.column}" in LONGEST
    ]
    for some in batched(rows_of(model, path), BATCH):
        for row in some:
            for column, longest in bounded:
                value = getattr(row, column)
                if value is not None and len(value) > longest:
                    loaded.cut.append(f"{name} {row.pk}: {column}, {len(value):,} bytes")
                    setattr(row, column, value[:longest])
            if isinstance(row, Booking) and row.state in TEMPORARY and row.until_at is None:
                row.until_at = row.at  # as clinic/0004: it is over
            if numbered:
                row.pk = None
        try:
            loaded.count += len(rows.bulk_create(some))
        except IntegrityError as error:
            found = str(error).partition("\n")[0]  # names alone, no row
            remedy = (
                "画面から書かれた行ではありません。前の日の控えを使い、作った会社に知らせてください"
            )
            raise Misconfigured(str(path), found, remedy) from error
    return loaded


def alias_of(database: str) -> str:
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
    alias = alias_of(database)
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
