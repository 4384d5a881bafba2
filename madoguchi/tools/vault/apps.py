"""Django's registration of the vault: where a window may unseal, the audit gets its keys."""

from django.apps import AppConfig
from django.conf import settings

from madoguchi.tools.audit import macs


class Vault(AppConfig):
    """The vault as a Django app."""

    name = "madoguchi.tools.vault"

    def ready(self) -> None:
        """Lend the audit the keys with which desk and worker mark their lines."""
        if settings.WINDOW.may_unseal:
            from madoguchi.tools.vault import unseal  # noqa: PLC0415 - refused in the portal

            macs.opened_by(unseal.line_keys)
