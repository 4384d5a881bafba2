"""The characters of a font, read from its `cmap` table without naming a single glyph.

fontTools names each glyph first, which costs some 50 MB for three Japanese fonts; a test compares
what is read here with what it says.
"""

import sys
from collections.abc import Iterator
from struct import unpack_from

FULL, BASIC, VARIANTS = 12, 4, 14  # formats: all of Unicode, its first plane, pairs with a selector


def characters(table: bytes) -> frozenset[int]:
    """The code points that have a glyph."""
    subtables = dict(_subtables(table))
    if FULL in subtables:
        return frozenset(_full(table, subtables[FULL]))
    return frozenset(_basic(table, subtables[BASIC])) if BASIC in subtables else frozenset()


def variants(table: bytes) -> dict[int, frozenset[int]]:
    """By variation selector, the code points whose variant form is there (異体字)."""
    at = dict(_subtables(table)).get(VARIANTS)
    if at is None:
        return {}
    (count,) = unpack_from(">L", table, at + 6)
    records = [_record(table, at + 10 + 11 * row) for row in range(count)]
    return {
        selector: frozenset(
            (*_default(table, at + usual if usual else 0), *_other(table, at + odd if odd else 0))
        )
        for selector, usual, odd in records
    }


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


def _record(table: bytes, at: int) -> tuple[int, int, int]:
    """A selector with the offsets of its two lists."""
    return _three(table, at), *unpack_from(">LL", table, at + 3)


def _default(table: bytes, at: int) -> Iterator[int]:
    """Code points whose usual glyph is the variant."""
    for row in range(unpack_from(">L", table, at)[0] if at else 0):
        first = _three(table, at + 4 + 4 * row)
        yield from range(first, first + table[at + 7 + 4 * row] + 1)


def _other(table: bytes, at: int) -> Iterator[int]:
    """Code points that have a glyph of their own for it."""
    for row in range(unpack_from(">L", table, at)[0] if at else 0):
        yield _three(table, at + 4 + 5 * row)


def _three(table: bytes, at: int) -> int:
    return int.from_bytes(table[at : at + 3])
