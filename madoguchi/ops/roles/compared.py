"""What PostgreSQL holds of the portal's role, compared with what roles.sql lays down (照合).

The mark that the file leaves says which one was run last; not what somebody changed since, what an
older file without a mark laid over it, or what the role set for itself, as every role may.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.db.backends.utils import CursorWrapper

from madoguchi.ops.roles import sql
from madoguchi.ops.roles.portal import CONNECTIONS, REFUSED, ROLE, SPILLED, TABLES

_TRIGGER = re.compile(r"^CREATE (?:OR REPLACE|CONSTRAINT) TRIGGER (\w+)", re.MULTILINE)
_FUNCTION = re.compile(
    r"^CREATE OR REPLACE FUNCTION (\w+)\(\).*?\$\$(.*?)\$\$", re.MULTILINE | re.DOTALL
)

_RIGHTS = """
WITH granted (relation, attribute, acl) AS (
    SELECT oid, '*', relacl FROM pg_class
    UNION ALL SELECT attrelid, attname, attacl FROM pg_attribute
)
SELECT relname, privilege_type, attribute
FROM granted JOIN pg_class ON pg_class.oid = relation, aclexplode(acl)
WHERE relnamespace = 'public'::regnamespace
AND grantee IN (0, (SELECT oid FROM pg_roles WHERE rolname = %s))
"""
_TRIGGERS = """
SELECT relname, tgname FROM pg_trigger JOIN pg_class ON tgrelid = pg_class.oid
WHERE relnamespace = 'public'::regnamespace AND NOT tgisinternal AND tgenabled = 'O'
AND pg_get_triggerdef(pg_trigger.oid) LIKE %s
"""
_FUNCTIONS = "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
_SETTINGS = """
SELECT concat_ws(': ', datname, setting)
FROM pg_db_role_setting LEFT JOIN pg_database ON pg_database.oid = setdatabase,
    unnest(setconfig) AS setting
WHERE setrole = (SELECT oid FROM pg_roles WHERE rolname = %s)
"""
_ABOVE = """
SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls
    OR EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid)
    OR has_schema_privilege(rolname, 'public', 'CREATE')
    OR has_database_privilege(rolname, current_database(), 'CREATE, TEMPORARY'), rolconnlimit
FROM pg_roles WHERE rolname = %s
"""
_MAY_CALL = """
SELECT proname FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ %s
AND has_function_privilege(%s, oid, 'EXECUTE')
"""


def differences(cursor: CursorWrapper) -> Iterator[str]:
    """What is not as the file says, in the words of the doctor; empty where there is no role."""

    def rows(statement: str, *values: str) -> list[tuple[Any, ...]]:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    found = rows(_ABOVE, ROLE)
    if not found:
        return
    above, connections = found[0]
    if above:
        yield "役割（role）に、持っていないはずの権限があります"
    if connections != CONNECTIONS:
        yield f"同時につなげる数が {connections} です（{CONNECTIONS} のはずです）"
    settings = {setting for (setting,) in rows(_SETTINGS, ROLE)}
    if own := sorted(settings - {SPILLED}):
        yield f"役割に付けられた設定があります（{'、'.join(own)}）。公開側自身にも付けられます"
    if SPILLED not in settings:
        yield f"役割の設定 {SPILLED} がありません"
    if callable_ := sorted({name for (name,) in rows(_MAY_CALL, REFUSED, ROLE)}):
        yield f"呼べないはずの関数を呼べます（{'、'.join(callable_)}）"
    if tables := sorted(_differing(rows)):
        yield f"権限か制限（トリガー）のちがう表があります（{'、'.join(tables)}）"


def _differing(rows: Callable[..., list[tuple[Any, ...]]]) -> Iterator[str]:
    """The tables whose rights and triggers are not those of the file."""
    there: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for statement, value in ((_RIGHTS, ROLE), (_TRIGGERS, f"%'{ROLE}'%")):
        for table, *held in rows(statement, value):
            there[table].add(tuple(held))
    bodies = set(rows(_FUNCTIONS))
    for table in TABLES:
        text = sql.of_table(table)
        rights = {(verb, column) for verb, of in table.rights.items() for column in of}
        triggers = {(name,) for name in _TRIGGER.findall(text)}
        if there.pop(table.name, set()) != rights | triggers or not bodies.issuperset(
            _FUNCTION.findall(text)
        ):
            yield table.name
    yield from there
