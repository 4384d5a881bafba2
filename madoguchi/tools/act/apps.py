"""Django's registration of this room (行為)."""

from django.apps import AppConfig


class ActRoom(AppConfig):
    """The room as a Django app."""

    name = "madoguchi.tools.act"
    label = "act"
