"""Telephone numbers in what people write (電話番号): which one is rung, and which are the same."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

type Caution = Literal["", "abroad", "free", "short"]
LEAST_DIGITS = 6
"""From so many on digits are a number that somebody may ring, not an hour or an extension."""
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－ー〜~"), "-")
_EXTENSION = re.compile(r"(?:内線|ext\.?|#)[\s.:-]*[0-9]+", re.IGNORECASE)
_RUN = re.compile(r"\+?[0-9](?:[\s().-]*[0-9])*")
_GAPS = re.compile(r"[\s()]+")
_AREA = r"0[5-9]0[0-9]{8}|0(?![05-9]0)[1-9][0-9]{8}"
_ABROAD = r"(?:\+|010)[1-9][0-9]{6,14}"
_WHOLE = re.compile(rf"{_AREA}|{_ABROAD}")
_WITHIN_TOWN = re.compile(r"[1-9][0-9]{5,7}")
_HOME = "+81"
_CALLED_ABROAD = ("+", "010")
_FREE = ("0120", "0800", "0570")
_LEAST_WITH_AREA = 9


def numbers_in(words: str) -> tuple[str, ...]:
    """The numbers in the words, each as its digits, whether or not they can be dialled.

    A leading `+` is kept, an extension (内線) left out.

    >>> numbers_in("080-1234-5679（固定0279-22-1111にはかけない）")
    ('08012345679', '0279221111')
    >>> numbers_in("080 1234 5679 0279 22 1111"), numbers_in("夜7時から"), numbers_in("#9110")
    (('08012345679', '0279221111'), (), ())
    """
    plain = unicodedata.normalize("NFKC", words).translate(_DASHES)
    found = (each for run in _RUN.findall(_EXTENSION.sub(" ", plain)) for each in _split(run))
    return tuple(dict.fromkeys(each for each in found if len(each) >= LEAST_DIGITS))


def _split(run: str) -> Iterator[str]:
    """The numbers in digits with marks between; all as one where that cannot be told."""
    whole = _digits(run)
    found, so_far = list[str](), ""
    for part in () if is_whole(whole) else _GAPS.split(run):
        so_far += _digits(part)
        if is_whole(so_far):
            found.append(so_far)
            so_far = ""
    yield from found if found and not so_far else [whole]


def _digits(run: str) -> str:
    """The digits of a run; who writes +81 (0) means +81."""
    return re.sub(r"^\+810", _HOME, re.sub(r"[^0-9+]", "", run))


def is_whole(digits: str) -> bool:
    """Whether it is a whole number: from 0 on, or from abroad.

    >>> is_whole("08012345679"), is_whole("+14155550100"), is_whole("0279-22"), is_whole("110")
    (True, True, False, False)
    """
    return _WHOLE.fullmatch(digits) is not None


def to_dial(words: str) -> str:
    """The number to dial, where the words hold exactly one that can be; else none.

    A number within the town (市内局番から) can be dialled, too.

    >>> to_dial("０８０−１２３４−５６７９　夜だけ"), to_dial("(0279) 25 8526 内線12")
    ('08012345679', '0279258526')
    >>> to_dial("080-1234-5679（固定0279-22-1111にはかけない）"), to_dial("080123456790279221111")
    ('', '')
    """
    match numbers_in(words):
        case [only] if is_whole(only) or _WITHIN_TOWN.fullmatch(only):
            return only
    return ""


def at_home(digits: str) -> str:
    """The digits as they are dialled within Japan, where they lead there.

    >>> at_home("+819012345678"), at_home("09012345678"), at_home("+14155550100")
    ('09012345678', '09012345678', '+14155550100')
    """
    if not digits.startswith(_HOME):
        return digits
    return "0" + digits.removeprefix(_HOME).removeprefix("0")


def same_number(one: str, other: str) -> bool:
    """Whether both lead to the same telephone; no number is the same as none.

    >>> same_number("+819012345678", "09012345678"), same_number("", "")
    (True, False)
    """
    return bool(one) and at_home(one) == at_home(other)


def caution(digits: str) -> Caution:
    """What to be careful about before ringing back: abroad, a company's free line, too few digits.

    >>> caution("+14155550100"), caution("0120000000"), caution("8526"), caution("+819012345678")
    ('abroad', 'free', 'short', '')
    """
    home = at_home(digits)
    if home.startswith(_CALLED_ABROAD):
        return "abroad"
    if home.startswith(_FREE):
        return "free"
    return "short" if home and len(home) < _LEAST_WITH_AREA else ""
