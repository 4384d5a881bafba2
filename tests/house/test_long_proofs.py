"""The list of long proofs is honest, and its thirds leave none out."""

import ast
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.house.source import tree
from tests.proof.turns import (
    LIST,
    PROOFS,
    THIRDS,
    Long,
    listed,
    minutes,
    thirds,
    today,
    turn,
    write,
)

TODAY = date(2026, 11, 29)
HASHES = "3dc9ede0", "3dc9ede1", "3dc9ede2", "3dc9ede3"


def gone(proofs: list[Long]) -> list[str]:
    """Names that are no proof."""
    found = []
    for one in proofs:
        file, _, test = one.proof.partition("::")
        path = PROOFS / file
        if not path.is_file() or (test and test not in proofs_in(path)):
            found.append(one.proof)
    return found


def proofs_in(path: Path) -> set[str]:
    return {one.name for one in tree(path).body if isinstance(one, ast.FunctionDef)}


def test_every_name_is_a_proof_and_stands_once() -> None:
    proofs = listed()
    assert gone(proofs) == []
    names = [one.proof for one in proofs]
    assert names == sorted(set(names))
    whole = {name for name in names if "::" not in name}
    assert not [name for name in names if "::" in name and name.partition("::")[0] in whole]


def test_control_a_proof_that_is_gone_is_noticed() -> None:
    more = [Long(name, "", 1, TODAY) for name in ("test_gone.py", "test_wall.py::test_gone")]
    assert gone([*listed(), *more]) == ["test_gone.py", "test_wall.py::test_gone"]


def test_each_says_why_and_was_green_on_a_day_that_has_been() -> None:
    for one in listed():
        assert len(one.why) > 10, one
        assert one.minutes > 0, one
        assert one.green_on is None or one.green_on <= today(), one


def test_kills_and_faults_are_all_named() -> None:
    """They wait and kill: none of them goes with every push by oversight."""
    named = {one.proof.partition("::")[0] for one in listed()}
    there = {
        path.relative_to(PROOFS).as_posix()
        for folder in ("killing", "faults")
        for path in (PROOFS / folder).glob("test_*.py")
    }
    assert there - named == set()


def test_the_thirds_are_disjoint_whole_and_balanced() -> None:
    parts = thirds(listed())
    assert len(parts) == THIRDS
    names = [one.proof for part in parts for one in part]
    assert sorted(names) == [one.proof for one in listed() if one.turns]
    most, least = max(map(minutes, parts)), min(map(minutes, parts))
    assert most - least <= max(one.minutes for one in listed() if one.turns)
    assert most <= 1.25 * sum(map(minutes, parts)) / THIRDS


@pytest.mark.parametrize("takes", [HASHES, [TODAY + timedelta(days) for days in range(4)]])
def test_each_third_has_its_turn(takes: list[str] | list[date]) -> None:
    turns = [turn(one, TODAY) if isinstance(one, str) else turn("", one) for one in takes]
    assert len(set(turns[:THIRDS])) == THIRDS
    assert turns[THIRDS] == turns[0]


def test_what_is_noted_is_read_again(tmp_path: Path) -> None:
    write(listed(), tmp_path / "long.json")
    assert (tmp_path / "long.json").read_text("utf-8") == LIST.read_text("utf-8")


def test_nothing_is_long_by_a_mark_of_its_own() -> None:
    """The list is the one place that says so."""
    mark = re.compile(r"mark\.long\b")
    assert not [path for path in PROOFS.rglob("*.py") if mark.search(path.read_text("utf-8"))]
