"""In which order the days of a grant can lie (日付の順): application, decision, payment, refund.

Each step is typed from the city's own papers, days later or in another order; what cannot have been
is refused when it is typed, and when one of its days is put right.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from madoguchi.rules.steps.grant import Verb
from madoguchi.work.subsidy.amended import amended
from madoguchi.work.subsidy.steps import StepCard
from madoguchi.work.subsidy.sums import SETTING, newest

PROPOSING = (Verb.DRAFT, Verb.DECIDE, Verb.REFUSE)
FOLLOWS: Mapping[Verb, tuple[Verb, ...]] = {
    **dict.fromkeys((Verb.CHANGE, Verb.FIX, Verb.REVOKE), (Verb.DECIDE,)),
    Verb.PAY: SETTING,
    Verb.REPAY: (Verb.PAY,),
}


def applied_on(steps: Sequence[StepCard]) -> date | None:
    """The day of the application (申請の日); None before the desk has received it."""
    told = newest(steps, Verb.RECEIVE, Verb.TYPE_IN).get("applied_on")
    return date.fromisoformat(told) if told else None


def earliest(steps: Sequence[StepCard], verb: Verb) -> date | None:
    """The day before which a step of this verb cannot have been; None where nothing tells."""
    if verb in PROPOSING:
        return applied_on(steps)
    before = FOLLOWS[verb]
    return max((step.on for step in amended(steps) if step.verb in before), default=None)
