"""Seals and hashes uploads while they arrive; no temporary file in the clear.

`seal` does the same with bytes that came another way, `belong` gives a file to whom it belongs.
"""

import errno
import hashlib
import logging
import uuid
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, BinaryIO

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from madoguchi.rules import limits
from madoguchi.tools.vault import cipher, files, kinds, segments
from madoguchi.tools.vault.models import HeldFile

SLACK = limits.BYTES_OF_WORDS
UNKEPT = "madoguchi.unkept"  # why a request's files are skipped: `files_large`, `files_room`


class SealedUpload(UploadedFile):  # type: ignore[type-arg] # takes none at run time
    """A file that lies sealed on disk; it goes with its request unless a row names it."""

    def __init__(self, file_id: uuid.UUID, about: files.About, stored_bytes: int) -> None:
        super().__init__(file=None, name=about.name, content_type=about.kind, size=about.length)
        self.file_id = file_id
        self.about = about
        self.stored_bytes = stored_bytes

    def close(self) -> None:
        """Called when the request ends, after every transaction of it."""
        files.discard(self.file_id)


class SealingHandler(FileUploadHandler):
    """Django's upload handler of the portal, and of those pages of the desk that take files."""

    def __init__(self, _request: HttpRequest | None = None) -> None:
        """Does not keep the request, which keeps us: together they would wait for the collector."""
        super().__init__()
        self._meta: dict[str, Any] = {}

    def handle_raw_input(
        self,
        input_data: Any,  # noqa: ANN401, ARG002 - Django's signature
        META: dict[str, Any],  # noqa: N803 - the same
        content_length: int,
        *_: object,
        **__: object,
    ) -> None:
        """Note a request that is too large: its files are skipped, its words are kept."""
        self._meta = META
        if content_length > limits.BYTES_A_CASE + SLACK:
            META[UNKEPT] = "files_large"

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin the next file of the request."""
        super().new_file(*args, **kwargs)
        if UNKEPT in self._meta:
            raise SkipFile
        self._file_id = uuid.uuid4()
        self._key = cipher.new_key()
        self._first = b""
        with self._room():
            self._part: BinaryIO = files.begin(self._file_id)
            self._abandon = weakref.finalize(self, _abandon, self._part, self._file_id)
            self._sha = hashlib.sha256()
            data = segments.associated(self._file_id)
            self._sealer = segments.Sealer(self._part, self._key, data)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002 - Django's
        """Hash and seal the next bytes."""
        self._sha.update(raw_data)
        self._first += raw_data[: kinds.FIRST - len(self._first)]
        with self._room():
            self._sealer.write(raw_data)

    def file_complete(self, file_size: int) -> SealedUpload | None:
        """The last byte has come: the file, settled on disk; None when the disk has no room."""
        try:
            with self._room():
                return self.settled(file_size)
        except SkipFile:
            return None

    def settled(self, file_size: int) -> SealedUpload:
        """The file with its bytes and its folder on disk.

        Raises:
            OSError: the disk did not take it.
        """
        count = self._sealer.finish()
        stored = files.settle(self._file_id, self._part)
        self._abandon.detach()
        about = files.About(
            name=self.file_name or "",
            kind=self.content_type or "application/octet-stream",
            length=file_size,
            sha256=self._sha.hexdigest(),
            segments=count,
            key=self._key.hex(),
            looks=kinds.looks(self._first),
            place=kinds.tells_place(self._first),
        )
        return SealedUpload(self._file_id, about, stored)

    def upload_interrupted(self) -> None:
        """The sender stopped in the middle of a file: nothing half stays."""
        if hasattr(self, "_abandon"):
            self._abandon()

    @contextmanager
    def _room(self) -> Iterator[None]:
        """Where the disk takes nothing, give the file up and read the request's words on."""
        try:
            yield
        except OSError as error:
            log = logging.getLogger("madoguchi.upload")
            log.warning(errno.errorcode.get(error.errno or 0, "no reason given"))
            self.upload_interrupted()
            self._meta[UNKEPT] = "files_room"
            raise SkipFile from error


def seal(name: str, kind: str, content: bytes) -> SealedUpload:
    """A file of bytes that came by another way than a form; `close` it as a request would.

    Raises:
        OSError: the disk did not take it.
    """
    handler = SealingHandler()
    try:
        handler.new_file("", _named(name), kind, len(content))
        handler.receive_data_chunk(content, 0)
    except SkipFile as skipped:
        raise skipped.__cause__ or OSError(errno.ENOSPC) from skipped
    return handler.settled(len(content))


def _named(name: str) -> str:
    """The name, or another one where it would be none: Django refuses those with an error."""
    return "file" if name.rpartition("/")[2] in ("", ".", "..") else name


def belong(upload: SealedUpload, office_id: uuid.UUID, case_id: uuid.UUID, now: datetime) -> None:
    """The file is a case's, or a loose thing's, from now on; its key must lie in a drawer of it."""
    HeldFile.objects.create(
        id=upload.file_id,
        office_id=office_id,
        case_id=case_id,
        stored_bytes=upload.stored_bytes,
        shared=False,
        at=now,
    )


class NoFiles(FileUploadHandler):
    """Django's upload handler where no form takes a file: one that comes is read past, not kept."""

    def new_file(self, *_: object, **__: object) -> None:
        """Skip it."""
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Never called."""

    def file_complete(self, file_size: int) -> None:
        """There is no file."""


def _abandon(part: BinaryIO, file_id: uuid.UUID) -> None:
    """Give a part up; also when its handler ends without a word, as after a lost connection."""
    with suppress(OSError):  # what a full disk did not take cannot be flushed either
        part.close()
    files.delete(file_id)
