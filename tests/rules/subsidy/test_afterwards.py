"""The numbers of the later forms: each once, without a gap, and the same in every year."""

from typing import get_args

import pytest

from madoguchi.rules.subsidy.fields import Later, later, mark_of

FORMS = get_args(Later.__value__)
NUMBERS = {
    "contract": ["contract_day", "contract_lawyer", "retainer", "papers"],
    "report": ["paid_day", "paid", "refunded", "recovered", "other_aid", "papers"],
    "one_report": [
        *("contract_day", "contract_lawyer", "retainer", "paid_day", "paid"),
        *("refunded", "recovered", "other_aid", "papers"),
    ],
    "claim": ["bank", "branch", "account_kind", "account_number", "yucho", "holder", "papers"],
    "change": ["asked", "changed", "change_reason", "papers"],
    "withdraw": ["withdraw_reason"],
}
"""As they were printed: what a letter asks for by its number is found again next year."""


@pytest.mark.parametrize("form", FORMS)
def test_a_number_is_the_same_field_for_ever(form: Later) -> None:
    assert {one.name: one.number for one in later(form)} == {
        name: number for number, name in enumerate(NUMBERS[form], 1)
    }
    assert {one.task for one in later(form)} == {form}


@pytest.mark.parametrize("form", FORMS)
def test_what_a_step_tells_stands_under_one_number(form: Later) -> None:
    asked = [name for one in later(form) for name in one.asks]
    assert sorted(asked) == sorted(set(asked))
    assert [mark_of(form, name) for one in later(form) for name in one.asks] == [
        one.mark for one in later(form) for _ in one.asks
    ]
