"""Django's registration of this room (紹介)."""

from django.apps import AppConfig


class ReferralsRoom(AppConfig):
    """The room as a Django app."""

    name = "madoguchi.work.referrals"
    label = "referrals"
