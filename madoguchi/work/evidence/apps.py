"""Django's registration of this room (証拠)."""

from django.apps import AppConfig


class EvidenceRoom(AppConfig):
    """The room as a Django app."""

    name = "madoguchi.work.evidence"
    label = "evidence"
