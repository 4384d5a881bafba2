"""A desk killed while it issues a paper: the paper is there whole with its line, or not at all."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.proof.house import House, prepared

PROGRAM = ("-m", "tests.proof.killing.issuing")
NOTHING = {"numbers": [], "unopened": 0, "rows": [0, 0], "lines": 0, "entries": 0}
ISSUED = {"numbers": [1], "unopened": 0, "rows": [1, 1], "lines": 1, "entries": 1}


def killed(house: House, point: str) -> dict[str, Any]:
    """What is there after a desk was killed at the point; `loose`: before and after the sweep."""
    house.run(*PROGRAM, "look")  # makes the case
    program = house.start(*PROGRAM, point, window="desk")
    told = program.communicate()[0]
    assert program.returncode == -signal.SIGKILL, told
    found: dict[str, Any] = json.loads(house.run(*PROGRAM, "look"))
    return found


@pytest.mark.parametrize(
    ("point", "there", "loose"),
    [
        ("bytes arriving", NOTHING, [1, 0]),
        ("bytes settled, no row", NOTHING, [1, 0]),
        ("row and entry written, no line", NOTHING, [1, 0]),
        ("committed, not answered", ISSUED, [0, 0]),
    ],
)
def test_a_paper_is_issued_whole_or_not_at_all(
    tmp_path: Path, point: str, there: dict[str, Any], loose: list[int]
) -> None:
    house = prepared(tmp_path / "home")
    assert killed(house, point) == {**there, "loose": loose}
    assert "すべて合っています" in house.run("-m", "madoguchi", "verify")


def test_control_a_row_before_its_bytes_is_found(tmp_path: Path) -> None:
    house = prepared(tmp_path / "home")
    found = killed(house, "row before its bytes")
    assert (found["numbers"], found["unopened"]) == ([], 1)
