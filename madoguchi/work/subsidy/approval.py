"""Whose decision it is where the city decides in this tool itself (決裁をこの道具でするとき).

What decides on a sum – a decision, a refusal, a change, a revocation – is a supervisor's and never
that of who drafted the grant; more money is also none of whoever set the sum before: so two people
stand behind every yen. Elsewhere the decision was taken outside, and whoever may types it.
"""

from collections.abc import Sequence

from madoguchi.rules.decision import Ground, Refused
from madoguchi.rules.programme.subsidy import Life
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.office.actor import Actor
from madoguchi.work.subsidy.steps import StepCard, last_by
from madoguchi.work.subsidy.sums import SETTING


def by_another(actor: Actor, steps: Sequence[StepCard], life: Life, *, more: bool = False) -> None:
    """Nothing, where this colleague may decide; `more`: it sets a higher sum than before.

    Raises:
        Refused: it is a supervisor's (`grant.decider`), one's own draft (`grant.own_draft`), or
            more than oneself had set (`grant.own_sum`).
    """
    if life.approval != "in_tool":
        return
    if actor.role != "supervisor":
        raise Refused(Ground("grant.decider"))
    if actor.staff_id == last_by(steps, Verb.DRAFT):
        raise Refused(Ground("grant.own_draft"))
    if more and actor.staff_id == last_by(steps, *SETTING):
        raise Refused(Ground("grant.own_sum"))
