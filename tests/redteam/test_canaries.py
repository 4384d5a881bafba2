"""Nothing that a person confided lies anywhere in the clear; the desk alone can read it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT
from tests.proof.house import prepared
from tests.redteam.canaries import CANARIES, MAIL, UNSENT, found_under, patterns


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with everything that portal, worker and desk left behind, logs included."""
    folder = tmp_path_factory.mktemp("canaries")
    house = prepared(folder / "home")
    (folder / "temp").mkdir()
    for name, window, *words in (
        ("portal", "portal", "tests.redteam.confiding", str(folder)),
        ("worker", "worker", "madoguchi", "worker", "--once"),
        ("desk", "desk", "tests.redteam.reading"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env=house.surroundings(MADOGUCHI_WINDOW=window, TMPDIR=str(folder / "temp")),
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        (folder / f"{name}.log").write_bytes(done.stderr)
        if name == "desk":
            (folder.with_name("read.txt")).write_bytes(done.stdout)
    return folder


def test_nothing_is_found_anywhere(left: Path) -> None:
    assert found_under(left) == []


def test_no_temporary_file_was_made(left: Path) -> None:
    assert list((left / "temp").iterdir()) == []


def test_the_desk_reads_all_that_was_sent(left: Path) -> None:
    """The control: the canaries did arrive."""
    read = left.with_name("read.txt").read_text("utf-8")
    assert [
        name for name, word in CANARIES.items() if name not in UNSENT and word not in read
    ] == []


def test_the_search_looked_at_what_was_left(left: Path) -> None:
    """The control: drafts, rows, logs, files, mail and memory are really there."""
    for part in ("draft", "sent", "home"):
        assert b"SQLite format" in (left / part / "cases.sqlite3").read_bytes()
        kept = [*(left / part / "files").rglob("*"), *(left / part / "inbox").rglob("*")]
        assert [file for file in kept if file.is_file()]
    assert b"ValueError" in (left / "portal.log").read_bytes()
    assert (left / "memory.txt").stat().st_size
    mails = list((left / "home" / "mail").iterdir())
    assert [mail for mail in mails if MAIL.encode() in mail.read_bytes()]


def test_a_canary_left_on_purpose_is_found_in_every_writing(tmp_path: Path) -> None:
    """The control: the same search finds what lies in the clear."""
    for place, (what, pattern) in enumerate(patterns()):
        file = tmp_path / f"{place}.bin"
        file.write_bytes(b"\x00before" + pattern + b"after\x00")
        assert any(line.endswith(what) for line in found_under(tmp_path)), what
        file.unlink()
