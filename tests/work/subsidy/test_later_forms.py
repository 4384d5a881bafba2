"""The later forms on paper: each field of the table once, under its number, in its own words."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from madoguchi.rules.programme.paper import find
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.subsidy.afterwards import later
from madoguchi.rules.subsidy.fields import Later
from madoguchi.tools.papers.engine import render
from tests.tools.papers import looking, samples

PAPER = {"withdraw": "grant_withdrawal_form"}
CIRCLED = re.compile("[①-⑳]")


@pytest.mark.parametrize("form", get_args(Later.__value__))
def test_the_paper_has_the_numbers_of_the_table(form: Later) -> None:
    paper = find("shibukawa", PAPER.get(form, f"grant_{form}_form"))
    said = looking.joined(render(paper, samples.sample(paper)).content)
    words = texts("shibukawa")
    fields = [
        one.mark + words.get(f"desk.grant.field.{one.name}").words.replace(" ", "")
        for one in later(form)
    ]
    assert [one for one in fields if said.count(one) != 1] == []
    assert CIRCLED.findall(said) == [one.mark for one in later(form)], "top to bottom, no other"
