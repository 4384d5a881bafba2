"""What stands on a paper, read back from its bytes."""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

import pikepdf
import pypdfium2

type Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Sheet:
    """A page as it was read: its words, its size in points, where each run stands.

    A box is left, bottom, right and top, from the lower left corner.
    """

    words: str
    width: float
    height: float
    boxes: tuple[Box, ...]


@lru_cache(maxsize=4)  # several questions to one paper
def sheets(content: bytes) -> tuple[Sheet, ...]:
    """Each page."""
    return tuple(_read(page) for page in pypdfium2.PdfDocument(content))


def _read(page: pypdfium2.PdfPage) -> Sheet:
    said = page.get_textpage()
    boxes = tuple(said.get_rect(at) for at in range(said.count_rects()))
    words = said.get_text_range().replace("\r\n", "\n")
    return Sheet(words, page.get_width(), page.get_height(), boxes)


def pages(content: bytes) -> list[str]:
    """The words of each page."""
    return [sheet.words for sheet in sheets(content)]


def text(content: bytes) -> str:
    """The words of the paper as a reader copies them, without spaces and line breaks."""
    return "".join(pages(content)).translate({ord(space): None for space in " \n\f　"})


def within(content: bytes, page: int, box: Box) -> str:
    """The words in a box of a page, which counts from 0."""
    return str(pypdfium2.PdfDocument(content)[page].get_textpage().get_text_bounded(*box))


def sizes(content: bytes) -> list[tuple[int, int]]:
    """Width and height of each page in whole millimetres."""
    with pikepdf.open(BytesIO(content)) as file:
        boxes = [[float(one) for one in page.mediabox] for page in file.pages]
    return [(round((r - x) * 25.4 / 72), round((t - y) * 25.4 / 72)) for x, y, r, t in boxes]
