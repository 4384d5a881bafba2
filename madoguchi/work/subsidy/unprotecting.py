"""Who takes back their measures of support (支援措置の取下げ) leaves a line of its own."""

from datetime import datetime
from typing import Any

from madoguchi.tools.act.action import Subject, action
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases.public import Holding
from madoguchi.work.subsidy.protection import OFF, PROTECTED
from madoguchi.work.subsidy.steps import hides


@action("grant.unprotect")
def unprotect(_actor: Actor, _of: Subject, *, now: datetime) -> None:
    """The person's address is hidden no more, since they said so."""


def taken_back(actor: Actor, held: Holding, *, now: datetime) -> dict[str, Any]:
    """What a telling holds of the person's measures that ended; nothing where there were none."""
    if not hides(held.office_id, held.case_id, held.drawer):
        return {}
    unprotect(actor, held, now=now)
    return {PROTECTED: OFF}
