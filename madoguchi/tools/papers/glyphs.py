"""Which characters can be printed: asked of the fonts before Typst sees a word (字形の確認)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from madoguchi.tools.papers.fonts import Cabinet

GETA = "〓"  # the printer's mark for a type that is not in the case
_BREAKS = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


@dataclass
class Glyphs:
    """Makes facts printable and remembers what the fonts lack, each once, as first met."""

    cabinet: Cabinet
    lacking: dict[str, None] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[str, ...]:
        """Characters printed as 〓, and pairs printed without their variant form."""
        return tuple(self.lacking)

    def printable(self, value: object) -> object:
        """The same facts with every string printable; names stay exact, nothing is normalised."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dict):
            return {key: self.printable(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.printable(each) for each in value]
        return value

    def _text(self, text: str) -> str:
        if self.cabinet.characters.issuperset(map(ord, text)):
            return text
        shown: list[str] = []
        for letter in _BREAKS.sub("\n", text):
            shown.append(self._letter(letter, shown[-1] if shown else ""))
        return "".join(shown)

    def _letter(self, letter: str, before: str) -> str:
        """What is printed for one character; controls and marks of direction leave no trace."""
        code = ord(letter)
        if letter == "\n" or code in self.cabinet.characters:
            return letter
        if any(code in selectors for selectors in _SELECTORS):
            return self._variant(letter, before)
        kind = unicodedata.category(letter)
        if kind == "Zs" or letter == "\t":
            return " "
        if kind in ("Cc", "Cf"):
            return ""
        self.lacking[letter] = None
        return GETA

    def _variant(self, selector: str, base: str) -> str:
        """The selector stays for whoever copies the text, whether or not its form can be drawn."""
        if len(base) != 1 or base in ("\n", " ", GETA):
            return ""
        if not self.cabinet.draws(ord(base), ord(selector)):
            self.lacking[base + selector] = None
        return selector
