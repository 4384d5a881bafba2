"""Follows a recipe of docs/adding in a copy of the house: what each block says of its own place."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from difflib import ndiff
from pathlib import Path
from typing import Literal, NamedTuple, cast

from tests import hour
from tests.house.source import PACKAGE, ROOT
from tests.proof.house import OURS

type How = Literal["At the end of", "All of", "above", "below", "in place of"]

PLACE = re.compile(
    r"(?:(?P<whole>At the end of|All of) `(?P<alone>[^`]+)`"
    r"|In `(?P<file>[^`]+)`, (?P<how>above|below|in place of) the line `(?P<line>[^`]+)`"
    r"(?: of `(?P<function>\w+)`)?):$"
)
BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)


class Step(NamedTuple):
    """A block of the page: what to write, and where. ``kind`` is ``sh`` where it is to be run."""

    kind: str
    text: str
    how: How | None = None
    file: str = ""
    line: str = ""
    function: str = ""


def steps(page: str) -> Iterator[Step]:
    """The blocks of a page in their order; each that is no command says where it goes."""
    for block in BLOCK.finditer(page):
        indent, kind, text = block.groups()
        typed = re.sub(rf"(?m)^{indent}", "", text)
        if kind == "sh":
            yield Step(kind, typed)
            continue
        place = PLACE.search(" ".join(page[: block.start()].split()))
        assert place, f"the page does not say where this goes:\n{typed}"
        how = cast("How", place["whole"] or place["how"])
        file, line = place["alone"] or place["file"], place["line"] or ""
        yield Step(kind, typed, how, file, line, place["function"] or "")


class Copy:
    """A copy of the house, in which a newcomer works."""

    def __init__(self, here: Path) -> None:
        self.here = here
        self.was: dict[str, str] = {}
        unwanted = shutil.ignore_patterns("__pycache__", "*.pyc")
        shutil.copytree(PACKAGE, here / "madoguchi", ignore=unwanted)
        for part in ("rules", "programmes"):
            shutil.copytree(ROOT / "tests" / part, here / "tests" / part, ignore=unwanted)
        shutil.copy(ROOT / "pyproject.toml", here)

    def follow(self, step: Step) -> None:
        """Write what a block says into the place that it names."""
        path = self.here / step.file
        before = "" if step.how == "All of" else path.read_text("utf-8")
        self.was.setdefault(step.file, before)
        path.write_text(_written(before, step), "utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        """Write one thing in the place of another."""
        path = self.here / name
        words = path.read_text("utf-8")
        assert old in words
        path.write_text(words.replace(old, new, 1), "utf-8")

    def added(self) -> dict[str, int]:
        """The files that were written into, and how many lines of each are new."""
        return {
            name: _more(before, (self.here / name).read_text("utf-8"))
            for name, before in self.was.items()
        }

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """What a command of Python's says there."""
        return self._started(sys.executable, "-m", *command)

    def type(self, script: str) -> str:
        """What commands say that are typed there, one after the other; each must end well."""
        done = self._started("sh", "-eu", "-c", script)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def _started(self, *command: str) -> subprocess.CompletedProcess[str]:
        kept = {name: text for name, text in os.environ.items() if not name.startswith(OURS)}
        own = {
            "MADOGUCHI_HOME": str(self.here / "home"),
            "MADOGUCHI_PROGRAMMES": str(self.here / "tests" / "programmes"),
            "PYTHONPATH": hour.path(self.here),
        }
        return subprocess.run(
            command,
            cwd=self.here,
            env=kept | own,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


def _more(before: str, after: str) -> int:
    lines = ndiff(before.splitlines(), after.splitlines())
    return sum(line.startswith("+ ") for line in lines)


def _written(before: str, step: Step) -> str:
    if step.how in ("All of", "At the end of"):
        return before + step.text
    lines = before.splitlines(keepends=True)
    start = 0
    if step.function:
        start = next(i for i, each in enumerate(lines) if f"def {step.function}(" in each)
    found = (i for i in range(start, len(lines)) if " ".join(lines[i].split()) == step.line)
    at = next(found, None)
    assert at is not None, f"{step.file} has no line `{step.line}`"
    first, last = {"above": (at, at), "below": (at + 1, at + 1), "in place of": (at, at + 1)}[
        cast("str", step.how)
    ]
    return "".join((*lines[:first], step.text, *lines[last:]))
