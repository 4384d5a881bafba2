"""Questions about a page (ページへの問い合わせ): no case, forgotten after the answer."""

from django.db import models

from madoguchi.tools import bounds
from madoguchi.work.cases.models import OfOffice


class Enquiry(OfOffice):
    """One question, sealed in a drawer of its own, and its answer beside it.

    `ended`: empty while somebody has to look, `answered`, or `read` (no answer was wished).
    `noticed`: words in it mean danger. `undelivered`: nobody knows that the answer arrived, so
    somebody looks again. Deleted on `forget_on`.
    """

    words = bounds.CappedBytes()
    answer = bounds.CappedBytes(default=b"")
    ended = models.CharField(max_length=10, default="")
    noticed = models.BooleanField(default=False)
    undelivered = models.BooleanField(default=False)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    forget_on = models.DateField(null=True)

    class Meta:
        constraints = [
            *bounds.longest("enquiry_enquiry", "words", "answer"),
            bounds.years("enquiry_enquiry", ("at", "ended_at", "sent_at"), ("forget_on",)),
            bounds.codes("enquiry_enquiry", ended=("", "answered", "read")),
        ]
        indexes = [
            models.Index(
                fields=["office_id", "-noticed", "at", "id"],
                name="enquiry_to_look_at",
                condition=models.Q(ended=""),
            )
        ]
