"""Staff's entries: an answer to the person, a note in the staff drawer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.rules.decision import Ground, Refused
from madoguchi.rules.steps.case import Verb
from madoguchi.tools.act.action import action
from madoguchi.tools.mail import outbox
from madoguchi.tools.vault import unseal
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.record import public

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from madoguchi.tools.office.actor import Actor

MOST = 20_000


def _checked(text: str) -> str:
    if not text.strip():
        raise Refused(Ground("text.empty"))
    if len(text) > MOST:
        raise Refused(Ground("text.long", values={"most": MOST, "length": len(text)}))
    return text


@action("case.answer")
def answer(actor: Actor, case: Case, text: str, follow_up_on: date, *, now: datetime) -> UUID:
    """Write to the person; the case waits for them and is looked at again on the day."""
    cases.hold(case)
    shared, _ = unseal.drawers(case.office_id, case.id)
    entry = public.write(shared, "sent", {"text": _checked(text)}, staff_id=actor.staff_id, now=now)
    cases.step(case, Verb.ANSWER, now)
    due = Due(
        office_id=case.office_id,
        case_id=case.id,
        kind="follow_up",
        on=follow_up_on,
        how="working_days",
    )
    cases.plan_next(case, due, now)
    outbox.queue(case.office_id, case.id, "answered", now=now)
    return entry.id


@action("case.note")
def note(actor: Actor, case: Case, text: str, *, now: datetime) -> UUID:
    """Write a note into the staff drawer (記録); the person never sees it."""
    _, staff = unseal.drawers(case.office_id, case.id)
    entry = public.write(staff, "note", {"text": _checked(text)}, staff_id=actor.staff_id, now=now)
    return entry.id
