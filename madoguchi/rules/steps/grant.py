"""A grant's life (交付の状態): state → verb → state. No roles here; rights.toml has them.

What lies between the decision and the payment is a chain, of which a city leaves out stages by
data: the rows below show it whole.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum

from madoguchi.rules.decision import Reason, Refused


class State(StrEnum):
    """Where a grant is; its words are `desk.grant.state.<value>`, the person's `grant.state.…`.

    `sent`: the form came by the web and the desk has not received it yet (下書き). `returned`: it
    waits for what is missing. `lapsed`: its fiscal year ended before it was fixed. `reclaimed`: it
    was paid and money is to come back, demanded or not yet (返還待ち): it is not over.
    """

    SENT = "sent"
    RECEIVED = "received"
    RETURNED = "returned"
    DRAFTED = "drafted"
    DECIDED = "decided"
    REFUSED = "refused"
    CONTRACTED = "contracted"
    REPORTED = "reported"
    FIXED = "fixed"
    CLAIMED = "claimed"
    PAID = "paid"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    RECLAIMED = "reclaimed"
    LAPSED = "lapsed"
    REPAID = "repaid"


class Verb(StrEnum):
    """What happens to a grant; `apply` and `type_in` make it.

    `refund`: money of the retainer came back after the sum was fixed. `reduce`: a fixed sum becomes
    a lower one by a later fact (確定額の変更); what was paid above it is demanded. `proceed`: it
    was decided to go on though contract or payment came before the application. `holder`: the
    account is in another name, and it was found out why (口座名義の確認). `undo`: what was recorded
    last was recorded by mistake (誤記録) and does not count.
    """

    APPLY = "apply"
    TYPE_IN = "type_in"
    RECEIVE = "receive"
    RETURN = "return"
    COMPLETE = "complete"
    CHECK = "check"
    DRAFT = "draft"
    UNDRAFT = "undraft"
    DECIDE = "decide"
    REFUSE = "refuse"
    CONTRACT = "contract"
    CHANGE = "change"
    REPORT = "report"
    FIX = "fix"
    CLAIM = "claim"
    SEND_BACK = "send_back"
    PAY = "pay"
    WITHDRAW = "withdraw"
    REFUND = "refund"
    REDUCE = "reduce"
    REVOKE = "revoke"
    REPAY = "repay"
    LAPSE = "lapse"
    CARRY = "carry"
    PROCEED = "proceed"
    HOLDER = "holder"
    AMEND = "amend"
    UNDO = "undo"


UNDOABLE = (
    *(Verb.DECIDE, Verb.REFUSE, Verb.CHANGE, Verb.FIX, Verb.PAY, Verb.WITHDRAW),
    *(Verb.REFUND, Verb.REDUCE, Verb.REVOKE, Verb.REPAY, Verb.LAPSE),
    *(Verb.CARRY, Verb.PROCEED, Verb.HOLDER),
)
"""What the desk decides or records and nothing but `undo` takes back."""
BEFORE_DRAFT = (State.SENT, State.RECEIVED, State.RETURNED)  # the person may still withdraw alone
RESERVING = (State.DECIDED, State.CONTRACTED, State.REPORTED, State.FIXED, State.CLAIMED)
OVER = (
    State.REFUSED,
    State.PAID,
    State.WITHDRAWN,
    State.REVOKED,
    State.LAPSED,
    State.REPAID,
)
STAGES = ("contract", "report", "fixing", "claim")

_CHAIN = (
    ("contract", Verb.CONTRACT, State.CONTRACTED),
    ("report", Verb.REPORT, State.REPORTED),
    ("fixing", Verb.FIX, State.FIXED),
    ("claim", Verb.CLAIM, State.CLAIMED),
    (None, Verb.PAY, State.PAID),  # no city leaves it out
)
_FORWARD = frozenset(verb for _, verb, _ in _CHAIN)
_SENT_BACK = (State.CONTRACTED, State.REPORTED, State.CLAIMED)
_ENDS = {
    Verb.WITHDRAW: State.WITHDRAWN,
    Verb.REVOKE: State.REVOKED,
    Verb.LAPSE: State.LAPSED,
    Verb.CARRY: None,  # it stays where it is
    Verb.PROCEED: None,
    Verb.AMEND: None,
}
_SETTLED = (State.REPORTED, State.FIXED, State.CLAIMED)
_AFTERWARDS = {Verb.REDUCE: State.RECLAIMED, Verb.REVOKE: State.RECLAIMED}
_ROWS: Mapping[State, Mapping[Verb, State]] = {
    State.SENT: {Verb.RECEIVE: State.RECEIVED, Verb.WITHDRAW: State.WITHDRAWN},
    State.RECEIVED: {
        Verb.RETURN: State.RETURNED,
        Verb.CHECK: State.RECEIVED,
        Verb.DRAFT: State.DRAFTED,
        Verb.WITHDRAW: State.WITHDRAWN,
        Verb.PROCEED: State.RECEIVED,
        Verb.AMEND: State.RECEIVED,
    },
    State.RETURNED: {
        Verb.COMPLETE: State.RECEIVED,
        Verb.CHECK: State.RETURNED,
        Verb.DRAFT: State.DRAFTED,  # what is missing never came: a human decides on what is there
        Verb.WITHDRAW: State.WITHDRAWN,
        Verb.PROCEED: State.RETURNED,
        Verb.AMEND: State.RETURNED,
    },
    State.DRAFTED: {
        Verb.UNDRAFT: State.RECEIVED,
        Verb.DECIDE: State.DECIDED,
        Verb.REFUSE: State.REFUSED,
        Verb.WITHDRAW: State.WITHDRAWN,
        Verb.PROCEED: State.DRAFTED,
        Verb.AMEND: State.DRAFTED,
    },
    **{
        state: {
            **({Verb.REFUND: state, Verb.REDUCE: state} if state in _SETTLED else {}),
            **({Verb.HOLDER: state} if state is State.CLAIMED else {}),
            **{verb: end or state for verb, end in _ENDS.items()},
        }
        for state in RESERVING
    },
    State.REFUSED: {Verb.AMEND: State.REFUSED},
    State.PAID: {**_AFTERWARDS, Verb.REFUND: State.PAID, Verb.AMEND: State.PAID},
    State.WITHDRAWN: {Verb.AMEND: State.WITHDRAWN},
    State.REVOKED: {Verb.AMEND: State.REVOKED},
    State.RECLAIMED: {
        **_AFTERWARDS,
        Verb.REFUND: State.RECLAIMED,
        Verb.REPAY: State.REPAID,  # of a part: it stays where it is
        Verb.AMEND: State.RECLAIMED,
    },
    State.LAPSED: {Verb.AMEND: State.LAPSED},
    State.REPAID: {**_AFTERWARDS, Verb.REFUND: State.REPAID, Verb.AMEND: State.REPAID},
}
_CHANGEABLE = (State.DECIDED, State.CONTRACTED)


def follows(state: State, verb: Verb, stages: Collection[str] = STAGES) -> State | None:
    """The state after the verb; None where it is not possible, or its stage is left out.

    >>> follows(State.DECIDED, Verb.CONTRACT), follows(State.FIXED, Verb.CLAIM)
    (<State.CONTRACTED: 'contracted'>, <State.CLAIMED: 'claimed'>)
    >>> follows(State.DECIDED, Verb.CLAIM, ["claim"])
    <State.CLAIMED: 'claimed'>
    >>> follows(State.DECIDED, Verb.PAY) is None
    True
    """
    if verb in _FORWARD:
        reached = next(end for _, forward, end in _CHAIN if forward is verb)
        return reached if reached in path(stages) and _before(reached, stages) is state else None
    if verb is Verb.SEND_BACK:
        return _before(state, stages) if state in _SENT_BACK else None
    if verb in (Verb.REFUND, Verb.REDUCE) and state is State.REPORTED and "fixing" in stages:
        return None  # the report is sent back, or the fixing reckons with it
    if verb is Verb.UNDO:  # nominal: the step before the one that is taken back says where it is
        return state if state is not State.SENT else None
    if verb is Verb.CHANGE:
        return state if state in _CHANGEABLE else None
    return _ROWS[state].get(verb)


def after(state: State, verb: Verb, stages: Collection[str] = STAGES) -> State:
    """The state after the verb.

    Raises:
        Refused: the verb is not possible here; the reason is `grant.<verb>`.
    """
    reached = follows(state, verb, stages)
    if reached is None:
        raise Refused(Reason(f"grant.{verb}"))
    return reached


def possible(state: State, stages: Collection[str] = STAGES) -> tuple[Verb, ...]:
    """The verbs that may happen in a state.

    >>> [str(verb) for verb in possible(State.RETURNED)]
    ['complete', 'check', 'draft', 'withdraw', 'proceed', 'amend', 'undo']
    """
    return tuple(verb for verb in Verb if follows(state, verb, stages) is not None)


def path(stages: Collection[str] = STAGES) -> tuple[State, ...]:
    """The way from the application to the payment, as a city goes it (進み方).

    >>> [str(state) for state in path(["claim"])]
    ['received', 'drafted', 'decided', 'claimed', 'paid']
    """
    chain = tuple(state for stage, _, state in _CHAIN if stage is None or stage in stages)
    return (State.RECEIVED, State.DRAFTED, State.DECIDED, *chain)


def _before(state: State, stages: Collection[str]) -> State:
    """The state on the way from which one comes to a state, be it left out itself or not."""
    way = path()
    before = way[: way.index(state)]
    return next(each for each in reversed(before) if each in path(stages))
