"""docs/adding/rule.md, followed block by block in a copy of the house."""

import re
from pathlib import Path

import pytest

from tests.house.source import ROOT
from tests.ops.recipe import Copy, Step, steps

PAGE = (ROOT / "docs" / "adding" / "rule.md").read_text("utf-8")
CITY = "tests/programmes/gifu_pref"
ARMS, WORKING = "madoguchi/rules/subsidy/amounts.py", "madoguchi/rules/subsidy/working.py"
TRIED = (
    "tests/rules/subsidy/test_every.py",
    "tests/rules/programme/test_subsidy_sample.py",
    "madoguchi/rules/programme/subsidy_amount.py",
    ARMS,
    WORKING,
)
CHECK = ("madoguchi", "programme", "check", "gifu_pref")


def followed(here: Path, *, without: str = "") -> Copy:
    """A copy in which the page was followed; the arm of one function left out on purpose."""
    there = Copy(here)
    (new,) = re.findall(r"\./run madoguchi (city new .+)", PAGE)
    assert there.run("madoguchi", *new.split()).returncode == 0
    for step in steps(PAGE):
        if step.how and not is_arm(step, without):
            there.follow(step)
    return there


def is_arm(step: Step, function: str) -> bool:
    """Is it the block that answers the new name in this function's `match`?"""
    return step.line == "case _:" and step.function == function


def lines_said(page: str) -> dict[str, int]:
    """What the page says that following it costs: lines by file."""
    return {name: int(count) for name, count in re.findall(r"(?m)^\| `(\S+)` \| (\d+) \|$", page)}


def test_the_rule_is_added_in_as_many_lines_as_the_page_says(tmp_path: Path) -> None:
    there = followed(tmp_path)
    done = there.run(*CHECK)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "例 8 件" in done.stdout
    done = there.run("madoguchi", "programme", "document")
    assert '`[version.amount.cap] with is = "each_act_within"`' in done.stdout
    added = there.added()
    assert lines_said(PAGE) == added
    python = sum(count for name, count in added.items() if name.endswith(".py"))
    assert f"{sum(added.values())} lines in {len(added)} files,\n{python} of them Python" in PAGE


def test_every_cap_word_and_key_is_tripped_with_it(tmp_path: Path) -> None:
    there = followed(tmp_path)
    done = there.run("pytest", "-q", "-p", "no:django", "-W", "ignore", "--doctest-modules", *TRIED)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("function", "file"), [("capped", ARMS), ("_cap", WORKING)])
def test_control_without_its_arm_the_examples_fail(
    tmp_path: Path, function: str, file: str
) -> None:
    done = followed(tmp_path, without=function).run(*CHECK)
    assert done.returncode != 0
    assert file in done.stderr
    assert "EachActWithin" in done.stderr


def test_control_the_examples_try_what_came_before(tmp_path: Path) -> None:
    there = followed(tmp_path)
    there.change(f"{CITY}/examples.toml", "same_matter = true", "same_matter = false")
    done = there.run(*CHECK)
    assert done.returncode != 0
    assert "もう一度受けられる」：amount_yen は 30000 のはずですが、100000 です" in done.stdout


def test_a_cap_for_an_act_above_the_one_over_all_is_refused_in_words(tmp_path: Path) -> None:
    there = followed(tmp_path)
    there.change(f"{CITY}/subsidy.toml", "each_yen = 100000", "each_yen = 250000")
    done = there.run(*CHECK)
    assert done.returncode != 0
    assert "gifu_pref/subsidy.toml の version[1].amount.cap" in done.stdout + done.stderr


def test_a_block_that_names_no_place_is_reported() -> None:
    with pytest.raises(AssertionError, match="does not say where this goes"):
        list(steps("Somewhere:\n\n```toml\nkey = 1\n```\n"))
