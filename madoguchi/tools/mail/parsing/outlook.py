"""The parser of Outlook's files (.msg), run in a child that is shut in: only what is needed."""

import io
import json
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from mmap import mmap

from olefile import OleFileIO

from madoguchi.tools.mail.parsing import charset, letter, message
from madoguchi.tools.mail.parsing.heading import MOST_BYTES, heading
from madoguchi.tools.mail.parsing.letter import MOST_PARTS, Letter
from madoguchi.tools.mail.parsing.wire import MOST_NAME, File

SUBJECT, BODY, PAGE, RICH, HEADERS = 0x0037, 0x1000, 0x1013, 0x1009, 0x007D
SENDER_NAME, SENDER, SENDER_SMTP, MESSAGE_ID, ANSWERS = 0x0C1A, 0x0C1F, 0x5D01, 0x1035, 0x1042
ADDRESS, SMTP = 0x3003, 0x39FE
CONTENT, LONG_NAME, SHORT_NAME, KIND = 0x3701, 0x3707, 0x3704, 0x370E
CODE_PAGE, SUBMITTED, DELIVERED = 0x3FFD, 0x0039, 0x0E06
WIDE, NARROW, BINARY = 0x001F, 0x001E, 0x0102
TIME, LONG = 0x0040, 0x0003
MESSAGE_HEAD, ENTRY = 32, 16  # bytes before the first fixed property, and of each
UNQUOTED = re.compile(r'["\\]')
BEGIN = datetime(1601, 1, 1, tzinfo=UTC)
NAMES = {65001: "utf-8", 50220: "iso-2022-jp", 51932: "euc-jp", 1200: "utf-16-le"}


@dataclass(frozen=True)
class Folder:
    """The message, one of its recipients or one of its files, within the container."""

    ole: OleFileIO
    path: tuple[str, ...]
    code_page: str
    flags: set[str]

    def words(self, tag: int) -> str:
        """A property's words; empty when it is not there."""
        if wide := self._stream(tag, WIDE):
            return charset.clean(wide.decode("utf-16-le", "replace")).rstrip("\0")
        text, flags = charset.words(self._stream(tag, NARROW).rstrip(b"\0"), self.code_page)
        self.flags.update(flags)
        return text

    def content(self, tag: int) -> bytes:
        return self._stream(tag, BINARY)

    def _stream(self, tag: int, kind: int) -> bytes:
        path = [*self.path, f"__substg1.0_{tag:04X}{kind:04X}"]
        if not self.ole.exists(path) or self.ole.get_type(path) != 2:  # noqa: PLR2004 - a stream
            return b""
        content: bytes = self.ole.openstream(path).read()
        return content


def parse(raw: mmap | bytes, config: str) -> Iterator[bytes]:
    """The message, packed; `config` as for `message.parse`."""
    ole = OleFileIO(raw if hasattr(raw, "read") else io.BytesIO(raw))
    entries = ole.openstream("__properties_version1.0").read()[MESSAGE_HEAD:]
    entries = entries[: len(entries) - len(entries) % ENTRY]
    fixed = {  # the message's properties of fixed length
        (tag, kind): value for kind, tag, _, value in struct.iter_unpack("<HHIQ", entries)
    }
    found = Letter()
    number = fixed.get((CODE_PAGE, LONG), 932) & 0xFFFFFFFF
    root = Folder(ole, (), NAMES.get(number, f"cp{number}"), found.flags)
    _words(root, found)
    for path in _inner(ole, "__attach_version1.0_"):
        folder = Folder(ole, path, root.code_page, found.flags)
        content = folder.content(CONTENT)
        name = folder.words(LONG_NAME) or folder.words(SHORT_NAME)
        if not content and ole.exists([*path, f"__substg1.0_{CONTENT:04X}000D"]):
            found.flags.add("nested")  # a message within the message stands only in the raw one
            continue
        kind = folder.words(KIND) or "application/octet-stream"
        found.add_file(File(name[:MOST_NAME], kind[:MOST_NAME].lower(), content))
    head = heading(_head(root, fixed), "utf-8")
    trusted = json.loads(config)
    yield from message.packed_mail(head, found, trusted["server"], trusted["gateway"])


def _inner(ole: OleFileIO, begins: str) -> list[tuple[str, ...]]:
    """The folders of recipients or files, in order."""
    folders = {path[0] for path in ole.listdir() if len(path) > 1 and path[0].startswith(begins)}
    return [(folder,) for folder in sorted(folders)[:MOST_PARTS]]


def _words(root: Folder, found: Letter) -> None:
    """The plain words, or those of the page."""
    found.set_text(root.words(BODY))
    if found.text.strip():
        return
    raw = root.content(PAGE)
    text, flags = charset.words(raw, root.code_page)
    found.flags |= flags
    found.set_text(letter.page_words(text or root.words(PAGE)))
    if found.text:
        found.flags.add("html_only")
    elif root.content(RICH):
        found.flags.add("text_cut")  # words that stand in Outlook's own rich text alone


def _head(root: Folder, fixed: dict[tuple[int, int], int]) -> bytes:
    """The head that came with the message; of one that never travelled, what Outlook notes."""
    came = root.words(HEADERS)
    if came.strip():
        return came[:MOST_BYTES].encode()
    recipients = (
        Folder(root.ole, p, root.code_page, root.flags) for p in _inner(root.ole, "__recip_")
    )
    lines = {
        "Subject": root.words(SUBJECT),
        "Message-ID": root.words(MESSAGE_ID),
        "In-Reply-To": root.words(ANSWERS),
        "Date": _date(fixed),
        "From": _person(root.words(SENDER_NAME), root.words(SENDER_SMTP), root.words(SENDER)),
        "To": ", ".join(_person("", each.words(SMTP), each.words(ADDRESS)) for each in recipients),
    }
    return "\n".join(f"{name}: {' '.join(words.split())}" for name, words in lines.items()).encode()


def _person(name: str, *addresses: str) -> str:
    """Name and address as a head has them; Exchange's own names of people are no addresses."""
    address = next((each for each in addresses if "@" in each), "")
    return f'"{UNQUOTED.sub("", name)}" <{address}>' if name else address


def _date(fixed: dict[tuple[int, int], int]) -> str:
    """When it was submitted or delivered, in tenths of a microsecond since 1601, or empty."""
    ticks = fixed.get((SUBMITTED, TIME)) or fixed.get((DELIVERED, TIME))
    try:
        return format_datetime(BEGIN + timedelta(microseconds=ticks // 10)) if ticks else ""
    except OverflowError:
        return ""
