"""The lines at the head of a mail or of a part (ヘッダー): their words, and who wrote it."""

import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from email.parser import HeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from quopri import decodestring

from madoguchi.tools.mail.parsing import charset

MOST_BYTES = 256 * 1024
MOST_LINES = 2000
ENCODED = re.compile(r"=\?([^?\s]+)\?([bBqQ])\?([^?]*)\?=(\s+(?==\?[^?\s]+\?[bBqQ]\?))?")
FOLD = re.compile(r"\r?\n[ \t]?|\r")
UNDECLARED = re.compile("[\x80-\xff\x1b]")
TOO_STRANGE = (ValueError, TypeError, IndexError, OverflowError, RecursionError, LookupError)
METHODS = ("spf", "dkim", "dmarc")
UNKNOWN = "unknown"
RESULTS = frozenset(
    {"pass", "fail", "softfail", "neutral", "none", "policy", "temperror", "permerror"}
)
QUOTED = re.compile(r'"[^"]*"')
COMMENT = re.compile(r"\([^()]*\)")
RESULT = re.compile(r"^\s*([a-z0-9-]+)\s*(?:/\s*\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)
TELLING = ("X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "List-Id", "X-Loop")
IN_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
REPORT = "multipart/report"
MACHINES = ("mailer-daemon", "no-reply", "noreply")


@dataclass(frozen=True)
class Heading:
    """The header lines of a mail or a part, a character a byte; reading their words gathers flags.

    `charset`: of eight-bit words, where it is known.
    """

    lines: Message
    charset: str = ""
    flags: set[str] = field(default_factory=set)

    def all(self, name: str) -> list[str]:
        """Every line of this name, unfolded, from the top down."""
        return [FOLD.sub(" ", str(value)).strip() for value in self.lines.get_all(name) or ()]

    def first(self, name: str) -> str:
        """The topmost line of this name; empty when there is none."""
        return next(iter(self.all(name)), "")

    def words(self, name: str) -> str:
        """The topmost line of this name as words."""
        return self.read(self.first(name))

    def read(self, value: str) -> str:
        """A value as words: encoded ones, also such as were cut in the middle of a character."""
        words: list[str] = []
        end = 0
        charset_, held = "", b""
        for found in ENCODED.finditer(value):
            if found.start() > end or found[1].lower() != charset_:
                words.append(self._decode(held, charset_))
                charset_, held = found[1].lower(), b""
            words.append(self._undeclared(value[end : found.start()]))
            encoded = found[3].encode("latin-1", "replace")
            held += base64(encoded) if found[2] in "bB" else decodestring(encoded, header=True)
            end = found.end()
        words += [self._decode(held, charset_), self._undeclared(value[end:])]
        return " ".join("".join(words).split())

    def addresses(self, *names: str) -> list[tuple[str, str]]:
        """Name and address of everybody in the lines of these names."""
        values = [self._undeclared(value) for name in names for value in self.all(name)]
        try:
            found = getaddresses(values)
        except TOO_STRANGE:
            return []
        return [(self.read(name), charset.clean(address)) for name, address in found if address]

    def parameter(self, line: str, name: str) -> str:
        """A parameter of a line, such as the file name of `Content-Disposition`, as words."""
        try:
            value = self.lines.get_param(name, "", line)
        except TOO_STRANGE:
            return ""
        if isinstance(value, tuple):  # RFC 2231: the character set stands beside it
            return self._decode(value[2].encode("latin-1", "replace"), value[0] or "")
        return self.read(FOLD.sub(" ", str(value)))

    def boundary(self) -> bytes:
        """What `Content-Type` says stands between the parts, byte for byte."""
        try:
            found = self.lines.get_boundary("") or ""
        except TOO_STRANGE:
            return b""
        return found.encode("latin-1", "replace")

    def _undeclared(self, value: str) -> str:
        if not UNDECLARED.search(value):
            return charset.clean(value)
        return self._decode(value.encode("latin-1", "replace"), self.charset)

    def _decode(self, raw: bytes, declared: str) -> str:
        text, flags = charset.words(raw, declared.partition("*")[0])
        self.flags.update(flags)
        return text


def heading(head: bytes, charset_: str = "") -> Heading:
    """The heading of these bytes; a flood of lines is cut and flagged."""
    kept = head[:MOST_BYTES]
    at = -1
    for _ in range(MOST_LINES):
        if (at := kept.find(b"\n", at + 1)) < 0:
            break
    else:
        kept = kept[:at]
    found = Heading(HeaderParser().parsestr(kept.decode("latin-1")), charset_)
    if len(kept) < len(head.rstrip(b"\r\n")):
        found.flags.add("headers_cut")
    return found


def moment(value: str) -> datetime | None:
    """The time that a `Date` line names; None without a zone, and for what is none."""
    try:
        at = parsedate_to_datetime(value)
        return at if at.utcoffset() is not None else None
    except TOO_STRANGE:
        return None


def base64(raw: bytes) -> bytes:
    r"""What base64 holds as mail has it (line ends, strange signs, cut), as far as it goes.

    >>> base64(b"44GC\r\n44G"), base64(b"!")
    (b'\xe3\x81\x82\xe3\x81', b'')
    """
    for ending in (b"", b"=", b"=="):
        try:
            return binascii.a2b_base64(raw + ending)
        except binascii.Error:
            continue
    return b""


def verdicts(head: Heading, our_server: str) -> list[str]:
    """SPF, DKIM and DMARC (RFC 8601), in this order: the topmost line, when our server wrote it.

    Lines further down were there before the mail reached us: anybody may have written them. Of
    several results of one method the one that is not `pass` counts.
    """
    found = dict.fromkeys(METHODS, UNKNOWN)
    line = head.first("Authentication-Results")
    bare = COMMENT.sub(" ", QUOTED.sub(" ", line))  # a `;` or `dmarc=pass` may stand in these
    server, _, results = bare.partition(";")
    writer = (server.split() or [""])[0]
    if not our_server or writer.lower() != our_server.lower():
        return list(found.values())
    for clause in results.split(";"):
        result = RESULT.match(clause)
        if result is None or result[1].lower() not in METHODS:
            continue
        method, value = result[1].lower(), result[2].lower()
        if value in RESULTS and found[method] in (UNKNOWN, "pass"):
            found[method] = value
    return list(found.values())


def automatic(head: Heading, sender: str) -> bool:
    """Whether a machine wrote it (then nothing may answer): automatic, in bulk, a bounce."""
    submitted = head.first("Auto-Submitted").lower().partition(";")[0].strip()
    return (
        submitted not in ("", "no")
        or head.first("Precedence").lower() in IN_BULK
        or any(head.lines.get(name) is not None for name in TELLING)
        or head.lines.get_content_type() == REPORT
        or head.first("Return-Path") == "<>"
        or sender.lower().partition("@")[0] in MACHINES
    )


def changed_by_gateway(head: Heading, marks: Sequence[str]) -> bool:
    """Whether a gateway changed it (無害化): a line is a mark, `X-Name` or `X-Name: words`."""
    for mark in marks:
        name, _, words = mark.partition(":")
        if "*" not in name and any(words.strip() in value for value in head.all(name)):
            return True
    return False
