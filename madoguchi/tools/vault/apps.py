"""Django's registration of this room (金庫)."""

from django.apps import AppConfig


class VaultRoom(AppConfig):
    name = "madoguchi.tools.vault"
    label = "vault"
