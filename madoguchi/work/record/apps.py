"""Django's registration of this room (経過)."""

from django.apps import AppConfig


class RecordRoom(AppConfig):
    """The room as a Django app."""

    name = "madoguchi.work.record"
    label = "record"
