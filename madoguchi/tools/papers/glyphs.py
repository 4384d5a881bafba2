"""Which characters can be printed: asked of the fonts before Typst sees a word (字形の確認)."""

import re
import unicodedata
from dataclasses import dataclass, field

from madoguchi.tools.papers.fonts import Cabinet

GETA = "〓"  # the printer's mark for a type that is not in the case
_BREAKS = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_EMPTY = re.compile(r"\n(?:[ \t\u3000]*\n){3,}")  # they would fill hundreds of pages
_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f"
_HEAP = re.compile(  # more marks on one letter than any script has; PDF/A refuses thousands
    f"([{_MARKS}]{{30}})[{_MARKS}]+"
)
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
        text = _HEAP.sub(r"\1", text)
        if self.cabinet.characters.issuperset(map(ord, text)):
            return text
        shown: list[str] = []
        for letter in _EMPTY.sub("\n\n\n", _BREAKS.sub("\n", text)):
            shown.append(self._letter(letter, shown[-1] if shown else ""))
        return "".join(shown)

    def _letter(self, letter: str, before: str) -> str:
        """What is printed for one character; controls and marks of direction leave no trace."""
        code = ord(letter)
        if letter == "\n" or code in self.cabinet.characters:
            return letter
        if _selects(letter):
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
        if not base or base in ("\n", " ", GETA) or _selects(base):
            return ""
        if not self.cabinet.draws(ord(base), ord(selector)):
            self.lacking[base + selector] = None
        return selector


def _selects(letter: str) -> bool:
    return any(ord(letter) in selectors for selectors in _SELECTORS)
