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
BY_PHONE = ("phone", "no_voicemail")
NO_CONTACT = "wait"
CONTACT_RULES = (*BY_PHONE, "mail_only", NO_CONTACT)
UNSURE = "check"  # what a list says in place of a rule that it cannot vouch for: no contact
WAYS_OUT = ("call", "mail", "letter")  # in which the desk reaches out to the person
LEVELS = ("normal", "care", "secret")
CHANNELS = ("web", "phone", "counter", "mail", "letter")


NAMING = {  # words of an officer that name a way: enough to ask, whatever is meant
    "call": ("電話", "でんわ", "デンワ", "携帯", "留守電", "架電"),
    "letter": ("手紙", "郵送", "郵便", "封書", "はがき", "ハガキ", "葉書"),
}


def ways_named(words: str) -> tuple[str, ...]:
    """The ways of contact that words name.

    >>> ways_named("夫の電話にかけて聞く"), ways_named("様子を見る")
    (('call',), ())
    """
    return tuple(way for way, names in NAMING.items() if any(name in words for name in names))


def forbids(rule: str, way: str, *, mail: bool) -> bool:
    """Whether a wish forbids this way of contact; `mail`: whether it lets mails come.

    A letter can be opened by others at home: only who may be rung without care may get one.

    >>> forbids("wait", "call", mail=False), forbids("phone", "call", mail=False)
    (True, False)
    >>> forbids("mail_only", "letter", mail=True), forbids("wait", "check", mail=False)
    (True, False)
    """
    match way:
        case "call":
            return rule not in BY_PHONE
        case "mail":
            return not mail
        case "letter":
            return rule != "phone"
        case _:
            return False
