"""docs/running/roles.sql is what `madoguchi roles` prints, of a table with an answer a cell."""

import re

import pytest
from django.apps import apps

from madoguchi.ops.roles import sql
from madoguchi.ops.roles.cells import Answer, Bound, Cell, Removal
from madoguchi.ops.roles.portal import JOBS, SEALED, TABLES
from madoguchi.tools.later.queue import LISTED
from tests.house.source import ROOT

MODELS = {model._meta.db_table: model for model in apps.get_models()}
MADE_BY_THE_DATABASE = "id"  # of the tables that count their rows


def test_the_file_is_the_one_that_the_table_makes() -> None:
    """`madoguchi roles > docs/running/roles.sql` writes it."""
    assert (ROOT / "docs" / "running" / "roles.sql").read_text("utf-8") == sql.whole()


def test_each_column_of_a_row_that_the_portal_adds_has_an_answer() -> None:
    """A new column of such a table has no place in the file before it has one in the table."""
    for table in TABLES:
        added = {cell.column for cell in table.cells if cell.insert}
        if added:
            columns = {field.column for field in MODELS[table.name]._meta.concrete_fields}
            assert columns - added <= {MADE_BY_THE_DATABASE}, table.name


def test_a_cell_or_a_deletion_without_an_answer_fails_the_build() -> None:
    """`whole` prints each answer; one that says nothing, or lacks, is never printed."""
    bound = Bound(yes="''")
    with pytest.raises(TypeError, match="answer"):
        Cell("words", insert=bound)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="answer"):
        Removal(bound=bound)  # type: ignore[call-arg]
    for said in (("", "b", "c"), ("a", " ", "c"), ("a", "b", "")):
        with pytest.raises(ValueError, match="all three"):
            Answer(*said)
    assert Cell("words", Answer("a", "b", "c"), insert=bound)  # control
    text = " ".join(sql.whole().replace("\n--", " ").split())
    for table in TABLES:
        removal = (table.delete,) if table.delete else ()
        for each in (*table.cells, *removal):
            assert " ".join(f"from {each.answer.source}.".split()) in text, table.name


def test_each_column_that_the_portal_reads_or_changes_is_there() -> None:
    for table in TABLES:
        if table.name == "django_migrations":
            continue
        columns = {field.column for field in MODELS[table.name]._meta.concrete_fields}
        named = [*table.reads, *(cell.column for cell in table.cells)]
        assert {*named} - {"*"} <= columns, table.name
        assert len({cell.column for cell in table.cells}) == len(table.cells), table.name


def test_the_portal_asks_for_jobs_that_there_are() -> None:
    assert set(JOBS) <= LISTED


def test_no_bound_compares_with_what_the_portal_may_not_read() -> None:
    """Else whoever tries values knows it. What is sealed has no values to try."""
    for table in TABLES:
        for cell in table.cells:
            if cell.update and cell.answer is not SEALED and table.reads != ("*",):
                asked = set(re.findall(r"\bOLD\.(\w+)", cell.update.rule))
                assert asked <= set(table.reads), (table.name, cell.column)
