"""A house of its own for a proof: prepared in a temporary home, its programs started and killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tests.house.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

OURS = ("MADOGUCHI_", "DJANGO_")
EMPTY = tempfile.TemporaryDirectory(prefix="madoguchi-empty-")  # gone with the process
PREPARE = """
import sys
from madoguchi.ops.start import django
django("desk")
from django.conf import settings
from madoguchi.ops import prepare
prepare.databases()
prepare.demo_key(settings.MASTER_KEY_FILE)
prepare.office(sys.argv[1], "127.0.0.1", "localhost")
"""


@dataclass(frozen=True)
class House:
    """A home with databases, keys and one office; `also`: what its programs are told besides."""

    home: Path
    also: Mapping[str, str] = field(default_factory=dict)

    def surroundings(self, **more: str) -> Mapping[str, str]:
        """The variables that a program of this house is started with."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(OURS)}
        return {
            **kept,
            "MADOGUCHI_HOME": str(self.home),
            "MADOGUCHI_RECEIPT_COST": "test",
            "PYTHONUNBUFFERED": "1",
            **self.also,
            **more,
        }

    def run(self, *arguments: str, window: str = "desk") -> str:
        """What a Python program prints; it must end well."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.surroundings(MADOGUCHI_WINDOW=window),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def log(self, window: str) -> Path:
        """Where a server of the window writes what it has to say."""
        return self.home.with_name(f"{window}.log")

    def start(
        self, *arguments: str, window: str = "portal", to_log: bool = False
    ) -> subprocess.Popen[str]:
        """A Python program that goes on running, in a group of its own; its output is a pipe."""
        with self.log(window).open("w") as log:
            return subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self.surroundings(MADOGUCHI_WINDOW=window),
                stdin=subprocess.PIPE,
                stdout=log if to_log else subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )


def prepared(home: Path, city: str = "shibukawa", **also: str) -> House:
    """A new house of the city's in the folder.

    One that is told nothing besides is the copy of an empty one, so two have the same keys.
    """
    house = House(home, also)
    if also:
        house.run("-c", PREPARE, city)
    else:
        shutil.copytree(_empty(city), home)
    return house


@cache
def _empty(city: str) -> Path:
    house = House(Path(EMPTY.name) / city)
    house.run("-c", PREPARE, city)
    return house.home


def kill(program: subprocess.Popen[str]) -> str:
    """Kill the program and its children at once, without a chance to tidy up; what it printed."""
    with suppress(ProcessLookupError):
        os.killpg(program.pid, signal.SIGKILL)
    return program.communicate()[0] or ""
