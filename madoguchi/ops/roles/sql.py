"""docs/running/roles.sql, made of `portal.TABLES`."""

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from textwrap import indent, wrap

from madoguchi.ops.roles.cells import Answer, Kept, Table
from madoguchi.ops.roles.portal import CONNECTIONS, REFUSED, ROLE, TABLES

FRAME = Path(__file__).with_name("frame.sql")  # what is of no table: roles, databases, the desk
HERE, MARK = "-- the portal's tables", "madoguchi roles MARK"


def whole() -> str:
    """The file; it leaves its mark in the database."""
    return _unmarked().replace(MARK, mark(), 1)


def mark() -> str:
    """By which the doctor sees that the file that was run is this one."""
    return f"madoguchi roles {hashlib.sha256(_unmarked().encode()).hexdigest()[:16]}"


@cache
def _unmarked() -> str:
    said = {
        HERE: "\n\n".join(map(of_table, TABLES)),
        "CONNECTION LIMIT CONNECTIONS": f"CONNECTION LIMIT {CONNECTIONS}",
        "'REFUSED'": f"'{REFUSED}'",
    }
    text = FRAME.read_text("utf-8")
    for named, value in said.items():
        text = text.replace(named, value, 1)
    return text


def of_table(table: Table) -> str:
    """What the portal may do with a table, and what is written into it in vain."""
    title = "\n".join(wrap(f"{table.name}: {table.why}", 100))
    return "\n".join([indent(title, "-- "), *_answers(table), *_grants(table), *_triggers(table)])


def _answers(table: Table) -> Iterator[str]:
    """A comment for each answer, with the columns that have it."""
    columns: dict[Answer, list[str]] = {}
    for cell in table.cells:
        columns.setdefault(cell.answer, []).append(cell.column)
    if table.delete:
        columns.setdefault(table.delete.answer, []).append("(deleted)")
    for answer, named in columns.items():
        said = (
            f"{', '.join(named)}: from {answer.source}. Compared by {answer.compared}."
            f" The desk sees {answer.shown}."
        )
        yield indent("\n".join(wrap(said, 96)), "--   ")


def _grants(table: Table) -> Iterator[str]:
    """Rights by column: whoever may change or add to a whole table may lock it."""
    granted = [
        verb if columns == ("*",) else f"{verb} ({_names(columns)})"
        for verb, columns in table.rights.items()
    ]
    yield _wrapped(f'GRANT {", ".join(granted)} ON {table.name} TO "{ROLE}";', 100, "    ")


def about_no_row(table: str, verb: str, columns: tuple[str, ...]) -> str:
    """A statement for which PostgreSQL asks whether one may, and does nothing."""
    quoted = [f'"{column}"' for column in columns]
    names = "*" if columns == ("*",) else ", ".join(quoted)
    match verb:
        case "INSERT":
            values = ", ".join(["NULL"] * len(columns))
            return f"INSERT INTO {table} ({names}) SELECT {values} WHERE false"
        case "UPDATE":
            values = ", ".join(f"{column} = DEFAULT" for column in quoted)
            return f"UPDATE {table} SET {values} WHERE false"  # noqa: S608 - names of ours
        case "DELETE":
            return f"DELETE FROM {table} WHERE false"  # noqa: S608 - names of ours
        case _:
            return f"SELECT {names} FROM {table} LIMIT 0"  # noqa: S608 - names of ours


def _wrapped(words: str, width: int, hanging: str = "") -> str:
    """Lines of a width, none of which ends within a quotation."""
    whole = re.sub("'[^']*'", lambda quoted: quoted[0].replace(" ", "\0"), words)
    lines = wrap(whole, width, subsequent_indent=hanging, break_on_hyphens=False)
    return "\n".join(lines).replace("\0", " ")


RESERVED = "by", "on"  # by SQL or PL/pgSQL
AS_IT_IS = "current_setting('transaction_isolation') = 'read committed'"


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' if name in RESERVED else name for name in columns)


def _triggers(table: Table) -> Iterator[str]:
    for verb in ("INSERT", "UPDATE"):
        bounds = {
            cell.column: bound
            for cell in table.cells
            if (bound := cell.insert if verb == "INSERT" else cell.update) and bound.rule
        }
        for column in [column for column, bound in bounds.items() if bound.named]:
            name = f"portal_{verb.lower()}s_{table.name}_{column}"
            yield _function(name, table.name, {column: bounds.pop(column).rule}, "NEW")
            yield _trigger(table, f"{verb} OF {column}", f"portal_{verb.lower()}s_{column}", name)
        if bounds:
            rules = {column: bound.rule for column, bound in bounds.items()}
            alone = any(bound.alone for bound in bounds.values())
            name = f"portal_{verb.lower()}s_{table.name}"
            yield _function(name, table.name, rules, "NEW", alone=alone)
            yield _trigger(table, verb, f"portal_{verb.lower()}s", name)
    if table.delete and table.delete.bound.rule:
        name = f"portal_deletes_{table.name}"
        yield _function(name, table.name, {"(deleted)": table.delete.bound.rule}, "OLD")
        yield _trigger(table, "DELETE", "portal_deletes", name)
    for number, kept in enumerate(table.kept):
        yield _kept(table, number, kept)


def _function(
    name: str, table: str, bounds: dict[str, str], row: str, *, alone: bool = False
) -> str:
    """A trigger's function that names the first column whose bound does not hold.

    It reads as the owner of the tables: a bound may ask what the portal may not read. The day is
    that of Japan, whatever zone the session names, and the tables are as they are: in a snapshot of
    before, a case that is there would not be.
    """
    bounds = {"(in a snapshot of before)": AS_IT_IS} | bounds
    cases = "\n".join(
        indent(_wrapped(f"WHEN ({rule}) IS NOT TRUE THEN '{column}'", 92, "    "), " " * 8)
        for column, rule in bounds.items()
    )
    for word in RESERVED:
        cases = re.sub(rf"\b(NEW|OLD)\.{word}\b", rf'\1."{word}"', cases)
    turn = f"turn text := pg_advisory_xact_lock(hashtextextended('{table}', 0));\n    "
    return f"""\
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'Asia/Tokyo' AS $$
DECLARE {turn * alone}wrong text := CASE
{cases}
    END;
BEGIN
    IF wrong IS NULL THEN RETURN {row}; END IF;
    RAISE EXCEPTION 'not for the portal to write: {table}.%', wrong
        USING ERRCODE = 'insufficient_privilege';
END $$;
ALTER FUNCTION {name}() OWNER TO "madoguchi-owner";"""


def _trigger(table: Table, verb: str, name: str, function: str) -> str:
    return f"""\
CREATE OR REPLACE TRIGGER {name} BEFORE {verb} ON {table.name} FOR EACH ROW
    WHEN (current_user = '{ROLE}') EXECUTE FUNCTION {function}();"""


def _kept(table: Table, number: int, kept: Kept) -> str:
    """What is looked at when the transaction ends."""
    name = f"portal_keeps_{number}_{table.name}"
    return f"""\
{_function(name, table.name, {f"({kept.why})": kept.rule}, "NULL", alone=kept.alone)}
CREATE CONSTRAINT TRIGGER portal_keeps_{number} AFTER {kept.verb} ON {table.name}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (current_user = '{ROLE}') EXECUTE FUNCTION {name}();"""
