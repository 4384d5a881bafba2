"""Django's registration of this room (帳簿)."""

from django.apps import AppConfig


class AuditRoom(AppConfig):
    name = "madoguchi.tools.audit"
    label = "audit"
