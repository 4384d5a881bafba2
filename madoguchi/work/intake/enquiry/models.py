"""Questions about a page (ページへの問い合わせ): no case, forgotten after the answer."""

from django.db import models

from madoguchi.work.cases.models import OfOffice


class Enquiry(OfOffice):
    """One question, sealed in a drawer of its own, and its answer beside it.

    `ended`: empty while somebody has to look, `answered`, or `read` (no answer was wished).
    `undelivered`: nobody knows that the answer arrived, so somebody looks again. Deleted on
    `forget_on`.
    """

    words = models.BinaryField()
    answer = models.BinaryField(default=b"")
    ended = models.CharField(max_length=10, default="")
    undelivered = models.BooleanField(default=False)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    forget_on = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["office_id", "at"],
                name="enquiry_to_look_at",
                condition=models.Q(ended=""),
            )
        ]
