"""Why a grant cannot go on: every reason that this room and the life know has words, in three."""

import pytest

from madoguchi.rules.programme.texts import texts
from madoguchi.rules.programme.words import COLUMNS
from madoguchi.rules.steps.grant import Verb
from tests.rules.subsidy.written import keys_of

HERE = texts("shibukawa")
SPECIAL = ("stale", "own_draft", "own_fixing", "answered", "attachment")
OF_THE_YEAR = ("ground.subsidy.budget", "ground.subsidy.year")
MOST = {"most": 40}


def keys() -> list[str]:
    """Every reason of a grant's life that a person may read, too."""
    return sorted(keys_of("grant_grounds"))


@pytest.mark.parametrize("name", [*Verb, *SPECIAL])
def test_every_verb_and_trap_of_the_life_has_words(name: str) -> None:
    assert f"ground.grant.{name}" in keys()


@pytest.mark.parametrize("key", OF_THE_YEAR)
def test_the_years_reasons_have_words(key: str) -> None:
    assert key in keys()


@pytest.mark.parametrize("key", keys())
def test_each_is_said_in_every_column(key: str) -> None:
    for column in COLUMNS:
        said = HERE.get(key, column, **MOST)
        assert said.column == column
        assert "{" not in said.words


def test_a_second_payment_is_named_as_one() -> None:
    assert "二重に払わない" in HERE.get("ground.grant.pay").words


def test_nothing_typed_is_lost_with_a_file() -> None:
    assert "書いたことは残っています" in HERE.get("ground.grant.attachment").words
