"""A table as lines of JSON: its columns, then one row a line; the same for both databases."""

import base64
import json
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import batched
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import models

from madoguchi.tools.misconfigured import Misconfigured

BATCH = 1000


def file_name(model: type[models.Model]) -> str:
    """The file of a table."""
    return f"tables/{model._meta.label_lower}.jsonl"


def columns(model: type[models.Model]) -> list[str]:
    """The columns in the order in which they are written."""
    return [field.attname for field in model._meta.concrete_fields]


def line(values: object) -> bytes:
    """One line."""
    return json.dumps(values, ensure_ascii=False, default=_told).encode() + b"\n"


def write(rows: models.QuerySet[models.Model]) -> Iterator[bytes]:
    """The table's lines, its columns first."""
    names = columns(rows.model)
    yield line(names)
    for values in rows.values_list(*names).iterator(BATCH):
        yield line(values)


def _told(value: object) -> str:
    match value:
        case bytes() | memoryview():
            return base64.b64encode(value).decode()
        case datetime() | date() | time():
            return value.isoformat()
        case UUID():
            return str(value)
    raise TypeError(type(value))


def read(model: type[models.Model], path: Path) -> Iterator[models.Model]:
    """The rows of a table's file.

    Raises:
        Misconfigured: the table has other columns in this version of the program.
    """
    fields = model._meta.concrete_fields
    with path.open("rb") as source:
        if json.loads(source.readline()) != columns(model):
            raise Misconfigured(
                str(path),
                "has other columns than this program",
                "install the version that wrote it",
            )
        for text in source:
            values = zip(fields, json.loads(text), strict=True)
            yield model(**{field.attname: _meant(field, told) for field, told in values})


def _meant(field: "models.Field[Any, Any]", told: object) -> object:
    if told is None:
        return None
    if isinstance(field, models.BinaryField):
        return base64.b64decode(str(told))
    return field.to_python(told)


def load(model: type[models.Model], path: Path, using: str) -> int:
    """Insert the rows of a table's file; their number.

    What the database numbers by itself is numbered anew: nothing refers to it, and a user who may
    not set a sequence can put a house back.
    """
    count, numbered = 0, isinstance(model._meta.pk, models.AutoField)
    rows = model._default_manager.using(using)  # noqa: SLF001 - Django's documented name
    for some in batched(read(model, path), BATCH):
        for row in some if numbered else ():
            row.pk = None
        count += len(rows.bulk_create(some))
    return count
