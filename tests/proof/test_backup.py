"""Backups while a house is at work: each one can be put back, holds, and has what was promised."""

import json
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, sleep
from uuid import UUID

import pytest

from benchmarks.parts.report import RELIABILITY, Figure, write
from madoguchi.ops.safekeeping import artefact
from tests.proof.house import House, kill, prepared

ROUNDS, LONG_ROUNDS = 5, 50
WRITERS = 2
COPIES = 20
TAMPERS, LONG_TAMPERS = 45, 1000


@dataclass
class Journal:
    """What the writers were told: acts that hold."""

    asked: set[str] = field(default_factory=set)
    forgotten: set[str] = field(default_factory=set)

    def note(self, line: str) -> None:
        """Take one line down."""
        verb, _, case_id = line.strip().partition(" ")
        {"asked": self.asked, "forgot": self.forgotten}[verb].add(case_id)

    def until(self, count: int) -> None:
        """Wait until so many more were asked."""
        wanted, deadline = len(self.asked) + count, perf_counter() + 60
        while len(self.asked) < wanted:
            assert perf_counter() < deadline, "the writers stand still"
            sleep(0.01)


@contextmanager
def at_work(house: House) -> Iterator[Journal]:
    """Two writers that are killed in the end."""
    journal = Journal()
    writers = [house.start("-m", "tests.proof.writing") for _ in range(WRITERS)]

    def listen(lines: Iterator[str]) -> None:
        for line in lines:
            journal.note(line)

    ears = [threading.Thread(target=listen, args=[writer.stdout]) for writer in writers]
    for ear in ears:
        ear.start()
    try:
        journal.until(WRITERS)
        yield journal
    finally:
        for writer, ear in zip(writers, ears, strict=True):
            writer.kill()
            ear.join()
            kill(writer)


def back_up(house: House, place: Path) -> None:
    places = ("--data", str(place / "data"), "--keys", str(place / "keys"))
    house.run("-m", "madoguchi", "backup", *places)


def rows(part: artefact.Artefact, table: str) -> list[list[object]]:
    """The rows of a table, its columns apart."""
    lines = (part.folder / f"tables/{table}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines[1:]]


def test_every_backup_under_load_can_be_put_back(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    long = pytestconfig.getoption("--long")
    house = prepared(tmp_path / "home")
    promised: list[tuple[set[str], set[str]]] = []
    with at_work(house) as journal:
        for _ in range(LONG_ROUNDS if long else ROUNDS):
            journal.until(3)
            promised.append((set(journal.asked), set(journal.forgotten)))
            back_up(house, tmp_path)
            sleep(1)  # a name is a second
    pairs = list(
        zip(
            artefact.whole(tmp_path / "data", "data"),
            artefact.whole(tmp_path / "keys", "keys"),
            strict=True,
        )
    )
    assert len(pairs) == len(promised)
    for (data, keys), (asked, forgotten) in zip(pairs, promised, strict=True):
        assert asked <= {row[0] for row in rows(data, "cases.case")}
        assert not forgotten & {row[2] for row in rows(keys, "vault.drawerkey")}
        put_back(house, data, keys, tmp_path / "new")
    if long:
        first, last = (pair[0].told["rows"]["cases.case"] for pair in (pairs[0], pairs[-1]))
        told = f"{len(pairs)} of {len(pairs)}, {first} to {last} cases"
        figure = Figure(
            "backups while two writers ask, open and forget: put back, verified, nothing missing",
            told,
            "a plain copy of the live database lacks acknowledged cases",
            f"{LONG_ROUNDS} of {LONG_ROUNDS}",
            met=len(pairs) == LONG_ROUNDS,
        )
        write(RELIABILITY, "Backups under load (`./run proof --long`)", [figure])


def put_back(house: House, data: artefact.Artefact, keys: artefact.Artefact, home: Path) -> None:
    """Restore into a new home and verify: the command's exit code says that すべて合っています."""
    new = House(home)
    shutil.copytree(house.home / "secrets", home / "secrets")
    shutil.copy(house.home / "master.key", home / "master.key")
    new.run("-m", "madoguchi", "restore", str(data.folder), str(keys.folder))
    shutil.rmtree(home)


def missing_in_copy(database: Path, copy: Path, asked: set[str]) -> bool:
    """Whether a plain copy of the live file lacks a case that was promised, or is no database."""
    shutil.copy(database, copy)
    try:
        with closing(sqlite3.connect(copy)) as opened:
            found = opened.execute("SELECT id FROM cases_case").fetchall()
    except sqlite3.DatabaseError:
        return True
    return not asked <= {str(UUID(one)) for (one,) in found}


def test_controls_a_plain_copy_lacks_cases_and_files_copied_first_lack_files(
    tmp_path: Path,
) -> None:
    house = prepared(tmp_path / "home")
    lacking = 0
    with at_work(house) as journal:
        for _ in range(COPIES):
            journal.until(1)
            asked = set(journal.asked)
            lacking += missing_in_copy(house.home / "cases.sqlite3", tmp_path / "copy", asked)
        kept = (house.home / "files", house.home / "inbox")
        earlier = {path.name for folder in kept for path in folder.glob("*/*")}
        journal.until(1)
        back_up(house, tmp_path)
    assert lacking > 0
    (data,) = artefact.whole(tmp_path / "data", "data")
    named = {UUID(str(row[0])).hex for row in rows(data, "vault.heldfile")}
    assert named - earlier  # copying files before the rows would have missed these
    assert named <= {path.name for path in (data.folder / "files").glob("*/*")}


def test_killed_at_each_step_no_half_backup_has_a_good_name(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    every = "1" if pytestconfig.getoption("--long") else "3"
    house = prepared(tmp_path / "home")
    told = house.run("-m", "tests.redteam.killed_backup", str(tmp_path / "kept"), every)
    steps, *half = told.split("\n")
    assert int(steps) > 40
    assert not any(half)
    print(f"killed at every {every}. of {steps} steps, nothing half under a good name")


def test_every_tamper_in_sealed_files_is_named(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    long = pytestconfig.getoption("--long")
    house = prepared(tmp_path / "home")
    count = LONG_TAMPERS if long else TAMPERS
    told = json.loads(house.run("-m", "tests.redteam.tampering", str(count)))
    assert not {kind: times for kind, times in told.items() if kind.startswith("missed")}
    assert told.pop("clean") == count
    if long:
        kinds = ", ".join(f"{kind.replace('_', ' ')} {times}" for kind, times in told.items())
        figure = Figure(
            f"tampers in sealed files: {kinds}",
            f"{count} of {count} named, nothing else named",
            "looking at lengths alone misses flipped bits",
            f"{LONG_TAMPERS} of {LONG_TAMPERS}",
            met=True,
        )
        write(RELIABILITY, "Tampered files (`./run proof --long`)", [figure])
