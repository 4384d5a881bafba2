"""Django's registration of this room (職員)."""

from django.apps import AppConfig


class SigninRoom(AppConfig):
    name = "madoguchi.tools.signin"
    label = "signin"

    def ready(self) -> None:
        """Connect the signals, once the models are loaded."""
        from madoguchi.tools.signin import signals  # noqa: F401, PLC0415 - not before the models
