"""The words of a part (本文): plain ones as they are, a page's without its pictures."""

import re

from madoguchi.tools.mail.parsing import charset, page
from madoguchi.tools.mail.parsing.parts import LONGEST, Part

MOST_BYTES = 2 * 1024 * 1024  # of a body that is read as words
LONGEST_CHARACTER = 4  # bytes
DECLARED = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{1,40})""", re.IGNORECASE)
SIGNATURE = "-- "


def plain(part: Part) -> str:
    """The words of a plain part; lines that were only broken to fit are one again."""
    text = _decoded(part, part.heading.parameter("Content-Type", "charset"))
    if part.heading.parameter("Content-Type", "format").lower() == "flowed":
        return flowed(text, part.heading.parameter("Content-Type", "delsp").lower() == "yes")
    return text


def of_page(part: Part) -> str:
    """The words of an HTML part."""
    declared = part.heading.parameter("Content-Type", "charset")
    if not declared and (found := DECLARED.search(part.body(4096))):
        declared = found[1].decode()
    return page.words(_decoded(part, declared))


def _decoded(part: Part, declared: str) -> str:
    raw = part.body(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES or part.end - part.start > LONGEST * MOST_BYTES:
        part.heading.flags.add("text_cut")
        return _of_cut(raw[:MOST_BYTES], declared)
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
