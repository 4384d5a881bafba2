"""A mail taken apart (MIME): its parts by place, none copied before it is asked for."""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap

from madoguchi.tools.mail.parsing import charset
from madoguchi.tools.mail.parsing.base64 import base64
from madoguchi.tools.mail.parsing.heading import MOST_BYTES, Heading, heading

BLANK = re.compile(rb"\r?\n\r?\n|\r\r(?!\n)")
LONGEST = 4  # bytes, at most, that stand for one in transfer encodings as programs write them
MOST_PARTS = 500
MOST_DEPTH = 20


@dataclass(frozen=True)
class Part:
    """One part: its heading, and where its body stands in the mail."""

    raw: mmap | bytes
    heading: Heading
    start: int
    end: int
    depth: int = 0

    @property
    def kind(self) -> str:
        """Its declared type, such as `text/plain`; lower case."""
        return charset.clean(self.heading.lines.get_content_type())

    def body(self, most: int | None = None) -> bytes:
        """The bytes of its body without transfer encoding; of long ones so many at most."""
        end = self.end if most is None else min(self.end, self.start + LONGEST * most)
        raw = self.raw[self.start : end]
        encoding = self.heading.first("Content-Transfer-Encoding").lower()
        if encoding == "base64":
            raw = base64(raw)
        elif encoding == "quoted-printable":
            raw = binascii.a2b_qp(raw)
        return raw if most is None else raw[:most]

    def delimiter(self) -> bytes:
        """What stands before each of its parts; empty when it has none."""
        if not self.kind.startswith("multipart/"):
            return b""
        found = self.heading.boundary()
        return b"--" + found if found else b""


def part(raw: mmap | bytes, start: int, end: int, depth: int = 0) -> Part:
    """The mail or part that stands between these places."""
    if raw[start : start + 1] == b"\n" or raw[start : start + 2] == b"\r\n":
        return Part(raw, heading(b""), raw.find(b"\n", start) + 1, end, depth)
    blank = BLANK.search(raw, start, end)
    head_end, body = (blank.start(), blank.end()) if blank else (end, end)
    head = raw[start : min(head_end, start + MOST_BYTES + 1)]
    return Part(raw, heading(head), body, end, depth)


def inner(outer: Part, delimiter: bytes) -> Iterator[Part]:
    """The parts of a part, one after the other."""
    raw, begin = outer.raw, -1
    for at, after, last in _delimiters(outer, delimiter):
        if begin >= 0:
            end = at - 1 if raw[at - 1 : at] == b"\n" else at
            end -= raw[end - 1 : end] == b"\r"
            yield part(raw, begin, max(begin, end), outer.depth + 1)
        if last:
            return
        begin = after
    if 0 <= begin < outer.end:
        yield part(raw, begin, outer.end, outer.depth + 1)


def _delimiters(outer: Part, delimiter: bytes) -> Iterator[tuple[int, int, bool]]:
    """Where each begins and its line ends, and whether it is the last."""
    raw, at = outer.raw, outer.start
    while (at := raw.find(delimiter, at, outer.end)) >= 0:
        line_end = raw.find(b"\n", at, outer.end)
        after = outer.end if line_end < 0 else line_end + 1
        rest = raw[at + len(delimiter) : min(after, at + len(delimiter) + 200)].rstrip()
        begins = at == outer.start or raw[at - 1 : at] == b"\n"
        if begins and rest in (b"", b"--"):
            yield at, after, rest == b"--"
        at = after
