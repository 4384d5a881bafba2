"""The later forms on paper: each field of the table once, under its number, in its own words."""

import re
from dataclasses import replace
from typing import get_args

import pytest

from madoguchi.rules.programme.paper import Template, everywhere
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.subsidy.fields import Later, later
from madoguchi.tools.papers.engine import render
from madoguchi.work.subsidy.application import CostLine
from madoguchi.work.subsidy.letters.forms.writing import contract_form, report_form
from tests.tools.papers import looking, samples
from tests.work.subsidy.lettered import APPLIED, FILED, about, printed

FORMS: tuple[Later, ...] = get_args(Later.__value__)
NAMES = {f"grant_{form}_form": form for form in FORMS} | {"grant_withdrawal_form": "withdraw"}
PAPERS = [each for each in everywhere() if each.name in NAMES]
CIRCLED = re.compile("[①-⑳]")


def test_every_form_has_a_paper() -> None:
    own = set(FORMS) - {"one_report"}  # which is written on the report's paper
    assert {NAMES[each.name] for each in PAPERS} == own


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper.called))
def test_every_citys_paper_has_the_numbers_of_the_table(paper: Template) -> None:
    form, facts = NAMES[paper.name], samples.sample(paper)
    if hasattr(facts, "each"):  # with one request, as most have
        facts = replace(facts, each=())
    said = looking.joined(render(paper, facts).content)
    words = texts("shibukawa")
    fields = [
        one.mark + words.get(f"desk.grant.field.{one.name}").words.replace(" ", "")
        for one in later(form)
    ]
    assert [one for one in fields if said.count(one) != 1] == []
    assert CIRCLED.findall(said) == [one.mark for one in later(form)], "top to bottom, no other"


def test_with_several_requests_the_paper_asks_for_the_sum_of_each() -> None:
    costs = tuple(CostLine(act, "retainer", 165_000) for act in ("deletion", "disclosure"))
    two = about(replace(APPLIED, costs=costs))
    for of, once in ((two, ""), (about(), "③着手金の額")):
        made = printed("grant_contract_form", contract_form(of, FILED))
        said = re.sub(r"\s", "", looking.joined(made.content))
        assert made.pages == 1
        assert ("③着手金の額" in said) == bool(once)
        assert said.count("③") == (1 if once else 2)
    report = printed("grant_report_form", report_form(two, FILED, 232_500, contracted_on=None))
    said = re.sub(r"\s", "", looking.joined(report.content))
    assert "②削除に払った額" in said
    assert "②発信者の特定に払った額" in said
