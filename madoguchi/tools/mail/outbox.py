"""Queue and send content-free mail: the words come from the texts, the address at sending."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.mail import EmailMessage

from madoguchi.tools.later.ask import later
from madoguchi.tools.mail.models import Outgoing

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

TEMPLATES = ("received", "answered")


def queue(office_id: UUID, case_id: UUID, template: str, *, now: datetime) -> None:
    """Have the worker tell the person; whether it may is decided when it sends."""
    row = Outgoing.objects.create(office_id=office_id, case_id=case_id, template=template, at=now)
    later("record.tell", row.id, at=now)


def send(mail_id: UUID, to: str, subject: str, body: str) -> None:
    """Send one mail; the message id is the row's, so a repeat is recognised as one."""
    domain = to.rpartition("@")[2] or "localhost"
    message = EmailMessage(
        subject=subject,
        body=body,
        to=[to],
        headers={"Message-ID": f"<{mail_id.hex}@{domain}>", "Auto-Submitted": "auto-generated"},
    )
    message.send()
