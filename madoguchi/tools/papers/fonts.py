"""The fonts of papers: two packages with Noto as published, or the folder of `MADOGUCHI_FONTS`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import typst
from fontTools.ttLib import TTCollection, TTFont

from madoguchi.tools.misconfigured import Misconfigured

KEY = "MADOGUCHI_FONTS"
PACKAGES = ("pylopdf_fonts_jp", "noto_cjk_sans_jp_regular")
ENDINGS = (".otf", ".ttf", ".ttc", ".otc")
LAST = "DejaVu Sans Mono"  # comes with Typst; only for what it alone draws
DRAWN_BY_LAST = frozenset(map(ord, "☐☑☒≒"))
NEEDED = "渋川市令和年月日様式第号円印〓"  # what no paper can do without


@dataclass(frozen=True)
class Face:
    """One font: the characters that it draws, and the pairs with a variation selector (異体字)."""

    family: str
    characters: frozenset[int]
    variants: frozenset[tuple[int, int]]

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
    return first is not None and (base, selector) in first.variants


def own_folder() -> Path | None:
    """The folder that `MADOGUCHI_FONTS` names, or None."""
    named = os.environ.get(KEY, "").strip()
    return Path(named) if named else None


def files() -> tuple[Path, ...]:
    """The font files in use, in a fixed order.

    Raises:
        Misconfigured: the named folder holds none.
    """
    own = own_folder()
    if own is None:
        return tuple(path for name in PACKAGES for path in _in(_package(name)))
    if not own.is_dir():
        raise Misconfigured(KEY, f"{own}: no such folder", "name a folder of font files, or unset")
    if not (found := _in(own)):
        raise Misconfigured(KEY, f"{own}: no font file", f"put {', '.join(ENDINGS)} files into it")
    return found


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or not spec.origin:
        raise Misconfigured(KEY, f"the package {name} is missing", "install requirements.lock")
    return Path(spec.origin).parent


def _in(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS))


def cabinet() -> Cabinet:
    """The fonts in use, opened on the first paper and kept: some 0.3 s.

    Raises:
        Misconfigured: a file is no font, or together they lack what every paper needs.
    """
    return _opened(files())


@cache
def _opened(paths: tuple[Path, ...]) -> Cabinet:
    faces = tuple(face for path in paths for face in _faces(path))
    there = frozenset[int]().union(*(face.characters for face in faces))
    if lacking := [letter for letter in NEEDED if ord(letter) not in there]:
        raise Misconfigured(KEY, f"no glyph for {''.join(lacking)}", "add a Japanese font")
    shared = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=sorted({str(path.parent) for path in paths}),  # folders: Typst takes no files
    )
    body = tuple(sorted(faces, key=lambda face: not face.serif))
    heads = tuple(sorted(faces, key=lambda face: face.serif))
    return Cabinet(shared, body, heads, there | DRAWN_BY_LAST)


def _faces(path: Path) -> list[Face]:
    many = path.suffix.lower() in (".ttc", ".otc")
    try:
        with (TTCollection if many else TTFont)(path, lazy=True) as opened:
            return [_face(font) for font in (opened.fonts if many else [opened])]
    except Exception:  # noqa: BLE001 - whatever a file that is no font makes fontTools raise
        raise Misconfigured(KEY, f"{path}: not a font", "take it out of the folder") from None


def _face(font: TTFont) -> Face:
    tables = font["cmap"].tables
    variants = {
        (base, selector)
        for table in tables
        if table.format == 14  # noqa: PLR2004 - the table of variation selectors
        for selector, pairs in table.uvsDict.items()
        for base, _glyph in pairs
    }
    family = font["name"].getBestFamilyName() or ""
    return Face(family, frozenset(font.getBestCmap()), frozenset(variants))
