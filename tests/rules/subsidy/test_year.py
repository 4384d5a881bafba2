"""The clocks of the fiscal year: the last second of March, April's application, May's payment."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.rules.koyomi.dates import JAPAN, fiscal_year
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.subsidy import STAGES, BeforeContract, Life, SubsidyVersion, Timing
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.steps.grant import OVER, State
from madoguchi.rules.subsidy.year import (
    Clock,
    Watched,
    application_day,
    applied_on,
    came_first,
    clock,
    counts_online,
    fix_by,
    is_payable,
    payable_until,
    refund_into,
    report_by,
    signed_before,
    waits_for,
)

LAST = datetime(2027, 3, 31, 23, 59, 59, 900_000, tzinfo=JAPAN)
ACKNOWLEDGED = LAST + timedelta(seconds=7)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
LIFE = Life(report_within_days=30)


def version(city: str) -> SubsidyVersion:
    subsidy = programme(city).subsidy
    assert subsidy is not None
    return subsidy.version[-1]


def counting_online() -> SubsidyVersion:
    rules = version("shibukawa")
    assert isinstance(rules.timing, BeforeContract)
    timing = replace(
        rules.timing, online_counts_as_application=True, online_counts_as_application_source="x"
    )
    return replace(rules, timing=timing)


COUNTING = counting_online()
DECISION = BeforeContract(
    source="x",
    same_day=True,
    same_day_source="x",
    contract_after="decision",
    contract_after_source="x",
    online_counts_as_application=False,
    online_counts_as_application_source="x",
)


def test_the_last_second_of_march_stays_in_the_old_year_however_late_the_acknowledgement() -> None:
    received = ACKNOWLEDGED.date()
    assert received == date(2027, 4, 1)
    online = applied_on(LAST, received, online_counts=True)
    assert online == date(2027, 3, 31)
    assert fiscal_year(online) == 2026


@pytest.mark.parametrize("zone", [UTC, JAPAN])
def test_the_day_is_the_offices_whatever_zone_the_moment_is_in(zone: object) -> None:
    told = LAST.astimezone(zone)  # type: ignore[arg-type]
    assert applied_on(told, None, online_counts=True) == date(2027, 3, 31)
    assert applied_on(told + timedelta(seconds=1), None, online_counts=True) == date(2027, 4, 1)


def test_where_a_form_does_not_count_the_desk_has_to_receive_it() -> None:
    assert applied_on(LAST, None, online_counts=False) is None
    assert applied_on(LAST, date(2027, 4, 2), online_counts=False) == date(2027, 4, 2)


def test_paper_that_came_before_the_form_is_the_application() -> None:
    assert applied_on(LAST, date(2027, 3, 1), online_counts=True) == date(2027, 3, 1)
    assert applied_on(None, date(2027, 3, 1), online_counts=True) == date(2027, 3, 1)


def test_a_moment_without_a_zone_has_no_day() -> None:
    with pytest.raises(ValueError, match="time zone"):
        applied_on(LAST.replace(tzinfo=None), None, online_counts=True)


@pytest.mark.parametrize(
    ("counts", "source", "expected"),
    [(True, "x", True), (False, "x", False), (True, "要確認", False), (False, "要確認", False)],
)
def test_a_form_counts_only_where_that_is_confirmed(
    *, counts: bool, source: str, expected: bool
) -> None:
    rules = version("shibukawa")
    assert isinstance(rules.timing, BeforeContract)
    timing = replace(
        rules.timing,
        online_counts_as_application=counts,
        online_counts_as_application_source=source,
    )
    assert counts_online(replace(rules, timing=timing)) is expected


def test_a_city_that_says_nothing_of_forms_counts_none() -> None:
    assert not counts_online(version("yamanashi"))


@given(DAYS)
def test_a_year_is_fixed_on_its_last_day_and_paid_two_months_on(day: date) -> None:
    year = fiscal_year(day)
    assert fiscal_year(fix_by(year)) == year
    assert fiscal_year(fix_by(year) + timedelta(days=1)) == year + 1
    assert payable_until(year) == fix_by(year) + timedelta(days=61)


@given(DAYS, st.integers(1, 400))
def test_a_report_is_never_due_after_march(day: date, within: int) -> None:
    year = fiscal_year(day)
    due = report_by(replace(LIFE, report_within_days=within), day, year)
    assert due <= fix_by(year)
    assert due == fix_by(year) or due - day == timedelta(days=within)


@pytest.mark.parametrize(
    ("after_on", "due"),
    [
        (date(2026, 8, 20), date(2026, 9, 19)),
        (date(2027, 3, 1), date(2027, 3, 31)),
        (date(2027, 3, 2), date(2027, 3, 31)),
        (None, date(2027, 3, 31)),
    ],
)
def test_thirty_days_or_march(after_on: date | None, due: date) -> None:
    assert report_by(LIFE, after_on, 2026) == due


def test_without_days_in_the_rules_it_is_march() -> None:
    assert report_by(Life(), date(2026, 8, 20), 2026) == date(2027, 3, 31)


@pytest.mark.parametrize(
    ("state", "today", "code"),
    [
        ("decided", date(2027, 2, 28), None),
        ("decided", date(2027, 3, 1), "fix_soon"),
        ("decided", date(2027, 3, 31), "fix_soon"),
        ("decided", date(2027, 4, 1), "fix_over"),
        ("contracted", date(2027, 4, 1), "fix_over"),
        ("reported", date(2027, 4, 1), "fix_over"),
        ("received", date(2027, 4, 1), "decide_over"),
        ("drafted", date(2027, 3, 20), "fix_soon"),
        ("fixed", date(2027, 4, 30), None),
        ("fixed", date(2027, 5, 1), "pay_soon"),
        ("claimed", date(2027, 5, 31), "pay_soon"),
        ("claimed", date(2027, 6, 1), "pay_over"),
        ("paid", date(2027, 6, 1), None),
        ("withdrawn", date(2027, 4, 1), None),
        ("lapsed", date(2027, 4, 1), None),
        ("sent", date(2027, 4, 1), None),
    ],
)
def test_what_presses_at_the_years_end(state: str, today: date, code: str | None) -> None:
    found = clock(state, 2026, today)
    assert (found.code if found else None) == code


@pytest.mark.parametrize("state", OVER)
def test_what_is_over_is_watched_no_more(state: State) -> None:
    assert clock(state, 2026, date(2030, 1, 1)) is None


def test_every_state_between_receipt_and_payment_is_watched_in_the_end() -> None:
    late = date(2030, 1, 1)
    unwatched = {state for state in State if clock(state, 2026, late) is None}
    assert unwatched == {State.SENT, State.RECLAIMED, *OVER}  # what is owed has its own day


def test_before_there_is_an_application_nothing_runs() -> None:
    assert clock("sent", None, date(2027, 4, 1)) is None


@pytest.mark.parametrize("state", ["received", "returned", "drafted"])
def test_a_new_years_application_waits_for_its_budget_and_terms(state: str) -> None:
    today = date(2027, 4, 2)
    assert clock(state, 2027, today, ready=False) == Clock("new_year", date(2027, 4, 1))
    assert clock(state, 2027, today, ready=True) is None


def test_what_was_decided_waits_for_no_budget() -> None:
    assert clock("decided", 2027, date(2027, 4, 2), ready=False) is None


def test_a_correction_is_waited_for_and_a_year_that_is_over_comes_first() -> None:
    answer = date(2027, 3, 10)
    assert clock("returned", 2026, date(2027, 3, 1), answer_by=answer) == Clock(
        "answer_waits", answer
    )
    past = clock("returned", 2026, date(2027, 3, 20), answer_by=answer)
    assert past == Clock("answer_waits", answer)
    over = clock("returned", 2026, date(2027, 4, 1), answer_by=answer)
    assert over == Clock("decide_over", date(2027, 3, 31))


@pytest.mark.parametrize(
    ("stages", "payable"),
    [
        (STAGES, {"fixed", "claimed"}),
        (("claim",), {"decided", "fixed", "claimed"}),
        (("contract", "claim"), {"contracted", "fixed", "claimed"}),
        (("contract", "report", "claim"), {"reported", "fixed", "claimed"}),
        ((), {"decided", "fixed", "claimed"}),
    ],
)
def test_where_nothing_is_fixed_again_the_decision_or_report_is_paid(
    stages: tuple[str, ...], payable: set[str]
) -> None:
    assert {state for state in State if is_payable(state, stages)} == payable  # type: ignore[arg-type]


def test_a_prefecture_that_pays_afterwards_still_pays_until_may() -> None:
    found = clock("decided", 2026, date(2027, 5, 20), stages=version("yamanashi").life.stages)
    assert found == Clock("pay_soon", date(2027, 5, 31))


@given(DAYS)
def test_what_comes_back_goes_into_books_that_are_open(day: date) -> None:
    """Of the year of that day and of the one before it, none is left without a place."""
    year = fiscal_year(day)
    assert refund_into(day, year) == "budget"
    assert refund_into(day, year - 1) == ("budget" if day.month in (4, 5) else "revenue")


def test_every_clock_has_words_that_say_the_day() -> None:
    here = texts("shibukawa")
    for code in get_args(Watched.__value__):
        said = here.get(Clock(code, date(2027, 3, 31)).key, by="3月31日").words
        assert "3月31日" in said


def test_a_grant_goes_by_the_rules_of_its_application_or_of_its_sending() -> None:
    def counting(on: date) -> SubsidyVersion | None:
        return COUNTING if on >= date(2027, 4, 1) else None

    assert application_day(counting, LAST, date(2027, 4, 2)) == date(2027, 3, 31)
    plain = version("shibukawa")
    assert application_day(lambda _: plain, LAST, date(2027, 4, 2)) == date(2027, 4, 2)
    assert application_day(lambda _: plain, LAST.astimezone(UTC), None) == date(2027, 3, 31)
    assert application_day(lambda _: None, None, date(2027, 4, 2)) == date(2027, 4, 2)
    assert application_day(lambda _: COUNTING, None, None) is None


@pytest.mark.parametrize(
    ("timing", "day", "before"),
    [
        (DECISION, 9, "application"),
        (DECISION, 10, "decision"),
        (DECISION, 20, ""),
        (replace(DECISION, contract_after="application"), 10, ""),
        (replace(DECISION, contract_after="application"), 9, "application"),
        (replace(DECISION, contract_after_source="要確認"), 10, "decision"),
        (replace(DECISION, same_day=False), 10, "application"),
        (replace(DECISION, same_day=False, same_day_source="要確認"), 10, "decision"),
        (version("yamanashi").timing, 9, ""),
        (None, 9, ""),
    ],
)
def test_before_what_a_contract_was_signed(timing: Timing | None, day: int, before: str) -> None:
    told = date(2026, 12, day), date(2026, 12, 10), date(2026, 12, 20)
    assert signed_before(timing, *told) == before


@pytest.mark.parametrize(
    ("changed", "day", "decided", "first"),
    [
        ({}, 9, True, "application"),
        ({}, 19, True, "decision"),
        ({}, 20, True, ""),
        ({}, 20, False, "decision"),
        ({"contract_after_source": "要確認"}, 19, True, ""),
        ({"contract_after_source": "要確認"}, 9, False, "application"),
        ({"contract_after": "application"}, 10, False, ""),
        ({"contract_after": "application", "same_day": False}, 10, False, "application"),
        ({"source": "要確認"}, 9, True, ""),
    ],
)
def test_what_came_first_is_what_the_city_has_confirmed(
    changed: dict[str, Any], day: int, *, decided: bool, first: str
) -> None:
    timing = replace(DECISION, **changed)
    decided_on = date(2026, 12, 20) if decided else None
    assert came_first(timing, date(2026, 12, day), date(2026, 12, 10), decided_on) == first


def test_before_there_is_a_decision_no_contract_is_older_than_it() -> None:
    assert signed_before(DECISION, date(2026, 12, 10), date(2026, 12, 10), None) == ""


@pytest.mark.parametrize(
    ("applied_on", "changed", "waits"),
    [
        (None, {}, "receipt"),
        (None, {"source": "要確認"}, "ask"),
        (date(2026, 12, 10), {"contract_after_source": "要確認"}, "ask"),
        (date(2026, 12, 10), {}, "decision"),
        (date(2026, 12, 10), {"contract_after": "application"}, "next_day"),
        (date(2026, 12, 9), {"contract_after": "application"}, "nothing"),
        (
            date(2026, 12, 10),
            {"contract_after": "application", "same_day": True, "same_day_source": "要領第4条"},
            "nothing",
        ),
        (
            date(2026, 12, 10),
            {"contract_after": "application", "same_day": True, "same_day_source": "要確認"},
            "next_day",
        ),
    ],
)
def test_what_a_contract_waits_for_is_said_as_far_as_it_is_confirmed(
    applied_on: date | None, changed: dict[str, Any], waits: str
) -> None:
    sure = {"contract_after_source": "要領第4条", "source": "要領", "same_day": False}
    timing = replace(DECISION, **{**sure, **changed})
    assert waits_for(timing, applied_on, date(2026, 12, 10)) == waits


def test_where_the_grant_is_paid_afterwards_no_contract_waits() -> None:
    assert waits_for(version("yamanashi").timing, None, date(2026, 12, 10)) == ""
