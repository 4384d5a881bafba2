"""Django's registration of this room (後でする仕事)."""

from django.apps import AppConfig


class LaterRoom(AppConfig):
    """The room as a Django app."""

    name = "madoguchi.tools.later"
    label = "later"
