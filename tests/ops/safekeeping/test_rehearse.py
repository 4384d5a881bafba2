"""A rehearsal puts the newest backup back, says and notes whether it can be, and leaves nothing."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from madoguchi.ops import notes, start
from madoguchi.ops.commands import rehearse
from madoguchi.ops.safekeeping import artefact
from madoguchi.tools.misconfigured import Misconfigured
from tests.house.source import ROOT
from tests.proof.house import House, kill, prepared

FILL = """
from madoguchi.ops.start import django
django("desk")
from madoguchi.tools.office.public import by_host
from madoguchi.web.kit.arrival import now
from tests.redteam.house import asked_with_file
asked_with_file(by_host("localhost", "desk"), now())
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house with one case and its backup."""
    house = prepared(tmp_path_factory.mktemp("rehearsed") / "home")
    house.run("-c", FILL)
    house.run("-m", "madoguchi", "backup", *places(house))
    return house


def places(house: House) -> tuple[str, ...]:
    beside = house.home.parent
    return ("--data", str(beside / "data"), "--keys", str(beside / "keys"))


def rehearsed(house: House, scratch: Path, *words: str) -> tuple[int, str]:
    """Exit code and words; nothing may be left in the scratch folder."""
    scratch.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "madoguchi", "rehearse", *words, "--scratch", str(scratch)],
        cwd=ROOT,
        env=house.surroundings(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert list(scratch.iterdir()) == []
    return done.returncode, done.stdout + done.stderr


def test_a_good_backup_can_be_restored(house: House, tmp_path: Path) -> None:
    code, said = rehearsed(house, tmp_path / "scratch", *places(house))
    assert (code, "shibukawa：すべて合っています" in said) == (0, True), said
    assert "戻せます" in said
    last = notes.read(house.home.parent / "data" / rehearse.NOTE)
    assert last is not None
    assert datetime.now(UTC) - last.at < timedelta(minutes=1)


def test_a_damaged_one_is_said(house: House, tmp_path: Path) -> None:
    (sealed,) = (house.home.parent / "data").glob("data-*/files/*/*")
    whole = sealed.read_bytes()
    sealed.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    code, said = rehearsed(house, tmp_path / "scratch", *places(house))
    sealed.write_bytes(whole)
    assert (code, "正しく戻せません" in said) == (2, True), said
    assert "1 個のファイルが、ないか変わっています" in said


def test_a_full_scratch_folder_says_nothing_of_the_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    artefacts = SimpleNamespace(folder=tmp_path / "data-1"), SimpleNamespace(folder=tmp_path)
    monkeypatch.setattr(artefact, "newest_pair", lambda *_: artefacts)
    monkeypatch.setattr(start, "django", lambda _: None)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    failed = subprocess.CompletedProcess[bytes]((), 2)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    args = argparse.Namespace(data=tmp_path, keys=tmp_path, scratch=tmp_path)
    assert rehearse.run(args) == 2  # the control: there is room, so it is the backup
    assert "正しく戻せません" in capsys.readouterr().out
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=4096))
    with pytest.raises(Misconfigured, match="いっぱいです"):
        rehearse.run(args)
    assert "正しく戻せません" not in capsys.readouterr().out


def test_no_backup_at_all_is_said(house: House, tmp_path: Path) -> None:
    words = ("--data", str(tmp_path / "none"), "--keys", str(tmp_path / "none"))
    code, said = rehearsed(house, tmp_path / "scratch", *words)
    assert (code, "→ madoguchi backup" in said) == (2, True), said


def test_a_failed_one_is_not_noted(house: House, tmp_path: Path) -> None:
    place = house.home.parent / "data"
    notes.write(place / rehearse.NOTE, notes.Note(datetime(2026, 1, 1, tzinfo=UTC), {}))
    (sealed,) = place.glob("data-*/files/*/*")
    whole = sealed.read_bytes()
    sealed.write_bytes(b"")
    rehearsed(house, tmp_path / "scratch", *places(house))
    sealed.write_bytes(whole)
    assert notes.read(place / rehearse.NOTE) == notes.Note(datetime(2026, 1, 1, tzinfo=UTC), {})


SLOW = """
import os, sys, time
from pathlib import Path
from madoguchi.ops.commands import rehearse
with rehearse.scratch(Path(sys.argv[1])) as (folder, handle):
    (folder / "cases.sqlite3").write_bytes(b"a whole house")
    if sys.argv[2] == "with a child" and not os.fork():
        time.sleep(60)
    print(folder.name, flush=True)
    time.sleep(60)
"""


@contextmanager
def slow(place: Path, how: str = "alone") -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A rehearsal that goes on and on, and its folder."""
    words = [sys.executable, "-c", SLOW, str(place), how]
    with subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as program:
        assert program.stdout is not None
        try:
            yield program, place / program.stdout.readline().strip()
        finally:
            with suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)


def test_what_a_killed_one_left_is_removed_by_the_next(tmp_path: Path) -> None:
    """It is a whole house; nobody looks into a scratch folder."""
    with slow(tmp_path) as (program, folder):
        program.kill()
        program.wait()
    assert (folder / "cases.sqlite3").exists()
    with rehearse.scratch(tmp_path) as (mine, _):
        assert list(tmp_path.iterdir()) == [mine]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("gone_before", ["stat", "open"])
def test_one_that_ends_at_this_moment_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone_before: str
) -> None:
    ending, look = tmp_path / f"{rehearse.PREFIX}ending", type(tmp_path).stat

    def stat(path: Path, **how: bool) -> os.stat_result:
        seen = look(path, **how)
        if path == ending and gone_before == "open":
            ending.rmdir()
        return seen

    if gone_before == "open":
        ending.mkdir()
    monkeypatch.setattr(type(tmp_path), "glob", lambda *_: iter([ending]))
    monkeypatch.setattr(type(tmp_path), "stat", stat)
    with rehearse.scratch(tmp_path) as (mine, _):
        assert list(tmp_path.iterdir()) == [mine]


def test_control_the_folder_of_one_at_work_stays(tmp_path: Path) -> None:
    with slow(tmp_path) as (_, folder), rehearse.scratch(tmp_path):
        assert (folder / "cases.sqlite3").exists()


def test_control_so_does_one_whose_restore_outlived_it(tmp_path: Path) -> None:
    with slow(tmp_path, "with a child") as (program, folder):
        program.kill()
        program.wait()
        with rehearse.scratch(tmp_path):
            assert (folder / "cases.sqlite3").exists()


def test_a_real_one_killed_alone_keeps_its_folder_until_its_restore_ends(
    house: House, tmp_path: Path
) -> None:
    words = ("madoguchi", "rehearse", *places(house), "--scratch", str(tmp_path))
    program = house.start("-m", *words, window="desk")
    while not (homes := list(tmp_path.glob("*/home"))):
        assert program.poll() is None
        time.sleep(0.01)
    os.killpg(program.pid, signal.SIGSTOP)
    program.kill()
    program.wait()
    with rehearse.scratch(tmp_path):
        assert homes[0].exists()
    kill(program)
    with rehearse.scratch(tmp_path):
        assert not homes[0].exists()


def test_what_only_has_such_a_name_is_left_alone(tmp_path: Path) -> None:
    house, place = tmp_path / "house", tmp_path / "scratch"
    for folder in (house, place):
        folder.mkdir()
    (house / "cases.sqlite3").write_bytes(b"a whole house")
    (place / f"{rehearse.PREFIX}link").symlink_to(house)
    with rehearse.scratch(place):
        pass
    assert (house / "cases.sqlite3").exists()
