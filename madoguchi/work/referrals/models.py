"""Referrals (紹介): to which agency, with which consent, and what came of it."""

from django.db import models

from madoguchi.rules.steps.referral import State
from madoguchi.tools import bounds
from madoguchi.work.cases.models import DRAWERS, OfOffice


class Referral(OfOffice):
    """One referral; agency, consent and summary are sealed.

    What the person is asked to approve lies in the shared drawer, all else in the staff drawer.
    """

    case_id = models.UUIDField(db_index=True)
    drawer = models.CharField(max_length=6)
    state = models.CharField(max_length=10)
    details = bounds.CappedBytes()
    approval = bounds.CappedBytes(default=b"")
    staff_id = models.UUIDField()
    at = models.DateTimeField()
    due_on = models.DateField(null=True)

    class Meta:
        constraints = [
            *bounds.longest("referrals_referral", "details", "approval"),
            bounds.years("referrals_referral", ("at",), ("due_on",)),
            bounds.codes("referrals_referral", state=State, drawer=DRAWERS),
        ]
