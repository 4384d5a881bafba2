"""Rehearse a restore: the newest backup into a folder of its own, checked, and thrown away."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from madoguchi.ops import start
from madoguchi.ops.safekeeping.artefact import Artefact
from madoguchi.tools.misconfigured import Misconfigured

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

    from madoguchi.ops.safekeeping import rehearsal
    from madoguchi.web.kit.arrival import now

    data, keys = newest_pair(args.data, args.keys)
    sys.stdout.write(f"rehearsing {data.folder} with {keys.folder}\n")
    sys.stdout.flush()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    began = time.monotonic()
    place = args.scratch or Path(tempfile.gettempdir())
    with rehearsal.scratch(place) as (folder, handle):
        home = folder / "home"
        surroundings = {
            key: value for key, value in os.environ.items() if key not in OF_THE_LIVE_HOUSE
        } | {"MADOGUCHI_MASTER_KEY_FILE": str(settings.MASTER_KEY_FILE)}
        words = ("restore", str(data.folder), str(keys.folder), "--into", str(home))
        command = [sys.executable, "-m", "madoguchi", *words]
        done = subprocess.run(command, env=surroundings, check=False, pass_fds=[handle])  # noqa: S603 - our own command line
        full = shutil.disk_usage(folder).free < ROOM_LEFT
    if done.returncode and full:
        remedy = "name one with room for the whole house; the backup was not tried"
        raise Misconfigured("--scratch", f"{place} is full", remedy)
    verdict = "can be restored" if done.returncode == 0 else "CANNOT be restored as it should"
    sys.stdout.write(f"{data.folder.name} {verdict} ({time.monotonic() - began:.0f} s)\n")
    if done.returncode == 0:
        rehearsal.note(args.data, now())
    return done.returncode


def newest_pair(data_place: Path, keys_place: Path) -> tuple[Artefact, Artefact]:
    """The newest *data*, and the newest *keys*, which must not be older.

    Raises:
        Misconfigured: one is missing; says what to look for.
    """
    from madoguchi.ops.safekeeping import artefact

    found = {
        kind: artefact.whole(place, kind)
        for kind, place in (("data", data_place), ("keys", keys_place))
    }
    for kind, place in (("data", data_place), ("keys", keys_place)):
        if not found[kind]:
            raise Misconfigured(str(place), f"holds no {kind}", "run `madoguchi backup`")
    return found["data"][-1], found["keys"][-1]
