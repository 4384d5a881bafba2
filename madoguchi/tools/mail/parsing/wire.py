"""The format in which the child hands over a mail: a line of JSON, then the files' bytes."""

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
class ParsedMail:
    """What the child read from a mail; its fields are the keys of the JSON."""

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


def packed(mail: ParsedMail, files: list[File]) -> Iterator[bytes]:
    """The line and the files' bytes."""
    line = {**vars(mail), "files": [[f.name, f.kind, len(f.content), f.flags] for f in files]}
    yield json.dumps(line).encode() + b"\n"
    for file in files:
        yield file.content


def unpacked(result: bytes) -> tuple[ParsedMail, list[File]]:
    """What was packed.

    Raises:
        ValueError: the result has not that form.
    """
    end = result.find(b"\n")
    try:
        read = json.loads(result[:end].decode("ascii"))
        json.dumps(read, ensure_ascii=False).encode()  # half a character would be stored nowhere
        files = [_file(*entry) for entry in read.pop("files")]
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        raise ValueError("no result") from None
    mail, rest = ParsedMail(**_checked(read)), memoryview(result)[end + 1 :]
    for file, length in files:
        file.content, rest = bytes(rest[:length]), rest[length:]
    if rest or any(len(file.content) != length for file, length in files):
        raise ValueError("lengths")
    return mail, [file for file, _ in files]


def _checked(read: dict[str, Any]) -> dict[str, Any]:
    """The same, if it has the keys and types of a ParsedMail; the child may be anybody's."""
    form = vars(ParsedMail())
    if read.keys() != {field.name for field in fields(ParsedMail)}:
        raise ValueError("keys")
    for name, value in read.items():
        if type(value) is not type(form[name]):
            raise ValueError(name)
        if isinstance(value, list) and not all(isinstance(item, str) for item in value):
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
