"""What a grant's row has to say after its steps, as far as these open."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import pytest

from madoguchi.rules.koyomi.dates import JAPAN
from madoguchi.rules.steps.grant import State, Verb
from madoguchi.work.subsidy.fiscal_year import gaps
from madoguchi.work.subsidy.history import StepCard, row_matches

AT = datetime(2026, 11, 27, 9, tzinfo=JAPAN)
ON, RIGHT = date(2026, 11, 30), date(2026, 12, 1)
NUMBERED = {"fiscal_year": 2026, "number": 12}
ROW: Mapping[str, Any] = {
    "state": "received",
    "channel": "web",
    "sent_at": AT,
    "received_on": ON,
    **NUMBERED,
}
OTHERS: Mapping[str, Any] = {
    "state": "drafted",
    "channel": "paper",
    "sent_at": None,
    "received_on": RIGHT,
    "fiscal_year": 2027,
    "number": 13,
}


def step(number: int, verb: Verb, told: Mapping[str, Any], **also: Any) -> StepCard:
    state = State.SENT if verb is Verb.APPLY else State.RECEIVED
    known = {"on": ON, "at": AT, "staff_id": None, "public_details": {}, **also}
    return StepCard(id=uuid4(), number=number, verb=verb, state=state, details=told, **known)


SENT = step(1, Verb.APPLY, {"application": {}})
RECEIVED = step(2, Verb.RECEIVE, NUMBERED)
SHOWN = step(2, Verb.RECEIVE, {}, public_details=NUMBERED)
CLOSED = step(2, Verb.RECEIVE, {})
AMENDED = step(3, Verb.AMEND, {"step": 2, "fields": {"received_on": RIGHT.isoformat()}})
SOMEHOW = step(3, Verb.AMEND, {})  # to who holds a receipt alone
PAPER = step(1, Verb.TYPE_IN, {"application": {}, **NUMBERED})


def wrong(row: Mapping[str, Any], *steps: StepCard) -> set[str]:
    """The columns that may not be others than these."""
    assert row_matches(row, steps)
    return {name for name in row if not row_matches({**row, name: OTHERS[name]}, steps)}


def test_whoever_opens_the_steps_knows_each_column() -> None:
    assert wrong(ROW, SENT, RECEIVED) == set(ROW)
    assert wrong({**ROW, "channel": "paper", "sent_at": None}, PAPER) == set(ROW) - {
        "channel",
        "sent_at",
    }


def test_on_paper_nothing_was_sent() -> None:
    row = {**ROW, "channel": "paper", "sent_at": None}
    assert not row_matches({**row, "channel": "web"}, [PAPER])
    assert not row_matches({**row, "sent_at": AT}, [PAPER])


def test_before_it_is_received_it_has_no_day_and_no_number() -> None:
    row = {**ROW, "state": "sent", "received_on": None, "fiscal_year": None, "number": None}
    assert wrong(row, SENT) == set(ROW)


def test_a_receipt_knows_what_it_is_shown() -> None:
    assert wrong(ROW, SENT, SHOWN) == set(ROW)


def test_a_corrected_day_counts() -> None:
    assert not row_matches(ROW, [SENT, RECEIVED, AMENDED])
    assert row_matches({**ROW, "received_on": RIGHT}, [SENT, RECEIVED, AMENDED])


def test_what_does_not_open_is_not_asked() -> None:
    assert wrong(ROW, SENT, SHOWN, SOMEHOW) == set(ROW) - {"received_on"}
    assert wrong(ROW, SENT, CLOSED) == set(ROW) - {"fiscal_year", "number"}


def test_a_receipt_without_a_number_is_none() -> None:
    assert not row_matches(ROW, [SENT, step(2, Verb.RECEIVE, {"received_number": "3"})])


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        ([], []),
        ([1, 2, 3], []),
        ([0, 1, 2], []),
        ([2], [range(1, 2)]),
        ([1, 4, 9], [range(2, 4), range(5, 9)]),
        ([1, 2**31 - 1], [range(2, 2**31 - 1)]),
    ],
)
def test_a_gap_is_what_lies_between(numbers: list[int], found: list[range]) -> None:
    assert list(gaps(numbers)) == found
