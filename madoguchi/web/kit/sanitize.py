"""Text that came from outside, made safe to look at (見えない文字の表示).

Hidden characters become visible and piles of combining marks are cut. This is for showing alone:
what is stored stays exactly as it was typed.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from itertools import pairwise

MOST_MARKS = 8
HIDDEN = frozenset(
    {0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x180E, 0x200B, 0x200C, 0x200E, 0x200F}
    | {0x2028, 0x2029, 0x3164, 0xFEFF, 0xFFA0}
    | set(range(0x202A, 0x202F))
    | set(range(0x2060, 0x2070))
    | set(range(0xFFF9, 0xFFFC))
)
REPLACED = "\ufffd"
LONG_LINES, LONG_CHARACTERS = 40, 2_000
JOINER = "\u200d"
PICTURES = ("So", "Sk", "Mn")  # the categories that a joiner may follow
MARKS = ("Mn", "Me")
PRIVATE_USE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]")
FIRST_SELECTOR, LAST_SELECTOR = 0xE0100, 0xE01EF


@dataclass(frozen=True)
class SanitizedText:
    """Text as a page of the desk shows it, with what the reader has to know about it.

    `private_use`: code points that other machines cannot show; `garbled`: a part arrived
    unreadable; `long`: so much that it gets a box of its own to scroll in.
    """

    words: str = field(repr=False)
    private_use: tuple[str, ...] = field(repr=False)
    garbled: bool
    long: bool


def sanitized(text: str) -> SanitizedText:
    """The text, made safe to look at."""
    return SanitizedText(
        visible(text),
        private_use(text),
        REPLACED in text,
        len(text) > LONG_CHARACTERS or text.count("\n") > LONG_LINES,
    )


def visible(text: str) -> str:
    r"""The text with characters that hide or change direction made visible, at most 8 marks each.

    >>> visible("cod\u202egpj.exe")
    'cod⟦U+202E⟧gpj.exe'
    >>> visible("\u200b\u200d")
    '⟦U+200B⟧⟦U+200D⟧'
    >>> len(visible("e" + "\u0301" * 500))
    9
    """
    if not any(map(_looked_at, set(text))):
        return text
    out: list[str] = []
    marks = 0
    for before, char in pairwise(["", *text]):
        selector = FIRST_SELECTOR <= ord(char) <= LAST_SELECTOR
        is_mark = _is_mark(char) and not selector
        marks = marks + 1 if is_mark else 0
        if marks > MOST_MARKS:
            continue
        joins = char == JOINER and not (before and unicodedata.category(before) in PICTURES)
        out.append(f"⟦U+{ord(char):04X}⟧" if ord(char) in HIDDEN or joins else char)
    return "".join(out)


def _looked_at(char: str) -> bool:
    return ord(char) in HIDDEN or char == JOINER or _is_mark(char)


def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in MARKS


def private_use(text: str) -> tuple[str, ...]:
    r"""The code points that only one office's machines can show (外字).

    >>> private_use("山\ue000田")
    ('U+E000',)
    """
    return tuple(dict.fromkeys(f"U+{ord(char):04X}" for char in PRIVATE_USE.findall(text)))
