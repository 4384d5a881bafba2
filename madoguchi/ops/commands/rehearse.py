"""Rehearse a restore: the newest backup into a folder of its own, checked, and thrown away."""

import argparse
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from madoguchi.ops import notes, start
from madoguchi.tools.misconfigured import Misconfigured

PREFIX = "madoguchi-rehearsal-"
NOTE = "rehearsed"
HELP = "いちばん新しい控えを別の場所に戻して確かめ、捨てる"
ROOM_LEFT = 4 << 20  # bytes: a disk on which SQLite writes no further page
OF_THE_LIVE_HOUSE = ("MADOGUCHI_DATABASE", "MADOGUCHI_STAFF_DATABASE", "MADOGUCHI_CHECKPOINTS")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where the backups lie, and where there is room."""
    parser.add_argument("--data", type=Path, required=True, help="データの控えのフォルダー")
    parser.add_argument("--keys", type=Path, required=True, help="鍵の控えのフォルダー")
    parser.add_argument("--scratch", type=Path, help="データ全体が入るフォルダー")


def run(args: argparse.Namespace) -> int:
    """0 when the backup could be put back and everything in it holds; that is noted beside it.

    Nothing else is left behind, and what a killed rehearsal left is removed.

    Raises:
        Misconfigured: there is no backup, no keys that fit it, or no note can be made.
    """
    start.django("desk")
    from django.conf import settings

    from madoguchi.ops.safekeeping import artefact
    from madoguchi.web.kit.arrival import now

    data, keys = artefact.newest_pair(args.data, args.keys)
    sys.stdout.write(f"{data.folder} と {keys.folder} で試します\n")
    sys.stdout.flush()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    began = time.monotonic()
    place = args.scratch or Path(tempfile.gettempdir())
    with scratch(place) as (folder, handle):
        home = folder / "home"
        env = {key: value for key, value in os.environ.items() if key not in OF_THE_LIVE_HOUSE} | {
            "MADOGUCHI_MASTER_KEY_FILE": str(settings.MASTER_KEY_FILE)
        }
        arguments = ("restore", str(data.folder), str(keys.folder), "--into", str(home))
        command = [sys.executable, "-m", "madoguchi", *arguments]
        done = subprocess.run(command, env=env, check=False, pass_fds=[handle])  # noqa: S603 - our own command line
        full = shutil.disk_usage(folder).free < ROOM_LEFT
    if done.returncode and full:
        remedy = "データ全体が入る場所を書いてください。控えは試していません"
        raise Misconfigured("--scratch", f"{place} がいっぱいです", remedy)
    verdict = "戻せます" if done.returncode == 0 else "正しく戻せません"
    sys.stdout.write(f"{data.folder.name}：{verdict}（{time.monotonic() - began:.0f} 秒）\n")
    if done.returncode == 0:
        notes.write(args.data / NOTE, notes.Note(now(), {}))
    return done.returncode


@contextmanager
def scratch(place: Path) -> Iterator[tuple[Path, int]]:
    """A new folder for a restored house, and the handle that holds it; gone after the block.

    Who has the handle open is at work in the folder. What a killed rehearsal left, nobody holds.
    """
    with ExitStack() as stack:
        with _held(place):
            _remove_left_over(place)
            made = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
            handle = stack.enter_context(_held(made))
        stack.callback(shutil.rmtree, made)
        yield made, handle


@contextmanager
def _held(folder: Path, how: int = fcntl.LOCK_EX) -> Iterator[int]:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, how)
        yield handle
    finally:
        os.close(handle)


def _remove_left_over(place: Path) -> None:
    """Remove our own scratch folders that nobody holds: each may be a whole house."""
    for left in place.glob(f"{PREFIX}*"):
        with suppress(BlockingIOError, FileNotFoundError):  # at work in it, or just done
            if not left.is_symlink() and left.stat().st_uid == os.geteuid():
                with _held(left, fcntl.LOCK_EX | fcntl.LOCK_NB):
                    shutil.rmtree(left)
