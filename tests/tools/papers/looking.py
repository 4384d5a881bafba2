"""Looks into a PDF as its readers do: text as copied, tags as a screen reader meets them."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf

if TYPE_CHECKING:
    from collections.abc import Iterator

MM = 72 / 25.4
EDGE = 4 * MM


def text(content: bytes) -> str:
    """What is copied from the paper."""
    assert shutil.which("pdftotext"), "apt-get install poppler-utils"
    done = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=content, capture_output=True, check=True, timeout=60
    )
    return done.stdout.decode()


def joined(content: bytes) -> str:
    """The same without the breaks of lines."""
    return "".join(text(content).split())


def opened(content: bytes) -> pikepdf.Pdf:
    """The paper as pikepdf sees it."""
    return pikepdf.open(BytesIO(content))


def tags(pdf: pikepdf.Pdf) -> list[str]:
    """The names of every tag, in the order read."""
    return [str(node.get("/S", "")).removeprefix("/") for node in nodes(pdf)]


def nodes(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every element of the structure, in the order read."""
    yield from below(pdf.Root.StructTreeRoot)


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

    def holds(self, word: Word) -> bool:
        """Does it stand where a printer still prints (4 mm)?"""
        return (
            word.left >= EDGE
            and word.top >= EDGE
            and word.right <= self.width - EDGE
            and word.bottom <= self.height - EDGE
        )


def pages(content: bytes) -> list[Page]:
    """Where each word stands."""
    command = ["pdftotext", "-bbox", "-", "-"]
    done = subprocess.run(command, input=content, capture_output=True, check=True, timeout=60)
    whole = done.stdout.decode(errors="replace")  # it parts some characters of two halves
    return [
        Page(float(width), float(height), tuple(_words(inside)))
        for width, height, inside in re.findall(
            r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', whole, re.DOTALL
        )
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


def _words(page: str) -> Iterator[Word]:
    found = r'<word xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)">(.*?)</word>'
    for left, top, right, bottom, said in re.findall(found, page, re.DOTALL):
        yield Word(said, float(left), float(top), float(right), float(bottom))
