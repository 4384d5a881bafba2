"""Tell the person, without content, that something waits; only where their wishes allow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.rules.programme.rewording import reworded
from madoguchi.rules.programme.texts import texts
from madoguchi.tools.act.action import action
from madoguchi.tools.later.run import require_ours
from madoguchi.tools.mail import outbox
from madoguchi.tools.mail.models import Outgoing
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import by_id
from madoguchi.tools.vault import unseal
from madoguchi.work.cases import jobs as cases
from madoguchi.work.cases import public
from madoguchi.work.cases.models import Case
from madoguchi.work.notices import public as notices

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


def tell(mail_id: UUID, *, now: datetime) -> None:
    """Send the mail that the row names, to the address and by the wishes of this moment.

    A worker that is killed between the server's acceptance and our mark sends it once more, under
    the same message id; one that was only paused finds the job taken over and sends nothing.
    """
    row = Outgoing.objects.get(pk=mail_id)
    if row.sent_at or row.withheld:
        return
    with outbox.line() as line:
        address = _address(row, now)
        if not address:
            outbox.withhold(row, "wishes")
            return
        office = by_id(row.office_id)
        standing = notices.changes(office.id)
        words = reworded(texts(office.slug), standing, now.date())
        subject = words.get("mail.subject", city=office.name).words
        body = words.get(f"mail.{row.template}").words
        require_ours()
        try:
            outbox.send(line, row.id, address, subject, body)
        except outbox.Undeliverable:
            outbox.withhold(row, "refused")
        else:
            Outgoing.objects.filter(pk=row.pk).update(sent_at=now)


def _address(row: Outgoing, now: datetime) -> str:
    """Where the person wants to be told; empty when nowhere, or when the keys are destroyed."""
    case = Case.objects.get(pk=row.case_id)
    try:
        cases.adopt(case.pk, now=now)
        return _safe_address(Actor(row.office_id, "worker"), case, now=now)
    except unseal.Forgotten:
        return ""


@action("case.tell")
def _safe_address(_actor: Actor, case: Case, *, now: datetime) -> str:  # noqa: ARG001
    shared, _ = unseal.drawers(case.office_id, case.id)
    if not public.wishes(shared).mail:
        return ""
    return str(public.about(shared).get("email", ""))
