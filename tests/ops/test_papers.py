"""`madoguchi papers`: every sample printed, and what is said of a paper that cannot be."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from madoguchi.ops import start
from madoguchi.ops.commands import papers
from madoguchi.ops.main import main
from madoguchi.rules.programme.load import folder
from madoguchi.rules.programme.paper import Template
from madoguchi.rules.programme.read import ProgrammeError
from tests.tools.papers import letters


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A city's folder with one paper, the letter of the tests."""
    shutil.copytree(folder("shibukawa"), tmp_path / "minami")
    shutil.copytree(letters.FOLDER, tmp_path / "minami" / "papers" / "letter")
    monkeypatch.setenv("MADOGUCHI_PROGRAMMES", str(tmp_path))
    monkeypatch.setattr(start, "django", lambda _: None)
    monkeypatch.setattr(papers, "kind", kind)
    return tmp_path / "minami" / "papers" / "letter"


def kind(template: Template, real: Any = papers.kind) -> type[Any]:
    return letters.Letter if template.name == "letter" else real(template)


def test_pages_size_and_pictures(
    own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["papers", "letter", "--city", "minami", "--png", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert said.startswith("1/1 minami/papers/letter  2 ページ、")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"minami-letter.pdf", "minami-letter-1.png", "minami-letter-2.png"}
    assert (tmp_path / "out" / "minami-letter-1.png").read_bytes().startswith(b"\x89PNG")


def test_what_the_fonts_lack_is_said(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sample = own / "sample.toml"
    sample.write_text(sample.read_text("utf-8").replace("花子", "😀"), "utf-8")
    assert main(["papers", "letter"]) == 0
    assert "〓 😀" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("paper.typ", "facts.words", "facts.wrods", "paper.typ 5 行目：「wrods」という項目は"),
        ("paper.typ", "facts.words", "wrods", "paper.typ 5 行目：「wrods」という項目は"),
        ("paper.typ", "facts.words", "(", "組版できません"),
        ("paper.typ", "#note(", '#read("x")(', "paper.typ 21 行目：ほかのファイル"),
        ("paper.typ", "#note(", '#import "x"(', "paper.typ 21 行目：ほかのファイル"),
        ("paper.typ", "#note(", "#note(font: 1)(", "paper.typ 21 行目：組版できません"),
        ("paper.typ", ", widths:", ", wdiths:", "paper.typ 16 行目：組版できません"),
        ("paper.typ", '(alt: "相談から契約まで、左から右へ進みます。")', "", "picture に alt"),
        ("paper.typ", "#section(", "#subsection(", "見出しの段が飛んでいます"),
        ("paper.toml", "form_number", "from_number", "「form_number」のことでしたら"),
        ("paper.toml", "letter.Letter", "Letter", "facts には"),
        ("sample.toml", "story", "stroy", "「story」のことでしたら"),
    ],
)
def test_a_mistake_says_where_and_what_to_do(
    own: Path, capsys: pytest.CaptureFixture[str], file: str, old: str, new: str, said: str
) -> None:
    path = own / file
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    assert main(["papers", "letter"]) in (1, 2)
    shown = capsys.readouterr()
    assert f"minami/papers/letter/{file}" in shown.out + shown.err
    assert said in shown.out + shown.err


def test_the_others_are_printed_in_spite_of_one(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(own, own.parent / "other")
    (own / "paper.typ").write_text("x", "utf-8")
    assert main(["papers", "--city", "minami", "letter"]) == 1
    assert "paper.typ 1 行目" in capsys.readouterr().out


def test_a_paper_that_is_not_there(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["papers", "lettre"]) == 2
    assert "「lettre」" in capsys.readouterr().err


def test_facts_that_no_room_has(own: Path) -> None:
    with pytest.raises(ProgrammeError, match=r"letter\.Letter"):
        REAL(letters.template())


REAL = papers.kind
