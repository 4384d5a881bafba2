"""A booking's life: which verbs are possible where, and where they lead."""

import pytest

from madoguchi.rules.decision import Refused
from madoguchi.rules.steps.booking import FREE, HOLDING, State, Verb, after, follows
from tests.rules.steps.table import life

LIFE = """
          confirm accept decline   move   agree  take_back cancel    come come_late miss   expect
held      -       -      -         -      -      -         -         -    -         -      -
asked     booked  -      -         asked  asked  asked     cancelled -    -         -      -
booked    -       -      -         booked booked booked    cancelled came late      absent -
offered   -       booked cancelled -      -      -         -         -    -         -      -
came      -       -      -         -      -      -         -         came late      absent booked
late      -       -      -         -      -      -         -         came late      absent -
absent    -       -      -         -      -      -         -         came late      absent -
cancelled -       -      -         -      -      -         -         -    -         -      -
lapsed    -       -      -         -      -      -         -         -    -         -      -
kept      -       -      -         -      -      -         -         -    -         -      -
"""


def test_every_step_leads_where_the_table_says() -> None:
    found = {(state, verb): follows(state, verb) for state in State for verb in Verb}
    assert life(LIFE, State, Verb) == found


def test_what_is_not_possible_is_refused_by_its_name() -> None:
    with pytest.raises(Refused, match=r"clinic\.come"):
        after(State.CANCELLED, Verb.COME)
    assert after(State.BOOKED, Verb.COME) is State.CAME


def test_a_place_is_taken_up_by_all_that_is_not_given_back() -> None:
    assert set(HOLDING) | set(FREE) == set(State)
    assert not set(HOLDING) & set(FREE)
