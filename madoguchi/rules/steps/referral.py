"""A referral's life (紹介の状態): state → verb → state, and by when somebody looks again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from madoguchi.rules.decision import Ground, Refused


class State(StrEnum):
    """Where a referral is; its words are `referral.state.<value>`."""

    PREPARED = "prepared"
    GIVEN = "given"
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    WITHDRAWN = "withdrawn"


class Verb(StrEnum):
    """What happens to a referral."""

    APPROVE = "approve"
    GIVE = "give"
    ACCEPT = "accept"
    ANSWER = "answer"
    MISS = "miss"
    WITHDRAW = "withdraw"


ENDED = (State.ANSWERED, State.WITHDRAWN)


@dataclass(frozen=True)
class Look:
    """By when somebody looks again: in how many working days, and at what (a due's kind)."""

    days: int
    due: str


def follows(state: State, verb: Verb) -> State | None:
    """The state after the verb; None where the verb is not possible.

    >>> follows(State.PREPARED, Verb.GIVE), follows(State.NO_ANSWER, Verb.GIVE)
    (<State.GIVEN: 'given'>, <State.GIVEN: 'given'>)
    >>> follows(State.ANSWERED, Verb.WITHDRAW) is None
    True
    """
    match verb:
        case Verb.APPROVE:
            return State.PREPARED if state is State.PREPARED else None
        case Verb.GIVE:
            return State.GIVEN if state in (State.PREPARED, State.NO_ANSWER) else None
        case Verb.ACCEPT:
            return State.ACCEPTED if state in (State.GIVEN, State.NO_ANSWER) else None
        case Verb.ANSWER:
            waits = (State.GIVEN, State.ACCEPTED, State.NO_ANSWER)
            return State.ANSWERED if state in waits else None
        case Verb.MISS:
            return State.NO_ANSWER if state in (State.GIVEN, State.ACCEPTED) else None
        case Verb.WITHDRAW:
            return None if state in ENDED else State.WITHDRAWN
        case _:
            assert_never(verb)


def after(state: State, verb: Verb) -> State:
    """The state after the verb.

    Raises:
        Refused: the verb is not possible here; the ground is `referral.step.<verb>`.
    """
    reached = follows(state, verb)
    if reached is None:
        raise Refused(Ground(f"referral.step.{verb}"))
    return reached


def possible(state: State) -> tuple[Verb, ...]:
    """The verbs that may happen in a state.

    >>> [str(verb) for verb in possible(State.NO_ANSWER)]
    ['give', 'accept', 'answer', 'withdraw']
    """
    return tuple(verb for verb in Verb if follows(state, verb) is not None)


def look_again(state: State) -> Look:
    """When to look again after the state was reached; days are the house's own, not a law's.

    >>> look_again(State.GIVEN)
    Look(days=10, due='referral')
    """
    match state:
        case State.PREPARED:
            return Look(5, "approval")
        case State.GIVEN:
            return Look(10, "referral")
        case State.ACCEPTED:
            return Look(20, "referral")
        case State.ANSWERED:
            return Look(3, "follow_up")
        case State.NO_ANSWER:
            return Look(1, "no_answer")
        case State.WITHDRAWN:
            return Look(5, "check")
        case _:
            assert_never(state)
