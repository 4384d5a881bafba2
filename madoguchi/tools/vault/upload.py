"""Seals and hashes uploads while they arrive; no temporary file in the clear.

`seal` does the same with bytes that came another way, `belong` gives a file to whom it belongs.

Whoever sends a file names it as they like. By a table of signatures, without parsing, the desk is
told what it begins like, so that a program called `.jpg` is not opened by mistake; a browser is
never told.
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
from madoguchi.tools.vault import cipher, files, store
from madoguchi.tools.vault.models import HeldFile

LOOKED_AT = 64 * 1024  # bytes of a file by which it is told what it is
HEAD_BYTES = 64
SHORT_SIGNATURE = 2
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"GIF8", "gif"),
    (8, b"WEBP", "webp"),
    (4, b"ftypheic", "heic"),
    (4, b"ftypheix", "heic"),
    (4, b"ftyphevc", "heic"),
    (4, b"ftypmif1", "heic"),
    (4, b"ftypmsf1", "heic"),
    (4, b"ftypavif", "picture"),
    (4, b"ftypM4A ", "sound"),
    (4, b"ftyp", "film"),
    (0, b"\x1aE\xdf\xa3", "film"),
    (8, b"AVI ", "film"),
    (8, b"WAVE", "sound"),
    (0, b"ID3", "sound"),
    (0, b"OggS", "sound"),
    (0, b"%PDF-", "pdf"),
    (0, b"PK\x03\x04", "zip"),
    (0, b"Rar!", "archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "archive"),
    (0, b"\x1f\x8b", "archive"),
    (0, b"\xd0\xcf\x11\xe0", "office"),
    (0, b"{\\rtf", "office"),
    (0, b"MZ", "program"),
    (0, b"\x7fELF", "program"),
    (0, b"#!/", "program"),
    (0, b"\xcf\xfa\xed\xfe", "program"),
    (0, b"8BPS", "picture"),
    (0, b"II*\0", "picture"),
    (0, b"MM\0*", "picture"),
    (0, b"BM", "picture"),
    (0, b"\0\0\1\0", "picture"),
    (0, b"SIMPLE  =", "picture"),
    (0, b"%!PS", "picture"),
    (0, b"\xd7\xcd\xc6\x9a", "picture"),
    (0, b"bplist00", "markup"),
)
MARKUP = (b"<svg", b"<?xml", b"<!doctype", b"<html", b"<head", b"<script", b"mime-version:")
POSITION = (
    b"\x25\x88\x04\x00\x01\x00\x00\x00",  # the tag GPSInfo of EXIF, either way round
    b"\x88\x25\x00\x04\x00\x00\x00\x01",
    b"GPSLatitude",
)
SLACK = limits.BYTES_OF_WORDS
UNKEPT = "madoguchi.unkept"  # why a request's files are skipped: `files_large`, `files_room`


def looks(first: bytes) -> str:
    r"""What a file begins like, as a code: `jpeg`, `pdf`, `program`, …, `text` or `unknown`.

    >>> looks(b"MZ\x90\0"), looks(b"\xff\xd8\xff\xe0"), looks("こんにちは".encode()), looks(b"")
    ('program', 'jpeg', 'text', 'unknown')
    """
    if EICAR in first:
        return "eicar"
    head = first[:HEAD_BYTES]
    for at, signature, code in SIGNATURES:
        telling = (
            len(signature) > SHORT_SIGNATURE or b"\0" in head
        )  # a text may begin with MZ or BM
        if telling and head[at : at + len(signature)] == signature:
            return code
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(MARKUP):
        return "markup"
    return "text" if head and b"\0" not in head else "unknown"


def tells_place(first: bytes) -> bool:
    """Does its beginning hold the mark of a position (位置情報), as telephones write it?

    >>> tells_place(b"Exif MM" + bytes.fromhex("8825000400000001")), tells_place(b"Exif")
    (True, False)
    """
    return any(mark in first for mark in POSITION)


class SealedUpload(UploadedFile):  # type: ignore[type-arg] # takes none at run time
    """A file that lies sealed on disk; it goes with its request unless a row names it."""

    def __init__(
        self, file_id: uuid.UUID, about: files.About, stored_bytes: int, sealed_sha256: bytes
    ) -> None:
        super().__init__(file=None, name=about.name, content_type=about.kind, size=about.length)
        self.file_id = file_id
        self.about = about
        self.stored_bytes = stored_bytes
        self.sealed_sha256 = sealed_sha256

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
            self._part: BinaryIO = store.begin(self._file_id)
            self._abandon = weakref.finalize(self, _abandon, self._part, self._file_id)
            self._sha = hashlib.sha256()
            data = files.associated(self._file_id)
            self._sealer = files.Sealer(self._part, self._key, data)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002 - Django's
        """Hash and seal the next bytes."""
        self._sha.update(raw_data)
        self._first += raw_data[: LOOKED_AT - len(self._first)]
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
        stored = store.settle(self._file_id, self._part)
        self._abandon.detach()
        about = files.About(
            name=self.file_name or "",
            kind=self.content_type or "application/octet-stream",
            length=file_size,
            sha256=self._sha.hexdigest(),
            segments=count,
            key=self._key.hex(),
            looks=looks(self._first),
            place=tells_place(self._first),
        )
        return SealedUpload(self._file_id, about, stored, self._sealer.sealed.digest())

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
        none = name.rpartition("/")[2] in ("", ".", "..")  # Django refuses those with an error
        handler.new_file("", "file" if none else name, kind, len(content))
        handler.receive_data_chunk(content, 0)
    except SkipFile as skipped:
        raise skipped.__cause__ or OSError(errno.ENOSPC) from skipped
    return handler.settled(len(content))


def belong(upload: SealedUpload, office_id: uuid.UUID, case_id: uuid.UUID, now: datetime) -> None:
    """The file is a case's, or a loose thing's, from now on; its key must lie in a drawer of it."""
    HeldFile.objects.create(
        id=upload.file_id,
        office_id=office_id,
        case_id=case_id,
        stored_bytes=upload.stored_bytes,
        sealed_sha256=upload.sealed_sha256,
        shared=False,
        at=now,
    )


class NoFiles(FileUploadHandler):
    """Django's upload handler where no form takes a file: one that comes is read past, not kept."""

    def new_file(self, *_: object, **__: object) -> None:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Never called."""

    def file_complete(self, file_size: int) -> None:
        """There is no file."""


def _abandon(part: BinaryIO, file_id: uuid.UUID) -> None:
    """Give a part up; also when its handler ends without a word, as after a lost connection."""
    with suppress(OSError):  # what a full disk did not take cannot be flushed either
        part.close()
    store.give_up(file_id)
