"""What the database takes, whoever writes: each sealed column, code and day has its bound (M1).

The portal's role writes rows by itself; without these, one row stopped every list.
"""

import re
from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from madoguchi.ops.roles.portal import TABLES
from madoguchi.ops.safekeeping import tables as kept
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.sealed import LONGEST
from madoguchi.tools.bounds import CappedBytes
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.models import DUES, Access, Case, Due
from madoguchi.work.record.models import Entry
from tests.redteam.unbound import unbound
from tests.web.desk.colleagues import asked

MOMENTS = (models.DateField, models.TimeField)  # a moment is a DateField, too


def tables() -> dict[str, type[models.Model]]:
    return {model._meta.db_table: model for model in apps.get_models()}


def sealed() -> list[str]:
    """Every column of bytes, and of JSON that the portal adds."""
    found = [
        f"{table}.{field.column}"
        for table, model in tables().items()
        for field in model._meta.concrete_fields
        if isinstance(field, models.BinaryField)
    ]
    return sorted([*found, "audit_line.seals", "audit_line.told"])


def names(table: str) -> set[str]:
    with connection.cursor() as cursor:
        return {
            name
            for name, told in connection.introspection.get_constraints(cursor, table).items()
            if told["check"]
        }


def written() -> set[str]:
    """The tables into which the portal's role adds rows."""
    return {each.name for each in TABLES if any(cell.insert for cell in each.cells)}


def test_every_sealed_column_has_a_cap_in_the_table_and_in_the_database() -> None:
    assert sealed() == sorted(LONGEST)
    lacking = [
        column
        for column in LONGEST
        if f"{column.replace('.', '_')}_longest" not in names(column.partition(".")[0])
    ]
    assert lacking == []


def test_no_bytes_are_read_before_their_length_was_asked(office: OfficeCard, now: datetime) -> None:
    case = asked(office, now)
    for table, model in tables().items():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.BinaryField):
                assert isinstance(field, CappedBytes), f"{table}.{field.column}"
    rows, most = Entry.objects.filter(case_id=case.pk), LONGEST["record_entry.words"]
    with unbound("record_entry", "words_longest"):
        for size, read in ((0, 0), (most, most), (most + 1, 1)):
            rows.update(words=bytes([7]) * size)
            assert rows.get().words == bytes([7]) * read
            assert [*rows.values_list("words", flat=True)] == [bytes([7]) * read]
        _, row = kept.written(rows)  # a backup keeps all of it
        assert len(row) > most


def test_every_day_and_moment_that_the_portal_adds_is_of_our_years() -> None:
    tables_written = written()
    assert len(tables_written) > 15
    for table in tables_written:
        model = tables()[table]
        bound = {
            name
            for check in model._meta.constraints
            if check.name == f"{table}_years" and isinstance(check, models.CheckConstraint)
            for name in re.findall(r"'(\w+)__", str(check.condition))
        }
        dated = {f.name for f in model._meta.concrete_fields if isinstance(f, MOMENTS)}
        assert bound == dated, table


TRIED = (
    *("record_entry.words", "cases_consultee.about", "cases_wish.wishes", "cases_due.why"),
    *("vault_drawerkey.blob", "vault_receipt.salt", "vault_visit.blob", "audit_line.hash"),
)


@pytest.mark.parametrize("column", TRIED)
def test_the_longest_is_taken_and_no_byte_more(
    office: OfficeCard, now: datetime, column: str
) -> None:
    asked(office, now)
    table, _, name = column.partition(".")
    rows = tables()[table]._default_manager.all()
    row = rows.filter(pk=rows.values_list("pk", flat=True)[0])
    row.update(**{name: bytes(LONGEST[column])})
    with pytest.raises(IntegrityError, match=f"{table}_{name}_longest"), transaction.atomic():
        row.update(**{name: bytes(LONGEST[column] + 1)})


def test_json_in_the_clear_is_no_longer_either(office: OfficeCard, now: datetime) -> None:
    asked(office, now)
    line = tables()["audit_line"]._default_manager.all()
    for name in ("seals", "told"):
        most = LONGEST[f"audit_line.{name}"]
        with pytest.raises(IntegrityError, match=f"{name}_longest"), transaction.atomic():
            line.update(**{name: {"x": "x" * most}})


ODD: dict[str, dict[str, object]] = {
    "state": {"state": "zzz"},
    "rule": {"contact_rule": "<b>x"},
    "level": {"level": "zzz"},
    "channel": {"channel": "pager"},
    "next year": {"next_on": date(9999, 12, 31)},
    "long ago": {"opened_at": datetime(1999, 12, 1, tzinfo=UTC)},
}


@pytest.mark.parametrize("change", ODD.values(), ids=ODD)
def test_no_code_and_no_day_that_a_list_cannot_tell(
    office: OfficeCard, now: datetime, change: dict[str, object]
) -> None:
    case = asked(office, now)
    with pytest.raises(IntegrityError, match=r"cases_case_(codes|years)"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**change)


def test_each_kind_of_due_has_its_words() -> None:
    keys = texts("shibukawa").words
    assert {key for key in keys if key.startswith("desk.due.")} == {
        f"desk.due.{one}" for one in DUES
    }


def test_no_kind_of_due_and_of_access_that_a_page_has_no_words_for(
    office: OfficeCard, now: datetime
) -> None:
    case = asked(office, now)
    with pytest.raises(IntegrityError, match="cases_due_codes"), transaction.atomic():
        Due.objects.filter(case_id=case.pk).update(kind="boom")
    row = Access(office_id=office.id, case_id=case.pk, staff_id=case.pk, kind="boom", at=now)
    with pytest.raises(IntegrityError, match="cases_access_codes"), transaction.atomic():
        row.save(force_insert=True)
