"""The `madoguchi` command as a person meets it: a process of its own, in a house of its own."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests import hour
from tests.house.source import ROOT

OURS = ("MADOGUCHI_", "DJANGO_", "PYTHON")
HOMES = TemporaryDirectory(prefix="窓口 の家 ")  # a name that is not ASCII, and has spaces
CITY = "shibukawa"
PATIENCE_S = 600  # wall, on a machine that others use, too


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said."""

    words: tuple[str, ...]
    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        return self.out + self.err

    def sentence(self) -> str:
        """What it said when it could not do what was asked: no traceback, no list of options."""
        assert self.code in (1, 2), self
        assert "usage:" not in self.err, self.err
        assert self.err.count("\n") <= 2, self.err
        assert self.err.endswith("\n"), self.err
        return self.err


@dataclass(frozen=True)
class House:
    """A home, and beside it a folder for what commands write."""

    home: Path
    accounts: Mapping[str, str] = field(default_factory=dict)

    @property
    def beside(self) -> Path:
        return self.home.parent

    def surroundings(self, **more: str) -> dict[str, str]:
        kept = {name: text for name, text in os.environ.items() if not name.startswith(OURS)}
        own = {"MADOGUCHI_HOME": str(self.home), "PYTHONPATH": hour.path(ROOT)}
        key = {"MADOGUCHI_MASTER_KEY_FILE": str(self.home / "master.key")}
        return kept | own | key | {"MADOGUCHI_RECEIPT_COST": "test"} | more

    def run(
        self, line: str, typed: str = "", env: Mapping[str, str] | None = None, **how: Any
    ) -> Done:
        """A line as it would be typed; never with a traceback."""
        words = tuple(shlex.split(line))
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "input": typed}
        done = subprocess.run(
            command(words),
            **{"cwd": self.beside, **streams, **how},
            env=env or self.surroundings(),
            encoding="utf-8",
            timeout=PATIENCE_S,
            check=False,
        )
        told = Done(words, done.returncode, done.stdout or "", done.stderr or "")
        assert "Traceback" not in told.err, told.err
        return told

    def signed(self, *names: str) -> str:
        """What colleagues type who agree: user names and passwords, a line each."""
        return "".join(f"{name}\n{self.accounts[name]}\n" for name in names)


def command(words: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "madoguchi", *words]


def empty(folder: Path) -> House:
    """A house that nobody has made yet."""
    return House(folder / "わが家 1")


def furnished(folder: Path) -> House:
    """A copy of one with keys, an office and the two colleagues who may add others."""
    built = _built()
    shutil.copytree(built.home, folder / built.home.name, copy_function=shutil.copy)
    return House(folder / built.home.name, built.accounts)


CHOOSE = """
import sys
from madoguchi.ops import start
start.django("desk")
from madoguchi.tools.signin.models import Staff
for row in Staff.objects.all():
    row.set_password(sys.argv[1] + row.username)
    row.temporary_password = False
    row.save()
"""
OWN = "long-and-own-of-"


@cache
def _built() -> House:
    house = empty(Path(HOMES.name))
    for line in (
        "key init",
        f"office add {CITY} --portal-host 127.0.0.1 --desk-host localhost",
        f"staff add {CITY} kimura 木村 supervisor",
        f"staff add {CITY} sato 佐藤 administrator",
    ):
        done = house.run(line)
        assert done.code == 0, done
    chosen = [sys.executable, "-c", CHOOSE, OWN]  # as they would at the desk
    subprocess.run(chosen, env=house.surroundings(), cwd=house.beside, check=True)
    return House(house.home, {name: f"{OWN}{name}" for name in ("kimura", "sato")})


def password_in(done: Done) -> str:
    return done.out.partition("仮のパスワード ")[2].partition("（")[0]
