"""`migrate` is killed in the middle, again and again: the next one finishes, nothing is lost."""

import random
import sqlite3
import time
import uuid
from contextlib import closing
from pathlib import Path

from benchmarks.parts.report import Figure
from tests.proof.house import House, kill, prepared

ROUNDS, LONG_ROUNDS = 3, 20
ROWS, LONG_ROWS = 20_000, 100_000
UPGRADE = ("-m", "tests.proof.faults.upgrading")
DOWNTIME_S = 60.0
HALF_WAY = 0.4  # of an undisturbed one: late enough for some tables, too early for all
CHANCE = random.Random(20261125)


def test_on_an_empty_house(tmp_path: Path, told: list[Figure], long: bool) -> None:  # noqa: FBT001 - a fixture
    house, rounds, halves = House(tmp_path / "home"), LONG_ROUNDS if long else ROUNDS, 0
    whole_s = float(House(tmp_path / "undisturbed").run(*UPGRADE).split()[-1])
    for moment in (HALF_WAY, *(CHANCE.random() for _ in range(rounds - 1))):
        migrating = house.start(*UPGRADE, window="desk")
        assert migrating.stdout is not None
        assert migrating.stdout.readline() == "upgrading\n"
        time.sleep(moment * whole_s)
        kill(migrating)
        halves += "madoguchi migrate" in house.run(*UPGRADE, "look")
    assert halves  # the windows refused to open on tables half made
    house.run(*UPGRADE)
    assert house.run(*UPGRADE, "look") == "opens\n"
    told.append(
        Figure(
            "first `migrate` killed at random moments",
            f"{rounds} kills, then finished",
            f"{halves} times the windows refused to open and named the command",
            "finishes",
            met=True,
        )
    )


def counts(house: House, column: str) -> list[tuple[int, int]]:
    """The totals, and what the column makes of them."""
    with closing(sqlite3.connect(house.home / "cases.sqlite3")) as database:
        return database.execute(
            f"SELECT total, {column} FROM notices_pagecount ORDER BY total"
        ).fetchall()


def test_on_a_filled_house(tmp_path: Path, told: list[Figure], long: bool) -> None:  # noqa: FBT001 - a fixture
    house = prepared(tmp_path / "home")
    rows, rounds = (LONG_ROWS, LONG_ROUNDS) if long else (ROWS, ROUNDS)
    fill(house, rows)
    for _ in range(rounds):
        migrating = house.start(*UPGRADE, window="desk")
        assert migrating.stdout is not None
        assert migrating.stdout.readline() == "upgrading\n"
        time.sleep(CHANCE.uniform(0.05, 0.5))
        kill(migrating)
        assert len(counts(house, "total")) == rows
    assert "madoguchi migrate" in house.run(*UPGRADE, "look")  # no kill came too late
    seconds = float(house.run(*UPGRADE).split()[-1])
    assert counts(house, "doubled") == [(total, 2 * total) for total in range(rows)]
    assert house.run(*UPGRADE, "look") == "opens\n"
    assert "すべて合っています" in house.run("-m", "madoguchi", "verify")
    older = house.start("-m", "madoguchi", "preflight", "portal").communicate()[0]
    assert "notices.0005_later" in older
    told += [
        Figure(
            f"an upgrade of {rows:,} rows killed at random moments",
            f"{rounds} kills: all rows as before; the next `migrate` finished in {seconds:.1f} s",
            "the version before refuses the newer tables and names the backup",
            "0 lost, ≤ 60 s",
            met=seconds <= DOWNTIME_S,
        ),
    ]


def fill(house: House, rows: int) -> None:
    """Rows that the upgrade has to change."""
    office = uuid.uuid4().hex
    with closing(sqlite3.connect(house.home / "cases.sqlite3")) as database, database:
        database.executemany(
            "INSERT INTO notices_pagecount (office_id, path, total) VALUES (?, ?, ?)",
            ((office, f"/{number}/", number) for number in range(rows)),
        )
