"""The content of a mail (本文と添付): the words of its parts, its files, its warnings.

A mail is taken apart (MIME) by place, and no part is copied before it is asked for. Of a page
(HTML本文) nothing is fetched, drawn or followed.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from mmap import mmap

from madoguchi.tools.mail.parsing import charset
from madoguchi.tools.mail.parsing.heading import MOST_BYTES, Heading, base64, heading
from madoguchi.tools.mail.parsing.wire import MOST_NAME, MOST_WORDS, File

BLANK = re.compile(rb"\r?\n\r?\n|\r\r(?!\n)")
LONGEST = 4  # bytes, at most, that stand for one in transfer encodings as programs write them
MOST_PARTS = 500
MOST_DEPTH = 20
UNSEEN = frozenset({"head", "script", "style", "template", "title"})
LINES = frozenset(
    {"br", "p", "div", "tr", "li", "hr", "table", "blockquote", "ul", "ol", "pre"}
) | {f"h{level}" for level in range(1, 7)}
CELLS = frozenset({"td", "th"})
MANY = re.compile(r"\n{3,}")
PREFORMATTED = "pre"
MOST_BODY = 2 * 1024 * 1024  # of a body that is read as words
LONGEST_CHARACTER = 4  # bytes
DECLARED = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{1,40})""", re.IGNORECASE)
SIGNATURE = "-- "
ABOUT_FILES = {
    "text/calendar": "calendar",
    "application/ics": "calendar",
    "message/rfc822": "nested",
    "application/vnd.ms-outlook": "nested",
    "application/ms-tnef": "winmail",
    "application/vnd.ms-tnef": "winmail",
}
CLOSED = frozenset({"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})


@dataclass
class Letter:
    """What was gathered from a mail: words, files, flags; how many parts were seen."""

    text: str = ""
    files: list[File] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    seen: int = 0

    def set_text(self, text: str) -> None:
        """Take these words, up to the longest text that is read."""
        self.text = text.strip("\n")[:MOST_WORDS]
        if len(self.text) < len(text.strip("\n")):
            self.flags.add("text_cut")

    def add_file(self, file: File) -> None:
        """Add a file, flagged by its kind."""
        about = ABOUT_FILES.get(file.kind, "")
        if file.name.lower() == "winmail.dat":
            about = "winmail"
        file.flags += [about] if about else []
        self.flags |= {"encrypted"} if file.kind in CLOSED else set()
        self.files.append(file)
        self.flags.update(file.flags)


@dataclass(frozen=True)
class Part:
    """One part: its heading, and the offsets of its body in the mail."""

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
        """The delimiter before each of its parts; empty when it has none."""
        if not self.kind.startswith("multipart/"):
            return b""
        found = self.heading.boundary()
        return b"--" + found if found else b""


@dataclass(frozen=True)
class _Text:
    """The words of a part; whether they, or some of them, were made from a page (HTML)."""

    text: str = ""
    from_page: bool = False


def letter(raw: mmap | bytes) -> tuple[Part, Letter]:
    """The mail's outermost part, and what all its parts hold."""
    outermost, found = part(raw, 0, len(raw)), Letter()
    words = _text_of(outermost, found)
    found.set_text(words.text)
    if words.from_page:
        found.flags.add("html_only")
    return outermost, found


def _text_of(part: Part, found: Letter) -> _Text:
    """The words of a part; its files are added to `found` on the way."""
    found.seen += 1
    if part.kind in CLOSED:
        found.flags.add("encrypted")
    delimiter = part.delimiter()
    if delimiter and part.depth < MOST_DEPTH:
        words = _text_of_parts(part, delimiter, found)
    elif (
        part.kind not in ("text/plain", "text/html")
        or part.heading.first("Content-Disposition").lower().startswith("attachment")
        or _name(part)
    ):
        too_deep = ["too_deep"] if delimiter else []
        found.add_file(File(_name(part), part.kind[:MOST_NAME], part.body(), too_deep))
        words = _Text()
    elif part.kind == "text/html":
        declared = part.heading.parameter("Content-Type", "charset")
        if not declared and (meta := DECLARED.search(part.body(4096))):
            declared = meta[1].decode()
        text = page_words(_decoded(part, declared))
        words = _Text(text, from_page=bool(text))
    else:
        text = _decoded(part, part.heading.parameter("Content-Type", "charset"))
        if part.heading.parameter("Content-Type", "format").lower() == "flowed":
            delsp = part.heading.parameter("Content-Type", "delsp").lower() == "yes"
            text = flowed(text, delsp)
        words = _Text(text)
    found.flags |= part.heading.flags
    return words


def _text_of_parts(outer: Part, delimiter: bytes, found: Letter) -> _Text:
    texts: list[_Text] = []
    for each in inner(outer, delimiter):
        if found.seen >= MOST_PARTS:
            found.flags.add("too_many_parts")
            break
        words = _text_of(each, found)
        if words.text.strip():
            texts.append(words)
    if outer.kind == "multipart/alternative":
        texts = ([each for each in texts if not each.from_page] or texts)[-1:]
    text = "\n\n".join(each.text.strip("\n") for each in texts)
    return _Text(text, any(each.from_page for each in texts))


def _name(part: Part) -> str:
    disposition = part.heading.parameter("Content-Disposition", "filename")
    return (disposition or part.heading.parameter("Content-Type", "name"))[:MOST_NAME]


def part(raw: mmap | bytes, start: int, end: int, depth: int = 0) -> Part:
    """The mail or part between these offsets."""
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


def _decoded(part: Part, declared: str) -> str:
    raw = part.body(MOST_BODY + 1)
    if len(raw) > MOST_BODY or part.end - part.start > LONGEST * MOST_BODY:
        part.heading.flags.add("text_cut")
        raw = raw[:MOST_BODY]
        for less in range(LONGEST_CHARACTER):  # it may end within a character
            text, flags = charset.words(raw[: len(raw) - less], declared)
            if not flags:
                return text
        return raw.decode("ascii", "replace")
    text, flags = charset.words(raw, declared)
    part.heading.flags.update(flags)
    return text


def flowed(text: str, without_space: bool) -> str:  # noqa: FBT001 - one of two ways (RFC 3676)
    r"""Lines that end in a space go on in the next.

    >>> flowed("あい \nう\n-- \n名", True)
    'あいう\n-- \n名'
    """
    joined = []
    for line in text.split("\n"):
        unstuffed = line.removeprefix(" ")
        if unstuffed.endswith(" ") and unstuffed != SIGNATURE:
            joined.append(unstuffed[:-1] if without_space else unstuffed)
        else:
            joined.append(unstuffed + "\n")
    return "".join(joined).removesuffix("\n")


def page_words(page: str) -> str:
    r"""What a reader would see, a link with its address behind it.

    >>> page_words('<p>まず<b>一</b></p><p>次に<a href="https://example.jp/x">こちら</a></p><script>a()</script>')
    'まず一\n\n次にこちら <https://example.jp/x>'
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    lines = (line.strip() for line in "".join(reader.words).split("\n"))
    return MANY.sub("\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._unseen: list[str] = []
        self._links: list[str] = []
        self._preformatted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSEEN:
            self._unseen.append(tag)
        elif tag in LINES:
            self.words.append("\n")
        elif tag in CELLS:
            self.words.append(" ")
        elif tag == "a":
            self._links.append(dict(attrs).get("href") or "")
        self._preformatted += tag == PREFORMATTED

    def handle_endtag(self, tag: str) -> None:
        if self._unseen and tag in UNSEEN:
            if tag in self._unseen:
                del self._unseen[self._unseen.index(tag) :]
        elif tag == "a" and self._links:
            address = self._links.pop()
            before = "".join(self.words[-1:]).strip()  # often the address itself
            if address.startswith(("http:", "https:")) and before != address:
                self.words.append(f" <{address}>")
        elif tag in LINES:
            self.words.append("\n")
        self._preformatted -= tag == PREFORMATTED and self._preformatted > 0

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        self.words.append(data if self._preformatted else re.sub(r"\s+", " ", data))
