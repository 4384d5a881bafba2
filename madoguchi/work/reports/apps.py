"""Django's registration of this room (統計)."""

from django.apps import AppConfig


class ReportsRoom(AppConfig):
    """The room as a Django app."""

    name = "madoguchi.work.reports"
    label = "reports"
