"""Django's registration of this room (発行)."""

from django.apps import AppConfig


class IssuedRoom(AppConfig):
    """The room as a Django app."""

    name = "madoguchi.work.issued"
    label = "issued"
