"""Queue and send content-free mail: the words come from the texts, the address at sending."""

import re
import smtplib
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from time import monotonic
from uuid import UUID

from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F

from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.limits import MAILS_OF_A_DAY
from madoguchi.tools.later.queue import enqueue
from madoguchi.tools.mail.models import ANSWERED, DANGER, Addressed, Outgoing
from madoguchi.tools.transaction import transaction

REST_S = 60.0
MOST = 500  # answers of a case whose mails are looked at
BETWEEN = timedelta(hours=1)  # two mails to the desk, or about one case to a person without words
NO_SUCH_ADDRESS = range(500, 600)
OUR_OWN_FAULT = b"5.7."  # a policy of the relay: it would refuse everybody's mail
OUR_ID = re.compile(r"<([0-9a-f]{32})@[^<>\s]+>")
_rest_until = 0.0


class Resting(Exception):
    """The mail server did not answer a moment ago: nobody waits for it again so soon."""


@dataclass(frozen=True)
class Mailbox:
    """A mailbox on a day, by a mark that nobody can make without the desk's key."""

    office_id: UUID
    on: date
    mark: str


class Undeliverable(Exception):
    """No server takes a mail for this address, and trying again changes nothing."""


def queue(office_id: UUID, case_id: UUID, template: str, *, now: datetime) -> None:
    """Have the worker tell the person; whether it may is decided when it sends."""
    row = Outgoing.objects.create(office_id=office_id, case_id=case_id, template=template, at=now)
    enqueue("record.tell", row.id, at=now)


@contextmanager
def line() -> Iterator[BaseEmailBackend]:
    """An open line to the mail server: nothing is unsealed for a mail before there is one.

    Raises:
        Resting: the server was not there within the last minute.
        OSError: it is not there now.
    """
    global _rest_until  # noqa: PLW0603 - one mail server for the process
    if monotonic() < _rest_until:
        raise Resting
    opened = mailers.default
    try:
        opened.open()
    except OSError:
        _rest_until = monotonic() + REST_S
        raise
    try:
        yield opened
    finally:
        with suppress(OSError):  # what was accepted stays accepted
            opened.close()


def send(opened: BaseEmailBackend, mail_id: UUID, to: str, subject: str, body: str) -> None:
    """Send one mail; the message id is the row's, so a repeat is recognised as one.

    Raises:
        Undeliverable: for this address, now and later.
        OSError: not now.
    """
    domain = to.rpartition("@")[2] or "localhost"
    message = EmailMessage(
        subject=subject,
        body=body,
        to=[quoted(to)],
        headers={"Message-ID": f"<{mail_id.hex}@{domain}>", "Auto-Submitted": "auto-generated"},
    )
    try:
        opened.send_messages([message])
    except smtplib.SMTPRecipientsRefused as refused:
        code, reason = next(iter(refused.recipients.values()))
        if code in NO_SUCH_ADDRESS and not reason.startswith(OUR_OWN_FAULT):
            raise Undeliverable from None
        raise
    except ValueError:  # an address that mail cannot write, as with a Japanese name before the @
        raise Undeliverable from None


def ours(message_id: str) -> bool:
    """Whether a mail that came in is one of ours, come back: a loop.

    >>> ours("<not-of-ours@example.jp>")
    False
    """
    found = OUR_ID.fullmatch(message_id.strip())
    return found is not None and Outgoing.objects.filter(pk=UUID(found[1])).exists()


def quoted(address: str) -> str:
    """The address as mail may write it: old carriers' dots stand in quotation marks.

    >>> quoted("taro..x@docomo.ne.jp"), quoted("taro@example.jp")
    ('"taro..x"@docomo.ne.jp', 'taro@example.jp')
    """
    local, _, domain = address.rpartition("@")
    loose = ".." in local or local.startswith(".") or local.endswith(".")
    return f'"{local}"@{domain}' if loose and not local.startswith('"') else address


def repeats(row: Outgoing) -> bool:
    """Whether the person had a mail of this kind about the case already.

    Asked of what the portal asks for, once a case: whoever can write rows must not flood a mailbox
    that may be watched. That there is an answer, only the desk says.
    """
    same = Outgoing.objects.filter(case_id=row.case_id, template=row.template)
    return same.filter(sent_at__isnull=False).exists()


def fold(address: str) -> str:
    """One spelling of addresses that reach one mailbox: no tag after `+`, no dots, small letters.

    >>> fold("Hanako.Y+a@Example.JP") == fold("hanakoy@example.jp")
    True
    """
    local, _, domain = unicodedata.normalize("NFKC", address).casefold().strip().rpartition("@")
    return f"{local.strip('"').partition('+')[0].replace('.', '')}@{domain.rstrip('.')}"


def mailbox_full(mailbox: Mailbox) -> bool:
    """Whether the mailbox had as many mails of this day as it may."""
    count = Addressed.objects.filter(**asdict(mailbox)).values_list("count", flat=True).first()
    return (count or 0) >= MAILS_OF_A_DAY


def count(mailbox: Mailbox) -> None:
    """One more mail went to this mailbox on this day."""
    with transaction():
        row, _ = Addressed.objects.get_or_create(**asdict(mailbox))
        Addressed.objects.filter(pk=row.pk).update(count=F("count") + 1)


def sweep(moment: datetime) -> None:
    """Forget what was counted of the days before."""
    with transaction():
        Addressed.objects.filter(on__lt=day_in_japan(moment)).delete()


def sent_lately(row: Outgoing, now: datetime) -> list[tuple[datetime, datetime]]:
    """The mails of this kind about the case within the hour, or since this one was asked for.

    When each was asked for, and when it was sent, the newest first.
    """
    same = Outgoing.objects.filter(case_id=row.case_id, template=row.template)
    lately = same.filter(sent_at__gt=min(row.at, now - BETWEEN), sent_at__lte=now)
    return [(one.at, one.sent_at) for one in lately.order_by("-sent_at")[:MOST] if one.sent_at]


def told_lately(office_id: UUID, template: str, now: datetime) -> bool:
    """Whether a mail of this kind to the desk was asked for within the hour."""
    same = Outgoing.objects.filter(office_id=office_id, template=template)
    return same.filter(at__gt=now - BETWEEN, at__lte=now).exists()


def withhold(row: Outgoing, why: str) -> None:
    """Never send this mail, for a reason that the row's table names."""
    Outgoing.objects.filter(pk=row.pk, sent_at__isnull=True).update(withheld=why)


def withhold_waiting(why: str) -> frozenset[UUID]:
    """Never send any mail that waits now; the cases that they are about."""
    waiting = Outgoing.objects.filter(sent_at__isnull=True, withheld="")
    cases = frozenset(waiting.exclude(template=DANGER).values_list("case_id", flat=True))
    waiting.update(withheld=why)
    return cases


def answers(case_id: UUID) -> dict[datetime, tuple[datetime | None, str]]:
    """The mails about answers, by when they were asked for: when sent, or why never."""
    rows = Outgoing.objects.filter(case_id=case_id, template=ANSWERED).order_by("-at")[:MOST]
    return {row.at: (row.sent_at, row.withheld) for row in rows}


def withheld(case_id: UUID) -> str:
    """Why the newest mail to the person was never sent; empty when it was, or will be."""
    to_person = Outgoing.objects.filter(case_id=case_id).exclude(template=DANGER)
    newest = to_person.order_by("-at", "-id")
    return newest.values_list("withheld", flat=True).first() or ""
