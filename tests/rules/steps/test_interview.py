"""An interview's life: which verbs are possible where, and where they lead."""

import pytest

from madoguchi.rules.decision import Refused
from madoguchi.rules.steps.interview import State, Verb, after, follows
from tests.rules.steps.table import life

LIFE = """
           move    cancel     come  miss    expect
booked     booked  cancelled  came  absent  -
came       -       -          -     absent  booked
absent     -       -          came  -       -
cancelled  -       -          -     -       -
kept       -       -          -     -       -
"""


def test_every_step_leads_where_the_table_says() -> None:
    found = {(state, verb): follows(state, verb) for state in State for verb in Verb}
    assert life(LIFE, State, Verb) == found


def test_what_is_not_possible_is_refused_by_its_name() -> None:
    with pytest.raises(Refused, match=r"interview\.come"):
        after(State.CANCELLED, Verb.COME)
    assert after(State.BOOKED, Verb.COME) is State.CAME
