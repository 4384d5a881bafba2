"""Words: one key, three columns, the city's own first."""

import re
import shutil
from pathlib import Path

import pytest

from madoguchi.rules.programme.load import folder
from madoguchi.rules.programme.read import ProgrammeError
from madoguchi.rules.programme.texts import texts


@pytest.fixture
def national(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small national folder and one city, with words of their own."""
    shutil.copytree(folder("shibukawa"), tmp_path / "minami")
    shutil.rmtree(tmp_path / "minami" / "texts", ignore_errors=True)
    for place in ("_national", "minami"):
        (tmp_path / place / "texts" / "pages" / "privacy").mkdir(parents=True)
    write(
        tmp_path,
        "_national/texts/portal.toml",
        '[landing]\ntitle = { ja = "{name}です", easy = "{name}（やさしく）", en = "{name}!" }\n'
        'only = { ja = "日本語だけ" }\n[landing.deep]\nword = { ja = "深い" }',
    )
    write(tmp_path, "_national/texts/desk.toml", '[desk]\nopen = "開く"')
    write(tmp_path, "_national/texts/pages/privacy/ja.md", "# 全国")
    write(tmp_path, "_national/texts/pages/privacy/en.md", "# National")
    monkeypatch.setenv("MADOGUCHI_PROGRAMMES", str(tmp_path))
    return tmp_path


def write(root: Path, name: str, text: str) -> None:
    (root / name).write_text(text, encoding="utf-8")


def test_a_key_in_each_column(national: Path) -> None:
    words = texts("minami")
    assert words.get("landing.title", name="窓口").words == "窓口です"
    assert words.get("landing.title", "easy", name="窓口").words == "窓口（やさしく）"
    assert words.get("landing.deep.word").words == "深い"
    assert words.get("desk.open").words == "開く"


def test_a_gap_falls_back_and_says_so(national: Path) -> None:
    found = texts("minami").get("landing.only", "en")
    assert (found.words, found.column) == ("日本語だけ", "ja")
    assert texts("minami").gaps("en") == ("landing.only", "landing.deep.word")


def test_unknown_keys_and_variables_are_named(national: Path) -> None:
    with pytest.raises(KeyError, match=r"landing\.titel"):
        texts("minami").get("landing.titel")
    with pytest.raises(KeyError, match=r"landing\.title.*name"):
        texts("minami").get("landing.title")


def test_a_city_overrides_by_key(national: Path) -> None:
    write(national, "minami/texts/portal.toml", '[landing]\nonly = { ja = "南市だけ" }')
    assert texts("minami").get("landing.only").words == "南市だけ"


def test_a_city_key_that_no_page_uses_is_refused(national: Path) -> None:
    write(national, "minami/texts/portal.toml", '[landing]\nolny = { ja = "x" }')
    with pytest.raises(ProgrammeError, match=r"landing\.olny：この文言は使われません"):
        texts("minami")


def test_a_city_adds_text_blocks_of_its_own(national: Path) -> None:
    added = '[block.record.school]\ntitle = { ja = "学校" }\nwords = { ja = "【学校名】" }'
    write(national, "minami/texts/blocks.toml", added)
    assert texts("minami").get("block.record.school.words").words == "【学校名】"


def test_prose_of_the_city_first_then_the_nation_then_japanese(national: Path) -> None:
    assert texts("minami").page("privacy").words == "# 全国"
    assert texts("minami").page("privacy", "en").words == "# National"
    assert texts("minami").page("privacy", "easy").column == "ja"
    write(national, "minami/texts/pages/privacy/ja.md", "# 南市")
    assert texts("minami").page("privacy").words == "# 南市"
    with pytest.raises(KeyError, match="nowhere"):
        texts("minami").page("nowhere")


@pytest.mark.parametrize("words", ["[police_9999：か☎]", "[moj_110: ☎]", "☎に電話します"])
@pytest.mark.parametrize(
    ("file", "written", "called"),
    [
        ("pages/privacy/easy.md", "{}", "pages/privacy/easy.md"),
        ("portal.toml", '[landing]\nonly = {{ ja = "x", en = "{}" }}', "landing.only"),
    ],
)
def test_a_number_of_no_agency_is_refused(
    national: Path, file: str, written: str, called: str, words: str
) -> None:
    write(national, f"minami/texts/{file}", written.format(words))
    with pytest.raises(ProgrammeError, match=f"{re.escape(called)}：「.*」の番号が分かりません"):
        texts("minami")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a = { ja = "{x.y}" }', r"\{x\.y\} は使えません"),
        ('a = { ja = "{0}" }', r"\{0\} は使えません"),
        ('a = { ja = "{x!r}" }', "は使えません"),
        ('a = { ja = "{x:>9}" }', "は使えません"),
        ('a = { ja = "{x" }', "数が合いません"),
        ('a = { easy = "x" }', "ja（日本語）がありません"),
        ('a = { ja = "x", fr = "y" }', "列は ja・easy・en だけ"),
        ('a = { ja = "" }', "引用符で囲んだ言葉"),
        ("a = 3", "引用符で囲んだ言葉"),
        ('[landing]\nonly = { ja = "x" }', "同じ名前が二度"),
    ],
)
def test_words_that_cannot_be_used(national: Path, text: str, expected: str) -> None:
    write(national, "_national/texts/z.toml", text)
    with pytest.raises(ProgrammeError, match=expected):
        texts("minami")
