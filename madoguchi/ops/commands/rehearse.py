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
from datetime import datetime
from pathlib import Path

from madoguchi.ops import start
from madoguchi.tools.misconfigured import Misconfigured

PREFIX = "madoguchi-rehearsal-"
NOTE = "rehearsed"
HELP = "put the newest backup back into a scratch folder, check it, throw it away"
ROOM_LEFT = 4 << 20  # bytes: a disk on which SQLite writes no further page
OF_THE_LIVE_HOUSE = ("MADOGUCHI_DATABASE", "MADOGUCHI_STAFF_DATABASE", "MADOGUCHI_CHECKPOINTS")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where the backups lie, and where there is room."""
    parser.add_argument("--data", type=Path, required=True, help="folder of data")
    parser.add_argument("--keys", type=Path, required=True, help="folder of keys")
    parser.add_argument("--scratch", type=Path, help="a folder with room for the whole house")


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
    sys.stdout.write(f"rehearsing {data.folder} with {keys.folder}\n")
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
        remedy = "name one with room for the whole house; the backup was not tried"
        raise Misconfigured("--scratch", f"{place} is full", remedy)
    verdict = "can be restored" if done.returncode == 0 else "CANNOT be restored as it should"
    sys.stdout.write(f"{data.folder.name} {verdict} ({time.monotonic() - began:.0f} s)\n")
    if done.returncode == 0:
        note(args.data, now())
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


def note(data_place: Path, moment: datetime) -> None:
    """Note beside the backups that they could be put back at this moment.

    Raises:
        Misconfigured: nothing can be written there.
    """
    made = data_place / f".{NOTE}.new"
    try:
        made.write_text(moment.isoformat() + "\n", "ascii")
        made.rename(data_place / NOTE)
    except OSError as error:
        found = f"the rehearsal could not be noted: {error.strerror}"
        raise Misconfigured(str(data_place), found, "let the desk's user write there") from error


def noted(data_place: Path) -> datetime | None:
    """When the last rehearsal went well; None when none ever did."""
    try:
        return datetime.fromisoformat((data_place / NOTE).read_text("ascii").strip())
    except (FileNotFoundError, ValueError):
        return None
