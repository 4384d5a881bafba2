"""Sealed files on disk: written whole or not at all, read only with their key (保管ファイル).

Numbered segments of 1 MiB in the published AES-GCM-HKDF streaming layout. Header: its length
(1 byte), salt (32), nonce prefix (7). Nonce: prefix, segment number (4, big-endian), last flag (1).
A test opens our bytes with the layout's own implementation and the reverse. Files are padded by at
most 12 % (Padmé); the true length lies in the drawer.
"""

import errno
import hashlib
import logging
import os
import shutil
from collections.abc import Buffer, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from io import BufferedIOBase
from itertools import batched
from pathlib import Path
from typing import Any, BinaryIO, Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import DatabaseError
from django.db.models import Sum

from madoguchi.rules import limits
from madoguchi.tools.vault import store
from madoguchi.tools.vault.cipher import KEY, Unreadable
from madoguchi.tools.vault.models import HeldFile
from madoguchi.tools.vault.store import HEADER, PREFIX

SEGMENT = 1024 * 1024
TAG = 16
FIRST = SEGMENT - HEADER - TAG
REST = SEGMENT - TAG
ZEROS = bytes(64 * 1024)
LONGEST = 2 * limits.BYTES_OF_A_BODY  # of a sealed file, with its padding
AT_ONCE = 500  # files that one query asks for
LOST_FOR = timedelta(days=35)
DOUBTED: set[UUID] = set()  # what this process has read and did not believe
A_SWEEP = 20  # files of before whose hash one sweep writes down


@dataclass(frozen=True)
class About:
    """What is known of a file and lies in a drawer.

    `kind` is what the sender's browser called it, `looks` what its first bytes are like; `place`:
    they hold a position (位置情報).
    """

    name: str
    kind: str
    length: int
    sha256: str
    segments: int
    key: str = field(repr=False)
    looks: str = "unknown"
    place: bool = False

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Self:
        return cls(**told)


def padded(length: int) -> int:
    """The length that is stored for a file of this length (Padmé).

    >>> padded(9), padded(1_000_000)
    (10, 1015808)
    """
    if length <= 1:
        return length
    exponent = length.bit_length() - 1
    low = exponent - exponent.bit_length()
    mask = (1 << low) - 1 if low > 0 else 0
    return (length + mask) & ~mask


def associated(file_id: UUID) -> bytes:
    """What binds the bytes to their own file."""
    return f"madoguchi/file/v1|{file_id}".encode()


def _cipher(key: bytes, salt: bytes, data: bytes) -> AESGCM:
    return AESGCM(HKDF(hashes.SHA256(), KEY, salt, data).derive(key))


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])


class Sealer:
    """Seals a stream while it arrives; of it one segment is held, and that one sealed."""

    def __init__(self, out: BinaryIO, key: bytes, data: bytes) -> None:
        salt = os.urandom(KEY)
        self._prefix = os.urandom(PREFIX)
        self._cipher = _cipher(key, salt, data)
        self._out = out
        self.sealed = hashlib.sha256()  # of what is written
        self._plain = memoryview(bytearray(REST))
        self._sealed = memoryview(bytearray(SEGMENT))
        self._held, self._room = 0, FIRST
        self._number = 0
        self.length = 0
        self._write(bytes([HEADER]) + salt + self._prefix)

    def write(self, chunk: bytes) -> None:
        self.length += len(chunk)
        self._feed(memoryview(chunk))

    def finish(self) -> int:
        """Pad, write the last segment; the number of segments."""
        missing = padded(self.length) - self.length
        while missing > 0:
            self._feed(memoryview(ZEROS)[:missing])
            missing -= len(ZEROS)
        self._put(last=True)
        return self._number

    def _feed(self, left: memoryview) -> None:
        while left:
            if self._held == self._room:
                self._put(last=False)
            taken = min(len(left), self._room - self._held)
            self._plain[self._held : self._held + taken] = left[:taken]
            self._held += taken
            left = left[taken:]

    def _put(self, *, last: bool) -> None:
        nonce = _nonce(self._prefix, self._number, last=last)
        plain, sealed = self._plain[: self._held], self._sealed[: self._held + TAG]
        self._cipher.encrypt_into(nonce, plain, None, sealed)
        self._write(sealed)
        self._held, self._room = 0, REST
        self._number += 1

    def _write(self, sealed: Buffer) -> None:
        self.sealed.update(sealed)
        self._out.write(sealed)


def unsealed_segments(
    source: BufferedIOBase, key: bytes, data: bytes, length: int
) -> Iterator[memoryview]:
    """The file's own bytes, segment by segment, each in the memory of the one before.

    Raises:
        Unreadable: another key or file, a changed, moved, missing or cut segment.
    """
    header = source.read(HEADER)
    if len(header) != HEADER or header[0] != HEADER:
        raise Unreadable
    cipher, prefix = _cipher(key, header[1:33], data), header[33:]
    sealed, opened = memoryview(bytearray(SEGMENT + 1)), memoryview(bytearray(SEGMENT))
    left, number, room, held = length, 0, FIRST + TAG, 0
    while True:
        held += source.readinto(sealed[held : room + 1])
        last, here = held <= room, min(held, room)  # one byte of the next segment tells of it
        plain = opened[: max(0, here - TAG)]
        try:
            nonce = _nonce(prefix, number, last=last)
            cipher.decrypt_into(nonce, sealed[:here], None, plain)
        except (InvalidTag, ValueError) as error:
            raise Unreadable from error
        yield plain[:left]
        left -= min(left, len(plain))
        if last:
            break
        sealed[0], held = sealed[room], 1
        number, room = number + 1, SEGMENT
    if left:
        raise Unreadable


def read(file_id: UUID, about: About) -> Iterator[bytes]:
    """The file's own bytes.

    Raises:
        Unreadable: changed, cut or exchanged bytes.
        FileNotFoundError: the bytes are gone.
    """
    for plain in _unsealed(file_id, about):
        yield bytes(plain)


def sha256(file_id: UUID, about: About) -> str:
    """The hash of the file's own bytes.

    Raises:
        Unreadable, FileNotFoundError: as `read`.
    """
    digest = hashlib.sha256()
    for plain in _unsealed(file_id, about):
        digest.update(plain)
    return digest.hexdigest()


def _unsealed(file_id: UUID, about: About) -> Iterator[memoryview]:
    """Each segment in the memory of the one before, which is near: to hash it there is quicker."""
    with store.opened(file_id) as source:
        key, data = bytes.fromhex(about.key), associated(file_id)
        yield from unsealed_segments(source, key, data, about.length)


def whole(file_id: UUID, stored_bytes: int) -> bool:
    """Whether the file is there and as long as it was."""
    return store.size(file_id) == stored_bytes


def lacking(file_id: UUID) -> bool:
    """Whether nothing lies there under the file's name."""
    return store.size(file_id) is None


def there(file_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Of these files, those whose bytes are there as they were kept."""
    rows = HeldFile.objects.filter(pk__in=set(file_ids)).values_list("pk", "stored_bytes")
    return frozenset(file_id for file_id, stored in rows if whole(file_id, stored))


def hand_over(file_ids: Sequence[UUID], case_id: UUID) -> None:
    """These files belong to the case from now on; their keys must lie in its drawer."""
    rows = HeldFile.objects.filter(pk__in=file_ids)
    rows.update(lookup="", case_id=case_id, about=b"")


def take_in() -> None:
    """Copy what was sent out of the inboxes into the store.

    What is not as it was sent stays where it is, and `madoguchi verify` names it; it is read once
    in the life of the process, or a large one would be read every few seconds for ever.
    """
    for ids in batched(set(store.waiting()) - DOUBTED, AT_ONCE):
        sent = HeldFile.objects.filter(pk__in=ids, case_id__isnull=False)
        for row in sent.filter(stored_bytes__lte=LONGEST):
            try:
                store.take_in(row.id, row.stored_bytes, bytes(row.sealed_sha256))
            except store.Doubtful as doubt:
                DOUBTED.add(row.id)
                logging.getLogger("madoguchi.store").warning("a file in the inbox: %s", doubt)
            except OSError as error:  # such as a full disk: tried again
                code = errno.errorcode.get(error.errno or 0, "no reason given")
                logging.getLogger("madoguchi.store").warning("a file in the inbox: %s", code)


def discard(file_id: UUID) -> None:
    """Remove new bytes unless a row names them; while the tables cannot be asked, they stay."""
    with suppress(DatabaseError):
        if not HeldFile.objects.filter(pk=file_id).exists():
            store.drop(file_id)


def sweep(before: datetime) -> None:
    """Remove parts and new files that no row names, that nobody has written to since then.

    Their request was killed, cut or not committed. A file comes before its row, so `before` lies
    further back than any request may take. What the store has, had a row: somebody removed it, so
    the bytes are laid aside.
    """
    if store.shut():
        logging.getLogger("madoguchi.store").warning("an inbox is shut")
    store.remove_old_parts(before)
    for file_ids, remove in (
        (store.overdue(before), store.drop),
        (store.kept(before), store.lay_aside),
    ):
        for ids in batched(file_ids, AT_ONCE):
            named = HeldFile.objects.filter(pk__in=ids).values_list("pk", flat=True)
            for file_id in {*ids} - {*named}:
                remove(file_id)
    store.remove_lost(before - LOST_FOR)
    _note_hashes()


def _note_hashes() -> None:
    """Write down what some files of before hash to, so that each has it after some days."""
    of_before = HeldFile.objects.filter(sealed_sha256=b"", case_id__isnull=False)
    for row in of_before.order_by("pk")[:A_SWEEP]:
        with suppress(FileNotFoundError), store.opened(row.pk) as source:
            digest = hashlib.file_digest(source, "sha256").digest()
            HeldFile.objects.filter(pk=row.pk).update(sealed_sha256=digest)


def fullness() -> int:
    """How full the disks of the files and of the home folder are, the fuller one, in per cent."""
    places = (settings.HOME, settings.FILES, settings.INBOX)
    return max(fullness_of(folder) for folder in places if folder.exists())


def fullness_of(folder: Path) -> int:
    """How full the file system of a folder is, in per cent: of bytes or of files, the fuller.

    What only root may use counts as used. Some file systems have no limit of files (0).
    """
    disk, count = shutil.disk_usage(folder), os.statvfs(folder)
    rooms = ((disk.free, disk.total), (count.f_favail, count.f_files))
    return max(round(100 - 100 * free / total) for free, total in rooms if total)


def stored_since(office_id: UUID, since: datetime) -> int:
    """Bytes that an office received since then (the day's quota)."""
    rows = HeldFile.objects.filter(office_id=office_id, at__gte=since, shared=True)
    total: int | None = rows.aggregate(total=Sum("stored_bytes"))["total"]
    return total or 0
