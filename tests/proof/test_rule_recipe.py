"""docs/adding/rule.md: types and every test of the rules, with its rule and without its arms."""

import shutil
from pathlib import Path

import pytest

from tests.house.source import ROOT
from tests.ops.test_rule_recipe import ARMS, WORKING, followed


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What mypy knows of the files that no copy changes: from `./run check`, if it was run here."""
    kept = tmp_path_factory.mktemp("mypy") / "cache"
    if (ROOT / ".mypy_cache").is_dir():
        shutil.copytree(ROOT / ".mypy_cache", kept)
    return kept


@pytest.fixture(autouse=True)
def cached(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MYPY_CACHE_DIR", str(cache))


@pytest.mark.parametrize(("function", "file"), [("capped", ARMS), ("_cap", WORKING)])
def test_a_name_without_an_arm_is_found(tmp_path: Path, function: str, file: str) -> None:
    there = followed(tmp_path, without=function)
    said = there.run("mypy", "madoguchi").stdout.splitlines()
    found = [line for line in said if ": error:" in line]
    assert [line.split(":")[0] for line in found] == [file]
    assert "EachActWithin" in found[0]


def test_with_its_arms_there_is_nothing_to_say(tmp_path: Path) -> None:
    there = followed(tmp_path)
    done = there.run("mypy", "madoguchi", "tests/rules")
    assert done.returncode == 0, done.stdout


def test_every_test_of_the_rules_holds_with_it(tmp_path: Path) -> None:
    there = followed(tmp_path)
    (tmp_path / "docs").mkdir()
    document = there.run("madoguchi", "programme", "document").stdout
    (tmp_path / "docs" / "programme.md").write_text(document, "utf-8")
    done = there.run(
        *("pytest", "-q", "-p", "no:django", "-W", "ignore", "--confcutdir=tests/rules"),
        *("--doctest-modules", "tests/rules", "madoguchi/rules"),
    )
    assert done.returncode == 0, done.stdout[-3000:]
