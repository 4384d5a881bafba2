"""Numbers that no consultation needs (書かなくてよい番号), found in what people write."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

type Kind = Literal["my_number", "card"]

_USUAL = {0xFF10 + n: str(n) for n in range(10)} | dict.fromkeys(map(ord, "‐‑‒–—―−－ー"), "-")
_ADDRESS = re.compile(r"https?://[!-~]+")
_ALONE = r"(?<![0-9A-Za-z_@/.-])(?:{})(?![0-9A-Za-z_@-])(?![.][0-9])"
_GROUPED = r"(?<![0-9A-Za-z_@/.-])(?<![0-9][ \u3000])(?:{})(?![0-9A-Za-z_@-])(?![ \u3000][0-9])"
_SHAPES = (
    re.compile(_ALONE.format("[0-9]{12}|[0-9]{14,16}")),
    re.compile(_GROUPED.format(r"[0-9]{4}([- \u3000])[0-9]{4}\1[0-9]{4}(?:\1[0-9]{4})?")),
    re.compile(_GROUPED.format(r"[0-9]{4}([- \u3000])[0-9]{6}\1[0-9]{4,5}")),
)
_CARD_BEGINS = re.compile(r"4|5[1-5]|2[2-7]|3[0-9]|6[0-9]")
_MY_NUMBER = 12
_NINE = 9
_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Found:
    """A number that should not be there, by its digits."""

    kind: Kind
    digits: str

    @property
    def masked(self) -> str:
        """The number as a page may show it: two digits and as many signs as follow.

        >>> Found("my_number", "123456789018").masked
        '12＊＊＊＊＊＊＊＊＊＊'
        """
        return self.digits[:_SHOWN] + "＊" * (len(self.digits) - _SHOWN)


def numbers(words: str) -> tuple[Found, ...]:
    """The numbers in the words that pass their check digit, each once; none inside an address.

    >>> [one.kind for one in numbers("１２３４ー５６７８ー９０１８、4111 1111 1111 1111")]
    ['my_number', 'card']
    >>> numbers("090-1234-5678 と 1234-5678-90128 と https://example.com/123456789018")
    ()
    """
    bare = _ADDRESS.sub(lambda found: "_" * len(found[0]), words.translate(_USUAL))
    digits = sorted((at, told) for at, told in _digits(bare))
    return tuple(dict.fromkeys(Found(kind, told) for _, told in digits if (kind := _kind(told))))


def _digits(bare: str) -> Iterator[tuple[int, str]]:
    for shape in _SHAPES:
        for found in shape.finditer(bare):
            yield found.start(), re.sub("[^0-9]", "", found[0])


def _kind(digits: str) -> Kind | None:
    if len(digits) == _MY_NUMBER:
        return "my_number" if is_my_number(digits) else None
    return "card" if _CARD_BEGINS.match(digits) and is_luhn(digits) else None


def is_my_number(digits: str) -> bool:
    """Do the twelve digits end in the check digit of an individual number (個人番号の検査用数字)?

    >>> is_my_number("123456789018"), is_my_number("123456789012")
    (True, False)

    Source: 平成26年総務省令第85号 第5条
    """
    told = [int(digit) for digit in reversed(digits)]
    weights = (2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6)
    rest = sum(p * q for p, q in zip(told[1:], weights, strict=True)) % 11
    return told[0] == (0 if rest <= 1 else 11 - rest)


def is_luhn(digits: str) -> bool:
    """Do the digits end in the check digit that payment cards have?

    >>> is_luhn("4111111111111111"), is_luhn("4111111111111112")
    (True, False)

    Source: ISO/IEC 7812-1
    """
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - _NINE if value > _NINE else value
    return total % 10 == 0
