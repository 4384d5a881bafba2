"""The gate runs every part whatever falls, asks once more what fell, and tells all in one table."""

import sys
from pathlib import Path

import pytest

from tests.house import gate
from tests.house.gate import Part

PYTEST = [sys.executable, "-m", "pytest", "-p", "no:django", "-c", "/dev/null", "-W", "ignore"]
RED = "def test_red():\n    assert 1 == 2, 'two are not one'\n"
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
HANGS = [sys.executable, "-c", "print('begun', flush=True); import time; time.sleep(600)"]


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the gate's parts are."""
    monkeypatch.setattr(gate, "ROOT", tmp_path)
    monkeypatch.setattr(gate, "LONGEST_S", 15)
    return tmp_path


def part(room: Path, title: str, words: str) -> Part:
    """A part of the gate in which pytest takes one file."""
    (room / f"test_{title}.py").write_text(words, "utf-8")
    here = [*PYTEST, f"--rootdir={room}"]
    return Part(title, [*here, f"test_{title}.py"], here)


def test_everything_that_is_red_is_told_at_once(
    room: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A test, a part that is killed as it hangs, and a check: one run names all three."""
    check = [sys.executable, "-c", "print('WRONG types'); print('1 of 2'); raise SystemExit(1)"]
    red, green = part(room, "red", RED), part(room, "green", GREEN)
    monkeypatch.setattr(gate, "PARTS", [red, Part("hangs", HANGS), Part("check", check), green])
    ended = gate.main()
    told = capsys.readouterr().out.partition("\npart ")[2]
    assert ended == 1
    assert "fell, twice: 3\n" in told
    assert "red: FAILED test_red.py::test_red - AssertionError: two are not one" in told
    assert "hangs ended with 124, hung: killed after 15 s: begun" in told
    assert "check ended with 1: WRONG types" in told
    assert "1 passed, 3 failed\n" in told


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
    assert f"fell, twice: 0\nunsteady: green alone: {many}\n" in told
    assert told.count("only the first time") == many
