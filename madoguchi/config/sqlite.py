"""Puts a safe SQLite in place before Django loads one.

SQLite below 3.51.3 has the WAL-reset corruption bug. pysqlite3 brings a newer library but lacks
`Connection.getlimit` and three constants that Django asks for.
"""

import sqlite3 as standard
import sys
from types import ModuleType

SAFE = (3, 51, 3)
LENGTH_LIMITS = {
    "SQLITE_LIMIT_VARIABLE_NUMBER": 9,
    "SQLITE_LIMIT_COMPOUND_SELECT": 4,
    "SQLITE_LIMIT_COLUMN": 2,
}
DEFAULTS = {9: 32766, 4: 500, 2: 2000}


def prepare() -> ModuleType:
    """The module that serves as `sqlite3` from now on."""
    if standard.sqlite_version_info >= SAFE:
        return standard
    from pysqlite3 import dbapi2  # noqa: PLC0415 - only where it is needed

    if getattr(dbapi2, "_madoguchi", False):
        return sys.modules["sqlite3"]

    class Connection(dbapi2.Connection):  # type: ignore[misc] # the driver has no types
        """A connection that answers `getlimit` with SQLite's compiled defaults."""

        def getlimit(self, category: int) -> int:
            return DEFAULTS[category]

    def connect(*args: object, **kwargs: object) -> Connection:
        kwargs.setdefault("factory", Connection)
        return original(*args, **kwargs)  # type: ignore[no-any-return]

    original = dbapi2.connect
    for name, number in LENGTH_LIMITS.items():
        if not hasattr(dbapi2, name):
            setattr(dbapi2, name, number)
    dbapi2.connect = connect
    dbapi2._madoguchi = True  # noqa: SLF001 - marks that the work is done
    dbapi2.dbapi2 = dbapi2
    sys.modules["sqlite3"] = dbapi2
    sys.modules["sqlite3.dbapi2"] = dbapi2
    module: ModuleType = dbapi2
    return module


PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
    "PRAGMA secure_delete=ON; PRAGMA trusted_schema=OFF; PRAGMA mmap_size=0;"
)
