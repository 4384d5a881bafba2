"""Django's registration of this room (面談)."""

from django.apps import AppConfig


class InterviewsRoom(AppConfig):
    """The room as a Django app."""

    name = "madoguchi.work.interviews"
    label = "interviews"
