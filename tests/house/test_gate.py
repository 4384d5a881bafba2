"""The gate runs every part whatever falls, asks once more what fell, and tells all in one table."""

import os
import sys
from pathlib import Path

import pytest

from tests.house import gate
from tests.house.gate import Part

PYTEST = [sys.executable, "-m", "pytest", "-p", "no:django", "-c", "/dev/null", "-W", "ignore"]
RED = "def test_red():\n    assert 1 == 2, 'two are not one'\n"
MORE_RED = RED + "def test_too():\n    raise AssertionError\n"
HANGS = RED + "def test_too_long():\n    import time\n    time.sleep(600)\n"
GREEN = "def test_green():\n    pass\n"
UNSTEADY = """
from pathlib import Path

import pytest

@pytest.mark.parametrize("which", range({many}))
def test_unsteady(which):
    seen = Path(__file__).with_name(f"seen{{which}}")
    if not seen.exists():
        seen.touch()
        raise AssertionError("only the first time")
"""
GIT = """#!/bin/sh
case "$1" in
rev-parse) echo 1a2b3c4d ;;
status) cat ../changed ;;
esac
"""


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the gate's parts are; a git of its own, for a newcomer has none."""
    room, git = tmp_path / "room", tmp_path / "bin" / "git"
    for folder in (room, git.parent):
        folder.mkdir()
    git.write_text(GIT, "utf-8")
    git.chmod(0o755)
    (tmp_path / "changed").touch()
    monkeypatch.setenv("PATH", f"{git.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(gate, "ROOT", room)
    monkeypatch.setattr(gate, "LONGEST_S", 15)
    return room


def part(room: Path, title: str, words: str) -> Part:
    """A part of the gate in which pytest takes one file."""
    (room / f"test_{title}.py").write_text(words, "utf-8")
    here = [*PYTEST, f"--rootdir={room}"]
    return Part(title, [*here, f"test_{title}.py"], here)


def test_everything_that_is_red_is_told_at_once(
    room: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Tests, one of a part that is ended as it hangs, and a check: one run names all of them."""
    check = [sys.executable, "-c", "print('WRONG types'); print('1 of 2'); raise SystemExit(1)"]
    red, green = part(room, "red", MORE_RED), part(room, "green", GREEN)
    parts = [red, part(room, "hangs", HANGS), Part("check", check), green]
    monkeypatch.setattr(gate, "PARTS", parts)
    monkeypatch.setattr(gate, "ASKED_AGAIN", 1)
    ended = gate.main()
    told = capsys.readouterr().out.partition("\npart ")[2]
    twice, _, once = told.partition("fell, not asked again: 3\n")
    assert ended == 1
    assert "fell, twice: 2\n" in twice
    assert "red: FAILED test_red.py::test_red - AssertionError: two are not one" in twice
    assert "hangs: FAILED test_hangs.py::test_red - AssertionError: two are not one" in twice
    assert "red: FAILED test_red.py::test_too" in once
    assert "hangs ended with 124, hung: killed after 15 s: " in once
    assert "check ended with 1: WRONG types" in once
    assert "1 passed, 5 failed\n" in told


def test_what_does_not_end_when_it_is_asked_to_is_killed(
    room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "LONGEST_S", 1)
    monkeypatch.setattr(gate, "ENDING_S", 1)
    assert gate.run(["sh", "-c", "trap '' INT; sleep 600"], room / "log") == gate.HUNG


def test_what_fell_is_asked_again_by_the_way_of_its_part() -> None:
    """On the bare path, say: what is green with every program at hand is no answer."""
    asked = [one for one in gate.PARTS if one.command != ["./run", "check"]]
    assert all(one.again and one.command[: len(one.again)] == one.again for one in asked)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ("", "commit 1a2b3c4d\n"),
        (" M run\n?? tests/new.py\n", "commit 1a2b3c4d, but for: run, tests/new.py\n"),
    ],
)
def test_the_table_names_the_commit_and_what_is_not_as_in_it(
    room: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    changed: str,
    told: str,
) -> None:
    room.with_name("changed").write_text(changed, "utf-8")
    monkeypatch.setattr(gate, "PARTS", [])
    gate.main()
    assert told in capsys.readouterr().out.partition("\npart ")[2]


@pytest.mark.parametrize(("many", "ended"), [(0, 0), (2, 0), (3, 1)])
def test_what_is_green_alone_is_unsteady_and_three_of_them_are_red(
    room: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    many: int,
    ended: int,
) -> None:
    words = GREEN + UNSTEADY.format(many=many) if many else GREEN
    monkeypatch.setattr(gate, "PARTS", [part(room, "one", words)])
    assert gate.main() == ended
    told = capsys.readouterr().out.partition("\npart ")[2]
    assert f"fell, not asked again: 0\nunsteady: green alone: {many}\n" in told
    assert told.count("only the first time") == many
