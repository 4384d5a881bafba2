"""The rota of the proofs is honest: each name is a proof, and each has its turn."""

import ast
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from tests.house.source import tree
from tests.proof.rota import LIST, PROOFS, Turn, listed, next_ones, write

TODAY = date(2026, 11, 29)


def gone(turns: list[Turn]) -> list[str]:
    """Names that are no proof."""
    found = []
    for one in turns:
        file, _, test = one.proof.partition("::")
        path = PROOFS / file
        if not path.is_file() or (test and test not in proofs_in(path)):
            found.append(one.proof)
    return found


def proofs_in(path: Path) -> set[str]:
    return {one.name for one in tree(path).body if isinstance(one, ast.FunctionDef)}


def test_every_name_is_a_proof_and_stands_once() -> None:
    turns = listed()
    assert gone(turns) == []
    names = [one.proof for one in turns]
    assert names == sorted(set(names))
    whole = {name for name in names if "::" not in name}
    assert not [name for name in names if "::" in name and name.partition("::")[0] in whole]


def test_control_a_proof_that_is_gone_is_noticed() -> None:
    more = [Turn(name, "", 1, TODAY, "") for name in ("test_gone.py", "test_wall.py::test_gone")]
    assert gone([*listed(), *more]) == ["test_gone.py", "test_wall.py::test_gone"]


def test_kills_and_faults_are_all_named() -> None:
    """They wait and kill: none of them goes with every commit by oversight."""
    named = {one.proof.partition("::")[0] for one in listed()}
    there = {
        path.relative_to(PROOFS).as_posix()
        for folder in ("killing", "faults")
        for path in (PROOFS / folder).glob("test_*.py")
    }
    assert there - named == set()


def test_who_was_green_longest_ago_is_next_and_all_have_their_turn() -> None:
    turns = [Turn(f"test_{n}.py", "", 60, TODAY - timedelta(n), "") for n in range(5)]
    turns.append(Turn("test_never.py", "", 600, None, ""))
    assert [one.proof for one in next_ones(turns, 1)] == ["test_never.py"]
    assert [one.proof for one in next_ones(turns, 720)] == [
        "test_never.py",
        "test_4.py",
        "test_3.py",
    ]
    done: set[str] = set()
    for _ in turns:
        taken = next_ones(turns, 120)
        done |= {one.proof for one in taken}
        turns = [replace(one, green_on=TODAY) if one in taken else one for one in turns]
    assert len(done) == len(turns)


def test_what_is_noted_is_read_again(tmp_path: Path) -> None:
    write(listed(), tmp_path / "rota.json")
    assert (tmp_path / "rota.json").read_text("utf-8") == LIST.read_text("utf-8")


def test_nothing_is_long_by_a_mark_of_its_own() -> None:
    """The list is the one place that says so."""
    mark = re.compile(r"mark\.long\b")
    assert not [path for path in PROOFS.rglob("*.py") if mark.search(path.read_text("utf-8"))]
