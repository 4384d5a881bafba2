"""Looks into a PDF as its readers do: text as copied, tags as a screen reader meets them."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2

from tests import pdf

MM = 72 / 25.4
EDGE = 4 * MM


def text(content: bytes) -> str:
    """What is copied from the paper."""
    return "\f".join(pdf.pages(content))


def joined(content: bytes) -> str:
    """The same without the breaks of lines."""
    return "".join(text(content).split())


def opened(content: bytes) -> pikepdf.Pdf:
    """The paper as pikepdf sees it."""
    return pikepdf.open(BytesIO(content))


def tags(paper: pikepdf.Pdf) -> list[str]:
    """The names of every tag, in the order read."""
    return [str(node.get("/S", "")).removeprefix("/") for node in nodes(paper)]


def nodes(paper: pikepdf.Pdf) -> Iterator[Any]:
    """Every element of the structure, in the order read."""
    yield from below(paper.Root.StructTreeRoot)


def below(node: Any) -> Iterator[Any]:
    """Every element under one, in the order read."""
    inside = node.get("/K")
    for each in inside if isinstance(inside, pikepdf.Array) else [inside]:
        if isinstance(each, pikepdf.Dictionary) and "/S" in each:
            yield each
            yield from below(each)


@dataclass(frozen=True)
class Word:
    """A word with its box in points from the top left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Page:
    """One page with its words."""

    width: float
    height: float
    words: tuple[Word, ...]


def pages(content: bytes) -> list[Page]:
    """Where each word stands."""
    return [
        Page(page.get_width(), page.get_height(), tuple(_words(page)))
        for page in pypdfium2.PdfDocument(content)
    ]


def outside(content: bytes) -> list[str]:
    """What stands, by whole runs, where a printer no longer prints: within 4 mm of the edge."""
    return [
        words
        for at, sheet in enumerate(pdf.sheets(content))
        for left, bottom, right, top in sheet.boxes
        if not (
            left >= EDGE
            and bottom >= EDGE
            and right <= sheet.width - EDGE
            and top <= sheet.height - EDGE
        )
        and (words := pdf.within(content, at, (left, bottom, right, top)).strip())
    ]


def overlaps(page: Page) -> Iterator[tuple[str, str]]:
    """Words of which one lies on another by more than half a line (字の重なり)."""
    for at, one in enumerate(page.words):
        for other in page.words[at + 1 :]:
            wide = min(one.right, other.right) - max(one.left, other.left)
            high = min(one.bottom, other.bottom) - max(one.top, other.top)
            line = min(one.bottom - one.top, other.bottom - other.top)
            if wide > line / 2 and high > line / 2:
                yield one.text, other.text


def _words(page: pypdfium2.PdfPage) -> Iterator[Word]:
    """Runs of letters without a space, a jump back or a new line between them."""
    chars, high = page.get_textpage(), page.get_height()
    run: list[Word] = []
    for at in range(chars.count_chars()):
        said = chr(pypdfium2.raw.FPDFText_GetUnicode(chars, at))
        left, bottom, right, top = chars.get_charbox(at, loose=True)
        letter = Word(said, left, high - top, right, high - bottom)
        if run and (said.isspace() or not _follows(run[-1], letter)):
            yield _joined(run)
            run = []
        if not said.isspace():
            run.append(letter)
    if run:
        yield _joined(run)


def _follows(before: Word, letter: Word) -> bool:
    if (before.left, before.top) == (letter.left, letter.top):
        return True  # two units of one sign: a ligature, a character outside the BMP
    size = before.bottom - before.top
    on_line = abs(letter.bottom - before.bottom) < size / 4
    return on_line and -size / 4 < letter.left - before.right < size


def _joined(run: list[Word]) -> Word:
    return Word(
        "".join(each.text for each in run).encode("utf-16", "surrogatepass").decode("utf-16"),
        run[0].left,
        min(letter.top for letter in run),
        run[-1].right,
        max(letter.bottom for letter in run),
    )
