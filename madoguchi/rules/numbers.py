"""Numbers that people write: sums of money, and those that no consultation needs.

A sum (金額) is read into whole yen; a number that need not be there (書かなくてよい番号) is found.
"""

import re
from dataclasses import dataclass
from typing import Literal

type Wrong = Literal["empty", "unreadable", "decimal", "negative", "too_much"]
MOST_YEN = 9_999_999_999
_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_DIGITS = _WIDE | {ord("￥"): "¥", ord("、"): ","} | dict.fromkeys(map(ord, "−‐‑‒–—▲△"), "-")
_NUMBER = r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)"
_AMOUNT = re.compile(rf"(?:{_NUMBER}億)?(?:{_NUMBER}万)?(?:{_NUMBER}千)?(?:{_NUMBER})?")
_UNITS = (100_000_000, 10_000, 1_000, 1)
_SHORT = len(str(MOST_YEN)) + 1
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


class NotYen(ValueError):
    """The text is no amount; ``code`` says why, and the window has the words for it."""

    def __init__(self, code: Wrong) -> None:
        super().__init__(code)
        self.code = code


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


_WITH_TAX = re.compile(r"^税込み?|[(（]?税込み?[)）]?$")


def read_yen(text: str) -> int:
    """The whole yen that a text means: 万 and 千, digits of any width, commas at the thousands.

    What could mean two things is not guessed: decimals, a minus, a calculator's signs are asked
    about again.

    >>> read_yen("15万円"), read_yen("１５０，０００"), read_yen("¥150,000"), read_yen("1万5千円")
    (150000, 150000, 150000, 15000)
    >>> read_yen("33万円（税込）"), read_yen("税込330,000円")
    (330000, 330000)
    >>> for text in ("", "1e9", "150000.00", "-1", "99,999,999,999", "1万税込5千"):
    ...     try:
    ...         read_yen(text)
    ...     except NotYen as wrong:
    ...         print(wrong.code)
    empty
    unreadable
    decimal
    negative
    too_much
    unreadable

    Raises:
        NotYen: it is no amount of whole yen from 0 to 9,999,999,999.
    """
    plain = _WITH_TAX.sub("", re.sub(r"\s", "", text.translate(_DIGITS)))
    if not plain:
        raise NotYen("empty")
    digits = plain.removesuffix("円").lstrip("-¥")
    found = _AMOUNT.fullmatch(digits)
    if found is None or not digits:
        decimal = re.fullmatch(r"[0-9][0-9,]*\.[0-9]*[億万千]?", digits)
        raise NotYen("decimal" if decimal else "unreadable")
    if "-" in plain:
        raise NotYen("negative")
    return _sum(found.groups())


def _sum(parts: tuple[str | None, ...]) -> int:
    """The parts together; each must fit below the unit before it (1万50000 is unreadable)."""
    yen, above = 0, 0
    for part, unit in zip(parts, _UNITS, strict=True):
        if part is None:
            continue
        digits = part.replace(",", "").lstrip("0") or "0"
        if len(digits) > _SHORT:
            raise NotYen("too_much")
        worth = int(digits) * unit
        if above and worth >= above:
            raise NotYen("unreadable")
        yen, above = yen + worth, unit
    if yen > MOST_YEN:
        raise NotYen("too_much")
    return yen


def numbers(words: str) -> tuple[Found, ...]:
    """The numbers in the words that pass their check digit, each once; none inside an address.

    >>> [found.kind for found in numbers("１２３４ー５６７８ー９０１８、4111 1111 1111 1111")]
    ['my_number', 'card']
    >>> numbers("090-1234-5678 と 1234-5678-90128 と https://example.com/123456789018")
    ()
    """
    return tuple(dict.fromkeys(found for _, found in _places(words)))


def without_numbers(words: str) -> str:
    """The words with each such number masked.

    >>> without_numbers("番号は１２３４ー５６７８ー９０１８です")
    '番号は12＊＊＊＊＊＊＊＊＊＊です'
    """
    for (start, end), found in reversed(_places(words)):
        words = words[:start] + found.masked + words[end:]
    return words


def _places(words: str) -> list[tuple[tuple[int, int], Found]]:
    """Where each of them begins and ends, in order."""
    bare = _ADDRESS.sub(lambda found: "_" * len(found[0]), words.translate(_USUAL))
    found = [
        (match.span(), Found(kind, digits))
        for shape in _SHAPES
        for match in shape.finditer(bare)
        if (kind := _kind(digits := re.sub("[^0-9]", "", match[0])))
    ]
    return sorted(found, key=lambda one: one[0])


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
    values = [int(digit) for digit in reversed(digits)]
    weights = (2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6)
    rest = sum(p * q for p, q in zip(values[1:], weights, strict=True)) % 11
    return values[0] == (0 if rest <= 1 else 11 - rest)


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
