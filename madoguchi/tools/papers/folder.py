"""Where the fonts of papers lie: two packages with Noto, or the folder of `MADOGUCHI_FONTS`.

Looked at before a window opens, so nothing heavy is imported here.
"""

import os
import struct
from importlib.util import find_spec
from pathlib import Path

from madoguchi.tools.misconfigured import Misconfigured

KEY = "MADOGUCHI_FONTS"
PACKAGES = ("pylopdf_fonts_jp", "noto_cjk_sans_jp_regular")
ENDINGS = (".otf", ".ttf", ".ttc")
BEGINNINGS = (b"OTTO", b"\0\1\0\0", b"true", b"ttcf")


def own() -> Path | None:
    """The folder that `MADOGUCHI_FONTS` names, or None."""
    named = os.environ.get(KEY, "").strip()
    return Path(named) if named else None


def files() -> tuple[Path, ...]:
    """The font files in use, in a fixed order.

    Raises:
        Misconfigured: the named folder holds none, or a file in it is none, or not all of one.
    """
    if (folder := own()) is None:
        return tuple(path for name in PACKAGES for path in _in(_package(name)))
    if not folder.is_dir():
        remedy = "書体のフォルダーを書くか、消してください"
        raise Misconfigured(KEY, f"{folder} というフォルダーがありません", remedy)
    if not (found := _in(folder)):
        remedy = f"{'、'.join(ENDINGS)} のファイルを入れてください"
        raise Misconfigured(KEY, f"{folder} に書体がありません", remedy)
    for path in found:
        if _beginning(path) not in BEGINNINGS:
            raise Misconfigured(KEY, f"{path} は書体ではありません", "フォルダーから出してください")
        if not _whole(path):
            raise Misconfigured(KEY, f"{path} が途中で切れています", "もう一度写してください")
    return found


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or not spec.origin:
        remedy = "requirements.lock を入れ直してください（docs/running.md の1）"
        raise Misconfigured(KEY, f"書体の部品 {name} がありません", remedy)
    return Path(spec.origin).parent


def _in(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS))


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(4)
    except OSError:
        return b""


def _whole(path: Path) -> bool:
    """Do all tables of its first font end within the file? One cut short draws empty pages."""
    with path.open("rb") as file:
        try:
            if file.read(4) == b"ttcf":
                file.seek(12)
                file.seek(struct.unpack(">L", file.read(4))[0] + 4)
            (count,) = struct.unpack(">H6x", file.read(8))
            ends = [sum(struct.unpack(">8x2L", file.read(16))) for _ in range(count)]
        except struct.error:
            return False
        return max(ends, default=0) <= file.seek(0, os.SEEK_END)
