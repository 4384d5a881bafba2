"""Files as numbered segments of 1 MiB: the published AES-GCM-HKDF streaming layout.

Header: its length (1 byte), salt (32), nonce prefix (7). Nonce: prefix, segment number
(4, big-endian), last flag (1). A test opens our bytes with the layout's own implementation
and the reverse. Files are padded by at most 12 % (Padmé); the true length lies in the drawer.
"""

import os
from collections.abc import Iterator
from io import BufferedIOBase
from typing import BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from madoguchi.tools.vault.cipher import KEY, Unreadable

SEGMENT = 1024 * 1024
TAG = 16
PREFIX = 7
HEADER = 1 + KEY + PREFIX
FIRST = SEGMENT - HEADER - TAG
REST = SEGMENT - TAG
ZEROS = bytes(64 * 1024)


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
        self._plain = memoryview(bytearray(REST))
        self._sealed = memoryview(bytearray(SEGMENT))
        self._held, self._room = 0, FIRST
        self._number = 0
        self.length = 0
        out.write(bytes([HEADER]) + salt + self._prefix)

    def write(self, chunk: bytes) -> None:
        """Take the next bytes."""
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
        self._out.write(sealed)
        self._held, self._room = 0, REST
        self._number += 1


def unseal(source: BufferedIOBase, key: bytes, data: bytes, length: int) -> Iterator[memoryview]:
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
