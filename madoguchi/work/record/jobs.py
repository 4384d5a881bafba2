"""Tell the person that something waits; only where their wishes allow it.

The mail has no content, unless the person said that it may hold the answer's words. Its subject is
neutral either way.
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
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases import jobs as cases
from madoguchi.work.cases import public
from madoguchi.work.cases.models import Case
from madoguchi.work.notices import public as notices
from madoguchi.work.record.models import Entry


def tell(mail_id: UUID, *, now: datetime) -> None:
    """Send the mail that the row names, to the address and by the wishes of this moment.

    A worker that is killed between the server's acceptance and our mark sends it once more, under
    the same message id; one that was only paused finds the job taken over and sends nothing.
    """
    row = Outgoing.objects.get(pk=mail_id)
    if row.sent_at or row.withheld:
        return
    with outbox.line() as line:
        safe = _safe(row, now)
        if not safe.address:
            outbox.withhold(row, "wishes")
            return
        office = by_id(row.office_id)
        words = notices.words(office, now.date())
        subject = words.get("mail.subject", city=office.name).words
        body = safe.words or words.get(f"mail.{row.template}").words
        require_ours()
        try:
            outbox.send(line, row.id, safe.address, subject, body)
        except outbox.Undeliverable:
            outbox.withhold(row, "refused")
        else:
            Outgoing.objects.filter(pk=row.pk).update(sent_at=now)


@dataclass(frozen=True)
class _Safe:
    """Where the person wants to be told, if anywhere, and the words that may go there, if any."""

    address: str = field(default="", repr=False)
    words: str = field(default="", repr=False)


def _safe(row: Outgoing, now: datetime) -> _Safe:
    """The permitted address and text, or empty if the case is erased."""
    case = Case.objects.get(pk=row.case_id)
    try:
        cases.adopt(case.pk, now=now)
        return _allowed(Actor(row.office_id, "worker"), case, row, now=now)
    except unseal.Forgotten:
        return _Safe()


@action("case.tell")
def _allowed(_actor: Actor, case: Case, row: Outgoing, *, now: datetime) -> _Safe:  # noqa: ARG001
    shared, _ = unseal.drawers(case.office_id, case.id)
    wishes = public.wishes(shared)
    if not wishes.mail:
        return _Safe()
    words = _answer(shared, row) if wishes.mail_takes_words else ""
    chain.tell(words=int(bool(words)))
    return _Safe(str(public.about(shared).get("email", "")), words)


def _answer(shared: Drawer, row: Outgoing) -> str:
    """The words of the answer that the mail tells of; empty where it tells of something else."""
    sent = Entry.of(row.office_id).filter(case_id=row.case_id, kind="sent", at=row.at).first()
    return str(shared.open("entry", sent.id, sent.words)["text"]) if sent else ""
