"""Django's registration of this room (帳簿)."""

from django.apps import AppConfig


class AuditRoom(AppConfig):
    """The room as a Django app."""

    name = "madoguchi.tools.audit"
    label = "audit"
