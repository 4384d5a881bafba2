"""Backups of the tests' own house, put back into a home of their own and tried there."""

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings

from madoguchi.ops.safekeeping import artefact, take
from tests.house.source import ROOT
from tests.proof.house import House
from tests.redteam.house import Asked


@dataclass(frozen=True)
class Places:
    """The two folders of backups, and the homes that are made of them."""

    root: Path

    @property
    def data(self) -> Path:
        """Where *data* lies."""
        return self.root / "data"

    @property
    def keys(self) -> Path:
        """Where *keys* lies."""
        return self.root / "keys"

    def back_up(self, moment: datetime) -> take.Taken:
        """Take a backup of the tests' house."""
        with artefact.tended(self.data), artefact.tended(self.keys):
            return take.back_up(self.data, self.keys, moment)

    def restore(self, data: Path, keys: Path, home: str, *more: str) -> tuple[int, str]:
        """Put them back into a new home; exit code and words."""
        words = ("restore", str(data), str(keys), "--into", str(self.root / home), *more)
        return self._run(home, "-m", "madoguchi", *words)

    def verify(self, home: str) -> tuple[int, str]:
        """What `madoguchi verify` says of a home."""
        return self._run(home, "-m", "madoguchi", "verify")

    def tried(self, home: str, *asked: Asked) -> list[dict[str, bool]]:
        """Whether receipt and office open each case in a home that was restored."""
        wanted = [
            [str(one.who.office_id), str(one.case_id), one.number, one.secret] for one in asked
        ]
        code, said = self._run(home, "-m", "tests.redteam.trying", json.dumps(wanted))
        assert code == 0, said
        told: list[dict[str, bool]] = json.loads(said)
        return told

    def _run(self, home: str, *arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=House(self.root / home).surroundings(
                MADOGUCHI_MASTER_KEY_FILE=str(settings.MASTER_KEY_FILE),
                MADOGUCHI_PROGRAMMES=str(ROOT / "tests" / "programmes"),
                MADOGUCHI_WINDOW="desk",
            ),
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr


def holding(folder: Path, *secrets: bytes) -> list[str]:
    """The files under a folder in which one of these lies, raw or in base64 or hexadecimal."""
    import base64

    wanted = [
        shape for one in secrets for shape in (one, base64.b64encode(one), one.hex().encode())
    ]
    return [
        str(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(shape in path.read_bytes() for shape in wanted)
    ]


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Where backups lie and homes are made of them."""
    return Places(tmp_path)
