"""A backup of before the tables had bounds, with a value that somebody wrote beyond them."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from madoguchi.rules.sealed import LONGEST
from tests.house.source import ROOT
from tests.outside.command import CITY, House, empty, furnished

FILL = """
from madoguchi.ops.start import django
django("desk")
from madoguchi.tools.office.public import by_host
from madoguchi.web.kit.arrival import now
from tests.redteam.house import asked_with_file, read_and_answered
office = by_host("localhost", "desk")
read_and_answered(office, asked_with_file(office, now()), now())
"""
DAMAGED = """
from madoguchi.ops.start import django
django("desk")
from uuid import uuid4
from madoguchi.ops import start
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases import queries
from madoguchi.work.cases.models import Case
from madoguchi.work.record.queries import entries
case = Case.objects.get()
opened = queries.open_case(Actor(case.office_id, "supervisor", uuid4()), case.pk, now=start.now())
print(*(entry.damaged for entry in entries(opened)))
"""
BEYOND = LONGEST["record_entry.words"] + 1


def program(house: House, script: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", script],
        env=house.surroundings(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = furnished(tmp_path)
    program(house, FILL)
    return house


def written(house: House, statement: str) -> str:
    """By somebody who holds the database, and before it had bounds; the row's id."""
    with closing(sqlite3.connect(house.home / "cases.sqlite3")) as cases, cases:
        cases.execute("PRAGMA ignore_check_constraints=ON")
        ((row,),) = cases.execute(statement).fetchall()
    return str(row)


def restored(house: House, tmp_path: Path) -> tuple[House, int, str]:
    assert house.run("backup --data data --keys keys").code == 0
    data, keys = (next((tmp_path / kind).glob(f"{kind}-*")) for kind in ("data", "keys"))
    new = empty(tmp_path / "new")
    new.home.mkdir(parents=True)
    shutil.copy(house.home / "master.key", new.home / "master.key")
    done = new.run(f"restore {data} {keys}")
    return new, done.code, done.all


def test_it_is_cut_the_house_opens_and_the_entry_is_drawn_as_damaged(
    house: House, tmp_path: Path
) -> None:
    assert "True" not in program(house, DAMAGED)  # control
    row = written(
        house,
        f"UPDATE record_entry SET words = zeroblob({BEYOND}) WHERE kind = 'note' RETURNING id",
    )
    new, code, said = restored(house, tmp_path)
    cut = f"words, {BEYOND:,} bytes：画面から書ける長さを超えています。切って戻し"
    assert (code, cut in said, f"{CITY} changed：" in said) == (1, True, True), said
    assert f"{row[:8]}-" in said
    shown = program(new, DAMAGED).split()
    assert (shown.count("True"), "False" in shown) == (1, True)


def test_a_code_that_is_none_is_refused_with_a_sentence(house: House, tmp_path: Path) -> None:
    written(house, "UPDATE cases_case SET state = 'zzz' RETURNING id")
    _, code, said = restored(house, tmp_path)
    assert (code, "cases_case_codes" in said, "前の日の控え" in said) == (2, True, True), said
