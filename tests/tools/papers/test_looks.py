"""How a page is set: where its title stands, and where the lines of a narrow column end."""

import shutil
from pathlib import Path

from madoguchi.rules.programme.paper import at, find
from madoguchi.tools.papers.engine import render
from tests.tools.papers import letters, looking, samples

WORDS = "着手金の額が書かれた見積書が、窓口に要ります。"
LINES = ["着手金の額が", "書かれた見積書が、", "窓口に要ります。"]


def test_a_letter_says_to_whom_it_goes_before_its_title() -> None:
    paper = find("shibukawa", "referral")
    facts = samples.sample(paper)
    said = looking.text(render(paper, facts).content)
    order = [facts.document_number, facts.on, facts.to, facts.sender.officer, paper.paper.title]
    places = [said.index(words) for words in order]
    assert places == sorted(places)


def lines(folder: Path, part: str) -> list[str]:
    """How the words are broken in a column of some ten characters."""
    here = Path(shutil.copytree(letters.FOLDER, folder / part))
    source = f'#import "/office.typ": *\n#show: bare\n#block(width: 36mm)[#{part}("{WORDS}")]\n'
    (here / "paper.typ").write_text(source, "utf-8")
    return looking.text(render(at(here), letters.sample()).content).split()


def test_a_line_of_a_narrow_column_ends_with_a_phrase(tmp_path: Path) -> None:
    assert lines(tmp_path, "phrases") == LINES
    assert "".join(lines(tmp_path / "again", "phrases")) == WORDS


def test_control_it_would_end_inside_a_word(tmp_path: Path) -> None:
    """The same words in the same column without phrases."""
    assert lines(tmp_path, "text") != LINES
