"""A backup of one database is put back into the other, and that house goes on working."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from madoguchi.ops.safekeeping import artefact
from tests.house.source import ROOT
from tests.postgresql import address, started
from tests.proof.house import House, prepared

FILL = """
from madoguchi.ops.start import django
django("desk")
from madoguchi.tools.office.public import by_host
from madoguchi.web.kit.arrival import now
from tests.redteam.house import asked_with_file, read_and_answered
office = by_host("localhost", "desk")
for _ in range(3):
    read_and_answered(office, asked_with_file(office, now()), now())
"""


@pytest.fixture
def databases() -> Iterator[Mapping[str, str]]:
    """Two empty databases of a PostgreSQL server."""
    server = started()
    for name in ("cases", "staff"):
        server.psql(f"CREATE DATABASE {name}")
    yield {
        "MADOGUCHI_DATABASE": address(server, "cases"),
        "MADOGUCHI_STAFF_DATABASE": address(server, "staff"),
    }
    server.cleanup()


def run(home: Path, *words: str, **more: str) -> str:
    """What a program of this home says; it must end well."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={**House(home).surroundings(MADOGUCHI_WINDOW="desk"), **more},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def backed_up(home: Path, places: Path, **more: str) -> tuple[artefact.Artefact, list[str]]:
    """The backup of a home, and the two folders as `restore` takes them."""
    words = ("--data", str(places / "data"), "--keys", str(places / "keys"))
    run(home, "-m", "madoguchi", "backup", *words, **more)
    data, keys = (artefact.whole(places / kind, kind)[-1] for kind in ("data", "keys"))
    return data, [str(data.folder), str(keys.folder)]


def test_there_and_back(tmp_path: Path, databases: Mapping[str, str]) -> None:
    house = prepared(tmp_path / "home")
    house.run("-c", FILL)
    key = {"MADOGUCHI_MASTER_KEY_FILE": str(house.home / "master.key")}
    there, parts = backed_up(house.home, tmp_path / "there")
    new = tmp_path / "new"
    said = run(new, "-m", "madoguchi", "restore", *parts, **key, **databases)
    assert "shibukawa：すべて合っています" in said
    run(new, "-c", FILL, **key, **databases)  # new rows get numbers that are free
    back, parts = backed_up(new, tmp_path / "back", **key, **databases)
    assert back.told["rows"]["cases.case"] == 2 * there.told["rows"]["cases.case"] == 6
    said = run(tmp_path / "again", "-m", "madoguchi", "restore", *parts, **key)
    assert "shibukawa：すべて合っています" in said
    assert (tmp_path / "again/cases.sqlite3").stat().st_size > 0
