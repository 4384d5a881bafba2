"""A house and a backup of an earlier program: they open in this one, go on, and hold.

`tests/golden/old/told.json` says of which commit they are; `tests/golden/packing.py` made them.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pytest_django import Settings

from madoguchi.tools.office.public import forget_hosts
from madoguchi.tools.vault.seal import pinned
from tests.golden import living, packing, reading


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The old house, brought to the newest tables as an upgrade does it; its lines get MACs."""
    house = packing.unpacked("house", tmp_path)
    packing.run(house, "madoguchi", "migrate")
    with pytest.raises(AssertionError, match="まだ印がありません"):
        packing.run(house, "madoguchi", "verify")
    hosts = ("--portal-host", packing.HOSTS[0], "--desk-host", packing.HOSTS[1])
    packing.run(house, "madoguchi", "office", "add", "shibukawa", *hosts)
    return house


@pytest.mark.sqlite("the house is a folder with SQLite's files")
def test_the_house_opens_goes_on_and_holds(home: Path) -> None:
    assert "shibukawa：すべて合っています" in packing.run(home, "madoguchi", "verify")
    packing.run(home, "tests.golden.in_house", "go_on")
    assert "shibukawa：すべて合っています" in packing.run(home, "madoguchi", "verify")


@pytest.mark.sqlite("the house is a folder with SQLite's files")
def test_control_what_was_changed_in_the_old_house_is_found(home: Path) -> None:
    with closing(sqlite3.connect(home / "cases.sqlite3")) as database, database:
        changed = database.execute("UPDATE subsidy_step SET \"on\" = '2026-04-01' WHERE number = 2")
        assert changed.rowcount
    with pytest.raises(AssertionError, match="shibukawa changed："):
        packing.run(home, "madoguchi", "verify")


@pytest.fixture
def backup(tmp_path: Path, settings: Settings) -> Iterator[None]:
    """The old backup, put back into the test's databases."""
    parts = packing.unpacked("backup", tmp_path)
    settings.MASTER_KEY_FILE = packing.unpacked("house", tmp_path) / "master.key"
    for name in ("FILES", "PUBLIC_KEYS", "CHECKPOINTS"):
        setattr(settings, name, tmp_path / "home" / name)
    forget_hosts()
    pinned.cache_clear()
    (data,), (keys,) = (parts.glob(f"{kind}/{kind}-*") for kind in ("data", "keys"))
    reading.put_back(data, keys, living.LATER)
    yield
    forget_hosts()
    pinned.cache_clear()


@pytest.mark.race  # real transactions, as a snapshot of rows is put back
def test_the_backup_is_put_back_goes_on_and_holds(backup: None) -> None:
    with living.at(living.office(), living.LATER) as town:
        living.go_on(town, packing.told())
