"""An interview's life: which verbs are possible where, and where they lead."""

import pytest

from madoguchi.rules.decision import Refused
from madoguchi.rules.steps.interview import State, Verb, after, follows

LIFE = """
           move    cancel     come  miss
booked     booked  cancelled  came  absent
came       -       -          -     absent
absent     -       -          came  -
cancelled  -       -          -     -
kept       -       -          -     -
"""


def life() -> dict[tuple[State, Verb], State | None]:
    """The table above: (state, verb) → state."""
    head, *rows = [line.split() for line in LIFE.strip().splitlines()]
    return {
        (State(row[0]), Verb(verb)): None if cell == "-" else State(cell)
        for row in rows
        for verb, cell in zip(head, row[1:], strict=True)
    }


def test_every_step_leads_where_the_table_says() -> None:
    assert life() == {(state, verb): follows(state, verb) for state in State for verb in Verb}


def test_what_is_not_possible_is_refused_by_its_name() -> None:
    with pytest.raises(Refused, match=r"interview\.come"):
        after(State.CANCELLED, Verb.COME)
    assert after(State.BOOKED, Verb.COME) is State.CAME
