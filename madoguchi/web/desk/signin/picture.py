"""The square code that an authenticator application reads (QRコード), as one SVG path."""

from dataclasses import dataclass

import qrcode

QUIET = 4


@dataclass(frozen=True)
class Picture:
    """`size` squares wide and high; `path` draws the dark ones."""

    size: int
    path: str


def picture(words: str) -> Picture:
    """The code of some words.

    >>> picture("otpauth://totp/x").path.startswith("M4 4h1v1h-1z")
    True
    """
    code = qrcode.QRCode(border=QUIET)
    code.add_data(words)
    rows = code.get_matrix()
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, cell in enumerate(row) if cell)
    return Picture(len(rows), "".join(dark))
