"""Amounts of money as people write them (金額の書き方), read into whole yen."""

import re
from typing import Literal

type Wrong = Literal["empty", "unreadable", "decimal", "negative", "too_much"]

MOST_YEN = 9_999_999_999

_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_USUAL = _WIDE | {ord("￥"): "¥", ord("、"): ","} | dict.fromkeys(map(ord, "−‐‑‒–—▲△"), "-")
_NUMBER = r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)"
_AMOUNT = re.compile(rf"(?:{_NUMBER}億)?(?:{_NUMBER}万)?(?:{_NUMBER}千)?(?:{_NUMBER})?")
_UNITS = (100_000_000, 10_000, 1_000, 1)
_SHORT = len(str(MOST_YEN)) + 1


class NotYen(ValueError):
    """The text is no amount; ``code`` says why, and the window has the words for it."""

    def __init__(self, code: Wrong) -> None:
        super().__init__(code)
        self.code = code


def read_yen(text: str) -> int:
    """The whole yen that a text means: 万 and 千, digits of any width, commas at the thousands.

    What could mean two things is not guessed: decimals, a minus, a calculator's signs are asked
    about again.

    >>> read_yen("15万円"), read_yen("１５０，０００"), read_yen("¥150,000"), read_yen("1万5千円")
    (150000, 150000, 150000, 15000)
    >>> for told in ("", "1e9", "150000.00", "-1", "99,999,999,999"):
    ...     try:
    ...         read_yen(told)
    ...     except NotYen as wrong:
    ...         print(wrong.code)
    empty
    unreadable
    decimal
    negative
    too_much

    Raises:
        NotYen: it is no amount of whole yen from 0 to 9,999,999,999.
    """
    plain = re.sub(r"\s", "", text.translate(_USUAL))
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
    """The parts together; each must fit below the unit before it (1万50000 is a slip)."""
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
