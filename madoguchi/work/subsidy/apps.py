"""Django's registration of this room (補助金)."""

from django.apps import AppConfig


class SubsidyRoom(AppConfig):
    """The room as a Django app."""

    name = "madoguchi.work.subsidy"
    label = "subsidy"
