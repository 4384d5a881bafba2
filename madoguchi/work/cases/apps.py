"""Django's registration of this room (案件)."""

from django.apps import AppConfig


class CasesRoom(AppConfig):
    """The room as a Django app."""

    name = "madoguchi.work.cases"
    label = "cases"
