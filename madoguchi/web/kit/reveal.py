"""What people typed or sent, made safe to look at and to hand out.

Hidden signs are shown, towers of marks are cut: only for showing, what is stored stays exactly as
it was typed. A person's file leaves as bytes that nothing here interprets: sandboxed, unsniffed.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

MOST_MARKS = 8
HIDDEN = frozenset(
    {0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x180E, 0x200B, 0x200C, 0x200E, 0x200F}
    | {0x2028, 0x2029, 0x3164, 0xFEFF, 0xFFA0}
    | set(range(0x202A, 0x202F))
    | set(range(0x2060, 0x2070))
    | set(range(0xFFF9, 0xFFFC))
)
REPLACED = "\ufffd"
LONG_LINES, LONG_SIGNS = 40, 2_000
JOINER = "\u200d"
OWN_SIGNS = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]")
FIRST_SELECTOR, LAST_SELECTOR = 0xE0100, 0xE01EF
UNSAFE = re.compile(r"""[\\/:*?"<>|;%\s]+""")
LONGEST_NAME = 120
BYTES = "application/octet-stream"


@dataclass(frozen=True)
class Said:
    """Words as a page of the desk shows them, with what has to be said beside them.

    `own_signs`: code points that other machines cannot show; `garbled`: a part arrived unreadable;
    `long`: so much that it gets a box of its own to scroll in.
    """

    words: str = field(repr=False)
    own_signs: tuple[str, ...] = field(repr=False)
    garbled: bool
    long: bool


def said(words: str) -> Said:
    """The words, made safe to look at."""
    return Said(
        shown(words),
        own_signs(words),
        REPLACED in words,
        len(words) > LONG_SIGNS or words.count("\n") > LONG_LINES,
    )


def shown(words: str) -> str:
    r"""The words with signs that change direction or hide made visible, at most 8 marks a letter.

    >>> shown("cod\u202egpj.exe")
    'cod⟦U+202E⟧gpj.exe'
    >>> len(shown("e" + "\u0301" * 500))
    9
    """
    out: list[str] = []
    marks = 0
    for sign in words:
        marks = marks + 1 if _is_mark(sign) else 0
        if marks > MOST_MARKS:
            continue
        joins = sign == JOINER and not (out and _is_picture(out[-1]))
        out.append(f"⟦U+{ord(sign):04X}⟧" if ord(sign) in HIDDEN or joins else sign)
    return "".join(out)


def own_signs(words: str) -> tuple[str, ...]:
    r"""The code points that only one office's machines can show (外字).

    >>> own_signs("山\ue000田")
    ('U+E000',)
    """
    return tuple(dict.fromkeys(f"U+{ord(sign):04X}" for sign in OWN_SIGNS.findall(words)))


def _is_mark(sign: str) -> bool:
    selector = FIRST_SELECTOR <= ord(sign) <= LAST_SELECTOR
    return unicodedata.category(sign) in ("Mn", "Me") and not selector


def _is_picture(sign: str) -> bool:
    return unicodedata.category(sign) in ("So", "Sk", "Mn")


def attachment(
    name: str, length: int, pieces: Iterator[bytes], *, shown_as: str = ""
) -> StreamingHttpResponse:
    """The file to be kept under its name; `shown_as`: or shown by the browser as this picture.

    Raises:
        FileNotFoundError, Unreadable: its first piece cannot be read; nothing was sent yet.
    """
    first = next(pieces, b"")
    response = StreamingHttpResponse(chain((first,), pieces), content_type=shown_as or BYTES)
    response["Content-Length"] = str(length)
    response["Content-Disposition"] = str(
        content_disposition_header(as_attachment=not shown_as, filename=safe_name(name))
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def safe_name(name: str) -> str:
    r"""A file name that no system reads as a path or a command; hidden signs are visible.

    >>> safe_name("../../etc/passwd"), safe_name("cod\u202egpj.exe")
    ('_.._etc_passwd', 'cod⟦U+202E⟧gpj.exe')
    """
    visible = "".join(sign for sign in shown(name) if unicodedata.category(sign) != "Cc")
    return UNSAFE.sub("_", visible).lstrip(".")[-LONGEST_NAME:] or "file"


def pdf(content: bytes, name: str) -> HttpResponse:
    """The paper in the browser; its name is said in logs and lists: it names no person."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
