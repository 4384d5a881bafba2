"""Every result of a consultation names who acts next; which of them may stand together."""

from itertools import combinations

import pytest

from madoguchi.rules.decision import Refused
from madoguchi.rules.steps.outcome import (
    NEXT_OF_RESULT,
    Result,
    offered,
    require,
    waits_for_person,
    what_follows,
)


def test_every_result_has_what_follows_and_closes_nothing() -> None:
    assert set(NEXT_OF_RESULT) == set(Result)
    assert all(then.due and then.days and not then.closes for then in NEXT_OF_RESULT.values())


@pytest.mark.parametrize("count", [1, 2, 3, len(Result)])
def test_each_thing_to_do_is_named_once_the_soonest_first(count: int) -> None:
    for results in combinations(Result, count):
        then = what_follows(results)
        days = [one.days or 0 for one in then]
        assert days == sorted(days)
        assert len({one.due for one in then}) == len(then) >= 1


def test_the_desk_acts_where_any_result_asks_it_to() -> None:
    assert waits_for_person([Result.ADVISED])
    assert not waits_for_person([Result.DELETION, Result.SUBSIDY])


@pytest.mark.parametrize("rule", ["yes", "no", "要確認"])
def test_what_cannot_stand_together_is_refused(rule: str) -> None:
    require([Result.ADVISED], rule)
    require([Result.DELETION, Result.SUBSIDY, Result.AGAIN], rule)
    for wrong, code in (
        ([], "clinic.no_result"),
        ([Result.ADVISED, Result.POLICE], "clinic.only_advice"),
    ):
        with pytest.raises(Refused) as refused:
            require(wrong, rule)
        assert [reason.code for reason in refused.value.reasons] == [code]


def test_where_no_lawyer_may_take_a_case_that_cannot_be_said() -> None:
    assert Result.MAY_TAKE in offered("yes")
    require([Result.MAY_TAKE], "要確認")
    with pytest.raises(Refused) as refused:
        require([Result.MAY_TAKE], "no")
    assert [reason.code for reason in refused.value.reasons] == ["clinic.may_not_take"]
