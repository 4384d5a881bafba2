"""Settled months and what the public was shown of them (月次の締め・公表)."""

from django.db import models

from madoguchi.tools import bounds
from madoguchi.work.cases.models import OfOffice


class Settled(OfOffice):
    """A month whose numbers stand (締め), sealed in a drawer of its own: they outlive its cases."""

    month = models.DateField()
    sheets = bounds.CappedBytes()
    staff_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            *bounds.longest("reports_settled", "sheets"),
            models.UniqueConstraint(fields=["office_id", "month"], name="reports_one_month"),
        ]


class Published(OfOffice):
    """The public copy (公表用) of a month or a fiscal year; `month` is none for the year."""

    fiscal_year = models.PositiveSmallIntegerField()
    month = models.DateField(null=True)
    tables = models.JSONField()
    staff_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office_id", "month"], name="reports_one_copy_of_a_month"
            ),
            models.UniqueConstraint(
                fields=["office_id", "fiscal_year"],
                name="reports_one_copy_of_a_year",
                condition=models.Q(month__isnull=True),
            ),
        ]
