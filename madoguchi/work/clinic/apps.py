"""Django's registration of this room (法律相談)."""

from django.apps import AppConfig


class ClinicRoom(AppConfig):
    """The room as a Django app."""

    name = "madoguchi.work.clinic"
    label = "clinic"
