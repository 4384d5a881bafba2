"""Bytes into words (文字コード): as declared; where that fails, a guess that says so.

Japanese mail is read as programs of Windows and carriers write it (CP50220, CP51932): ①㈱髙
included. Its double bytes are read by way of code page 932, which knows the signs that the
standards lack.
"""

import codecs
import re
from collections.abc import Callable

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
EUC_RUN = re.compile(
    rb"[\x00-\x8d\x90-\xa0]+|\x8e[\xa0-\xff]|\x8f[\xa0-\xff]{2}|(?:[\xa1-\xfe]{2})+|.", re.DOTALL
)
UNREAD = "\ufffd"
PRIVATE = dict.fromkeys((0x80, 0xF8F0, 0xF8F1, 0xF8F2, 0xF8F3), UNREAD)
FIRST, CELLS = 0x21, 94
GUESSED, MOJIBAKE = "charset_guessed", "mojibake"
SHIFT_JIS = ("shift_jis", "sjis", "x-sjis", "ms_kanji", "windows-31j", "cp932", "ms932")
SEVEN_BIT = (
    "iso-2022-jp",
    "iso-2022-jp-1",
    "iso-2022-jp-2",
    "iso-2022-jp-ms",
    "cp50220",
    "cp50221",
)
EUC = ("euc-jp", "x-euc-jp", "eucjp", "cp51932", "eucjp-ms")
OTHERS = (
    *("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-7", "gb18030", "big5", "cp950", "cp949"),
    *("iso-2022-kr", "koi8-r", "iso-8859-2", "iso-8859-15", "cp1250", "cp1251", "cp1252", "cp1257"),
)
ALIASES = {
    "utf8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    **{f"windows-{number}": f"cp{number}" for number in (1250, 1251, 1252, 1257)},
}
CODECS = {name: codecs.lookup(name) for name in (*OTHERS, "cp932", "euc_jp", "ascii")}  # loaded now
PLAIN = re.compile(rb"[\t\n\r\f\x20-\x7e]*")
KANA = re.compile("[ぁ-んァ-ヶ]")
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


def words(raw: bytes, declared: str) -> tuple[str, frozenset[str]]:
    """The text of the bytes, and flags: whether it is a guess, whether it holds a �.

    >>> words("①様".encode("cp932"), "Shift_JIS")
    ('①様', frozenset())
    """
    read = _reader(declared)
    if read is not iso_2022_jp and b"\x1b$" in raw:
        read = None  # seven-bit Japanese, whatever was declared
    if read is not None and UNREAD not in (text := read(raw)):
        return clean(text), frozenset()
    if PLAIN.fullmatch(raw) and b"\x1b" not in raw:
        return clean(raw.decode("ascii")), frozenset()
    guessed = _guess(raw)
    if guessed is not None:
        return clean(guessed), frozenset({GUESSED})
    text = (read or _utf_8)(raw)
    return clean(text), frozenset({MOJIBAKE} if UNREAD in text else {GUESSED})


def clean(text: str) -> str:
    """The words with one kind of line end, and without what no database or page takes."""
    ended = text.replace("\r\n", "\n").replace("\r", "\n")
    return HIDDEN.sub("", ended).encode("utf-8", "replace").decode()


def _reader(declared: str) -> Callable[[bytes], str] | None:
    """How to read a declared character set; None for one that nobody knows."""
    name = declared.strip().lower()
    if name in SEVEN_BIT:
        return iso_2022_jp
    if name in EUC:
        return euc_jp
    if name in SHIFT_JIS:
        return shift_jis
    name = ALIASES.get(name, name)
    if name not in CODECS or name == "ascii":
        return None  # "us-ascii" is what programs write that do not know
    return lambda raw: CODECS[name].decode(raw, "replace")[0]


def _utf_8(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _guess(raw: bytes) -> str | None:
    """The one reading without an unread sign; of Japanese ones, the only one that has kana."""
    if b"\x1b$" in raw and UNREAD not in (text := iso_2022_jp(raw)):
        return text
    if UNREAD not in (text := _utf_8(raw)):
        return text
    japanese = (shift_jis(raw), euc_jp(raw))
    likely = [text for text in japanese if UNREAD not in text and KANA.search(text)]
    return likely[0] if len(likely) == 1 else None


def iso_2022_jp(raw: bytes) -> str:
    """The words of seven-bit mail; what cannot be read is �. A line begins in single bytes.

    >>> iso_2022_jp(bytes.fromhex("1b2442 2d21 2d6a 7c62 1b2842 41"))
    '①㈱髙A'
    """
    words: list[str] = []
    for line in LINE.findall(raw):
        begin, charset = 0, SINGLE
        for escape in ESCAPE.finditer(line):
            words.append(_run(line[begin : escape.start()], charset))
            begin, charset = escape.end(), SETS[escape[0]]
        words.append(_run(line[begin:], charset))
    return "".join(words)


def _run(run: bytes, charset: str) -> str:
    if charset == DOUBLE:
        return _pairs(run)
    if charset == SUPPLEMENT:
        marked = b"".join(b"\x8f" + run[at : at + 2] for at in range(0, len(run), 2))
        return bytes(0x80 | byte for byte in marked).decode("euc_jp", "replace")
    if charset == HALF_KANA:
        return shift_jis(bytes(0x80 | byte for byte in run))
    return run.decode("ascii", "replace")


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
    words: list[str] = []
    for run in EUC_RUN.findall(raw):
        if run[0] in (0x8E, 0x8F):
            words.append(run.decode("euc_jp", "replace"))
        elif len(run) > 1 and run[0] > 0xA0:  # noqa: PLR2004 - pairs of the upper half
            words.append(_pairs(bytes(byte & 0x7F for byte in run)))
        else:
            words.append(run.decode("ascii", "replace"))
    return "".join(words)
