"""Django's registration of this room (行為)."""

from django.apps import AppConfig


class ActRoom(AppConfig):
    name = "madoguchi.tools.act"
    label = "act"
