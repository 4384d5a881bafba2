"""Tell the person, without content, that something waits; only where their wishes allow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.rules.programme.texts import texts
from madoguchi.tools.act.action import action
from madoguchi.tools.mail import outbox
from madoguchi.tools.mail.models import Outgoing
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import by_id
from madoguchi.tools.vault import unseal
from madoguchi.work.cases import jobs as cases
from madoguchi.work.cases import public
from madoguchi.work.cases.models import Case

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


def tell(mail_id: UUID, *, now: datetime) -> None:
    """Send the mail that the row names, to the address and by the wishes of this moment."""
    row = Outgoing.objects.get(pk=mail_id)
    if row.sent_at or row.withheld:
        return
    cases.adopt(row.case_id, now=now)
    case = Case.objects.get(pk=row.case_id)
    address = _safe_address(Actor(row.office_id, "worker"), case, now=now)
    if not address:
        Outgoing.objects.filter(pk=row.pk).update(withheld="wishes")
        return
    office = by_id(row.office_id)
    words = texts(office.slug)
    outbox.send(
        row.id,
        address,
        words.get("mail.subject", city=office.name).words,
        words.get(f"mail.{row.template}").words,
    )
    Outgoing.objects.filter(pk=row.pk).update(sent_at=now)


@action("case.tell")
def _safe_address(_actor: Actor, case: Case, *, now: datetime) -> str:  # noqa: ARG001
    shared, _ = unseal.drawers(case.office_id, case.id)
    if not public.wishes(shared).mail:
        return ""
    return str(public.about(shared).get("email", ""))
