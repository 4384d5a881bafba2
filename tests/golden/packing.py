"""The old house and its backup in `tests/golden/old`; `python -m tests.golden.packing` makes them.

Made anew they are of the program of that day; so do that only where houses of before need not open
any more.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

OLD = Path(__file__).with_name("old")
TOLD = OLD / "told.json"
MADE_ANEW = ("static", "mail", "secrets")  # by every start
HOSTS = "127.0.0.1", "localhost"
ROOT = Path(__file__).parents[2]


def surroundings(home: Path, **more: str) -> dict[str, str]:
    """What a program of the house is started with."""
    ours = ("MADOGUCHI_", "DJANGO_")
    kept = {name: told for name, told in os.environ.items() if not name.startswith(ours)}
    own = {"MADOGUCHI_HOME": str(home), "MADOGUCHI_RECEIPT_COST": "test"}
    return {**kept, **own, "MADOGUCHI_WINDOW": "desk", **more}


def run(home: Path, *words: str, **more: str) -> str:
    """What a program of the house says; it must end well."""
    done = subprocess.run(
        (sys.executable, "-m", *words),
        cwd=ROOT,
        env=surroundings(home, **more),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def told() -> dict[str, Any]:
    """By the program of which commit they are, and whose numbers and pages are in them."""
    known: dict[str, Any] = json.loads(TOLD.read_text("utf-8"))
    return known


def unpacked(name: str, place: Path) -> Path:
    """One of the two as it was packed."""
    with tarfile.open(OLD / f"{name}.tar.xz") as packed:
        packed.extractall(place, filter="data")
    return place / name


def pack(folder: Path) -> None:
    """Pack a folder, without what every start makes anew."""

    def kept(one: tarfile.TarInfo) -> tarfile.TarInfo | None:
        inside = Path(one.name).parts[1:2]
        one.uid = one.gid = one.mtime = 0
        one.uname = one.gname = ""
        return None if inside and inside[0] in MADE_ANEW else one

    with tarfile.open(OLD / f"{folder.name}.tar.xz", "w:xz", preset=9) as packed:
        packed.add(folder, folder.name, filter=kept)


def main() -> None:
    """Fill a house by its pages, back it up by the command, and pack both."""
    newest = ("git", "log", "-1", "--format=%H", "--", "madoguchi")
    commit = subprocess.check_output(newest, cwd=ROOT, text=True).strip()
    OLD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        home, backup = Path(place) / "house", Path(place) / "backup"
        known = {"commit": commit, **json.loads(run(home, "tests.golden.in_house", "fill"))}
        TOLD.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", "utf-8")
        parts = ("--data", str(backup / "data"), "--keys", str(backup / "keys"))
        run(home, "madoguchi", "backup", *parts)
        for file in home.glob("*.sqlite3"):
            with closing(sqlite3.connect(file)) as database:
                database.execute("PRAGMA journal_mode = DELETE")
                database.execute("VACUUM")
        for folder in (home, backup):
            pack(folder)


if __name__ == "__main__":
    main()
