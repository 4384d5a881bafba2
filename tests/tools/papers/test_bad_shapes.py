"""Facts of odd shapes on each paper: no word, no row, five hundred rows, odd sums and days."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from itertools import cycle
from typing import Any

import pytest

from madoguchi.rules.programme.paper import Template
from madoguchi.tools.papers.engine import Pdf, Printed, render
from tests.tools.papers import looking, samples

PRINTED = Printed("見本 太郎", "令和8年11月26日 10時00分")
ROWS = 500
AS_MANY = ("number", "secret", "steps", "circulated")  # digits of a card, steps, stamps: a few
FREE = ("words", "told", "asks", "story", "reason", "why", "aside", "text", "who")  # people's own
CLOSED = 60  # days on which other hours are told ahead
ODD = (
    "9,999,999,999円",
    "4,999,999,999.5円",
    "0円",
    "明治45年7月29日",
    "大正15年12月24日",
    "昭和64年1月7日",
    "平成31年4月30日",
    "令和元年5月1日",
    "令和99年12月31日（日）",
    "⟦U+202E⟧",
)
BRACKETS = str.maketrans("⟦⟧", "〓〓")  # of the screen; no font here has them
every = pytest.mark.parametrize("paper", samples.every(), ids=lambda paper: paper.called)


def numbered(pdf: Pdf) -> bool:
    """Does each page say its place and how many there are?"""
    told = re.findall(r"(\d+)／(\d+)", looking.text(pdf.content))
    return told == [(str(at), str(pdf.pages)) for at in range(1, pdf.pages + 1)]


def whole(pdf: Pdf) -> None:
    """Every word stands on its page, and qpdf's check finds nothing."""
    assert not looking.outside(pdf.content)
    assert not looking.opened(pdf.content).check_pdf_syntax()


def rows(facts: Any, many: int) -> Any:
    """The same facts with so many of each list, the first entries again and again."""
    changed = {
        each.name: many_of(getattr(facts, each.name), many)
        for each in fields(facts)
        if isinstance(getattr(facts, each.name), tuple) and each.name not in AS_MANY
    }
    return replace(facts, **changed)


def many_of(value: tuple[Any, ...], many: int) -> tuple[Any, ...]:
    return tuple(value[at % len(value)] for at in range(many)) if value else ()


@every
def test_nothing_in_any_field(paper: Template) -> None:
    """Also without a single row: still a page with its labels, never an error."""
    empty = samples.filled(samples.sample(paper), lambda _: "")
    whole(render(paper, empty, PRINTED))
    whole(render(paper, rows(empty, 0), PRINTED))


@every
def test_five_hundred_rows_are_all_there(paper: Template) -> None:
    facts = rows(samples.sample(paper), ROWS)
    made = render(paper, facts, PRINTED)
    whole(made)
    if "#show: sheet" in paper.file("paper.typ").read_text("utf-8"):
        assert numbered(made)
    said = looking.joined(made.content)
    for each in fields(facts):
        value = getattr(facts, each.name)
        if isinstance(value, tuple) and is_dataclass(value[0]) and each.name not in AS_MANY:
            kinds = len(getattr(samples.sample(paper), each.name))
            assert said.count(longest(value[0])) >= ROWS // kinds


def longest(row: Any) -> str:
    """What tells a row from all others, as it is copied."""
    words = [getattr(row, each.name) for each in fields(row)]
    return max(("".join(one.split()) for one in words if isinstance(one, str)), key=len)


@every
def test_sums_of_ten_digits_and_days_of_every_era(paper: Template) -> None:
    """They take turns from field to field until each was read."""
    lacking = set(ODD)
    for first in range(len(ODD)):
        if lacking:
            turns = cycle(ODD[first:] + ODD[:first])
            made = render(paper, in_turn(samples.sample(paper), turns), PRINTED)
            whole(made)
            said = looking.joined(made.content)
            lacking -= {odd for odd in ODD if odd.translate(BRACKETS) in said}
    assert not lacking


def in_turn(facts: Any, turns: Iterator[str]) -> Any:
    """Whatever stood in a field, the next of these."""
    return samples.filled(facts, lambda _shown: next(turns))


@every
def test_a_long_text_ends_where_it_was_written_to_end(paper: Template) -> None:
    """Whatever stands on a paper stands there with its last word."""
    marks = iter(range(10_000))
    made = render(paper, lengthened(samples.sample(paper), marks), PRINTED)
    whole(made)
    said = looking.joined(made.content)
    begun, ended = (set(re.findall(rf"{mark}(\d+)点", said)) for mark in "始終")
    assert begun == ended
    assert begun


def lengthened(facts: Any, marks: Iterator[int], name: str = "") -> Any:
    """The same facts with long words in each field, 3,000 where people write what they like."""
    if isinstance(facts, str) and len(facts) > 5:  # no number, no code
        at = next(marks)
        return f"始{at}点" + "長い文です。" * (500 if name in FREE else 10) + f"終{at}点"
    if isinstance(facts, tuple):
        return tuple(lengthened(each, marks, name) for each in facts)
    if not is_dataclass(facts) or isinstance(facts, type):
        return facts
    inside = {each.name: getattr(facts, each.name) for each in fields(facts)}
    changed = {key: lengthened(value, marks, key) for key, value in inside.items()}
    return replace(facts, **changed)


def test_a_guide_of_a_desk_that_is_closed_for_months_is_whole() -> None:
    paper = next(each for each in samples.every() if each.name == "subsidy_guide")
    facts = samples.sample(paper)
    closed = tuple(f"令和9年1月{at}日はお休みします" for at in range(CLOSED))
    made = render(paper, replace(facts, contact=replace(facts.contact, changes=closed)))
    whole(made)
    assert all(each in looking.joined(made.content) for each in closed)
