"""Which characters the fonts hold, and what a folder of other fonts must be."""

import shutil
import struct
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.papers import folder, fonts
from madoguchi.tools.papers.engine import LIBRARY, render
from tests.house.source import ROOT
from tests.tools.papers import letters, looking


@pytest.mark.parametrize("path", folder.files(), ids=lambda path: path.stem)
def test_characters_are_those_that_fonttools_names(path: Path) -> None:
    with TTFont(path, lazy=True) as font:
        table = font.reader["cmap"]
        assert fonts.characters_of(table) == set(font.getBestCmap())
        uvs = next(each.uvsDict for each in font["cmap"].tables if each.format == 14)
        assert fonts.variants_of(table) == {
            selector: {base for base, _ in pairs} for selector, pairs in uvs.items()
        }


def test_the_first_plane_alone_reads_the_same() -> None:
    with TTFont(folder.files()[0], lazy=True) as font:
        table = font.reader["cmap"]
        basic = next(each for each in font["cmap"].tables if each.format == fonts.BASIC)
        offset = dict(fonts._subtables(table))[fonts.BASIC]
        assert set(fonts._basic(table, offset)) == set(basic.cmap)


def test_families_and_the_last_resort() -> None:
    families = fonts.cabinet().families
    assert families["serif"][0] == "Noto Serif JP"
    assert families["sans"][0] == "Noto Sans JP"
    assert {each[-1] for each in families.values()} == {fonts.LAST}


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a city's own fonts, still empty."""
    monkeypatch.setenv(folder.KEY, str(tmp_path))
    return tmp_path


def test_own_fonts_are_used_in_place_of_the_packages(own: Path) -> None:
    serif = next(path for path in packaged() if "Serif" in path.stem)
    shutil.copy(serif, own)
    families = fonts.cabinet().families
    assert families == {kind: ["Noto Serif JP", fonts.LAST] for kind in ("serif", "sans")}
    made = render(letters.template(), letters.sample())
    assert "見本 花子" in looking.text(made.content)


def packaged() -> tuple[Path, ...]:
    return tuple(path for name in folder.PACKAGES for path in folder._in(folder._package(name)))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (None, b"", "書体がありません"),
        ("a.otf", b"not a font", "a.otf は書体ではありません"),
        ("a.txt", b"OTTO", "書体がありません"),
        ("a.ttf", b"\0\1\0\0" + bytes(99), "a.ttf は書体ではありません"),
        ("a.otf", b"OTTO\0\7", "a.otf が途中で切れて"),
        ("a.ttc", b"ttcf" + bytes(4), "a.ttc が途中で切れて"),
    ],
)
def test_a_bad_folder_names_file_key_and_remedy(
    own: Path, name: str | None, content: bytes, said: str
) -> None:
    if name:
        (own / name).write_bytes(content)
    with pytest.raises(Misconfigured, match=said) as wrong:
        fonts.cabinet()
    assert str(wrong.value).startswith("MADOGUCHI_FONTS")
    assert "\n  → " in str(wrong.value)


@pytest.mark.parametrize("share", [0.001, 0.3, 0.999])
def test_a_font_that_was_not_copied_to_its_end_is_refused(own: Path, share: float) -> None:
    """Its letters would be there to be copied and could not be seen."""
    for path in packaged():
        content = path.read_bytes()
        (own / path.name).write_bytes(content)
        assert folder.files()
        (own / path.name).write_bytes(content[: int(len(content) * share)])
        with pytest.raises(Misconfigured, match="途中で切れて"):
            folder.files()
        (own / path.name).unlink()


def test_a_table_that_names_more_than_there_is_ends() -> None:
    groups = struct.pack(">HHLLL", 12, 0, 28, 0, 1) + struct.pack(">LLL", 32, 0xFFFFFFFF, 1)
    with pytest.raises(ValueError, match="4294967295"):
        fonts.characters_of(struct.pack(">HHHHL", 0, 1, 3, 10, 12) + groups)


def test_a_font_with_a_broken_table_is_refused_before_typst_reads_it(own: Path) -> None:
    content = bytearray(packaged()[0].read_bytes())
    with TTFont(packaged()[0], lazy=True) as font:
        table = font.reader.tables["cmap"].offset
        full = dict(fonts._subtables(font.reader["cmap"]))[fonts.FULL]
    struct.pack_into(">L", content, table + full + 20, 0xFFFFFFFF)  # the end of its first run
    (own / "a.otf").write_bytes(content)
    with pytest.raises(Misconfigured, match=r"a\.otf は書体ではありません"):
        fonts.cabinet()


def test_fonts_that_lack_what_no_paper_can_do_without(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(packaged()[0], own)
    monkeypatch.setattr(fonts, "NEEDED", f"{fonts.NEEDED}\U000e1234")
    with pytest.raises(Misconfigured, match="\U000e1234 の字形がありません\n  → 日本語の書体"):
        fonts.cabinet()


def test_a_folder_that_is_not_there(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(folder.KEY, str(own / "none"))
    with pytest.raises(Misconfigured, match="フォルダーがありません"):
        folder.files()


def test_the_recipe_says_how_many_variants_there_are() -> None:
    page = (ROOT / "docs" / "adding" / "paper.md").read_text("utf-8")
    for face in fonts.cabinet().body:
        assert f"{sum(map(len, face.variants.values())):,} variants" in page
    assert round(len(fonts.cabinet().characters), -3) == 45_000
    assert "some 45,000 characters" in page


def test_the_librarys_folder_holds_nothing_else() -> None:
    """It is Typst's root: a paper can read whatever lies there."""
    assert [path.name for path in LIBRARY.iterdir()] == ["office.typ"]
