"""A referral's states: each step leads somewhere, nothing leads out of an end, all is looked at."""

from itertools import product

import pytest

from madoguchi.rules.decision import Refused
from madoguchi.rules.steps.referral import (
    ENDED,
    State,
    Verb,
    after,
    follows,
    look_again,
    possible,
)

WAY = {
    (State.PREPARED, Verb.APPROVE): State.PREPARED,
    (State.PREPARED, Verb.GIVE): State.GIVEN,
    (State.PREPARED, Verb.WITHDRAW): State.WITHDRAWN,
    (State.GIVEN, Verb.ACCEPT): State.ACCEPTED,
    (State.GIVEN, Verb.ANSWER): State.ANSWERED,
    (State.GIVEN, Verb.MISS): State.NO_ANSWER,
    (State.GIVEN, Verb.WITHDRAW): State.WITHDRAWN,
    (State.ACCEPTED, Verb.ANSWER): State.ANSWERED,
    (State.ACCEPTED, Verb.MISS): State.NO_ANSWER,
    (State.ACCEPTED, Verb.WITHDRAW): State.WITHDRAWN,
    (State.NO_ANSWER, Verb.REMIND): State.GIVEN,
    (State.NO_ANSWER, Verb.ACCEPT): State.ACCEPTED,
    (State.NO_ANSWER, Verb.ANSWER): State.ANSWERED,
    (State.NO_ANSWER, Verb.WITHDRAW): State.WITHDRAWN,
}


@pytest.mark.parametrize(("state", "verb"), list(product(State, Verb)))
def test_the_way_is_this_one_and_no_other(state: State, verb: Verb) -> None:
    assert follows(state, verb) == WAY.get((state, verb))


@pytest.mark.parametrize("state", ENDED)
def test_nothing_leads_out_of_an_end(state: State) -> None:
    assert possible(state) == ()
    with pytest.raises(Refused) as refused:
        after(state, Verb.GIVE)
    assert refused.value.reasons[0].code == "referral.step.give"


@pytest.mark.parametrize("state", State)
def test_every_state_is_looked_at_again(state: State) -> None:
    assert 1 <= look_again(state).days <= 20


def test_silence_is_looked_at_sooner_than_anything_else() -> None:
    days = {state: look_again(state).days for state in State}
    assert min(days, key=days.__getitem__) is State.NO_ANSWER
