"""Backups that are killed at every step; prints what stands afterwards.

Run as `python -m tests.redteam.killed_backup FOLDER EVERY [naive]`: for every so manieth step a
child makes a backup and kills itself there, without a chance to tidy up. `naive` writes under the
good name.
"""

import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from madoguchi.ops.start import django

django("desk")

from madoguchi.ops.safekeeping import artefact, take  # noqa: E402 - Django first
from madoguchi.tools.misconfigured import Misconfigured  # noqa: E402

FIRST = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
STEPS = ((os, "fsync"), (os, "mkdir"), (os, "link"), (os, "rename"))
MOST_STEPS = 500


def back_up(root: Path, moment: datetime) -> None:
    """A backup as the command makes it."""
    with artefact.tended(root / "data"), artefact.tended(root / "keys"):
        take.back_up(root / "data", root / "keys", moment)


def kill_at(step: int) -> None:
    """From now on, the process ends in the middle of its so manieth step."""
    left = step

    def counted(do: Any) -> Any:
        def act(*args: Any, **kwargs: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return do(*args, **kwargs)

        return act

    for module, name in STEPS:
        setattr(module, name, counted(getattr(module, name)))


def killed(root: Path, step: int) -> bool:
    """Whether a backup was killed at this step; not when it has fewer."""
    child = os.fork()
    if child == 0:
        kill_at(step)
        back_up(root, FIRST + timedelta(minutes=step + 1))
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def faults(root: Path) -> list[str]:
    """What stands under a good name and is not whole, or stands without its keys."""
    found: dict[str, list[artefact.Artefact]] = {}
    for kind in ("data", "keys"):
        try:
            found[kind] = artefact.whole(root / kind, kind)
        except Misconfigured as problem:
            return [str(problem)]
    wrong = [str(one.folder) for ones in found.values() for one in ones if one.faults()]
    lonely = [one for one in found["data"] if found["keys"][-1].at < one.at]
    return wrong + [f"{one.folder} has no keys" for one in lonely]


def main() -> None:
    """Kill at every step, tell the steps and what was half afterwards."""
    root, every = Path(sys.argv[1]), int(sys.argv[2])
    if sys.argv[3:] == ["naive"]:
        artefact.part = lambda place, name: place / name
    child = os.fork()
    if child == 0:
        back_up(root, FIRST)
        os._exit(0)
    os.waitpid(child, 0)
    steps, half = 0, []
    while steps < MOST_STEPS and killed(root, steps):
        half += faults(root)
        steps += every
    print(steps)
    print(*half, sep="\n")


if __name__ == "__main__":
    main()
