"""The recovery page is followed word for word, by a program, on an empty machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from madoguchi.ops.paper import groups
from tests.house.source import ROOT
from tests.proof.house import House, prepared

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs" / "recovery.ja.md").read_text("utf-8")
FILL = """
from madoguchi.ops.start import django
django("desk")
from madoguchi.ops import checkpoints
from madoguchi.tools.office.public import by_host
from madoguchi.web.kit.arrival import now
from tests.redteam.house import asked_with_file, read_and_answered
office = by_host("localhost", "desk")
read_and_answered(office, asked_with_file(office, now()), now())
asked_with_file(office, now())
checkpoints.write(now())
"""
QUOTED = (
    "written, check value",
    "not as on the sheet: group",
    "master key (13 groups):",
    "put back:",
    "all holds",
    "cases were forgotten after this data was taken",
    "is older than the data",
    "files are gone or changed",
    "wrong master key",
    "holds rows already",
    "is not empty",
    "findings",
    "can be restored",
)


def commands() -> str:
    """Every command of the page, in its order."""
    return "\n".join(re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL))


@pytest.fixture
def lost(tmp_path: Path) -> House:
    """A house with a backup, that is then gone; its key is on paper only."""
    house = prepared(tmp_path / "old")
    house.run("-c", FILL)
    places = ("--data", str(tmp_path / "backup/data"), "--keys", str(tmp_path / "backup/keys"))
    house.run("-m", "madoguchi", "backup", *places)
    return house


def test_the_page_leads_to_a_house_that_holds(lost: House, tmp_path: Path) -> None:
    key = bytes.fromhex((lost.home / "master.key").read_text())
    paper = tmp_path / "paper"
    paper.write_text(" ".join(groups.write(key)))
    (data,) = (tmp_path / "backup/data").glob("data-*")
    (keys,) = (tmp_path / "backup/keys").glob("keys-*")
    lost.home.rename(tmp_path / "burnt")
    script = (
        commands()
        .replace("data-日付", data.name)
        .replace("keys-日付", keys.name)
        .replace("/srv/madoguchi", str(tmp_path / "srv"))
        .replace("/backup/", f"{tmp_path}/backup/")
        .replace("key enter", f"key enter --file {paper}")
        .replace("madoguchi ", f"{sys.executable} -m madoguchi ")
    )
    surroundings = dict(House(tmp_path / "unused").surroundings())
    surroundings.pop("MADOGUCHI_HOME")
    done = subprocess.run(
        ["sh", "-eu", "-c", f"PYTHONPATH={ROOT}; export PYTHONPATH; {script}"],
        cwd=ROOT,
        env=surroundings | {"HOME": os.environ.get("HOME", "/")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"put back: \d+ rows, 2 files\nshibukawa: all holds\n", done.stdout)
    assert len(list((tmp_path / "backup/data").glob("data-*"))) == 2


@pytest.mark.parametrize("words", QUOTED)
def test_what_the_page_says_will_appear_is_what_the_program_says(words: str) -> None:
    assert words in PAGE
    package = (ROOT / "madoguchi").rglob("*.py")
    plain = re.compile(re.escape(words))
    assert any(plain.search(path.read_text("utf-8")) for path in package)
