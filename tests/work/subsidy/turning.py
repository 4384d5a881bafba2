"""A city whose rules change on 1 December 2026, for the tests of which of them a grant goes by."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from madoguchi.rules.koyomi.dates import JAPAN
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.programme import Programme
from madoguchi.rules.programme.subsidy import BeforeContract, Life, Subsidy
from madoguchi.web.kit import arrival
from madoguchi.work.subsidy import terms

SENT_AT = datetime(2026, 11, 30, 23, 59, 59, tzinfo=JAPAN)
RECEIVED = datetime(2026, 12, 2, 10, tzinfo=JAPAN)
TURN = date(2026, 12, 1)
SURE = "https://city.example/"


def turning() -> Subsidy:
    """Under the old rules a form on the web counts, and nothing but the claim follows."""
    known = programme("shibukawa").subsidy
    assert known
    old = known.version[-1]
    assert isinstance(old.timing, BeforeContract)
    counts = replace(
        old.timing, online_counts_as_application=True, online_counts_as_application_source=SURE
    )
    old = replace(old, timing=counts, life=Life(stages=("claim",), stages_source=SURE))
    new = replace(old, since=TURN, life=Life())
    return replace(known, version=(old, new))


def turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The city of the tests has these rules, for its pages and for the worker."""
    whole = replace(programme("shibukawa"), subsidy=turning())

    def in_force(*_: object) -> Programme:
        return whole

    monkeypatch.setattr(arrival, "in_force", in_force)
    monkeypatch.setattr(terms, "in_force", in_force)
