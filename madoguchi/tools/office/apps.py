"""Django's registration of this room (役所)."""

from django.apps import AppConfig


class OfficeRoom(AppConfig):
    name = "madoguchi.tools.office"
    label = "office"
