"""Django's registration of this room (職員)."""

from django.apps import AppConfig


class SigninRoom(AppConfig):
    """The room as a Django app."""

    name = "madoguchi.tools.signin"
    label = "signin"
