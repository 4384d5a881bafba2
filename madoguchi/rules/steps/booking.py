"""A booking's life (予約の状態): state → verb → state. No roles here; rights.toml has them."""

from enum import StrEnum
from typing import assert_never

from madoguchi.rules.decision import Reason, Refused


class State(StrEnum):
    """Where a booking is; its words are `clinic.state.<value>`, at the desk `desk.clinic.state.…`.

    `held`: somebody is filling in the form, for some minutes. `asked`: a 仮予約 that the desk
    confirms. `offered`: a place from the waiting list, until its time is over. `lapsed`: that time
    is over. `kept`: no booking, a place that a colleague keeps free (使わない枠).
    """

    HELD = "held"
    ASKED = "asked"
    BOOKED = "booked"
    OFFERED = "offered"
    CAME = "came"
    LATE = "late"
    ABSENT = "absent"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    KEPT = "kept"


class Verb(StrEnum):
    """What happens to a booking.

    Two are for a press that was a mistake: `take_back`, nobody agreed to the day that moved;
    `expect`, nobody has come yet.
    """

    CONFIRM = "confirm"
    ACCEPT = "accept"
    DECLINE = "decline"
    MOVE = "move"
    AGREE = "agree"
    TAKE_BACK = "take_back"
    CANCEL = "cancel"
    COME = "come"
    COME_LATE = "come_late"
    MISS = "miss"
    EXPECT = "expect"


STANDING = (State.ASKED, State.BOOKED)  # somebody is expected
TEMPORARY = (State.HELD, State.OFFERED)  # until a moment
OVER = (State.CAME, State.LATE, State.ABSENT)
FREE = (State.CANCELLED, State.LAPSED)
HOLDING = tuple(state for state in State if state not in FREE)  # all that take a place up
CANCELLED_BY = ("person", "others", "lawyer", "desk")  # who wished it; of old ones nobody was asked


def follows(state: State, verb: Verb) -> State | None:
    """The state after the verb; None where the verb is not possible.

    A wrong entry is corrected: each of the three ends may follow another.

    >>> follows(State.ASKED, Verb.CONFIRM), follows(State.ABSENT, Verb.COME_LATE)
    (<State.BOOKED: 'booked'>, <State.LATE: 'late'>)
    >>> follows(State.CANCELLED, Verb.COME) is None
    True
    """
    match verb:
        case Verb.CONFIRM:
            return State.BOOKED if state is State.ASKED else None
        case Verb.ACCEPT:
            return State.BOOKED if state is State.OFFERED else None
        case Verb.DECLINE:
            return State.CANCELLED if state is State.OFFERED else None
        case Verb.MOVE | Verb.AGREE | Verb.TAKE_BACK:
            return state if state in STANDING else None
        case Verb.CANCEL:
            return State.CANCELLED if state in STANDING else None
        case Verb.COME | Verb.COME_LATE | Verb.MISS:
            ends = {Verb.COME: State.CAME, Verb.COME_LATE: State.LATE, Verb.MISS: State.ABSENT}
            return ends[verb] if state in (State.BOOKED, *OVER) else None
        case Verb.EXPECT:
            return State.BOOKED if state is State.CAME else None
        case _:
            assert_never(verb)


def after(state: State, verb: Verb) -> State:
    """The state after the verb.

    Raises:
        Refused: the verb is not possible here; the reason is `clinic.<verb>`.
    """
    reached = follows(state, verb)
    if reached is None:
        raise Refused(Reason(f"clinic.{verb}"))
    return reached
