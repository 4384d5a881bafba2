"""A case's life: which verbs are possible where, and where they lead."""

import pytest

from madoguchi.rules.decision import Refused
from madoguchi.rules.steps.case import State, Verb, after, follows, possible
from tests.rules.steps.table import life

LIFE = """
          take    answer   write     proceed await   close   reopen
received  active  -        received  active  waiting -       -
active    active  waiting  active    active  waiting closed  -
waiting   waiting waiting  active    active  waiting closed  -
closed    -       -        active    active  waiting -       active
"""


def test_every_step_leads_where_the_table_says() -> None:
    found = {(state, verb): follows(state, verb) for state in State for verb in Verb}
    assert life(LIFE, State, Verb) == found


@pytest.mark.parametrize("state", State)
def test_only_possible_verbs_are_offered(state: State) -> None:
    for verb in Verb:
        if verb in possible(state):
            assert after(state, verb) is follows(state, verb)
        else:
            with pytest.raises(Refused, match=f"step.{verb}"):
                after(state, verb)


def test_a_person_may_always_write() -> None:
    assert all(Verb.WRITE in possible(state) for state in State)
