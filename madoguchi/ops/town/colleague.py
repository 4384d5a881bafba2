"""What a colleague of the town does at the desk: open the case, then one of the desk's acts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import queries
from madoguchi.work.record import actions as record
from madoguchi.work.referrals import actions as referrals

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from madoguchi.ops.town.people import Step
    from madoguchi.ops.town.scene import Scene


def work(scene: Scene, by: str, case_id: UUID, step: Step, moment: datetime) -> None:
    """The account `by` opens the case and does the step.

    Raises:
        ValueError: for a step that no colleague knows.
    """
    actor, again_on = scene.staff[by], scene.past.in_days(moment, step.days)
    queries.open_case(actor, case_id, now=moment)
    case = queries.find(actor, case_id)
    match step.do:
        case "take":
            cases.take(actor, case, now=moment)
        case "answer":
            record.answer(actor, case, step.text, again_on, now=moment)
        case "note":
            record.note(actor, case, step.text, now=moment)
        case "refer":
            consent = referrals.Consent(step.consent, what=step.text)
            referrals.refer(actor, case, step.code, consent, again_on, now=moment)
        case "plan":
            cases.plan(actor, case, step.code, again_on, step.text, "working_days", now=moment)
        case "close":
            cases.close(actor, case, step.code, now=moment)
        case "reopen":
            cases.reopen(actor, case, now=moment)
        case "level":
            cases.set_level(actor, case, step.code, now=moment)
        case "deny":
            cases.deny(actor, case, scene.staff[step.code].colleague, now=moment)
        case _:
            raise ValueError(step.do)
