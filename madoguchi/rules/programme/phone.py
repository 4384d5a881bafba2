"""Telephone numbers as printed and as dialled."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Self

from madoguchi.rules.programme.words import is_placeholder

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc\u30fb\ufe63\uff0d\uff70"
_TO_HYPHEN = str.maketrans(dict.fromkeys(_DASHES, "-"))


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number (電話番号): digits and hyphens, perhaps ``#`` before a short number."""

    number: str

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The number in plain digits and hyphens, whatever dashes or widths it was printed with.

        >>> Phone.from_text("0279−25-8526").number
        '0279-25-8526'
        >>> Phone.from_text("＃９１１０").number
        '#9110'

        Raises:
            ValueError: it is no telephone number.
        """
        plain = unicodedata.normalize("NFKC", text.translate(_TO_HYPHEN)).translate(_TO_HYPHEN)
        plain = plain.replace(" ", "").replace("(", "").replace(")", "-")
        if not re.fullmatch(r"#?\d+(-\d+)*", plain):
            raise ValueError(
                f"電話番号「{text}」は読めません。「0279-25-8526」のように、数字とハイフンで書いてください。"
            )
        return cls(plain)

    @property
    def tel(self) -> str:
        """The address of a link that dials it.

        >>> Phone.from_text("0570−003−110").tel
        'tel:0570003110'
        >>> Phone.from_text("#9110").tel
        'tel:%239110'
        """
        return "tel:" + self.number.replace("-", "").replace("#", "%23")

    def stands_in(self, words: str) -> bool:
        """Whether the words tell this number, and not another one that contains it.

        >>> [Phone("189").stands_in(each) for each in ("家がこわいときは189に", "0120-189-783")]
        [True, False]
        """
        plain = unicodedata.normalize("NFKC", words)
        return re.search(rf"(?<![0-9_#-]){re.escape(self.number)}(?![0-9-])", plain) is not None

    def __str__(self) -> str:
        """The number as a page shows it."""
        return self.number


def shown_number(number: Phone | None) -> Phone | None:
    """The number, or None for one that the template came with (000-000-0000).

    >>> shown_number(Phone("000-000-0001")), shown_number(Phone("110"))
    (None, Phone(number='110'))
    """
    return None if number is None or is_placeholder(number.number) else number
