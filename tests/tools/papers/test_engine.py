"""A frozen dataclass and a Typst source become a tagged PDF."""

from __future__ import annotations

from dataclasses import replace

from madoguchi.tools.papers.engine import Printed, render
from tests.tools.papers import letters, looking

NAMES = ("𠮷田", "髙﨑", "葛󠄀城", "渡邉󠄁", "神\ufa19", "Maria dela Cruz", "ｶﾞｷﾞ")


def test_sample_becomes_a_tagged_pdf() -> None:
    made = render(letters.template(), letters.sample())
    pdf = looking.opened(made.content)
    assert made.pages == len(pdf.pages)
    assert str(pdf.Root.Lang) == "ja"
    assert bool(pdf.Root.MarkInfo.Marked)
    assert {"H1", "H2", "H3", "Table", "TH", "L", "Figure"} <= set(looking.tags(pdf))


def test_same_facts_give_the_same_bytes() -> None:
    first, second = (render(letters.template(), letters.sample()) for _ in range(2))
    assert first == second


def test_names_survive_from_field_to_copied_text() -> None:
    for name in NAMES:
        made = render(letters.template(), replace(letters.sample(), name=name))
        assert name in looking.text(made.content)
        assert made.missing == ()


def test_printer_stands_on_every_page() -> None:
    facts = replace(letters.sample(), entries=letters.sample().entries * 60)
    made = render(letters.template(), facts, Printed("見本 太郎", "令和8年11月26日 10時00分"))
    assert made.pages > 1
    assert looking.text(made.content).count("印刷 見本 太郎") == made.pages


def test_a_case_paper_says_what_geta_is_where_one_stands() -> None:
    by = Printed("見本 太郎", "令和8年11月26日 10時00分")
    for name, said in (("見本 花子😀", True), ("見本 花子", False), ("葛\U000e01ef城", False)):
        made = render(letters.template(), replace(letters.sample(), name=name), by)
        assert ("〓は印刷できない字" in looking.text(made.content)) == said
