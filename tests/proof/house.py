"""A house of its own for a proof: prepared in a temporary home, its programs started and killed."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.house.source import ROOT

OURS = ("MADOGUCHI_", "DJANGO_")
OWN = tempfile.TemporaryDirectory(prefix="madoguchi-houses-")  # gone with the process
MADE = "PROOF_HOUSES"  # where runs side by side keep what each of them copies
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
        self,
        *arguments: str,
        window: str = "portal",
        to_log: bool = False,
        descriptors: Sequence[int] = (),
    ) -> subprocess.Popen[str]:
        """A Python program that goes on running, in a group of its own; its output is a pipe."""
        with self.log(window).open("w") as log:
            return subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self.surroundings(MADOGUCHI_WINDOW=window),
                pass_fds=descriptors,
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
    if not also:
        return copied(home, city, lambda house: house.run("-c", PREPARE, city))
    house = House(home, also)
    house.run("-c", PREPARE, city)
    return house


def copied(
    home: Path, name: str, make: Callable[[House], object], also: Mapping[str, str] | None = None
) -> House:
    """The copy of a house that is made once: in this run, and in those beside it."""
    kept = Path(os.environ.get(MADE, OWN.name)) / name
    kept.parent.mkdir(parents=True, exist_ok=True)
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            part = kept.with_suffix(".part")
            make(House(part, also or {}))
            part.rename(kept)
    shutil.copytree(kept, home)
    return House(home, also or {})


def kill(program: subprocess.Popen[str]) -> str:
    """Kill the program and its children at once, without a chance to tidy up; what it printed."""
    with suppress(ProcessLookupError):
        os.killpg(program.pid, signal.SIGKILL)
    return program.communicate()[0] or ""
