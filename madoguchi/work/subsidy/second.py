"""The second at what oneself has settled of a grant (二人目): drafted and decided, fixed and paid.

A colleague with the right does it themselves. Where there is none, whoever settled it asks for a
signature, and then acts: on the grant as it stands, within a day.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.programme.subsidy import Life
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.steps.proposal import Outcome
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.work.notices import proposals
from madoguchi.work.notices.proposals import ProposalCard
from madoguchi.work.subsidy.desk import LockedGrant
from madoguchi.work.subsidy.history import SETTING, StepCard, last_by, newest
from madoguchi.work.subsidy.holder import other_holder
from madoguchi.work.subsidy.models import Grant
from madoguchi.work.subsidy.money import money

DECIDED, PAID = "grant_decided", "grant_paid"
DECISIONS = (Verb.DECIDE, Verb.REFUSE, Verb.CHANGE, Verb.REDUCE, Verb.REVOKE)
SECONDED = (*DECISIONS, Verb.PAY)


def wanted(
    actor: Actor, steps: Sequence[StepCard], verb: Verb, life: Life, *, more: bool = True
) -> Reason | None:
    """Why this colleague needs a second for the step; None where they do not.

    `more`: of a change, the sum is higher than before.
    """
    if verb is Verb.PAY and actor.staff_id == last_by(steps, *SETTING):
        return Reason("grant.own_fixing")
    if verb in DECISIONS and life.approval == "in_tool":
        if actor.staff_id == last_by(steps, Verb.DRAFT):
            return Reason("grant.own_draft")
        if verb is Verb.CHANGE and more and actor.staff_id == last_by(steps, *SETTING):
            return Reason("grant.own_sum")
    return None


def require_second(
    locked: LockedGrant, life: Life, new_yen: int = 0, *, more: bool = True
) -> UUID | None:
    """Who signed, where a second is needed; None where it is not. `new_yen`: as in `sums_of`.

    Raises:
        Refused: nobody signed (`grant.own_fixing`, `grant.own_draft` or `grant.own_sum`).
    """
    grant, verb, actor = locked.grant, locked.verb, locked.actor
    reason = wanted(actor, locked.steps, verb, life, more=more)
    if reason is None:
        return None
    asked = _asked(grant, verb, sums_of(locked.steps, verb, new_yen))
    signed_by = proposals.use_signature(
        actor, kind_of(verb), _as_it_stands(grant), asked, now=locked.now
    )
    if signed_by is None:
        raise Refused(reason)
    return signed_by


@action("grant.ask_second")
def ask(
    actor: Actor, grant: Grant, verb: Verb, sums: Mapping[str, int | str], *, now: datetime
) -> UUID:
    """Ask for a signature to a step on the grant as it stands, over its sums; asked for once.

    Raises:
        Refused: it is asked for already (`proposal.asked`).
    """
    kind, about = kind_of(verb), _as_it_stands(grant)
    if own(actor, grant, verb, now):
        raise Refused(Reason("proposal.asked"))
    asked = _asked(grant, verb, sums)
    return proposals.ask(actor, grant.office_id, kind, asked, about=about, now=now)


def sums_of(steps: Sequence[StepCard], verb: Verb, new_yen: int = 0) -> Mapping[str, int | str]:
    """The sums that a step is about, in yen: `yen` and, where there is a second one, which.

    `new_yen`: what whoever asks has typed, of a changed sum the new one, of a revocation what has
    to come back. Of a payment to an account in another name also `holder`: on what that was
    confirmed, without the name.
    """
    granted = money(steps).granted_yen
    match verb:
        case Verb.DECIDE:
            return {"yen": int(newest(steps, Verb.DRAFT).get("amount_yen", 0))}
        case Verb.CHANGE | Verb.REDUCE:
            return {"yen": new_yen, "was_yen": granted}
        case Verb.REVOKE:
            return {"yen": granted, "repay_yen": new_yen}
        case Verb.PAY if holder := other_holder(steps):
            return {"yen": granted, "holder": holder.why}
        case _:
            return {"yen": granted}


def typed_sum(steps: Sequence[StepCard], verb: Verb) -> str:
    """Which of its sums whoever asks has to type first; empty where all are known.

    It is also the name of the field in the form of the act.
    """
    if verb is Verb.REVOKE and money(steps).paid_yen:
        return "repay_yen"
    return "amount_yen" if verb in {Verb.CHANGE, Verb.REDUCE} else ""


def _asked(grant: Grant, verb: Verb, sums: Mapping[str, int | str]) -> dict[str, object]:
    """What the second reads and signs: no name, and nothing of the case."""
    number = {"fiscal_year": grant.fiscal_year, "number": grant.number}
    return {"verb": str(verb), **number, **sums}


def own(actor: Actor, grant: Grant, verb: Verb, now: datetime) -> ProposalCard | None:
    """This colleague's own wish for a signature to the step, if it waits or can be acted by.

    One that does not say the sums which are signed now, asked for by an earlier version, is none.
    """
    about, says = _as_it_stands(grant), _asked(grant, verb, sums_of((), verb)).keys()
    for card in proposals.of_kinds(grant.office_id, kind_of(verb)):
        mine = card.about == about and card.staff_id == actor.staff_id
        same = mine and card.change.keys() >= says and card.change["verb"] == verb
        if same and (card.outcome == Outcome.OPEN or card.usable(actor, now)):
            return card
    return None


def kind_of(verb: Verb) -> str:
    return PAID if verb is Verb.PAY else DECIDED


def _as_it_stands(grant: Grant) -> str:
    """A further step makes another of it: what was signed was this one."""
    return f"{grant.pk}/{grant.revision}"
