"""Rules and divisions through the years."""

from dataclasses import replace
from datetime import date

import pytest

from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.subsidy import Subsidy

SHIBUKAWA = programme("shibukawa")


@pytest.fixture
def subsidy() -> Subsidy:
    assert SHIBUKAWA.subsidy is not None
    return SHIBUKAWA.subsidy


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2022-03-31", "市民協働推進課"),
        ("2024-03-31", "市民協働推進課"),
        ("2024-04-01", "情報防災部 危機管理室 安全安心係"),
        ("2026-11-25", "情報防災部 危機管理室 安全安心係"),
    ],
)
def test_the_division_of_a_day(day: str, name: str) -> None:
    assert SHIBUKAWA.city.division_on(date.fromisoformat(day)).name == name


@pytest.mark.parametrize(
    ("day", "known"),
    [("2024-03-31", None), ("2024-04-01", True), ("2025-03-31", True), ("2025-04-01", False)],
)
def test_yearly_rules_are_unknown_after_their_year(
    subsidy: Subsidy, day: str, *, known: bool | None
) -> None:
    on = date.fromisoformat(day)
    version = subsidy.version_on(on)
    assert (None if version is None else version.known_for(on)) is known


def test_rules_that_are_not_reissued_stay_known(subsidy: Subsidy) -> None:
    version = replace(subsidy.version[0], reissued="never")
    assert version.known_for(date(2030, 1, 1))
    assert not version.known_for(date(2024, 3, 31))


def test_only_ended_on_closes_a_subsidy(subsidy: Subsidy) -> None:
    ended = replace(subsidy, ended_on=date(2027, 3, 31))
    assert ended.version_on(date(2027, 3, 31)) is not None
    assert ended.version_on(date(2027, 4, 1)) is None
    assert subsidy.version_on(date(2099, 1, 1)) is not None


def test_a_new_version_supersedes_and_an_old_day_keeps_its_law(subsidy: Subsidy) -> None:
    first = subsidy.version[0]
    cap = replace(first.amount.cap, cap_yen=200_000)
    second = replace(first, since=date(2025, 4, 1), amount=replace(first.amount, cap=cap))
    both = replace(subsidy, version=(first, second))
    caps = [both.version_on(date(year, 6, 1)) for year in (2024, 2025)]
    assert [version.amount.cap.cap_yen for version in caps if version] == [150_000, 200_000]


def test_versions_out_of_order_and_an_early_end_are_refused(subsidy: Subsidy) -> None:
    first = subsidy.version[0]
    with pytest.raises(ValueError, match="古い順"):
        replace(subsidy, version=(first, replace(first, since=date(2023, 4, 1))))
    with pytest.raises(ValueError, match="ended_on"):
        replace(subsidy, ended_on=date(2024, 3, 31))
