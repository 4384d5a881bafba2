"""How allauth behaves here: no sign-up, no address, secrets sealed in the office drawer."""

from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from madoguchi.tools.office.network import network
from madoguchi.tools.signin.models import Staff
from madoguchi.tools.signin.signals import SECOND_STEPS
from madoguchi.tools.vault import cipher, unseal
from madoguchi.tools.vault.fairness import Busy, Lane

HEX = 32
PASSWORDS = Lane(places=2, patience_s=20)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by `madoguchi staff add`, never by signing up."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: Any, **credentials: Any) -> Staff | None:  # noqa: ANN401 - allauth's signature
        """The colleague of this office whose password it is, checked in a narrow lane.

        Raises:
            ValidationError: the lane stayed full.
        """
        try:
            with PASSWORDS.place(network(request)):
                staff: Staff | None = super().authenticate(request, **credentials)
        except Busy:
            raise ValidationError("busy", code="busy") from None
        return staff if staff and _works_here(request, staff) else None

    def pre_login(self, request: Any, user: Staff, **kwargs: Any) -> HttpResponse | None:  # noqa: ANN401 - the same
        """Back to the start for an account of another office, or one that has ended."""
        if not _works_here(request, user):
            return redirect("account_login")
        answer: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return answer


def _works_here(request: Any, staff: Staff) -> bool:  # noqa: ANN401 - arrival's attributes
    return staff.office_id == request.office.id and staff.works_at(request.now)


class MfaAdapter(DefaultMFAAdapter):
    """Seals second-factor secrets under the vault's key for sign-in."""

    def encrypt(self, text: str) -> str:
        """The sealed secret: the office whose drawer it lies in, then hexadecimal."""
        office_id: UUID = context.request.office.id
        blob = cipher.seal(_key(office_id), _address(office_id), text.encode())
        return f"{office_id.hex}{blob.hex()}"

    def decrypt(self, encrypted_text: str) -> str:
        office_id = UUID(hex=encrypted_text[:HEX])
        blob = bytes.fromhex(encrypted_text[HEX:])
        return cipher.unlock(_key(office_id), _address(office_id), blob).decode()

    def get_user_display_name(self, user: Any) -> str:  # noqa: ANN401 - allauth's signature
        """What a passkey dialogue shows."""
        return str(user.name)


def wait_for_code(user: Staff) -> None:
    """Raise ValidationError if a wrong code was typed just now, in this network.

    Raises:
        ValidationError: with the code `wait`.
    """
    request = context.request
    if SECOND_STEPS.must_wait(user.id, network(request), request.now):
        raise ValidationError("wait", code="wait")


def _key(office_id: UUID) -> bytes:
    return unseal.office_drawer_key(office_id, "sign-in")


def _address(office_id: UUID) -> cipher.Address:
    return cipher.Address(office_id, "office/factor", "signin")
