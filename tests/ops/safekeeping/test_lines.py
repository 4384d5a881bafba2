"""Rows as lines and back: every column of every table, byte for byte and to the microsecond."""

import json
from datetime import datetime
from itertools import chain as joined
from pathlib import Path
from uuid import uuid4

import pytest
from django.core import serializers
from django.db.models import Model

from madoguchi.ops.safekeeping import tables
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.office.public import OfficeCard
from tests.redteam.house import asked_with_file, read_and_answered
from tests.work.interviews.coming import coming


def values(row: Model) -> list[object]:
    told = [getattr(row, name) for name in tables.columns(type(row))]
    return [bytes(one) if isinstance(one, memoryview) else one for one in told]


def written(model: type[Model], folder: Path) -> Path:
    path = folder / "rows.jsonl"
    path.write_bytes(b"".join(tables.written(tables.rows(model, "default"))))
    return path


def test_every_row_comes_back_as_it_was(office: OfficeCard, now: datetime, tmp_path: Path) -> None:
    asked = asked_with_file(office, now.replace(microsecond=123456))
    read_and_answered(office, asked, now)
    coming(office, now).books()
    filled = 0
    for model in joined(tables.data("default"), tables.KEYS):
        rows = list(tables.rows(model, "default"))
        back = list(tables.rows_of(model, written(model, tmp_path)))
        assert [values(row) for row in back] == [values(row) for row in rows]
        filled += bool(rows)
    assert filled >= 16


def test_every_kind_of_column_can_be_described() -> None:
    """Also of a table that no test has filled: a backup must not stop at the first row of it."""
    told = datetime.fromisoformat("2026-11-30T10:00:00.123456+09:00")
    examples = {"DateTimeField": told, "DateField": told.date(), "TimeField": told.time()}
    examples |= {"UUIDField": uuid4(), "BinaryField": b"x", "JSONField": {}, "BooleanField": True}
    for model in joined(tables.data("default"), tables.KEYS):
        for field in model._meta.concrete_fields:
            kind = field.get_internal_type()
            value = examples.get(kind, 1 if "Integer" in kind or "Auto" in kind else "x")
            assert tables._meant(field, json.loads(tables.line(value))) == value, (model, field)


def test_lines_of_the_audit_still_hold_their_hash(
    office: OfficeCard, now: datetime, tmp_path: Path
) -> None:
    asked_with_file(office, now.replace(microsecond=123456))
    back = list(tables.rows_of(Line, written(Line, tmp_path)))
    assert back
    assert all(chain.digest(line) == bytes(line.hash) for line in back if isinstance(line, Line))


def test_control_the_frameworks_own_serializer_loses_microseconds(
    office: OfficeCard, now: datetime
) -> None:
    """Why there is a writer of our own: audit lines would no longer hold their hash."""
    asked_with_file(office, now.replace(microsecond=123456))
    text = serializers.serialize("jsonl", Line.objects.all())
    told = [one.object for one in serializers.deserialize("jsonl", text)]
    back = [line for line in told if isinstance(line, Line)]
    assert back
    assert not all(chain.digest(line) == bytes(line.hash) for line in back)


def test_other_columns_are_refused(office: OfficeCard, tmp_path: Path) -> None:
    path = written(Line, tmp_path)
    path.write_bytes(path.read_bytes().replace(b'"verb"', b'"verbs"', 1))
    with pytest.raises(Misconfigured, match="作った版"):
        list(tables.rows_of(Line, path))
