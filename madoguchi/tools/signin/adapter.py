"""How allauth behaves here: no sign-up, no address, secrets sealed in the office drawer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter

from madoguchi.tools.vault import cipher, unseal
from madoguchi.tools.vault.models import OfficeKey

if TYPE_CHECKING:
    from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] - allauth is untyped
    """Accounts are made by `madoguchi staff add`, never by signing up."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Never."""
        return False


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc] - allauth is untyped
    """Seals second-factor secrets under the vault's key for sign-in."""

    def encrypt(self, text: str) -> str:
        """The sealed secret, in hexadecimal."""
        return cipher.seal(_key(), _address(), text.encode()).hex()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret."""
        return cipher.unlock(_key(), _address(), bytes.fromhex(encrypted_text)).decode()

    def get_user_display_name(self, user: Any) -> str:  # noqa: ANN401 - allauth's signature
        """What a passkey dialogue shows."""
        return str(user.name)


def _key() -> bytes:
    first = OfficeKey.objects.order_by("generation", "id").first()
    if first is None:
        raise LookupError
    return unseal.office_drawer_key(first.office_id, "sign-in")


def _address() -> cipher.Address:
    first = OfficeKey.objects.order_by("generation", "id").first()
    if first is None:
        raise LookupError
    return cipher.Address(first.office_id, "office/factor", "signin")
