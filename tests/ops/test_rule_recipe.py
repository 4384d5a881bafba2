"""docs/adding/rule.md, followed block by block in a copy of the whole package."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.house.source import PACKAGE, ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs" / "adding" / "rule.md").read_text("utf-8")
RULES = "madoguchi/rules"
AMOUNT, ARMS, WORKING = (
    f"{RULES}/{name}.py"
    for name in ("programme/subsidy_amount", "subsidy/amounts", "subsidy/working")
)
LINES = "madoguchi/programmes/_national/texts/subsidy_working.toml"
EVERY = "tests/rules/subsidy/test_every.py"
BEFORE = re.compile(
    r"\[\[version\.condition\]\]\nis = \"not_granted_before\".*?(?=\[\[)", re.DOTALL
)


def blocks(kind: str) -> list[str]:
    """The page's own blocks of one kind, as they would be typed."""
    found = re.findall(rf"```{kind}\n(.+?)   ```", PAGE, re.DOTALL)
    return [re.sub(r"(?m)^   ", "", block) for block in found]


class Copy:
    """A copy of the house, in which a newcomer works."""

    def __init__(self, here: Path) -> None:
        self.here = here
        unwanted = shutil.ignore_patterns("__pycache__", "*.pyc")
        shutil.copytree(PACKAGE, here / "madoguchi", ignore=unwanted)
        shutil.copytree(ROOT / "tests" / "rules", here / "tests" / "rules", ignore=unwanted)
        shutil.copytree(ROOT / "tests" / "programmes", here / "tests" / "programmes")
        shutil.copy(ROOT / "pyproject.toml", here)

    def put(self, name: str, above: str, text: str, *, after: str = "") -> None:
        """Write text above the first such line, below `after` where that is said."""
        path = self.here / name
        words = path.read_text("utf-8")
        at = words.index(above, words.index(after))
        path.write_text(words[:at] + text + words[at:], "utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        """Write one thing in the place of another."""
        path = self.here / name
        words = path.read_text("utf-8")
        assert old in words
        path.write_text(words.replace(old, new, 1), "utf-8")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """What a command says there."""
        kept = {name: text for name, text in os.environ.items() if not name.startswith("MADOGUCHI")}
        own = {
            "MADOGUCHI_HOME": str(self.here / "home"),
            "MADOGUCHI_PROGRAMMES": str(self.here / "cities"),
            "PYTHONPATH": str(self.here),
        }
        return subprocess.run(
            [sys.executable, "-m", *command],
            cwd=self.here,
            env=kept | own,
            capture_output=True,
            text=True,
            check=False,
        )


def begun(there: Copy) -> Copy:
    """The house with the dataclass, the city's file and its examples; the arms are missing."""
    kind, union, *_ = blocks("python")
    there.put(AMOUNT, "type Cap = ", f"{kind}\n\n")
    there.change(AMOUNT, "type Cap = Overall | EachAct\n", union)
    words, cap, examples = blocks("toml")
    (there.here / LINES).write_text((there.here / LINES).read_text("utf-8") + words, "utf-8")
    (there.here / "cities").mkdir()
    assert there.run("madoguchi", "city", "new", "minami", "南市").returncode == 0
    city = there.here / "cities" / "minami"
    old = (PACKAGE / "programmes" / "shibukawa" / "subsidy.toml").read_text("utf-8")
    head, version = old.split("\n[[version]]\n", 1)
    newer = BEFORE.sub("", version.replace("since = 2024-04-01", "since = 2026-04-01"))
    newer = re.sub(r"\[version\.amount\.cap\]\n.+?\n(?=\n)", cap.rstrip(), newer, flags=re.DOTALL)
    both = f"{head}\n[[version]]\n{version}\n[[version]]\n{newer}"
    (city / "subsidy.toml").write_text(both, "utf-8")
    (city / "examples.toml").write_text(
        (city / "examples.toml").read_text("utf-8") + "\n" + examples, "utf-8"
    )
    return there


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """A house in which the recipe is begun."""
    return begun(Copy(tmp_path))


def arms(there: Copy) -> None:
    """Both arms, and the name where they need it."""
    _, _, amount, line = blocks("python")
    there.put(ARMS, "        case _:", amount, after="def capped(")
    there.put(WORKING, "        case _:", line, after="def _cap(")
    for name in (ARMS, WORKING):
        there.put(name, "    Overall,\n", "    EachActWithin,\n")


def test_the_rule_is_added(copy: Copy) -> None:
    arms(copy)
    done = copy.run("madoguchi", "programme", "check", "minami")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "例 8 件" in done.stdout
    done = copy.run("madoguchi", "programme", "document")
    assert '`[version.amount.cap] with is = "each_act_within"`' in done.stdout


def test_every_cap_and_word_is_tripped_with_it(copy: Copy) -> None:
    arms(copy)
    (listed,) = re.findall(r"`(EachActWithin\(.+?\))`", PAGE)
    copy.put(EVERY, ")\n    aids: ", f", {listed}", after="def amounts(")
    copy.change(EVERY, "import AidMode", "import EachActWithin, AidMode")
    tried = ("tests/rules/subsidy/test_every.py", ARMS, WORKING)
    done = copy.run("pytest", "-q", "-p", "no:django", "-W", "ignore", "--doctest-modules", *tried)
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_example_that_is_wrong_is_told(copy: Copy) -> None:
    """The control: the new rule is what the examples try."""
    arms(copy)
    copy.change("cities/minami/examples.toml", "amount_yen = 80000", "amount_yen = 90000")
    done = copy.run("madoguchi", "programme", "check", "minami")
    assert done.returncode != 0
    assert "もう一度受けられる" in done.stdout + done.stderr


def test_a_cap_above_all_is_refused_in_words(copy: Copy) -> None:
    arms(copy)
    copy.change("cities/minami/subsidy.toml", "each_yen = 150000", "each_yen = 250000")
    done = copy.run("madoguchi", "programme", "check", "minami")
    assert done.returncode != 0
    assert "minami/subsidy.toml の version[2].amount.cap" in done.stdout + done.stderr
