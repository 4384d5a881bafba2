"""Django's registration of this room (郵便)."""

from django.apps import AppConfig


class MailRoom(AppConfig):
    """The room as a Django app."""

    name = "madoguchi.tools.mail"
    label = "mail"
