"""One entry (経過) for each message, note or referral."""

from django.db import models

from madoguchi.work.cases.models import OfOffice


class Entry(OfOffice):
    """One exchange; its words are sealed in the shared or the staff drawer."""

    case_id = models.UUIDField(db_index=True)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=16)
    drawer = models.CharField(max_length=6)
    words = models.BinaryField()
    staff_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "number"], name="record_one_entry")
        ]
