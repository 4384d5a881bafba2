"""What is typed from the city's own files: dates in order, a deputy by name, one line each."""

from dataclasses import fields, replace
from datetime import date

import pytest

from madoguchi.rules.programme.texts import texts
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.filing import LINE, REQUIRED, Filing, check

TODAY = date(2026, 8, 10)
FULL = Filing(
    received_number="危管収第12号",
    drafted_on=date(2026, 8, 3),
    decided_on=date(2026, 8, 5),
    decision_class="delegated",
    enforced_on=date(2026, 8, 6),
    document_number="危管第34号",
    binder="補助金交付",
    retention_years=5,
    disclosure="partly",
)


def codes(filing: Filing, verb: str = "") -> list[str]:
    found = check(filing, today=TODAY, verb=verb)
    return [one.code.removeprefix("grant.filing.") for one in found]


@pytest.mark.parametrize("verb", ["", *REQUIRED])
def test_what_is_whole_may_be_kept_at_every_step(verb: str) -> None:
    assert codes(FULL, verb) == []


@pytest.mark.parametrize("verb", ["", "receive", "return", "claim", "pay", "amend"])
def test_nothing_is_asked_of_a_step_that_rests_on_no_number(verb: str) -> None:
    assert codes(Filing(), verb) == []


@pytest.mark.parametrize(
    ("verb", "field"), [(verb, field) for verb, needed in REQUIRED.items() for field in needed]
)
def test_what_a_step_rests_on_is_asked_for_at_its_field(verb: str, field: str) -> None:
    empty = getattr(Filing(), field)
    without = replace(FULL, **{field: empty})
    found = check(without, today=TODAY, verb=verb)
    assert [one.code for one in found] == [f"grant.filing.missing.{field}"]
    assert found[0].values["field"] == field


def test_steps_that_need_something_are_steps_or_a_letter() -> None:
    assert set(REQUIRED) - {"letter"} <= set(Verb)


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        (None, []),
        (date(2026, 8, 3), []),
        (date(2026, 8, 4), ["too_early.drafted_on"]),
        (date(2026, 8, 6), ["too_early.drafted_on", "too_early.decided_on"]),
    ],
)
def test_nothing_is_drafted_or_decided_before_what_it_rests_on(
    since: date | None, expected: list[str]
) -> None:
    found = check(FULL, today=TODAY, verb="decide", since=since)
    assert [one.code.removeprefix("grant.filing.") for one in found] == expected


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"decided_on": date(2026, 8, 2)}, "decided_before_drafted"),
        ({"enforced_on": date(2026, 8, 4)}, "enforced_before_decided"),
        ({"decided_on": None, "enforced_on": date(2026, 8, 2)}, "enforced_before_decided"),
        ({"decision_class": "deputy"}, "deputy_missing"),
        ({"decision_class": "deputy", "deputy": "　 "}, "deputy_missing"),
        ({"decision_class": "after"}, "deputy_missing"),
        ({"deputy": "課長補佐"}, "deputy_idle"),
        ({"decision_class": "ordinary", "deputy": "課長補佐"}, "deputy_idle"),
        ({"retention_years": 0}, "retention_years"),
        ({"retention_years": 101}, "retention_years"),
        ({"document_number": "危管\n第34号"}, "line.document_number"),
        ({"document_number": "危管\u2028第34号"}, "line.document_number"),
        ({"received_number": "あ" * (LINE + 1)}, "line.received_number"),
        ({"binder": "補助\r金"}, "line.binder"),
        ({"decision_class": "deputy", "deputy": "課長\t補佐"}, "line.deputy"),
    ],
)
def test_what_cannot_be_is_said(change: dict[str, object], code: str) -> None:
    assert codes(replace(FULL, **change)) == [code]  # type: ignore[arg-type]


def test_the_future_is_not_decided_yet_but_may_be_the_day_of_issue() -> None:
    tomorrow = date(2026, 8, 11)
    assert codes(replace(FULL, enforced_on=tomorrow)) == []
    late = replace(FULL, drafted_on=tomorrow, decided_on=tomorrow, enforced_on=tomorrow)
    assert codes(late) == ["drafted_in_future", "decided_in_future"]


def test_one_day_for_all_is_in_order() -> None:
    assert codes(replace(FULL, drafted_on=TODAY, decided_on=TODAY, enforced_on=TODAY)) == []


def test_a_deputy_by_name_is_a_decision() -> None:
    assert codes(replace(FULL, decision_class="deputy", deputy="課長補佐"), "decide") == []
    assert codes(replace(FULL, decision_class="after", deputy="課長補佐"), "decide") == []


def test_a_wide_space_is_no_line_break() -> None:
    assert codes(replace(FULL, decision_class="deputy", deputy="危機管理室　室長補佐")) == []


@pytest.mark.parametrize("length", [LINE, 1])
def test_a_line_holds_what_it_says(length: int) -> None:
    assert codes(replace(FULL, document_number="あ" * length)) == []


def test_every_reason_of_a_filing_has_words_and_a_field() -> None:
    bad = Filing(
        received_number="\n",
        drafted_on=date(2026, 8, 12),
        decided_on=date(2026, 8, 11),
        decision_class="deputy",
        enforced_on=date(2026, 8, 10),
        document_number="\n",
        binder="\n",
        retention_years=0,
    )
    idle = replace(FULL, decision_class="ordinary", deputy="\n課長")
    told = [
        *check(bad, today=TODAY),
        *check(idle, today=TODAY),
        *check(Filing(), today=TODAY, verb="letter"),
        *check(FULL, today=TODAY, since=TODAY),
    ]
    words = texts("shibukawa")
    for one in told:
        assert words.get(f"ground.{one.code}", "ja", **one.values).words
        assert one.values["field"] in {field.name for field in fields(Filing)}
    tripped = {f"ground.{one.code}" for one in told}
    written = {key for key in words.words if key.startswith("ground.grant.filing.")}
    assert written == tripped
