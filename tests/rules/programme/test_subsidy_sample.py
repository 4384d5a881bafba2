"""The sample of a subsidy: it can be read, names whatever can be written, promises nothing."""

import re
import tomllib
from dataclasses import fields
from datetime import date
from typing import TypeAliasType, get_args

import pytest

from madoguchi.rules.programme import subsidy as data
from madoguchi.rules.programme import subsidy_amount as money
from madoguchi.rules.programme.load import folder
from madoguchi.rules.programme.read import read, read_toml, snake
from madoguchi.rules.subsidy.facts import Cost, Facts
from madoguchi.rules.subsidy.judge import judge

SAMPLE = folder("_template") / "subsidy.sample.toml"
WORDS = SAMPLE.read_text("utf-8")


def kinds(alias: TypeAliasType) -> tuple[type, ...]:
    """The members of a union, also of a union of one."""
    return get_args(alias.__value__) or (alias.__value__,)


ALIASES = (data.Condition, money.Formula, money.Cap, data.Timing)
NAMED = tuple(kind for alias in ALIASES for kind in kinds(alias))
PLAIN = (
    data.Subsidy,
    data.SubsidyVersion,
    money.EligibleCost,
    money.Amount,
    money.Less,
    money.Rounding,
    data.IncomeRow,
)


def sample() -> data.Subsidy:
    """The sample as it is read."""
    return read(data.Subsidy, read_toml(SAMPLE, SAMPLE.name), SAMPLE.name)


@pytest.mark.parametrize("kind", NAMED)
def test_every_kind_of_rule_is_named_or_offered(kind: type) -> None:
    name = snake(kind.__name__)
    offered = f'is = "{name}"' in WORDS or re.search(rf"#.*\b{name}（", WORDS)
    assert offered, f"write {name}（what it does） into {SAMPLE.name}"


@pytest.mark.parametrize("kind", [*NAMED, *PLAIN])
def test_every_key_stands_in_it(kind: type) -> None:
    for field in fields(kind):
        where = rf"^(?:# )?(?:\[+(?:\w+\.)*{field.name}\]+|{field.name} =)"
        assert re.search(where, WORDS, re.MULTILINE), f"write `# {field.name} =` into {SAMPLE.name}"


def test_nothing_in_it_is_said_before_somebody_confirms_it() -> None:
    """A city that only renames the file refuses nobody and names no amount."""
    facts = Facts(registered=False, costs=(Cost("deletion", "retainer", 400_000),))
    found = judge(facts, sample().terms_on(date(2026, 6, 1)))
    assert found.decision.answer == "ask"
    assert (found.amount_yen, found.at_most_yen) == (None, None)
    assert sample().version[0].who == ()


def test_the_other_time_of_application_can_be_chosen_by_taking_away_the_signs() -> None:
    other = WORDS.index("# [version.timing]")
    first = WORDS.index("[version.timing]")
    end = WORDS.index("# 市の申請書に生年月日")
    chosen = WORDS[other:end].replace("\n# ", "\n").removeprefix("# ")
    text = WORDS[:first] + chosen + WORDS[end:]
    path = SAMPLE.name
    found = read(data.Subsidy, tomllib.loads(text), path)
    assert isinstance(found.version[0].timing, data.AfterPayment)


def test_a_new_city_has_no_subsidy_until_the_file_has_its_name() -> None:
    assert not (SAMPLE.parent / "subsidy.toml").exists()
