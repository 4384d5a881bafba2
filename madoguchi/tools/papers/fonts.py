"""The fonts of papers, opened once and shared (書体): what each draws, and what can be printed.

The characters are read from a font's `cmap` table without naming a single glyph. fontTools names
each glyph first, which costs some 50 MB for three Japanese fonts; a test compares what is read here
with what it says. The fonts are asked before Typst sees a word (字形の確認).
"""

import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from struct import unpack_from
from threading import Lock

import typst
from fontTools.ttLib import TTFont

from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.papers.folder import KEY, files, own

FULL, BASIC, VARIANTS = 12, 4, 14  # formats: all of Unicode, its first plane, pairs with a selector
LAST = "DejaVu Sans Mono"  # comes with Typst; only for what it alone draws
DRAWN_BY_LAST = frozenset(map(ord, "☐☑☒≒\ufffd"))
REGULAR = 400
NEEDED = "渋川市令和年月日様式第号円印〓"  # what no paper can do without
_OPENING = Lock()
GETA = "〓"  # the printer's mark for a type that is not in the case
_BREAKS = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_EMPTY = re.compile(r"\n(?:[ \t\u3000]*\n){3,}")  # they would fill hundreds of pages
_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f"
_HEAP = re.compile(  # more marks on one letter than any script has; PDF/A refuses thousands
    f"([{_MARKS}]{{30}})[{_MARKS}]+"
)
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


@dataclass(frozen=True)
class Face:
    """One font: what it draws, and by variation selector the characters that it varies (異体字)."""

    family: str
    characters: frozenset[int]
    variants: dict[int, frozenset[int]]

    @property
    def serif(self) -> bool:
        """Is it for the body (明朝)? By its name, as fonts say it."""
        return any(word in self.family for word in ("Serif", "Mincho", "明朝"))


@dataclass(frozen=True)
class Cabinet:
    """The shared fonts, read once: Typst's object, and what the faces hold (書体).

    ``body`` and ``heads``: the faces in the order in which body and headings ask them.
    """

    shared: typst.Fonts
    body: tuple[Face, ...]
    heads: tuple[Face, ...]
    characters: frozenset[int]

    @property
    def families(self) -> dict[str, list[str]]:
        """The families by use; what the first lacks, the next draws."""
        return {
            "serif": [*(face.family for face in self.body), LAST],
            "sans": [*(face.family for face in self.heads), LAST],
        }

    def draws(self, base: int, selector: int) -> bool:
        """Is this variant drawn, in the body and in headings alike?

        Typst takes the first face that has the base, and no other for the sake of a variant.
        """
        for faces in (self.body, self.heads):
            first = next((face for face in faces if base in face.characters), None)
            if first is None or base not in first.variants.get(selector, ()):
                return False
        return True


def cabinet() -> Cabinet:
    """The fonts in use, opened on the first paper and kept.

    Raises:
        Misconfigured: a file is no font, or together they lack what every paper needs.
    """
    with _OPENING:
        return _opened(files())


@cache
def _opened(paths: tuple[Path, ...]) -> Cabinet:
    for path in paths if own() else ():
        _characters(str(path), 0)  # Typst counts for hours what a broken table names
    shared = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=sorted({str(path.parent) for path in paths}),  # folders: Typst takes no files
    )
    upright = _upright(shared, paths)
    faces = tuple(Face(font.family, *_characters(font.path or "", font.index)) for font in upright)
    there = frozenset[int]().union(*(face.characters for face in faces))
    if missing := [letter for letter in NEEDED if ord(letter) not in there]:
        remedy = "日本語の書体を加えてください"
        raise Misconfigured(KEY, f"{''.join(missing)} の字形がありません", remedy)
    body = tuple(sorted(faces, key=lambda face: not face.serif))
    heads = tuple(sorted(faces, key=lambda face: face.serif))
    return Cabinet(shared, body, heads, there | DRAWN_BY_LAST)


def _upright(shared: typst.Fonts, paths: tuple[Path, ...]) -> list[typst.FontInfo]:
    """One font of each family, the nearest to regular: papers set nothing bold or slanted."""
    order = {str(path): place for place, path in enumerate(paths)}
    there = [info for info in shared.fonts() if info.path in order]
    chosen: dict[str, typst.FontInfo] = {}
    for info in sorted(there, key=lambda info: (order[info.path or ""], info.index)):
        best = chosen.get(info.family)
        if best is None or _weight(info) < _weight(best):
            chosen[info.family] = info
    return list(chosen.values())


def _weight(info: typst.FontInfo) -> tuple[bool, int]:
    return info.style != "normal", abs(info.weight - REGULAR)


def _characters(path: str, number: int) -> tuple[frozenset[int], dict[int, frozenset[int]]]:
    try:
        with TTFont(path, fontNumber=number, lazy=True) as font:
            table = font.reader["cmap"]
        return characters_of(table), variants_of(table)
    except Exception:  # noqa: BLE001 - whatever a file that is no font makes fontTools raise
        found = f"{path} は書体ではありません"
        raise Misconfigured(KEY, found, "フォルダーから出してください") from None


@dataclass
class Glyphs:
    """Makes facts printable and collects the characters that the fonts do not draw."""

    cabinet: Cabinet
    not_drawn: dict[str, None] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[str, ...]:
        """Characters printed as 〓, and pairs printed without their variant form."""
        return tuple(self.not_drawn)

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
        printed: list[str] = []
        for letter in _EMPTY.sub("\n\n\n", _BREAKS.sub("\n", text)):
            printed.append(self._letter(letter, printed[-1] if printed else ""))
        return "".join(printed)

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
        self.not_drawn[letter] = None
        return GETA

    def _variant(self, selector: str, base: str) -> str:
        """The selector stays for whoever copies the text, whether or not its form can be drawn."""
        if not base or base in ("\n", " ", GETA) or _selects(base):
            return ""
        if not self.cabinet.draws(ord(base), ord(selector)):
            self.not_drawn[base + selector] = None
        return selector


def characters_of(table: bytes) -> frozenset[int]:
    """The code points that have a glyph."""
    subtables = dict(_subtables(table))
    if FULL in subtables:
        return frozenset(_full(table, subtables[FULL]))
    return frozenset(_basic(table, subtables[BASIC])) if BASIC in subtables else frozenset()


def variants_of(table: bytes) -> dict[int, frozenset[int]]:
    """By variation selector, the code points whose variant form is there (異体字)."""
    at = dict(_subtables(table)).get(VARIANTS)
    if at is None:
        return {}
    (count,) = unpack_from(">L", table, at + 6)
    variants: dict[int, frozenset[int]] = {}
    for record in range(at + 10, at + 10 + 11 * count, 11):
        default, other = unpack_from(">LL", table, record + 3)  # where its two lists are, or 0
        found: set[int] = set()
        for row in range(unpack_from(">L", table, at + default)[0] if default else 0):
            place = at + default + 4 + 4 * row  # runs whose usual glyph is the variant
            first = _three(table, place)
            found.update(range(first, first + table[place + 3] + 1))
        for row in range(unpack_from(">L", table, at + other)[0] if other else 0):
            found.add(_three(table, at + other + 4 + 5 * row))  # those with a glyph of their own
        variants[_three(table, record)] = frozenset(found)
    return variants


def _subtables(table: bytes) -> Iterator[tuple[int, int]]:
    """Formats and offsets of the subtables for Unicode."""
    (count,) = unpack_from(">H", table, 2)
    for row in range(count):
        platform, encoding, at = unpack_from(">HHL", table, 4 + 8 * row)
        if platform == 0 or (platform, encoding) in ((3, 1), (3, 10)):
            yield unpack_from(">H", table, at)[0], at


def _full(table: bytes, at: int) -> Iterator[int]:
    (groups,) = unpack_from(">L", table, at + 12)
    for group in range(groups):
        first, last, glyph = unpack_from(">LLL", table, at + 16 + 12 * group)
        if last > sys.maxunicode:
            raise ValueError(last)  # a broken table would be counted for hours
        yield from range(first if glyph else first + 1, last + 1)


def _basic(table: bytes, at: int) -> Iterator[int]:
    """Format 4: runs that add a constant, or that look each glyph up in a list behind them."""
    count = unpack_from(">H", table, at + 6)[0] // 2
    ends, starts = at + 14, at + 16 + 2 * count
    for run in range(count):
        (last,) = unpack_from(">H", table, ends + 2 * run)
        (first,) = unpack_from(">H", table, starts + 2 * run)
        (added,) = unpack_from(">H", table, starts + 2 * count + 2 * run)
        place = starts + 4 * count + 2 * run
        (offset,) = unpack_from(">H", table, place)
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if offset:
                (glyph,) = unpack_from(">H", table, place + offset + 2 * (code - first))
            if (glyph or not offset) and (glyph + added) & 0xFFFF:
                yield code


def _three(table: bytes, at: int) -> int:
    return int.from_bytes(table[at : at + 3])


def _selects(letter: str) -> bool:
    return any(ord(letter) in selectors for selectors in _SELECTORS)
