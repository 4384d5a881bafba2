"""Referrals (紹介): to which agency, with which consent."""

from __future__ import annotations

from django.db import models

from madoguchi.work.cases.models import OfOffice


class Referral(OfOffice):
    """One referral; to which agency, what is told, until when: sealed in the staff drawer."""

    case_id = models.UUIDField(db_index=True)
    details = models.BinaryField()
    staff_id = models.UUIDField()
    at = models.DateTimeField()
