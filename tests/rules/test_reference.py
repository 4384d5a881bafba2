"""docs/programme.md is what the dataclasses say, and blocks stay flat."""

from dataclasses import is_dataclass
from pathlib import Path
from typing import TypeAliasType, get_args, get_type_hints

import pytest

from madoguchi.rules.programme.subsidy import Condition, IncomeRow, SubsidyVersion, Timing
from madoguchi.rules.programme.subsidy_amount import (
    Amount,
    Cap,
    EligibleCost,
    Formula,
    Less,
    Rounding,
)
from madoguchi.rules.programme.words import Words
from madoguchi.rules.reference import reference

ROOT = Path(__file__).parents[2]


def test_the_page_is_current() -> None:
    written = (ROOT / "docs" / "programme.md").read_text(encoding="utf-8")
    assert written == reference(), "run: python -m madoguchi programme document > docs/programme.md"


def kinds(alias: TypeAliasType) -> tuple[type, ...]:
    return get_args(alias.__value__) or (alias.__value__,)


def blocks(kind: type) -> set[type]:
    """The dataclasses that stand in a block, words and the rows of a table apart."""
    parts: list[object] = []
    for hint in get_type_hints(kind).values():
        for part in (hint, *get_args(hint)):
            parts += kinds(part) if isinstance(part, TypeAliasType) else [part]
    found = {part for part in parts if isinstance(part, type) and is_dataclass(part)}
    return found - {Words, IncomeRow}


@pytest.mark.parametrize(
    "kind",
    [
        *kinds(Condition),
        *kinds(Timing),
        *kinds(Formula),
        *kinds(Cap),
        EligibleCost,
        IncomeRow,
        Less,
        Rounding,
    ],
)
def test_conditions_and_amounts_do_not_nest(kind: type) -> None:
    """A rule's block holds values and words, never another block: it is no language."""
    assert blocks(kind) == set()


def test_an_amount_is_its_places() -> None:
    assert blocks(Amount) == {*kinds(Formula), *kinds(Cap), Less, Rounding}
    assert blocks(SubsidyVersion) >= {Amount, *kinds(Timing), *kinds(Condition)}
