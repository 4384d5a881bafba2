"""A referral's life (紹介の状態): state → verb → state, and by when somebody looks again."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.steps.outcome import Outcome, what_next


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

    PREPARE = "prepare"
    APPROVE = "approve"
    GIVE = "give"
    REMIND = "remind"
    ACCEPT = "accept"
    ANSWER = "answer"
    MISS = "miss"
    WITHDRAW = "withdraw"


ENDED = (State.ANSWERED, State.WITHDRAWN)


LEADS: Mapping[Verb, Mapping[State, State]] = {
    Verb.PREPARE: {},  # how a referral that the person approves begins
    Verb.APPROVE: {State.PREPARED: State.PREPARED},
    Verb.GIVE: {State.PREPARED: State.GIVEN},
    Verb.REMIND: {State.NO_ANSWER: State.GIVEN},
    Verb.ACCEPT: {State.GIVEN: State.ACCEPTED, State.NO_ANSWER: State.ACCEPTED},
    Verb.ANSWER: dict.fromkeys((State.GIVEN, State.ACCEPTED, State.NO_ANSWER), State.ANSWERED),
    Verb.MISS: {State.GIVEN: State.NO_ANSWER, State.ACCEPTED: State.NO_ANSWER},
    Verb.WITHDRAW: {state: State.WITHDRAWN for state in State if state not in ENDED},
}


@dataclass(frozen=True)
class Look:
    """By when somebody looks again: in how many working days, and at what (a due's kind).

    `waits`: the referral itself is still open, so that its day is kept beside it.
    """

    days: int
    due: str
    waits: bool = True


def follows(state: State, verb: Verb) -> State | None:
    """The state after the verb; None where the verb is not possible.

    >>> follows(State.PREPARED, Verb.GIVE), follows(State.NO_ANSWER, Verb.REMIND)
    (<State.GIVEN: 'given'>, <State.GIVEN: 'given'>)
    >>> follows(State.ANSWERED, Verb.WITHDRAW) is None
    True
    """
    return LEADS[verb].get(state)


def after(state: State, verb: Verb) -> State:
    """The state after the verb.

    Raises:
        Refused: the verb is not possible here; the reason is `referral.step.<verb>`.
    """
    reached = follows(state, verb)
    if reached is None:
        raise Refused(Reason(f"referral.step.{verb}"))
    return reached


def possible(state: State) -> tuple[Verb, ...]:
    """The verbs that may happen in a state.

    >>> [str(verb) for verb in possible(State.NO_ANSWER)]
    ['remind', 'accept', 'answer', 'withdraw']
    """
    return tuple(verb for verb in Verb if follows(state, verb) is not None)


def look_again(state: State) -> Look:
    """When to look again after the state was reached; days are the house's own, not a law's.

    >>> look_again(State.GIVEN)
    Look(days=10, due='referral', waits=True)
    """
    match state:
        case State.PREPARED:
            return Look(5, "approval")
        case State.GIVEN:
            return Look(what_next(Outcome.REFERRED).days or 0, "referral")
        case State.ACCEPTED:
            return Look(20, "referral")
        case State.ANSWERED:
            return Look(3, "follow_up", waits=False)
        case State.NO_ANSWER:
            return Look(1, "no_answer")
        case State.WITHDRAWN:
            return Look(5, "check", waits=False)
        case _:
            assert_never(state)
