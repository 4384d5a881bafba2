"""Words that occur nowhere else, how they could lie about, and the search for them."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "𠮷川鶯谷子"
PHONE = "0279-87-6543"
MAIL = "canary.bird@example.jp"
NOTE = "鳴いているカナリアの話です"
FILE_NAME = "金糸雀の写真.jpg"
URL = "https://canary.example/thread/87654321"
POSITION = "36.4893N139.0001E"
CANARIES = (NAME, "川鶯谷子", PHONE, "0279876543", MAIL, NOTE, FILE_NAME, URL, POSITION)
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "shift_jis")


def picture() -> bytes:
    """The bytes of a JPEG whose EXIF segment says where it was taken."""
    exif = b"Exif\0\0MM\0*" + POSITION.encode() * 20
    return b"\xff\xd8\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + b"\xff\xd9"


def shapes(canary: str) -> Iterator[bytes]:
    """The canary as bytes in every encoding, and the inside of its base64 at every offset."""
    for encoding in ENCODINGS:
        try:
            plain = canary.encode(encoding)
        except UnicodeEncodeError:
            continue
        yield plain
        for offset in range(3):
            inside = base64.b64encode(b"\0" * offset + plain)
            yield inside[4 if offset else 0 : len(inside) - 4]
    yield canary.encode("unicode_escape") if not canary.isascii() else canary.encode()


SHAPES = {shape: canary for canary in CANARIES for shape in shapes(canary)}


def found(*folders: Path) -> list[str]:
    """Where a canary lies: `file: canary`; the `To:` of mail files is allowed to."""
    return [
        f"{path}: {canary}"
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for canary in sorted(sung(without_to(path)))
    ]


def sung(data: bytes) -> set[str]:
    """The canaries in these bytes."""
    return {canary for shape, canary in SHAPES.items() if shape in data}


def without_to(path: Path) -> bytes:
    """What stands in a file, the addressee of a mail left out."""
    data = path.read_bytes()
    if path.parent.name != "mail":
        return data
    return b"\n".join(line for line in data.split(b"\n") if not line.startswith(b"To:"))
