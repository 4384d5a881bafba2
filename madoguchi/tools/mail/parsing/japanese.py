"""Japanese mail as programs of Windows and carriers write it (CP50220, CP51932): ①㈱髙 included.

Their double bytes are read by way of code page 932, which knows the signs that the standards lack.
"""

import re

ESCAPE = re.compile(rb"\x1b(\$\(D|\$@|\$B|\$\(B|\(B|\(J|\(I)|\x0e|\x0f")
DOUBLE, SUPPLEMENT, HALF_KANA, SINGLE = "double", "supplement", "half kana", "single"
SETS = {
    b"\x1b$@": DOUBLE,
    b"\x1b$B": DOUBLE,
    b"\x1b$(B": DOUBLE,
    b"\x1b$(D": SUPPLEMENT,
    b"\x1b(I": HALF_KANA,
    b"\x1b(J": SINGLE,
    b"\x1b(B": SINGLE,
    b"\x0e": HALF_KANA,
    b"\x0f": SINGLE,
}
LINE = re.compile(rb"[^\r\n]+|[\r\n]+")
EUC = re.compile(
    rb"[\x00-\x8d\x90-\xa0]+|\x8e[\xa0-\xff]|\x8f[\xa0-\xff]{2}|(?:[\xa1-\xfe]{2})+|.", re.DOTALL
)
UNREAD = "\ufffd"
PRIVATE = dict.fromkeys((0x80, 0xF8F0, 0xF8F1, 0xF8F2, 0xF8F3), UNREAD)
FIRST, CELLS = 0x21, 94


def iso_2022_jp(raw: bytes) -> str:
    """The words of seven-bit mail; what cannot be read is �. A line begins in single bytes.

    >>> iso_2022_jp(bytes.fromhex("1b2442 2d21 2d6a 7c62 1b2842 41"))
    '①㈱髙A'
    """
    return "".join(_line(part[0]) for part in LINE.finditer(raw))


def _line(line: bytes) -> str:
    words, begin, charset = [], 0, SINGLE
    for escape in ESCAPE.finditer(line):
        words.append(_run(line[begin : escape.start()], charset))
        begin, charset = escape.end(), SETS[escape[0]]
    words.append(_run(line[begin:], charset))
    return "".join(words)


def _run(run: bytes, charset: str) -> str:
    if charset == DOUBLE:
        return _pairs(run)
    if charset == SUPPLEMENT:
        return bytes(0x80 | byte for byte in _each(run, b"\x8f")).decode("euc_jp", "replace")
    if charset == HALF_KANA:
        return shift_jis(bytes(0x80 | byte for byte in run))
    return run.decode("ascii", "replace")


def _each(run: bytes, before: bytes) -> bytes:
    return b"".join(before + run[at : at + 2] for at in range(0, len(run), 2))


def _pairs(run: bytes) -> str:
    """Rows and cells as code page 932 has them."""
    shifted = bytearray()
    for row, cell in zip(run[::2], run[1::2], strict=False):
        shifted += _shifted(row - FIRST, cell - FIRST)
    return shift_jis(bytes(shifted)) + (UNREAD if len(run) % 2 else "")


def _shifted(row: int, cell: int) -> bytes:
    """Two rows of 94 cells lie behind one lead byte of Shift_JIS; 7F and A0 to DF are left out."""
    if not (0 <= row < CELLS and 0 <= cell < CELLS):
        return b"\xff"  # no character
    lead, place = row // 2, row % 2 * CELLS + cell
    skips_kana, skips_delete = lead >= 0xA0 - 0x81, place >= 0x7F - 0x40
    return bytes((lead + 0x81 + 0x40 * skips_kana, place + 0x40 + skips_delete))


def shift_jis(raw: bytes) -> str:
    """The words of code page 932; Python's own reading gives private signs for five bytes."""
    return raw.decode("cp932", "replace").translate(PRIVATE)


def euc_jp(raw: bytes) -> str:
    """The words of extended Unix code, with the signs of code page 932.

    >>> euc_jp(bytes.fromhex("ada1 adea fce2 a4a2 8eb1"))
    '①㈱髙あｱ'
    """
    return "".join(_euc(found[0]) for found in EUC.finditer(raw))


def _euc(found: bytes) -> str:
    if found[0] in (0x8E, 0x8F):
        return found.decode("euc_jp", "replace")
    if len(found) > 1 and found[0] > 0xA0:  # noqa: PLR2004 - pairs of the upper half
        return _pairs(bytes(byte & 0x7F for byte in found))
    return found.decode("ascii", "replace")
