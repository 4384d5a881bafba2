"""What follows a decision is data: which stages, within which days, decided where."""

from dataclasses import replace

import pytest

from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.read import ProgrammeError, open_facts, read
from madoguchi.rules.programme.subsidy import STAGES, Life, SubsidyVersion

FILE = "subsidy.toml"


def version(city: str) -> SubsidyVersion:
    """The newest version of a city's rules."""
    subsidy = programme(city).subsidy
    assert subsidy is not None
    return subsidy.version[-1]


def test_who_writes_nothing_has_every_stage_and_nothing_confirmed() -> None:
    silent = read(Life, {}, FILE)
    assert silent == Life()
    assert silent.stages == STAGES
    assert silent.approval == "outside"
    assert list(open_facts(silent)) == [
        "life.stages_source",
        "life.report_within_days_source",
        "life.retention_years_source",
    ]


def test_shibukawa_has_every_stage_and_thirty_days_none_of_it_confirmed() -> None:
    life = version("shibukawa").life
    assert (life.stages, life.report_within_days) == (STAGES, 30)
    assert len(list(open_facts(life))) == 3


def test_a_city_that_pays_afterwards_leaves_stages_out() -> None:
    assert version("yamanashi").life.stages == ("claim",)


@pytest.mark.parametrize("stages", [["claim", "report"], ["report", "report"]])
def test_stages_out_of_order_or_twice_are_refused(stages: list[str]) -> None:
    with pytest.raises(ProgrammeError, match=r"contract・report・fixing・claim の順"):
        read(Life, {"stages": stages}, FILE)


def test_a_stage_nobody_knows_is_refused_with_the_nearest() -> None:
    with pytest.raises(ProgrammeError, match=r"「claim」のことでしょうか"):
        read(Life, {"stages": ["claims"]}, FILE)


@pytest.mark.parametrize("name", ["report_within_days", "retention_years"])
def test_less_than_one_day_or_year_is_refused(name: str) -> None:
    with pytest.raises(ProgrammeError, match=f"{name} は 1 以上"):
        read(Life, {name: 0}, FILE)


def test_a_version_keeps_the_stages_of_its_day() -> None:
    old = version("shibukawa")
    new = replace(old, life=Life(("claim",), "x"))
    assert (old.life.stages, new.life.stages) == (STAGES, ("claim",))
