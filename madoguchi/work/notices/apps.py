"""Django's registration of this room (お知らせ)."""

from django.apps import AppConfig


class NoticesRoom(AppConfig):
    """The room as a Django app."""

    name = "madoguchi.work.notices"
    label = "notices"
