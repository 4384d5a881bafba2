"""Django's registration of this room (役所)."""

from django.apps import AppConfig


class OfficeRoom(AppConfig):
    """The room as a Django app."""

    name = "madoguchi.tools.office"
    label = "office"
