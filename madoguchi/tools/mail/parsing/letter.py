"""Put together what a mail says (本文と添付): the words of its parts, its files, its warnings."""

from dataclasses import dataclass, field
from mmap import mmap

from madoguchi.tools.mail.parsing import words
from madoguchi.tools.mail.parsing.parts import MOST_DEPTH, MOST_PARTS, Part, inner, part
from madoguchi.tools.mail.parsing.wire import MOST_NAME, MOST_WORDS, File

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
    elif one.kind not in ("text/plain", "text/html") or _is_file(one):
        too_deep = ["too_deep"] if delimiter else []
        found.keep(File(_name(one), one.kind[:MOST_NAME], one.body(), too_deep))
        spoken = _Spoken()
    elif one.kind == "text/html":
        text = words.of_page(one)
        spoken = _Spoken(text, bool(text))
    else:
        spoken = _Spoken(words.plain(one))
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


def _is_file(one: Part) -> bool:
    disposition = one.heading.first("Content-Disposition").lower()
    return disposition.startswith("attachment") or bool(_name(one))


def _name(one: Part) -> str:
    disposition = one.heading.parameter("Content-Disposition", "filename")
    return (disposition or one.heading.parameter("Content-Type", "name"))[:MOST_NAME]
