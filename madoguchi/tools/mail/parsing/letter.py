"""What a mail says (本文と添付): the words of its parts, its files, its warnings.

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
    """What was gathered: words, files, flags; how many parts were seen."""

    text: str = ""
    files: list[File] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    seen: int = 0

    def say(self, text: str) -> None:
        """Take these words, as far as they are read."""
        self.text = text.strip("\n")[:MOST_WORDS]
        if len(self.text) < len(text.strip("\n")):
            self.flags.add("text_cut")

    def keep(self, file: File) -> None:
        """Put a file down, with what is to be said about its kind."""
        about = ABOUT_FILES.get(file.kind, "")
        if file.name.lower() == "winmail.dat":
            about = "winmail"
        file.flags += [about] if about else []
        self.flags |= {"encrypted"} if file.kind in CLOSED else set()
        self.files.append(file)
        self.flags.update(file.flags)


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


@dataclass(frozen=True)
class _Spoken:
    """The words of a part; whether they, or some of them, were made from a page."""

    text: str = ""
    of_page: bool = False


def letter(raw: mmap | bytes) -> tuple[Part, Letter]:
    """The mail's outermost part, and what stands in all of them."""
    outermost, found = part(raw, 0, len(raw)), Letter()
    spoken = _spoken(outermost, found)
    found.say(spoken.text)
    if spoken.of_page:
        found.flags.add("html_only")
    return outermost, found


def _spoken(one: Part, found: Letter) -> _Spoken:
    """The words of a part; its files are put down on the way."""
    found.seen += 1
    if one.kind in CLOSED:
        found.flags.add("encrypted")
    delimiter = one.delimiter()
    if delimiter and one.depth < MOST_DEPTH:
        spoken = _of_parts(one, delimiter, found)
    elif (
        one.kind not in ("text/plain", "text/html")
        or one.heading.first("Content-Disposition").lower().startswith("attachment")
        or _name(one)
    ):
        too_deep = ["too_deep"] if delimiter else []
        found.keep(File(_name(one), one.kind[:MOST_NAME], one.body(), too_deep))
        spoken = _Spoken()
    elif one.kind == "text/html":
        text = words_of_page(one)
        spoken = _Spoken(text, bool(text))
    else:
        spoken = _Spoken(plain_words(one))
    found.flags |= one.heading.flags
    return spoken


def _of_parts(one: Part, delimiter: bytes, found: Letter) -> _Spoken:
    said: list[_Spoken] = []
    for each in inner(one, delimiter):
        if found.seen >= MOST_PARTS:
            found.flags.add("too_many_parts")
            break
        spoken = _spoken(each, found)
        if spoken.text.strip():
            said.append(spoken)
    if one.kind == "multipart/alternative":
        said = ([each for each in said if not each.of_page] or said)[-1:]
    text = "\n\n".join(each.text.strip("\n") for each in said)
    return _Spoken(text, any(each.of_page for each in said))


def _name(one: Part) -> str:
    disposition = one.heading.parameter("Content-Disposition", "filename")
    return (disposition or one.heading.parameter("Content-Type", "name"))[:MOST_NAME]


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


def plain_words(part: Part) -> str:
    """The words of a plain part; lines that were only broken to fit are one again."""
    text = _decoded(part, part.heading.parameter("Content-Type", "charset"))
    if part.heading.parameter("Content-Type", "format").lower() == "flowed":
        return flowed(text, part.heading.parameter("Content-Type", "delsp").lower() == "yes")
    return text


def words_of_page(part: Part) -> str:
    declared = part.heading.parameter("Content-Type", "charset")
    if not declared and (found := DECLARED.search(part.body(4096))):
        declared = found[1].decode()
    return page_words(_decoded(part, declared))


def _decoded(part: Part, declared: str) -> str:
    raw = part.body(MOST_BODY + 1)
    if len(raw) > MOST_BODY or part.end - part.start > LONGEST * MOST_BODY:
        part.heading.flags.add("text_cut")
        return _of_cut(raw[:MOST_BODY], declared)
    text, flags = charset.words(raw, declared)
    part.heading.flags.update(flags)
    return text


def _of_cut(raw: bytes, declared: str) -> str:
    """The words of bytes that may end within a character."""
    readings = (
        charset.words(raw[: len(raw) - less], declared) for less in range(LONGEST_CHARACTER)
    )
    return next((text for text, flags in readings if not flags), raw.decode("ascii", "replace"))


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

    >>> words('<p>まず<b>一</b></p><p>次に<a href="https://example.jp/x">こちら</a></p><script>a()</script>')
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
            self._behind(self._links.pop())
        elif tag in LINES:
            self.words.append("\n")
        self._preformatted -= tag == PREFORMATTED and self._preformatted > 0

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        self.words.append(data if self._preformatted else re.sub(r"\s+", " ", data))

    def _behind(self, address: str) -> None:
        """The link's address, where the words before it are another."""
        if address.startswith(("http:", "https:")) and "".join(self.words[-1:]).strip() != address:
            self.words.append(f" <{address}>")
