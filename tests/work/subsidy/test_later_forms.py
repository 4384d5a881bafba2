"""The later forms on paper: each field of the table once, under its number, in its own words."""

import re
from typing import get_args

import pytest

from madoguchi.rules.programme.paper import Template, everywhere
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.subsidy.fields import Later, later
from madoguchi.tools.papers.engine import render
from tests.tools.papers import looking, samples

FORMS: tuple[Later, ...] = get_args(Later.__value__)
NAMES = {f"grant_{form}_form": form for form in FORMS} | {"grant_withdrawal_form": "withdraw"}
PAPERS = [each for each in everywhere() if each.name in NAMES]
CIRCLED = re.compile("[①-⑳]")


def test_every_form_has_a_paper() -> None:
    assert {NAMES[each.name] for each in PAPERS} == set(FORMS)


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper.called))
def test_every_citys_paper_has_the_numbers_of_the_table(paper: Template) -> None:
    form = NAMES[paper.name]
    said = looking.joined(render(paper, samples.sample(paper)).content)
    words = texts("shibukawa")
    fields = [
        one.mark + words.get(f"desk.grant.field.{one.name}").words.replace(" ", "")
        for one in later(form)
    ]
    assert [one for one in fields if said.count(one) != 1] == []
    assert CIRCLED.findall(said) == [one.mark for one in later(form)], "top to bottom, no other"
