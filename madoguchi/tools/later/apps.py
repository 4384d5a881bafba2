"""Django's registration of this room (後でする仕事)."""

from django.apps import AppConfig


class LaterRoom(AppConfig):
    name = "madoguchi.tools.later"
    label = "later"
