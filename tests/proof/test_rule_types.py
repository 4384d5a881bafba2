"""docs/adding/rule.md: the type checker names every function that lacks an arm, and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ops.test_rule_recipe import ARMS, WORKING, Copy, arms, begun

if TYPE_CHECKING:
    from pathlib import Path


def test_a_name_without_an_arm_is_found(tmp_path: Path) -> None:
    there = begun(Copy(tmp_path))
    missing = there.run("mypy", "madoguchi/rules").stdout
    found = [line for line in missing.splitlines() if "assert_never" in line]
    assert sorted(line.split(":")[0] for line in found) == sorted((ARMS, WORKING))
    arms(there)
    done = there.run("mypy", "madoguchi")
    assert done.returncode == 0, done.stdout
