"""Every outcome names who acts next, and when."""

import pytest

from madoguchi.rules.steps.case import CLOSING_REASONS
from madoguchi.rules.steps.outcome import NEXT, UNREACHED, Outcome, Turn, next_unreached, what_next


def test_every_outcome_has_what_follows() -> None:
    assert set(NEXT) == set(Outcome)


@pytest.mark.parametrize("outcome", Outcome)
def test_it_either_ends_or_names_an_act_of_somebody(outcome: Outcome) -> None:
    then = what_next(outcome)
    assert then.closes == (then.turn is Turn.NOBODY)
    if then.closes:
        assert then.closing in CLOSING_REASONS
        assert (then.due, then.days) == ("", None)
    else:
        assert then.due
        assert then.days is None or then.days >= 1


def test_the_third_time_two_people_decide_and_nobody_calls_a_fourth_time() -> None:
    counted: list[str] = []
    for _ in range(5):
        counted.insert(0, next_unreached(counted))
    assert counted[::-1] == [*UNREACHED, UNREACHED[-1], UNREACHED[-1]]
    assert [what_next(one).due for one in UNREACHED] == ["call", "call", "decide"]


def test_a_contact_that_reached_the_person_begins_the_count_anew() -> None:
    assert next_unreached(["answered", "no_answer_2"]) is Outcome.NO_ANSWER_1
