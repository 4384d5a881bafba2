"""Queue and send content-free mail: the words come from the texts, the address at sending."""

import re
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q

from madoguchi.tools.later.queue import LONGEST_WAIT, enqueue
from madoguchi.tools.mail.models import Outgoing

RECEIVED = "received"  # the one that the portal asks for
TEMPLATES = (RECEIVED, "answered")
REST_S = 60.0
BETWEEN = timedelta(hours=1)  # two mails of one kind about one case
NO_SUCH_ADDRESS = range(500, 600)
OUR_OWN_FAULT = b"5.7."  # a policy of the relay: it would refuse everybody's mail
OUR_ID = re.compile(r"<([0-9a-f]{32})@[^<>\s]+>")
_rest_until = 0.0


class Resting(Exception):
    """The mail server did not answer a moment ago: nobody waits for it again so soon."""


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


def waits(row: Outgoing, now: datetime) -> bool:
    """Whether the person had a mail of this kind about the case within the hour.

    Then the newest one that waits goes out when the hour is over, and the others never: whoever
    can write rows must not flood a mailbox that may be watched. It is asked of what the portal
    asks for; that there is an answer, only the desk says.
    """
    same = Outgoing.objects.filter(case_id=row.case_id, template=row.template)
    last = same.filter(sent_at__gt=now - BETWEEN).order_by("-sent_at").first()
    if last is None or last.sent_at is None:
        return False
    newer = Q(at__gt=row.at) | Q(at=row.at, pk__gt=row.pk)
    if same.filter(newer, sent_at__isnull=True, withheld="").exists():
        withhold(row, "repeated")
    else:
        enqueue("record.tell", row.id, at=min(last.sent_at + BETWEEN, now + LONGEST_WAIT))
    return True


def withhold(row: Outgoing, why: str) -> None:
    """Never send this mail, for a reason that the row's table names."""
    Outgoing.objects.filter(pk=row.pk, sent_at__isnull=True).update(withheld=why)


def withhold_waiting(why: str) -> frozenset[UUID]:
    """Never send any mail that waits now; the cases that they are about."""
    waiting = Outgoing.objects.filter(sent_at__isnull=True, withheld="")
    cases = frozenset(waiting.values_list("case_id", flat=True))
    waiting.update(withheld=why)
    return cases


def withheld(case_id: UUID) -> str:
    """Why the newest mail for the case was never sent; empty when it was, or will be."""
    newest = Outgoing.objects.filter(case_id=case_id).order_by("-at", "-id")
    return newest.values_list("withheld", flat=True).first() or ""
