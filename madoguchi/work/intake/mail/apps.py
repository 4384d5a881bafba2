"""Django's registration of this room (メール受付)."""

from django.apps import AppConfig


class MailRoom(AppConfig):
    """The room as a Django app; the tool that sends has the short label."""

    name = "madoguchi.work.intake.mail"
    label = "intake_mail"
