"""The page of the subsidy says what the rules say, in the order that they want."""

import re
from dataclasses import replace
from typing import Literal

import pytest
from django.test import Client

from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.subsidy import (
    AfterPayment,
    BeforeContract,
    SubsidyVersion,
    UsedAnyOf,
    UsedDesk,
)
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.programme.words import COLUMNS, UNCONFIRMED, Words
from madoguchi.web.portal.subsidy.views import steps


@pytest.fixture
def version() -> SubsidyVersion:
    subsidy = programme("shibukawa").subsidy
    assert subsidy is not None
    return subsidy.version[0]


@pytest.mark.parametrize("column", ["/easy", "/en"])
def test_it_is_wholly_in_every_column(portal: Client, column: str, version: SubsidyVersion) -> None:
    """The title of the rules alone is a name, and marked as Japanese."""
    page = portal.get(f"{column}/subsidy/").content.decode()
    main = page.split("<main", 1)[1].split("</main>")[0]
    assert re.findall(r'lang="ja">([^<]*)', main) == [version.title]


def test_what_is_not_confirmed_is_no_condition_for_a_citizen(portal: Client) -> None:
    page = portal.get("/subsidy/").content.decode()
    assert "市の相談窓口を利用していること" in page
    for word in ("滞納", "暴力団", "損害賠償", "返金", "要確認"):
        assert word not in page


def test_at_shibukawa_the_application_comes_before_the_contract(version: SubsidyVersion) -> None:
    assert steps(version) == (
        ("subsidy.step.talk", "subsidy.step.talk_used_desk"),
        ("subsidy.step.estimate", "subsidy.step.estimate_text"),
        ("subsidy.step.apply", "subsidy.step.apply_before_contract"),
        ("subsidy.step.contract", "subsidy.step.contract_open"),
    )


@pytest.mark.parametrize("after", ["application", "decision"])
def test_what_the_contract_waits_for_is_said_once_it_is_confirmed(
    version: SubsidyVersion, after: Literal["application", "decision"]
) -> None:
    assert isinstance(version.timing, BeforeContract)
    sure = replace(version.timing, contract_after=after, contract_after_source="x")
    assert steps(replace(version, timing=sure))[-1][1] == f"subsidy.step.contract_{after}"


def test_a_time_to_apply_that_nobody_confirmed_is_to_be_asked_about(
    version: SubsidyVersion,
) -> None:
    told = steps(replace(version, timing=replace(version.timing, source=UNCONFIRMED)))
    assert told == (
        ("subsidy.step.talk", "subsidy.step.talk_used_desk"),
        ("subsidy.step.apply", "subsidy.step.apply_open"),
    )
    for key in (*(key for step in told for key in step), "subsidy.note_open"):
        assert [texts("_national").raw(key, one).column for one in COLUMNS] == list(COLUMNS)


def test_rules_that_may_have_changed_are_of_their_fiscal_year(portal: Client) -> None:
    page = portal.get("/subsidy/").content.decode()
    assert "この内容は令和6年度（2024年度）の決まりです。" in page


def test_elsewhere_it_comes_after_the_payment(version: SubsidyVersion) -> None:
    paid = AfterPayment("x", or_legal_aid=True, or_legal_aid_source="x")
    used = UsedAnyOf(Words("x"), "x", ("a",))
    other = tuple(one for one in version.condition if not isinstance(one, UsedDesk))
    found = steps(replace(version, timing=paid, condition=(*other, used)))
    assert [heading.rpartition(".")[2] for heading, _ in found] == [
        "talk",
        "contract",
        "pay",
        "apply",
    ]
    assert found[0][1] == "subsidy.step.talk_used_any_of"
    assert steps(replace(version, condition=other))[0][1] == "subsidy.step.talk_text"
