"""Signals of allauth about signing in become lines of the audit, in the office of the host.

Wrong codes of the second step cost longer and longer waits; a password never has to wait.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.account.signals import password_changed, user_logged_in
from allauth.mfa import signals as factors
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import UNKNOWN
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.network import network
from madoguchi.tools.signin.accounts import end_sessions
from madoguchi.tools.signin.models import Staff
from madoguchi.tools.transaction import transaction

KEPT = 10_000
LONGEST_S = 64


@dataclass
class Patience:
    """How often in a row an account's code was wrong from a network, and when it was last.

    Whoever knows a password makes others wait in their own network only: not its owner elsewhere.
    """

    _wrong: dict[tuple[UUID, str], tuple[int, datetime]] = field(default_factory=dict)

    def must_wait(self, staff_id: UUID, network: str, now: datetime) -> bool:
        """Whether the next code is too early: 1 s after one wrong code, 2, 4 … 64 s.

        >>> from uuid import UUID
        >>> patience, who, now = Patience(), UUID(int=1), datetime(2026, 11, 30, 10)
        >>> patience.wrong(who, "192.0.2.0/24", now)
        >>> patience.must_wait(who, "192.0.2.0/24", now)
        True
        >>> patience.must_wait(who, "192.0.2.0/24", now + timedelta(seconds=1))
        False
        >>> patience.must_wait(who, "198.51.100.0/24", now)
        False
        """
        times, last = self._wrong.get((staff_id, network), (0, now))
        if not times:
            return False
        wait = min(LONGEST_S, 2 ** (times - 1))
        return now < last + timedelta(seconds=wait)

    def wrong(self, staff_id: UUID, network: str, now: datetime) -> None:
        if len(self._wrong) >= KEPT:
            self._wrong.pop(next(iter(self._wrong)))
        times, _ = self._wrong.get((staff_id, network), (0, now))
        self._wrong[staff_id, network] = (times + 1, now)

    def right(self, staff_id: UUID, network: str) -> None:
        """A code was right: the next wrong one is the first again."""
        self._wrong.pop((staff_id, network), None)


SECOND_STEPS = Patience()


def _line(request: Any, staff: Staff | None, verb: str, outcome: str = "done") -> None:  # noqa: ANN401 - arrival's attributes
    office = getattr(request, "office", None)
    if office is None:
        return
    own = staff is not None and staff.office_id == office.id
    actor = Actor(office.id, staff.role, staff.id) if own and staff else Actor(office.id, UNKNOWN)
    with transaction():
        chain.append(actor, verb, None, outcome=outcome, now=request.now)


@receiver(user_logged_in)
def signed_in(request: Any, user: Staff, **_: object) -> None:  # noqa: ANN401 - as above
    """A colleague signed in; the session counts from now."""
    request.session["signed_in_at"] = request.now.isoformat()
    _line(request, user, "staff.signed_in")


@receiver(user_logged_out)
def signed_out(request: HttpRequest, user: Staff | None, **_: object) -> None:
    """A colleague signed out, or their session was ended."""
    if user is not None:
        _line(request, user, "staff.signed_out")


@receiver(user_login_failed)
def refused(request: HttpRequest | None, credentials: dict[str, Any], **_: object) -> None:
    """A password was wrong, or no such account: the line names the account where there is one."""
    staff = Staff.objects.filter(username=str(credentials.get("username", ""))[:60]).first()
    _line(request, staff, "staff.sign_in_refused", "refused")


@receiver(factors.authentication_failed)
def code_refused(request: Any, user: Staff, **_: object) -> None:  # noqa: ANN401 - as above
    SECOND_STEPS.wrong(user.id, network(request), request.now)
    _line(request, user, "staff.code_refused", "refused")


@receiver(factors.authenticator_used)
def code_taken(request: HttpRequest, user: Staff, **_: object) -> None:
    SECOND_STEPS.right(user.id, network(request))


@receiver(factors.authenticator_added)
def factor_added(request: HttpRequest, user: Staff, **_: object) -> None:
    """A factor was added; sessions of the account that began without it end."""
    end_sessions(user, but=request.session.session_key)
    _line(request, user, "staff.factor_added")


@receiver(factors.authenticator_removed)
def factor_removed(request: HttpRequest, user: Staff, **_: object) -> None:
    _line(request, user, "staff.factor_removed")


@receiver(factors.authenticator_reset)
def factor_reset(request: HttpRequest, user: Staff, **_: object) -> None:
    """New recovery codes were made."""
    _line(request, user, "staff.factor_reset")


@receiver(password_changed)
def password_new(request: HttpRequest, user: Staff, **_: object) -> None:
    """A password was changed: it is nobody's temporary one any more."""
    Staff.objects.filter(pk=user.pk).update(temporary_password=False)
    user.temporary_password = False
    _line(request, user, "staff.password_changed")
