"""What stands on a paper, read back from its bytes."""

from io import BytesIO

import pikepdf
import pypdfium2


def text(content: bytes) -> str:
    """The words of the paper as a reader copies them, without spaces and line breaks."""
    return "".join(pages(content)).translate({ord(space): None for space in " \n\f　"})


def pages(content: bytes) -> list[str]:
    """The words of each page."""
    read = (page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))
    return [words.replace("\r\n", "\n") for words in read]


def sizes(content: bytes) -> list[tuple[int, int]]:
    """Width and height of each page in whole millimetres."""
    with pikepdf.open(BytesIO(content)) as file:
        boxes = [[float(one) for one in page.mediabox] for page in file.pages]
    return [(round((r - x) * 25.4 / 72), round((t - y) * 25.4 / 72)) for x, y, r, t in boxes]
