"""A rehearsal puts the newest backup back, says whether it can be, and leaves nothing."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.house.source import ROOT
from tests.proof.house import House, prepared

if TYPE_CHECKING:
    from pathlib import Path

FILL = """
from madoguchi.ops.start import django
django("desk")
from madoguchi.tools.office.public import by_host
from madoguchi.web.kit.arrival import now
from tests.redteam.house import asked_with_file
asked_with_file(by_host("localhost", "desk"), now())
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house with one case and its backup."""
    house = prepared(tmp_path_factory.mktemp("rehearsed") / "home")
    house.run("-c", FILL)
    house.run("-m", "madoguchi", "backup", *places(house))
    return house


def places(house: House) -> tuple[str, ...]:
    beside = house.home.parent
    return ("--data", str(beside / "data"), "--keys", str(beside / "keys"))


def rehearsed(house: House, scratch: Path, *words: str) -> tuple[int, str]:
    """Exit code and words; nothing may be left in the scratch folder."""
    scratch.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "madoguchi", "rehearse", *words, "--scratch", str(scratch)],
        cwd=ROOT,
        env=house.surroundings(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert list(scratch.iterdir()) == []
    return done.returncode, done.stdout + done.stderr


def test_a_good_backup_can_be_restored(house: House, tmp_path: Path) -> None:
    code, said = rehearsed(house, tmp_path / "scratch", *places(house))
    assert (code, "shibukawa: all holds" in said) == (0, True), said
    assert "can be restored" in said


def test_a_damaged_one_is_said(house: House, tmp_path: Path) -> None:
    (sealed,) = (house.home.parent / "data").glob("data-*/files/*/*")
    whole = sealed.read_bytes()
    sealed.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    code, said = rehearsed(house, tmp_path / "scratch", *places(house))
    sealed.write_bytes(whole)
    assert (code, "CANNOT be restored" in said) == (2, True), said
    assert "1 files are gone or changed" in said


def test_no_backup_at_all_is_said(house: House, tmp_path: Path) -> None:
    words = ("--data", str(tmp_path / "none"), "--keys", str(tmp_path / "none"))
    code, said = rehearsed(house, tmp_path / "scratch", *words)
    assert (code, "run `madoguchi backup`" in said) == (2, True), said
