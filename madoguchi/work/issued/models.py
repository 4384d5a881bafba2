"""Papers as they were issued (発行した書類): what is known of each lies in the staff drawer."""

from django.db import models

from madoguchi.tools import bounds
from madoguchi.work.cases.models import OfOffice


class Issued(OfOffice):
    """One paper that left the desk; its id is the id of its bytes in the vault.

    `number`: its place among the papers of the case, from 1. `of_id`: the grant that it was issued
    for; None where it is the case's own.
    """

    case_id = models.UUIDField()
    of_id = models.UUIDField(null=True)
    number = models.PositiveIntegerField()
    about = bounds.CappedBytes()
    staff_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            *bounds.longest("issued_issued", "about"),
            models.UniqueConstraint(fields=["case_id", "number"], name="issued_one_number"),
        ]
