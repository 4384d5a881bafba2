"""The check of a programme, and that its examples can fail."""

import shutil
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from madoguchi.rules.check import check, failure, unconfirmed
from madoguchi.rules.examples import Grant, GrantExpected, examples
from madoguchi.rules.koyomi.hours import Week
from madoguchi.rules.programme.load import folder, programme, slugs
from madoguchi.rules.programme.read import ProgrammeError

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize("city", slugs())
def test_every_programme_passes_its_own_examples(city: str) -> None:
    assert check(city, TODAY).failures == ()


def test_of_the_template_the_two_addresses_without_a_source_are_wrong() -> None:
    wrong = [said.partition("：")[0] for said in check("_template", TODAY).failures]
    assert wrong == ["_template/city.toml の exit_url", "_template/city.toml の page_url"]


def test_a_changed_rule_breaks_an_example() -> None:
    """Negative control: the examples do look."""
    whole = programme("shibukawa")
    later = replace(whole, desk=replace(whole.desk, hours=Week.from_text("mon-fri 9:00-17:15")))
    broken = [said for example in examples("shibukawa") if (said := failure(later, example))]
    assert len(broken) == 5
    assert "のはずですが" in broken[0]
    assert "08:30" in broken[0]


def test_every_kind_of_example_can_fail() -> None:
    whole = programme("shibukawa")
    poorer = replace(
        whole,
        clinic=None,
        subsidy=None,
        agencies=(),
        strip=(),
        city=replace(whole.city, division=whole.city.division[:1]),
    )
    broken = {
        type(example).__name__ for example in examples("shibukawa") if failure(poorer, example)
    }
    kinds = {"ClinicDates", "ClinicBooking", "InCharge", "SubsidyRules", "Grant", "Agencies"}
    assert broken == kinds


@pytest.mark.parametrize("name", [each.name for each in fields(GrantExpected)])
def test_every_expectation_of_a_grant_can_fail(name: str) -> None:
    """A wrong answer, amount, reason or line is named beside the right one."""
    wrong: dict[str, Any] = {
        "answer": "no",
        "amount_yen": 1,
        "at_least_yen": 1,
        "at_most_yen": 1,
        "amount_known": False,
        "met": ("subsidy.nothing",),
        "unmet": ("subsidy.resident",),
        "unknown": ("subsidy.resident",),
        "working": ("着手金は0円です。",),
    }
    whole = next(each for each in examples("shibukawa") if isinstance(each, Grant))
    assert failure(programme("shibukawa"), whole) is None
    expect = replace(whole.expect, **{name: wrong[name]})
    told = failure(programme("shibukawa"), replace(whole, expect=expect))
    assert told is not None
    assert whole.say in told
    assert f"{name} は " in told


def test_reasons_of_an_example_may_stand_in_any_order() -> None:
    several = [
        each
        for each in examples("shibukawa")
        if isinstance(each, Grant) and len(each.expect.unmet or ()) > 1
    ]
    for each in several:
        turned = replace(each.expect, unmet=tuple(reversed(each.expect.unmet or ())))
        assert failure(programme("shibukawa"), replace(each, expect=turned)) is None
    assert several


def test_what_the_page_does_not_say_is_counted() -> None:
    report = check("shibukawa", TODAY)
    assert "desk.closed.year_end_source" in report.unconfirmed
    assert "desk.promise.source" in report.unconfirmed
    assert "subsidy.version.1.amount.rounding.source" in report.unconfirmed
    assert "agencies.moj_josei.status" in report.unconfirmed_agencies
    assert "papers.subsidy_application.source" in report.unconfirmed
    of_papers = [path for path in report.unconfirmed if path.startswith("papers.")]
    assert len(list(unconfirmed(programme("shibukawa")))) + len(of_papers) == len(
        report.unconfirmed
    ) + len(report.unconfirmed_agencies)


def test_a_broken_paper_fails_the_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(folder("shibukawa"), tmp_path / "minami")
    monkeypatch.setenv("MADOGUCHI_PROGRAMMES", str(tmp_path))
    assert check("minami", TODAY).ok
    toml = tmp_path / "minami" / "papers" / "subsidy_application" / "paper.toml"
    toml.write_text(toml.read_text("utf-8").replace("title", "tilte", 1), "utf-8")
    with pytest.raises(ProgrammeError, match=r"minami/papers/subsidy_application/paper\.toml"):
        check("minami", TODAY)
