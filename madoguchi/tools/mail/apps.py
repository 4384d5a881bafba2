"""Django's registration of this room (郵便)."""

from django.apps import AppConfig


class MailRoom(AppConfig):
    name = "madoguchi.tools.mail"
    label = "mail"
