"""An interview's life (面談の状態): state → verb → state. No roles here; rights.toml has them."""

from enum import StrEnum
from typing import assert_never

from madoguchi.rules.decision import Reason, Refused


class State(StrEnum):
    """Where an interview is; its words are `desk.interview.state.<value>`.

    `kept`: no interview, a place that a colleague keeps free of them (使わない枠).
    """

    BOOKED = "booked"
    CAME = "came"
    ABSENT = "absent"
    CANCELLED = "cancelled"
    KEPT = "kept"


class Verb(StrEnum):
    """What happens to an interview; `expect`: nobody has come yet, that was a wrong press."""

    MOVE = "move"
    CANCEL = "cancel"
    COME = "come"
    MISS = "miss"
    EXPECT = "expect"


def follows(state: State, verb: Verb) -> State | None:
    """The state after the verb; None where the verb is not possible.

    A wrong entry is corrected: came and absent may follow each other.

    >>> follows(State.BOOKED, Verb.MISS), follows(State.ABSENT, Verb.COME)
    (<State.ABSENT: 'absent'>, <State.CAME: 'came'>)
    >>> follows(State.CANCELLED, Verb.COME) is None
    True
    """
    booked = state is State.BOOKED
    match verb:
        case Verb.MOVE:
            return State.BOOKED if booked else None
        case Verb.CANCEL:
            return State.CANCELLED if booked else None
        case Verb.COME:
            return State.CAME if booked or state is State.ABSENT else None
        case Verb.MISS:
            return State.ABSENT if booked or state is State.CAME else None
        case Verb.EXPECT:
            return State.BOOKED if state is State.CAME else None
        case _:
            assert_never(verb)


def after(state: State, verb: Verb) -> State:
    """The state after the verb.

    Raises:
        Refused: the verb is not possible here; the reason is `interview.<verb>`.
    """
    reached = follows(state, verb)
    if reached is None:
        raise Refused(Reason(f"interview.{verb}"))
    return reached


HOLDING = (State.BOOKED, State.CAME, State.ABSENT, State.KEPT)  # all that take a place up
