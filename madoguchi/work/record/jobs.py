"""Mail the person that there is news, if their wishes allow it; the desk, that it has to look.

The mail has no content, unless the person agreed that it may hold the answer's words. Its subject
is neutral either way.
"""

import hmac
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.tools.act.action import action
from madoguchi.tools.audit import chain
from madoguchi.tools.later.queue import LONGEST_WAIT, enqueue, require_ours
from madoguchi.tools.mail import outbox
from madoguchi.tools.mail.models import ANSWERED, DANGER, RECEIVED, Outgoing
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import by_id
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.cipher import Tampered, Unreadable
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases import danger, public
from madoguchi.work.cases import jobs as cases
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
        alarm = row.template == DANGER
        permitted = _to_desk(row, now) if alarm else _permitted(row, now)
        if not permitted.address:
            outbox.withhold(row, "over" if alarm else "wishes")
            return
        mailbox = _mailbox(row, permitted.address, now) if row.template == RECEIVED else None
        if mailbox and (outbox.repeats(row) or outbox.mailbox_full(mailbox)):
            outbox.withhold(row, "repeated")
            return
        if (noticed_at := permitted.noticed_at) is not None:
            if noticed_at > row.at:  # it was there already: that mail told of it, too
                Outgoing.objects.filter(pk=row.pk).update(sent_at=noticed_at)
            else:
                again = min(noticed_at + outbox.BETWEEN, now + LONGEST_WAIT)
                enqueue("record.tell", row.id, at=again)
            return
        office = by_id(row.office_id)
        words = notices.words(office, now.date())
        subject = words.get("mail.desk" if alarm else "mail.subject", city=office.name).words
        body = permitted.words or words.get(f"mail.{row.template}", count=permitted.count).words
        require_ours()
        try:
            outbox.send(line, row.id, permitted.address, subject, body)
        except outbox.Undeliverable:
            outbox.withhold(row, "refused")
        else:
            Outgoing.objects.filter(pk=row.pk).update(sent_at=now)
            if mailbox:
                outbox.count(mailbox)


def _mailbox(row: Outgoing, address: str, now: datetime) -> outbox.Mailbox:
    """Under which its mails of the day are counted: whoever files requests names any address."""
    key, on = unseal.office_drawer_key(row.office_id, "mailbox"), day_in_japan(now)
    mark = hmac.digest(key, f"{on}|{outbox.fold(address)}".encode(), "sha256").hex()
    return outbox.Mailbox(row.office_id, on, mark)


def untold(mail_id: UUID, *, now: datetime) -> None:
    """The mail of this row is never sent: the desk looks at its case today."""
    row = Outgoing.objects.filter(pk=mail_id, sent_at__isnull=True).first()
    if row is not None:
        outbox.withhold(row, "refused")
        if row.template != DANGER and Case.objects.filter(pk=row.case_id).exists():
            cases.tell_desk(row.case_id, now=now)


def notice(entry_id: UUID, *, now: datetime) -> None:
    """Look whether a message that came later holds words that mean danger."""
    row = Entry.objects.filter(pk=entry_id, kind="received", drawer="shared").first()
    if row is not None:
        danger.notice(
            row.case_id,
            row.id,
            lambda own: own.open("entry", row.id, row.words),
            now,
            opens=row.number == 1,
        )


@dataclass(frozen=True)
class _Permitted:
    """The address to which the person allows mail, if any, and the words that may go there.

    `noticed_at`: when a mail said that there is news, within the hour or since this one was asked
    for; another one says nothing more. With words, each goes out. `count`: of how many cases the
    desk is told.
    """

    address: str = field(default="", repr=False)
    words: str = field(default="", repr=False)
    noticed_at: datetime | None = None
    count: int = 0


def _to_desk(row: Outgoing, now: datetime) -> _Permitted:
    """The desk's own address, while there are cases that nobody has or has read."""
    count = danger.unseen(row.office_id)
    if not count:
        return _Permitted()
    return _Permitted(danger.address_of(row.office_id, now.date()), count=count)


def _permitted(row: Outgoing, now: datetime) -> _Permitted:
    """The permitted address and text; both empty if the case was forgotten."""
    case = Case.objects.get(pk=row.case_id)
    try:
        cases.adopt(case.pk, now=now)
        return _allowed(Actor(row.office_id, "worker"), case, row, now=now)
    except unseal.Forgotten:
        return _Permitted()


@action("case.tell")
def _allowed(_actor: Actor, case: Case, row: Outgoing, *, now: datetime) -> _Permitted:
    shared, _ = unseal.drawers(case.office_id, case.id)
    wishes = public.wishes(shared)
    if not wishes.mail:
        return _Permitted()
    words = ""
    # The answer that the mail is about; none where it is about something else.
    if told := _answer(shared, row, row.at):
        # The record says that its words go by mail: then they go, or nothing.
        if told.get("mail") == "words" and not wishes.mail_takes_words:
            return _Permitted()
        if told.get("mail", "words") == "words" and wishes.mail_takes_words:
            words = str(told["text"])
    chain.tell(words=int(bool(words)))
    noticed_at = None
    if row.template == ANSWERED and not words:
        sent = outbox.sent_lately(row, now)
        silent = (sent_at for at, sent_at in sent if not _by_words(shared, row, at))
        noticed_at = next(silent, None)
    return _Permitted(str(public.about(shared).get("email", "")), words, noticed_at)


def _by_words(shared: Drawer, row: Outgoing, at: datetime) -> bool:
    """Whether an earlier mail held the answer's words; of a damaged answer nobody knows."""
    with suppress(Tampered, Unreadable):
        return _answer(shared, row, at).get("mail") == "words"
    return False


def _answer(shared: Drawer, row: Outgoing, at: datetime) -> dict[str, Any]:
    """The answer that a mail asked for at this moment is about; empty where it is about none."""
    answers = Entry.of(row.office_id).filter(case_id=row.case_id, kind="sent", at=at)
    answer = answers.first()
    told: dict[str, Any] = shared.open("entry", answer.id, answer.words) if answer else {}
    return told
