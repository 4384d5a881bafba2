"""How the child tells what it read: one line of JSON, then the bytes of the files."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

MOST_WORDS = 200_000  # characters of a text
MOST_NAME = 1000  # characters of a name, an address or a subject


@dataclass
class File:
    """A file of a mail as the child found it."""

    name: str
    kind: str
    content: bytes
    flags: list[str] = field(default_factory=list)


@dataclass
class Told:
    """What the child tells of a mail, before anybody believes its form."""

    from_address: str = ""
    from_name: str = ""
    to: list[str] = field(default_factory=list)
    to_count: int = 0
    subject: str = ""
    at: str = ""
    message_id: str = ""
    in_reply_to: str = ""
    text: str = ""
    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    automatic: bool = False
    flags: list[str] = field(default_factory=list)


def packed(told: Told, files: list[File]) -> Iterator[bytes]:
    """The line and the files' bytes."""
    line = {**vars(told), "files": [[f.name, f.kind, len(f.content), f.flags] for f in files]}
    yield json.dumps(line).encode() + b"\n"
    for file in files:
        yield file.content


def unpacked(result: bytes) -> tuple[Told, list[File]]:
    """What was packed.

    Raises:
        ValueError: the result has not that form.
    """
    end = result.find(b"\n")
    try:
        read = json.loads(result[:end].decode("ascii"))
        json.dumps(read, ensure_ascii=False).encode()  # half a character would be stored nowhere
        files = [_file(*one) for one in read.pop("files")]
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        raise ValueError("no result") from None
    told, rest = Told(**_of_form(read)), memoryview(result)[end + 1 :]
    for file, length in files:
        file.content, rest = bytes(rest[:length]), rest[length:]
    if rest or any(len(file.content) != length for file, length in files):
        raise ValueError("lengths")
    return told, [file for file, _ in files]


def _of_form(read: dict[str, Any]) -> dict[str, Any]:
    form = vars(Told())
    if read.keys() != {one.name for one in fields(Told)}:
        raise ValueError("keys")
    for name, value in read.items():
        if type(value) is not type(form[name]):
            raise ValueError(name)
        if isinstance(value, list) and not all(isinstance(one, str) for one in value):
            raise ValueError(name)
    if read["at"]:
        datetime.fromisoformat(read["at"])
    return read


def _file(name: object, kind: object, length: object, flags: object) -> tuple[File, int]:
    if not (isinstance(name, str) and isinstance(kind, str) and isinstance(flags, list)):
        raise TypeError
    if not isinstance(length, int) or length < 0:
        raise TypeError
    return File(name, kind, b"", [str(flag) for flag in flags]), length
