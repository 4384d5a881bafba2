"""One entry (経過) for each message, note or referral."""

from django.db import models

from madoguchi.tools import bounds
from madoguchi.work.cases.models import DRAWERS, OfOffice

KINDS = (
    *("received", "sent", "call", "interview", "letter", "note", "heard", "paper", "deletion"),
    *("referral", "booking", "clinic", "apart", "consulted", "advice", "opened"),
    *("lifted", "watched"),  # the flag of danger: taken off, left
    *("promise", "wish", "closed", "reopened"),
    "misfiled",  # a mail of somebody else that was taken out again
)


class Entry(OfOffice):
    """One exchange; its words are sealed in the shared or the staff drawer."""

    case_id = models.UUIDField(db_index=True)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=16)
    drawer = models.CharField(max_length=6)
    words = bounds.CappedBytes()
    staff_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            *bounds.longest("record_entry", "words"),
            bounds.years("record_entry", ("at", "seen_at")),
            bounds.codes("record_entry", kind=KINDS, drawer=DRAWERS),
            models.UniqueConstraint(fields=["case_id", "number"], name="record_one_entry"),
        ]
