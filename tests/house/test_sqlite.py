"""Every window's connections wait for the disk, overwrite what is deleted and trust no schema."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from madoguchi.config import sqlite
from tests.proof.house import House, prepared

FULL = 2
PROMISED = {
    "journal_mode": "wal",
    "synchronous": FULL,
    "foreign_keys": 1,
    "secure_delete": 1,
    "trusted_schema": 0,
    "mmap_size": 0,
    "busy_timeout": 20_000,
}
LOOK = """
import json, os, sys
from madoguchi.ops.start import django
django(os.environ["MADOGUCHI_WINDOW"])
from django.db import connections
told = {}
for name in connections:
    with connections[name].cursor() as cursor:
        asked = {one: cursor.execute(f"PRAGMA {one}").fetchone()[0] for one in sys.argv[1:]}
    database = connections[name]
    told[name] = [asked, database.transaction_mode, database.Database.sqlite_version_info]
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house on SQLite."""
    return prepared(tmp_path_factory.mktemp("sqlite") / "home")


@pytest.mark.parametrize(
    ("window", "databases"),
    [("portal", {"default"}), ("desk", {"default", "staff"}), ("worker", {"default", "staff"})],
)
def test_every_connection_is_as_promised(house: House, window: str, databases: set[str]) -> None:
    told: dict[str, Any] = json.loads(house.run("-c", LOOK, *PROMISED, window=window))
    assert set(told) == databases
    for asked, mode, version in told.values():
        assert (asked, mode) == (PROMISED, "IMMEDIATE")
        assert tuple(version) >= sqlite.SAFE


def test_control_a_connection_that_nobody_informed_is_not(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "bare.sqlite3")) as bare:
        told = {one: bare.execute(f"PRAGMA {one}").fetchone()[0] for one in PROMISED}
    assert told["journal_mode"] != PROMISED["journal_mode"]
    assert told["foreign_keys"] != PROMISED["foreign_keys"]
