"""The fields of an application: what a city asks, under numbers that never change."""

from datetime import date
from typing import get_args

import pytest

from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.read import snake
from madoguchi.rules.programme.subsidy import AfterPayment, Condition, SubsidyVersion
from madoguchi.rules.subsidy.fields import TASKS, field_of_condition, fields, holding, numbered

NUMBERS = {
    "person": 1,
    "address": 2,
    "phone": 3,
    "record": 4,
    "acts": 5,
    "lawyer": 6,
    "costs": 7,
    "amount": 8,
    "day": 9,
    "other_aid": 10,
    "papers": 11,
    "promises": 12,
    "delivery": 13,
    "representative": 14,
    "consulted": 15,
    "income": 16,
    "legal_aid": 17,
}


def rules(city: str) -> SubsidyVersion:
    subsidy = programme(city).subsidy
    assert subsidy is not None
    return subsidy.version[-1]


@pytest.mark.parametrize("city", ["shibukawa", "yamanashi"])
def test_a_number_is_the_same_field_everywhere(city: str) -> None:
    assert all(NUMBERS[field.name] == field.number for field in fields(rules(city)))


@pytest.mark.parametrize("city", ["shibukawa", "yamanashi"])
def test_no_number_stands_for_two(city: str) -> None:
    numbers = [field.number for field in fields(rules(city))]
    assert numbers == sorted(set(numbers))


def test_a_city_asks_only_what_its_rules_need() -> None:
    shibukawa = {field.name for field in fields(rules("shibukawa"))}
    yamanashi = {field.name for field in fields(rules("yamanashi"))}
    assert yamanashi - shibukawa == {"consulted", "income", "legal_aid"}
    assert holding(rules("shibukawa"), "contract")
    assert not holding(rules("yamanashi"), "contract")
    assert holding(rules("yamanashi"), "paid_on")
    assert not holding(rules("shibukawa"), "paid_on")


def test_every_task_has_a_field() -> None:
    assert {field.task for field in fields(rules("shibukawa"))} == set(TASKS)


@pytest.mark.parametrize("kind", get_args(Condition.__value__), ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("city", ["shibukawa", "yamanashi"])
def test_every_condition_of_a_city_has_its_field(city: str, kind: type) -> None:
    if any(isinstance(each, kind) for each in rules(city).condition):
        assert field_of_condition(rules(city), f"subsidy.{snake(kind.__name__)}")


@pytest.mark.parametrize("city", ["shibukawa", "yamanashi"])
def test_the_timing_leads_to_the_day(city: str) -> None:
    timing = snake(type(rules(city).timing).__name__)
    found = field_of_condition(rules(city), f"subsidy.{timing}")
    assert found is not None
    assert found.number == NUMBERS["day"]


def test_a_field_that_is_not_asked_has_no_number_there() -> None:
    assert numbered(rules("shibukawa"), NUMBERS["legal_aid"]) is None
    assert isinstance(rules("yamanashi").timing, AfterPayment)
    assert rules("yamanashi").since < date(2026, 1, 1)
