"""Bytes into words (文字コード): as declared; where that fails, a guess that says so."""

import codecs
import re
from collections.abc import Callable

from madoguchi.tools.mail.parsing.japanese import UNREAD, euc_jp, iso_2022_jp, shift_jis

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
    """What the bytes say, and flags: whether it is a guess, whether something stands as �.

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
