"""The scratch folder of a rehearsal, and the note of the last one that went well (復元の練習)."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from madoguchi.tools.misconfigured import Misconfigured

PREFIX = "madoguchi-rehearsal-"
NOTE = "rehearsed"


@contextmanager
def scratch(place: Path) -> Iterator[tuple[Path, int]]:
    """A new folder for a restored house, and the handle that holds it; gone after the block.

    Who has the handle open is at work in the folder. What a killed rehearsal left, nobody holds.
    """
    with ExitStack() as stack:
        with _held(place):
            _clear(place)
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


def _clear(place: Path) -> None:
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
