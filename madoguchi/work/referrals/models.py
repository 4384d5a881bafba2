"""Referrals (紹介): to which agency, with which consent."""

from __future__ import annotations

from django.db import models

from madoguchi.work.cases.models import OfOffice


class Referral(OfOffice):
    """One referral; what is told to whom, until when, lies sealed in the staff drawer."""

    case_id = models.UUIDField(db_index=True)
    agency = models.CharField(max_length=60)
    consent = models.CharField(max_length=10)
    details = models.BinaryField()
    staff_id = models.UUIDField()
    at = models.DateTimeField()
