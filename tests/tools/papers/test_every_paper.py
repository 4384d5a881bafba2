"""What holds for each paper of each programme: tags, words, bytes, and bad words in every field."""

import re
import shutil
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any, cast, get_args, get_type_hints

import pikepdf
import pytest

from madoguchi.rules.programme.paper import Template, at
from madoguchi.tools.papers.engine import Pdf, Printed, render
from tests.tools.papers import letters, looking, samples

PRINTED = Printed("見本 太郎", "令和8年11月26日 10時00分")
BAD = {
    "commands": "#panic() $x^2$ *b* _i_ `c` @x <y> // /* */ \\u{41} ~ = H #[x] #let x = 1 \"'",
    "lines": "= H\n- l\r\n+ n\u2028/ t: d\n\n\n#",
    "long name": "寿限無五劫" * 20,
    "long latin name": "Wolfeschlegelsteinhausenbergerdorff" * 3,
    "long address": "https://example.jp/" + "a1B2c3D4e5F6" * 20 + "?q=%E3%81%82&x=#top",
    "no place to break": "。" * 20 + "（" * 20 + "っー" * 10 + "Ж" * 20 + "ｶﾞ" * 10,
    "right to left": "\u202eabc\u202c שלום مرحبا \u2067x\u2069",
    "controls": "a\x00b\x07c\x1bd\u200be\ufefff\tg",
    "not in the fonts": "😀👨\u200d👩\u200d👧 \U000e0041 \ue000 \ud800 \U0010ffff ꙮ",
    "marks": "が か\u3099 e\u0301 葛\U000e0100 辻\U000e01ef \U000e0100",
    "nothing": "",
    "a book": "長い文です。読点、かっこ（）も入ります。" * 60,
}
MADE = re.compile(  # numbers, days, times, hashes
    r"[\d.:/-]+|R?[令和\d.年月日時分（）月火水木金土祝人 ]+|[0-9a-f]{64}"
)
NAME = 100
ROOM = 30  # who shows so many characters in the sample expects a text
every = pytest.mark.parametrize("paper", samples.every(), ids=lambda paper: paper.called)


@cache
def made(paper: Template) -> Pdf:
    return render(paper, samples.sample(paper), PRINTED)


@every
def test_sample_is_whole_and_printable(paper: Template) -> None:
    assert made(paper).missing == ()
    lacking = unfilled(samples.kind(paper), samples.table(paper))
    assert not lacking, f"{paper.called}/sample.toml does not show these fields"


def unfilled(kind: type[Any], table: dict[str, Any]) -> set[str]:
    """The fields of a dataclass, and of those below it, that a sample shows nowhere."""
    shown: dict[type[Any], set[str]] = {}
    _gather(kind, table, shown)
    return {
        f"{each.__name__}.{field.name}"
        for each, names in shown.items()
        for field in fields(each)
        if field.name not in names and get_type_hints(each)[field.name] is not bool
    }


def _gather(kind: type[Any], table: dict[str, Any], shown: dict[type[Any], set[str]]) -> None:
    shown.setdefault(kind, set()).update(table)
    hints = get_type_hints(kind)
    for name, value in table.items():
        for below in filter(is_dataclass, _inside(hints[name])):
            for row in value if isinstance(value, list) else [value]:
                _gather(cast("type[Any]", below), row, shown)


def _inside(hint: Any) -> list[Any]:
    return [hint, *(each for arg in get_args(hint) for each in _inside(arg))]


@every
def test_tags_language_and_title(paper: Template) -> None:
    pdf = looking.opened(made(paper).content)
    assert str(pdf.Root.Lang) == "ja"
    assert bool(pdf.Root.MarkInfo.Marked)
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    assert str(pdf.docinfo.Title).strip()
    found = looking.tags(pdf)
    assert found.count("H1") == 1
    assert not [tag for tag in found if tag == "Figure"] or all(
        str(node.Alt).strip() for node in looking.nodes(pdf) if str(node.S) == "/Figure"
    )


@every
def test_every_table_has_its_headers(paper: Template) -> None:
    for node in looking.nodes(looking.opened(made(paper).content)):
        if str(node.S) == "/Table":
            below = {str(each.S) for each in looking.below(node)}
            assert {"/TR", "/TH", "/TD"} <= below
        if str(node.S) == "/TH":
            assert any(str(each.get("/Scope")) == "/Column" for each in node.A)


@every
def test_it_says_which_standards_it_was_made_for(paper: Template) -> None:
    pdf = looking.opened(made(paper).content)
    with pdf.open_metadata() as words:
        assert (words["pdfuaid:part"], words["pdfaid:part"]) == ("1", "2")
        assert words["pdfaid:conformance"] == "A"
        assert words["dc:language"] == ["ja"] or "ja" in str(words["dc:language"])


@every
def test_qpdf_finds_nothing(paper: Template) -> None:
    assert not looking.opened(made(paper).content).check_pdf_syntax()


@every
def test_fonts_are_embedded(paper: Template) -> None:
    for node in looking.opened(made(paper).content).objects:
        if isinstance(node, pikepdf.Dictionary) and node.get("/Type") == "/FontDescriptor":
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(node.keys())


@every
def test_same_facts_give_the_same_bytes(paper: Template) -> None:
    assert render(paper, samples.sample(paper), PRINTED) == made(paper)


@every
def test_title_can_be_copied(paper: Template) -> None:
    content = made(paper).content
    pdf = looking.opened(content)
    heading = str(pdf.docinfo.Title)
    assert "".join(heading.split()) in looking.joined(content)


@every
def test_two_holes_meet_no_word(paper: Template) -> None:
    """25 mm at the left, landscape at the top, where a bracket may hang; a card has no holes."""
    if "#show: bare" in paper.file("paper.typ").read_text("utf-8"):
        return
    for page in looking.pages(made(paper).content):
        flat = page.width > page.height
        assert flat == (paper.paper.orientation == "landscape")
        nearest = min((word.top if flat else word.left) for word in page.words)
        assert nearest >= 22 * looking.MM


@every
def test_bad_words_in_every_field_stay_words_and_stay_on_the_page(paper: Template) -> None:
    """Of each paper one kind of words, of each kind some papers."""
    written(paper, [tuple(BAD)[samples.every().index(paper) % len(BAD)]])


@every
def test_every_bad_word_stays_a_word_on_every_paper(paper: Template) -> None:
    """They take turns from field to field; what looks like commands stands in each."""
    kinds = list(BAD)
    for first in range(0, len(kinds), 3):
        written(paper, kinds[first:] + kinds[:first])
    assert re.sub(r"\s", "", BAD["commands"]) in written(paper, ["commands"])


def written(paper: Template, kinds: list[str]) -> str:
    """What the program makes or nobody wrote stays; a short field takes as much as a name."""
    turns = cycle(BAD[kind] for kind in kinds)

    def instead(shown: str) -> str:
        if not shown or MADE.fullmatch(shown):
            return shown
        return next(turns)[: None if len(shown) >= ROOM else NAME]

    made = render(paper, samples.filled(samples.sample(paper), instead), PRINTED)
    outside = looking.outside(made.content)
    assert not outside, f"{paper.called}: {outside[:3]} beyond the edge of the paper"
    return looking.joined(made.content)


def test_control_a_word_beyond_the_edge_is_seen(tmp_path: Path) -> None:
    """Negative control of the look at every paper."""
    here = Path(shutil.copytree(letters.FOLDER, tmp_path / "letter"))
    with (here / "paper.typ").open("a", encoding="utf-8") as file:
        file.write("#place(bottom, dy: 20mm)[下] #place(dx: 182mm)[右]\n")
    assert set(looking.outside(render(at(here), letters.sample()).content)) == {"下", "右"}
