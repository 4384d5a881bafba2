"""A year's budget from the command line: its totals in the clear, and whether the steps agree."""

import json
from collections.abc import Callable
from datetime import datetime

import pytest

from madoguchi.ops.main import main
from madoguchi.rules.decision import Absent
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.models import DrawerKey
from madoguchi.web.kit import arrival
from madoguchi.work.subsidy.budget import moving
from tests.work.subsidy import budgets
from tests.work.subsidy.budgets import YEAR, officer
from tests.work.subsidy.granting import YEN, sent

type Say = Callable[..., tuple[int, str]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, now: datetime) -> Say:
    """Do the duty; how it ended and what it said."""
    monkeypatch.setattr(arrival, "now", lambda: now)
    monkeypatch.setattr("madoguchi.ops.start.django", lambda _window: None)

    def do(*more: str) -> tuple[int, str]:
        capsys.readouterr()
        code = main(["subsidy", "budget", "shibukawa", *more])
        return code, capsys.readouterr().out

    return do


def test_the_totals_are_said_in_words_and_as_data(
    say: Say, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    budgets.opened(office, officer(office, now), now)
    moving.reserve(office.id, YEAR, 900_000)
    monkeypatch.setattr(unseal, "drawers_of", Absent)  # nothing is opened for it
    code, words = say()
    assert code == 0
    for told in ("令和8年度の予算", "1,000,000円", "900,000円", "残り：100,000円", "残りが少ない"):
        assert told in words
    code, data = say("--json", "--fiscal-year", str(YEAR))
    assert code == 0
    assert json.loads(data) == {
        "fiscal_year": YEAR,
        "budget_yen": 1_000_000,
        "reserved_yen": 900_000,
        "spent_yen": 0,
        "left_yen": 100_000,
        "warn_below_yen": 150_000,
        "standing": "nearly_spent",
        "terms": "same",
    }


def test_a_year_that_nobody_opened(say: Say, office: OfficeCard) -> None:
    assert say() == (1, "令和8年度の予算は、登録されていません。\n")
    assert say("--json", "--fiscal-year", "2025") == (1, "null\n")


def test_it_says_whether_the_steps_agree(say: Say, office: OfficeCard, now: datetime) -> None:
    budgets.opened(office, officer(office, now), now)
    grant = sent(office, now).until("paid").grant
    code, words = say("--check")
    assert code == 0
    assert "合っています" in words
    assert f"支払済み：{YEN:,}円" in words
    moving.reserve(office.id, YEAR, 1)
    assert say("--check")[0] == 1
    assert json.loads(say("--check", "--json")[1])["agrees"] is False
    DrawerKey.objects.filter(case_id=grant.case_id).delete()
    code, data = say("--check", "--json")
    told = json.loads(data)
    assert (code, told["agrees"], told["unread"]) == (1, None, 1)
    assert "1件の交付" in say("--check")[1]
