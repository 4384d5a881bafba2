"""Where sealed bytes lie: new ones in the inbox of their window, kept ones in the store (保管庫).

Whoever has taken over the portal's process can put anything into its inbox: a link to a key, a
pipe, a file that still grows. So an inbox is flat, and what lies there is opened without following
or waiting, and believed to be a file only when it is one, alone, and the inbox owner's. The worker
copies it into the store, which the portal cannot write; it never moves it, because the portal may
still hold the old one open. Whoever reads asks store, inboxes, store: no moment lacks the file.

Nothing in the store is removed because a row is gone: it is laid aside (`lost`) for 35 days.
"""

import errno
import hashlib
import io
import os
import re
import stat
from collections.abc import Buffer, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings

from madoguchi.tools.vault.cipher import KEY

CHUNK = 1024 * 1024
NAME = re.compile("[0-9a-f]{32}")
PART = ".part"
PREFIX = 7  # bytes of a nonce's prefix
HEADER = 1 + KEY + PREFIX  # bytes of a sealed file's header, which begins with this number
READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
NO_FILE = frozenset(
    {errno.ENOENT, errno.ELOOP, errno.ENOTDIR, errno.ENXIO, errno.EACCES}
    | {errno.EWOULDBLOCK}  # its owner has it leased (`F_SETLEASE`): the kernel would ask them first
)


class Doubtful(Exception):
    """What lies in the inbox under a file's name is not what was sent."""


def inboxes() -> tuple[Path, Path]:
    """The portal's and the desk's: each flat, its own to write, the worker's to empty."""
    return Path(settings.INBOX) / "portal", Path(settings.INBOX) / "desk"


def _own() -> Path:
    """Where this window puts new bytes."""
    return inboxes()[settings.WINDOW.may_unseal]


def lost() -> Path:
    """Where bytes are laid aside that no row names."""
    return Path(settings.LOST)


def place(file_id: UUID) -> Path:
    """Where the store keeps a file; the name says nothing."""
    return Path(settings.FILES) / file_id.hex[:2] / file_id.hex


def begin(file_id: UUID) -> BinaryIO:
    """A new part file; it becomes the file by `settle`."""
    folder = _own()
    if not folder.exists():  # where each window is a user of its own it is made at installation
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _synced(*folder.parents[:2])
    return io.BufferedWriter(_Part(folder / f"{file_id.hex}{PART}", "xb"))


class _Part(io.FileIO):
    """A file whose bytes start for the disk as they come, so that `settle` waits for the last."""

    def write(self, sealed: Buffer, /) -> int:
        """Write, and have the kernel begin to put it on disk: it does that on this advice."""
        at, written = self.tell(), super().write(sealed)
        os.posix_fadvise(self.fileno(), at, written, os.POSIX_FADV_DONTNEED)
        return written


def settle(file_id: UUID, part: BinaryIO) -> int:
    """Make the part the file: bytes and folder are on disk when this returns; their number."""
    path = _own() / file_id.hex
    return _settled(path.with_suffix(PART), path, part)


def _settled(here: Path, there: Path, part: BinaryIO) -> int:
    part.flush()
    os.fsync(part.fileno())
    size = part.tell()
    part.close()
    here.rename(there)
    _synced(there.parent, there.parent.parent)
    return size


def _synced(*folders: Path) -> None:
    """The entries of these folders are on disk when this returns."""
    for folder in folders:
        with suppress(PermissionError), _folder(folder) as handle:  # one above may be root's
            os.fsync(handle)


def give_up(file_id: UUID) -> None:
    """Remove a part that is not to become a file."""
    (_own() / f"{file_id.hex}{PART}").unlink(missing_ok=True)


def opened(file_id: UUID) -> BufferedReader:
    """The sealed bytes, from wherever they lie.

    Raises:
        FileNotFoundError: they are gone, or what lies there is no file of ours.
    """
    for folder in _places(file_id):
        with suppress(FileNotFoundError):
            return os.fdopen(_open(folder, file_id.hex), "rb")
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), file_id.hex)


def size(file_id: UUID) -> int | None:
    """How many bytes lie there; None: there is no such file. Asks for no right to read them."""
    for folder in _places(file_id):
        with suppress(OSError):
            told = (folder / file_id.hex).lstat()
            if stat.S_ISREG(told.st_mode):
                return told.st_size
    return None


def _places(file_id: UUID) -> tuple[Path, ...]:
    """The folders to ask, in this order.

    The store once more at the end: the file may have come over while the inboxes were asked.
    """
    kept = place(file_id).parent
    return (kept, *inboxes(), kept)


@contextmanager
def _folder(path: Path) -> Iterator[int]:
    handle = os.open(path, FOLDER)
    try:
        yield handle
    finally:
        os.close(handle)


def _open(folder: Path, name: str) -> int:
    """A descriptor of a regular file with one name, its folder owner's; nothing is followed.

    Nothing waits either: a pipe is opened and refused.

    Raises:
        FileNotFoundError: there is none, or it is something else.
    """
    try:
        with _folder(folder) as at:
            handle = os.open(name, READ, dir_fd=at)
            owner = os.fstat(at).st_uid
    except OSError as error:
        if error.errno not in NO_FILE:
            raise
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name) from error
    told = os.fstat(handle)
    if not stat.S_ISREG(told.st_mode) or told.st_nlink != 1 or told.st_uid != owner:
        os.close(handle)
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
    return handle


def waiting() -> list[UUID]:
    """The files that lie in the inboxes, in no order."""
    return _ids(inbox / name for inbox in inboxes() for name in _names(inbox))


def _names(folder: Path) -> list[str]:
    """What lies there; nothing where there is no such folder, or it is shut to us."""
    try:
        return [path.name for path in folder.iterdir()]
    except (FileNotFoundError, PermissionError, NotADirectoryError):
        return []


def shut() -> list[Path]:
    """The inboxes that are there and closed to us: nothing that was sent comes over."""
    there = (inbox for inbox in inboxes() if inbox.exists())
    return [inbox for inbox in there if not os.access(inbox, os.R_OK | os.X_OK)]


def take_in(file_id: UUID, stored_bytes: int, digest: bytes) -> None:
    """Copy a file out of its inbox into the store, then empty its place.

    `digest`: what it must be.

    Raises:
        Doubtful: something else lies there; it is left as it is.
    """
    if not place(file_id).exists():  # else somebody was killed after the copy
        _copied(file_id, stored_bytes, digest)
    drop(file_id)


def _copied(file_id: UUID, stored_bytes: int, digest: bytes) -> None:
    for inbox in inboxes():
        with suppress(FileNotFoundError):
            handle = _open(inbox, file_id.hex)
            break
    else:
        raise Doubtful("no file")
    target = place(file_id)
    _made(target.parent)
    part = target.with_suffix(PART)
    part.unlink(missing_ok=True)  # of one who was killed
    sha = hashlib.sha256()
    with os.fdopen(handle, "rb") as source, part.open("xb") as copy:
        left = os.fstat(handle).st_size
        if left != stored_bytes or not begins_sealed(source.peek(1)):
            part.unlink()
            raise Doubtful("another length, or not sealed")
        while left and (piece := source.read(min(left, CHUNK))):
            sha.update(piece)
            left -= copy.write(piece)
        if left or sha.digest() != digest:
            part.unlink()
            raise Doubtful("other bytes")
        _settled(part, target, copy)


def begins_sealed(first: bytes) -> bool:
    """Whether a file begins as every sealed one does; a key, a table or a text does not."""
    return first[:1] == bytes([HEADER])


def is_sealed(path: Path) -> bool:
    """Whether it can be a sealed file: a regular one that begins like it and is long enough."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as source:
        first = source.read(HEADER)
    return begins_sealed(first) and len(first) == HEADER


def delete(file_id: UUID) -> None:
    """Remove the bytes, wherever they lie, whole or partial: they were forgotten or let go."""
    place(file_id).unlink(missing_ok=True)
    drop(file_id)


def drop(file_id: UUID) -> None:
    """Remove it from where new bytes lie; what is kept stays."""
    for inbox in inboxes():
        with suppress(OSError):  # the portal's reach ends at its own; a folder is no file of ours
            (inbox / file_id.hex).unlink(missing_ok=True)


def lay_aside(file_id: UUID) -> None:
    """Keep bytes apart that no row names any more, for 35 days: a row's absence deletes nothing."""
    target = lost() / file_id.hex
    with suppress(FileNotFoundError):
        _made(target.parent)
        place(file_id).rename(target)
        os.utime(target)  # from now on


def kept(before: datetime) -> list[UUID]:
    """The files of the store that nobody has written to since then."""
    paths = (path for folder in Path(settings.FILES).glob("??") for path in folder.iterdir())
    return _ids(path for path in paths if _older(path, before))


def overdue(before: datetime) -> list[UUID]:
    """The files that lie in an inbox since before then."""
    paths = (inbox / name for inbox in inboxes() for name in _names(inbox))
    return _ids(path for path in paths if _older(path, before))


def _ids(paths: Iterable[Path]) -> list[UUID]:
    return [UUID(path.name) for path in paths if NAME.fullmatch(path.name)]


def remove_old_parts(before: datetime) -> None:
    """Remove the parts of requests that were killed or cut."""
    for folder in (*Path(settings.FILES).glob("??"), *inboxes()):
        for part in (folder / name for name in _names(folder) if name.endswith(PART)):
            if _older(part, before):
                with suppress(OSError):  # whatever else bears such a name is named by `verify`
                    part.unlink(missing_ok=True)


def remove_lost(before: datetime) -> None:
    """Remove what was laid aside before then."""
    for path in lost().glob("*"):
        if _older(path, before):
            path.unlink(missing_ok=True)


def laid_aside() -> list[str]:
    """The names of what lies apart."""
    return sorted(_names(lost()))


def strangers() -> Iterator[Path]:
    """What lies in inboxes, store and among the lost and is no file of ours, nor a part.

    A folder that is shut to us is one too: nothing of it comes over.
    """
    kept = (Path(settings.FILES) / name for name in _names(settings.FILES))
    for folder in (*inboxes(), lost(), *sorted(kept)):
        if folder.is_symlink() or not folder.is_dir() or not os.access(folder, os.R_OK | os.X_OK):
            if folder.exists(follow_symlinks=False):
                yield folder
            continue
        home = folder.parent == Path(settings.FILES)
        for name in sorted(_names(folder)):
            path = folder / name
            with suppress(FileNotFoundError):
                told = path.lstat()
                named = NAME.fullmatch(name.removesuffix(PART))
                astray = home and not name.startswith(folder.name)
                if not named or astray or not stat.S_ISREG(told.st_mode) or told.st_nlink != 1:
                    yield path


def _made(folder: Path) -> None:
    """Make the folder, if need be; the portal asks in it for sizes by name, and lists nothing."""
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileExistsError):
        folder.mkdir()
        folder.chmod(0o710)  # whatever the umask


def _older(path: Path, before: datetime) -> bool:
    try:
        return path.lstat().st_mtime < before.timestamp()
    except (FileNotFoundError, PermissionError):  # in an inbox that lists and lets nobody in
        return False
