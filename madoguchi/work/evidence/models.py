"""Received files (証拠): what is known of each lies sealed in the shared or the staff drawer."""

from django.db import models

from madoguchi.tools import bounds
from madoguchi.work.cases.models import DRAWERS, OfOffice


class Item(OfOffice):
    """One received file; its id is the file's id in the vault.

    `drawer`: `shared` what the person sent, `staff` what came from who may be somebody else.
    `locked`: nobody opens it; its bytes are gone where it was taken out of the case.
    """

    case_id = models.UUIDField(db_index=True)
    entry_id = models.UUIDField()
    drawer = models.CharField(max_length=6)
    about = bounds.CappedBytes()
    at = models.DateTimeField()
    locked = models.BooleanField(default=False)

    class Meta:
        constraints = [
            *bounds.longest("evidence_item", "about"),
            bounds.years("evidence_item", ("at",)),
            bounds.codes("evidence_item", drawer=DRAWERS),
        ]
