"""A case's life (案件の状態): state → verb → state. No roles here; rights.toml has them."""

from enum import StrEnum
from typing import assert_never

from madoguchi.rules.decision import Reason, Refused


class State(StrEnum):
    """Where a case is; the desk's words are `state.desk.<value>`, the person's `state.public.…`."""

    RECEIVED = "received"
    ACTIVE = "active"
    WAITING = "waiting"
    CLOSED = "closed"


class Verb(StrEnum):
    """What happens to a case."""

    TAKE = "take"
    ANSWER = "answer"
    WRITE = "write"
    PROCEED = "proceed"
    AWAIT = "await"
    CLOSE = "close"
    REOPEN = "reopen"


def follows(state: State, verb: Verb) -> State | None:
    """The state after the verb; None where the verb is not possible.

    >>> follows(State.RECEIVED, Verb.TAKE)
    <State.ACTIVE: 'active'>
    >>> follows(State.CLOSED, Verb.ANSWER) is None
    True
    """
    is_open = state is not State.CLOSED
    match verb:
        case Verb.TAKE:
            return State.ACTIVE if state is State.RECEIVED else state if is_open else None
        case Verb.ANSWER:
            return State.WAITING if state in (State.ACTIVE, State.WAITING) else None
        case Verb.WRITE:
            return State.ACTIVE if state in (State.WAITING, State.CLOSED) else state
        case Verb.PROCEED | Verb.AWAIT:  # a contact; it opens a closed case again
            return State.ACTIVE if verb is Verb.PROCEED else State.WAITING
        case Verb.CLOSE:
            return State.CLOSED if state in (State.ACTIVE, State.WAITING) else None
        case Verb.REOPEN:
            return State.ACTIVE if state is State.CLOSED else None
        case _:
            assert_never(verb)


def after(state: State, verb: Verb) -> State:
    """The state after the verb.

    Raises:
        Refused: the verb is not possible here; the reason is `step.<verb>`.
    """
    reached = follows(state, verb)
    if reached is None:
        raise Refused(Reason(f"step.{verb}"))
    return reached


def possible(state: State) -> tuple[Verb, ...]:
    """The verbs that may happen in a state.

    >>> [str(verb) for verb in possible(State.CLOSED)]
    ['write', 'proceed', 'await', 'reopen']
    """
    return tuple(verb for verb in Verb if follows(state, verb) is not None)


CLOSING_REASONS = ("solved", "referred", "advised", "no_contact", "withdrawn", "other")
CONTACT_RULES = ("phone", "no_voicemail", "mail_only", "wait")
LEVELS = ("normal", "care", "secret")
CHANNELS = ("web", "phone", "counter", "mail", "letter")
