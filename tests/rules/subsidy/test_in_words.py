"""What no rule can say, or nobody has decided: the answer is "ask", until an officer has looked."""

from dataclasses import replace
from typing import Any

import pytest

from madoguchi.rules.decision import Held
from madoguchi.rules.examples import Grant, examples
from madoguchi.rules.programme.city import Question
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.subsidy import InWords, SubsidyVersion
from madoguchi.rules.programme.words import Words
from madoguchi.rules.subsidy.judge import TERMS, judge, quote, reviewed

REPORTED = InWords(Words("警察に被害を届け出ていること"), "町の要領")
UNDECIDED = Question("police", "警察に被害を届け出ていることは、条件になりますか。", "要確認")
GRANTED = [
    (city, each)
    for city in ("shibukawa", "yamanashi")
    for each in examples(city)
    if isinstance(each, Grant) and each.expect.answer == "yes"
]


def with_condition(version: SubsidyVersion) -> dict[str, Any]:
    return {"condition": (*version.condition, REPORTED)}


def with_question(_: SubsidyVersion) -> dict[str, Any]:
    return {"question": (UNDECIDED,)}


@pytest.mark.parametrize(
    ("added", "code"), [(with_condition, "subsidy.in_words"), (with_question, TERMS)]
)
@pytest.mark.parametrize(("city", "example"), GRANTED, ids=[each.say for _, each in GRANTED])
def test_nobody_is_told_that_the_conditions_are_met(
    city: str, example: Grant, added: Any, code: str
) -> None:
    subsidy = programme(city).subsidy
    assert subsidy
    on = example.given.facts.applied_on or example.given.on
    facts, terms = replace(example.given.facts, applied_on=on), subsidy.terms_on(on)
    assert terms.version
    stricter = replace(terms, version=replace(terms.version, **added(terms.version)))
    assert judge(facts, terms).decision.answer == "yes"
    assert judge(facts, stricter).decision.answer == "ask"
    assert quote(facts, stricter).decision.answer != "yes"
    for held, answer in ((Held.MET, "yes"), (Held.UNMET, "no")):
        found = reviewed(facts, stricter, {code: held})
        assert found.decision.answer == answer


def test_it_looks_at_something() -> None:
    assert GRANTED
