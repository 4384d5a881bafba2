"""How an account comes to be (アカウント): its names, its temporary password, its renewal."""

import re
import secrets
import unicodedata
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from madoguchi.tools.signin.models import Staff

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")
LONGEST_NAME = 100
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Unicode's kinds of characters that show nothing, break a line or turn its direction."""


def is_readable(name: str) -> bool:
    """Whether a name stands on one line, and all of it is seen."""
    unseen = any(unicodedata.category(letter) in UNSEEN for letter in name)
    return bool(name.strip()) and not unseen and len(name) <= LONGEST_NAME


def is_taken(username: str) -> bool:
    return Staff.objects.filter(username__iexact=username).exists()


def make(office_id: UUID, username: str, name: str, role: str, now: datetime) -> str:
    """Make the account; its temporary password, which is nowhere else."""
    row = Staff(
        username=username,
        name=name,
        office_id=office_id,
        role=role,
        temporary_password=True,
        added_at=now,
    )
    password = secrets.token_urlsafe(15)
    row.set_password(password)
    row.save(force_insert=True)
    return password


def renew(row: Staff) -> str:
    """A new temporary password; second factors are gone and sessions end."""
    password = secrets.token_urlsafe(15)
    row.set_password(password)
    row.temporary_password = True
    row.save(update_fields=["password", "temporary_password"])
    Authenticator.objects.filter(user=row).delete()
    end_sessions(row)
    return password


def end_sessions(row: Staff, but: str | None = None) -> None:
    """End the account's sessions, `but` the one with that key."""
    for session in Session.objects.exclude(session_key=but):
        if session.get_decoded().get(SESSION_KEY) == str(row.pk):
            session.delete()
