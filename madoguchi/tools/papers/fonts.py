"""The fonts of papers, opened once and shared (書体)."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

import typst
from fontTools.ttLib import TTFont

from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.papers import cmap
from madoguchi.tools.papers.folder import KEY, files, own

LAST = "DejaVu Sans Mono"  # comes with Typst; only for what it alone draws
DRAWN_BY_LAST = frozenset(map(ord, "☐☑☒≒\ufffd"))
REGULAR = 400
NEEDED = "渋川市令和年月日様式第号円印〓"  # what no paper can do without

_OPENING = Lock()


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
        """Is this variant drawn, in the body and in headings alike?"""
        return all(_draws(faces, base, selector) for faces in (self.body, self.heads))


def _draws(faces: tuple[Face, ...], base: int, selector: int) -> bool:
    """Typst takes the first face that has the base, and no other for the sake of a variant."""
    first = next((face for face in faces if base in face.characters), None)
    return first is not None and base in first.variants.get(selector, ())


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
    faces = tuple(_face(info) for info in _upright(shared, paths))
    there = frozenset[int]().union(*(face.characters for face in faces))
    if lacking := [letter for letter in NEEDED if ord(letter) not in there]:
        raise Misconfigured(KEY, f"no glyph for {''.join(lacking)}", "add a Japanese font")
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


def _face(info: typst.FontInfo) -> Face:
    return Face(info.family, *_characters(info.path or "", info.index))


def _characters(path: str, number: int) -> tuple[frozenset[int], dict[int, frozenset[int]]]:
    try:
        with TTFont(path, fontNumber=number, lazy=True) as font:
            table = font.reader["cmap"]
        return cmap.characters(table), cmap.variants(table)
    except Exception:  # noqa: BLE001 - whatever a file that is no font makes fontTools raise
        raise Misconfigured(KEY, f"{path}: not a font", "take it out of the folder") from None
