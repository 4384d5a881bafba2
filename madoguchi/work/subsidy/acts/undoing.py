"""What was recorded by mistake is taken back (記録の取消し): a wrong press, no decision."""

from collections.abc import Sequence

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.steps.case import State as CaseState
from madoguchi.rules.steps.grant import OVER, State, Verb
from madoguchi.work.cases import dues
from madoguchi.work.cases.models import Case
from madoguchi.work.issued.queries import issued
from madoguchi.work.subsidy.acts.act import GrantAct, refuse_if, story, ticks
from madoguchi.work.subsidy.budget import moving as budget
from madoguchi.work.subsidy.desk import AFTERWARDS, LockedGrant, StepDetails, worded
from madoguchi.work.subsidy.history import StepCard, without_newest
from madoguchi.work.subsidy.letters.context import issued_for
from madoguchi.work.subsidy.mistaken import to_undo
from madoguchi.work.subsidy.models import Grant, Step
from madoguchi.work.subsidy.money import money
from madoguchi.work.subsidy.own.public import DESKS_OWN
from madoguchi.work.subsidy.second import DECISIONS

UNGRANTED = (State.WITHDRAWN, State.REFUSED, State.LAPSED)  # nothing was granted, or no more


class Undo(GrantAct):
    """The newest step was recorded by mistake (誤記録): the grant is where it was before it.

    `sure`: what was made sure of – its letter was not sent (`unsent`), the city's accounting did
    not pay (`unpaid`).

    Refused: there is none or something stands on it (`grant.undo`), no reason, its letter may have
    been sent (`grant.undo_sent`), the money may have been paid (`grant.undo_paid`), another
    application or the end of the case came since (`grant.undo_late`), the year has no room, or the
    decision is a supervisor's (`grant.decider`).
    """

    verb, right = Verb.UNDO, "grant.undo"

    why: str = story()
    sure: tuple[str, ...] = ticks("unsent", "unpaid")

    def apply(self, grant: LockedGrant) -> StepDetails:
        why, mistaken = worded(self.why, "grant.why"), to_undo(grant.steps)
        if mistaken is None:
            raise Refused(Reason("grant.undo"))
        supervised = grant.life.approval == "in_tool" and mistaken.verb in DECISIONS
        refuse_if(supervised and grant.actor.role != "supervisor", "grant.decider")
        papers = issued_for(mistaken, issued(grant.staff, grant.grant.id))
        refuse_if(bool(papers) and "unsent" not in self.sure, "grant.undo_sent")
        refuse_if(mistaken.verb is Verb.PAY and "unpaid" not in self.sure, "grant.undo_paid")
        before = without_newest(grant.steps)
        state = before[-1].state
        _require_alone(grant, mistaken)
        if state not in OVER:
            _require_running(grant)
        _move_back(grant, before)
        told = None if mistaken.verb in DESKS_OWN else {"verb": str(mistaken.verb)}
        details = {"step": mistaken.number, "why": why, "sure": list(self.sure)}
        return StepDetails(details, public_details=told, reached=state)


def _require_alone(locked: LockedGrant, mistaken: StepCard) -> None:
    """Refuse where another grant of the case runs or was granted since, judged with this one."""
    others = Grant.of(locked.office_id).filter(case_id=locked.grant.case_id)
    others = others.exclude(pk=locked.grant.pk).exclude(state__in=UNGRANTED)
    since = Step.of(locked.office_id).filter(grant_id__in=others.values("pk"))
    refuse_if(since.filter(at__gte=mistaken.at).exists(), "grant.undo_late")


def _require_running(locked: LockedGrant) -> None:
    """Refuse where the case is closed; what was to be done once the grant was over ends."""
    case = Case.of(locked.office_id).get(pk=locked.grant.case_id)
    refuse_if(case.state == CaseState.CLOSED, "grant.undo_late")
    dues.keep(case, AFTERWARDS, (), locked.now)


def _move_back(locked: LockedGrant, before: Sequence[StepCard]) -> None:
    """Let the year's budget hold what it held before."""
    now, then = locked.money, money(before)
    reserved_yen = then.reserved_yen - now.reserved_yen
    spent_yen = then.executed_yen - now.executed_yen
    if reserved_yen or spent_yen:
        budget.take_back(locked.office_id, locked.year, reserved_yen, spent_yen)
