"""Mail the person that there is news, if their wishes allow it.

The mail has no content, unless the person agreed that it may hold the answer's words. Its subject
is neutral either way.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from madoguchi.tools.act.action import action
from madoguchi.tools.audit import chain
from madoguchi.tools.later.queue import require_ours
from madoguchi.tools.mail import outbox
from madoguchi.tools.mail.models import Outgoing
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import by_id
from madoguchi.tools.vault import unseal
from madoguchi.work.cases import jobs as cases
from madoguchi.work.cases import public
from madoguchi.work.cases.models import Case
from madoguchi.work.notices import public as notices
from madoguchi.work.record.models import Entry


def tell(mail_id: UUID, *, now: datetime) -> None:
    """Send the mail of this row, to the address and by the wishes of this moment.

    A worker that is killed after the server accepted it and before the row says so sends it once
    more, under the same message id; one that was only paused finds the job taken over and sends
    nothing.
    """
    row = Outgoing.objects.get(pk=mail_id)
    if row.sent_at or row.withheld:
        return
    with outbox.line() as line:
        permitted = _permitted(row, now)
        if not permitted.address:
            outbox.withhold(row, "wishes")
            return
        if row.template == outbox.RECEIVED and outbox.waits(row, now):
            return
        office = by_id(row.office_id)
        words = notices.words(office, now.date())
        subject = words.get("mail.subject", city=office.name).words
        body = permitted.words or words.get(f"mail.{row.template}").words
        require_ours()
        try:
            outbox.send(line, row.id, permitted.address, subject, body)
        except outbox.Undeliverable:
            outbox.withhold(row, "refused")
        else:
            Outgoing.objects.filter(pk=row.pk).update(sent_at=now)


@dataclass(frozen=True)
class _Permitted:
    """The address to which the person allows mail, if any, and the words that may go there."""

    address: str = field(default="", repr=False)
    words: str = field(default="", repr=False)


def _permitted(row: Outgoing, now: datetime) -> _Permitted:
    """The permitted address and text; both empty if the case was forgotten."""
    case = Case.objects.get(pk=row.case_id)
    try:
        cases.adopt(case.pk, now=now)
        return _allowed(Actor(row.office_id, "worker"), case, row, now=now)
    except unseal.Forgotten:
        return _Permitted()


@action("case.tell")
def _allowed(_actor: Actor, case: Case, row: Outgoing, *, now: datetime) -> _Permitted:  # noqa: ARG001
    shared, _ = unseal.drawers(case.office_id, case.id)
    wishes = public.wishes(shared)
    if not wishes.mail:
        return _Permitted()
    words = ""
    if wishes.mail_takes_words:
        # The answer that the mail is about; none where it is about something else.
        answers = Entry.of(row.office_id).filter(case_id=row.case_id, kind="sent", at=row.at)
        if answer := answers.first():
            words = str(shared.open("entry", answer.id, answer.words)["text"])
    chain.tell(words=int(bool(words)))
    return _Permitted(str(public.about(shared).get("email", "")), words)
