"""docs/programme.md is what the dataclasses say, and blocks stay flat."""

from dataclasses import is_dataclass
from pathlib import Path
from typing import TypeAliasType, get_args, get_type_hints

import pytest

from madoguchi.rules.programme.subsidy import Amount, Condition, EligibleCost
from madoguchi.rules.programme.words import Words
from madoguchi.rules.reference import reference

ROOT = Path(__file__).parents[2]


def test_the_page_is_current() -> None:
    written = (ROOT / "docs" / "programme.md").read_text(encoding="utf-8")
    assert written == reference(), "run: python -m madoguchi programme document > docs/programme.md"


@pytest.mark.parametrize("kind", [*get_args(Condition.__value__), EligibleCost, Amount])
def test_conditions_and_amounts_do_not_nest(kind: type) -> None:
    """A rule's block holds values and words, never another block: it is no language."""
    for hint in get_type_hints(kind).values():
        parts = [hint.__value__ if isinstance(hint, TypeAliasType) else hint, *get_args(hint)]
        assert all(part is Words or not is_dataclass(part) for part in parts)
