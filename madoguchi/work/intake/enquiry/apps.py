"""Django's registration of this room (ページへの問い合わせ)."""

from django.apps import AppConfig


class EnquiryRoom(AppConfig):
    """The room as a Django app."""

    name = "madoguchi.work.intake.enquiry"
    label = "enquiry"
