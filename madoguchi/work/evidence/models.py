"""Received files (証拠): what is known of each lies sealed in the shared or the staff drawer."""

from django.db import models

from madoguchi.work.cases.models import OfOffice


class Item(OfOffice):
    """One received file; its id is the file's id in the vault.

    `drawer`: `shared` what the person sent, `staff` what came from who may be somebody else.
    """

    case_id = models.UUIDField(db_index=True)
    entry_id = models.UUIDField()
    drawer = models.CharField(max_length=6)
    about = models.BinaryField()
    at = models.DateTimeField()
    locked = models.BooleanField(default=False)
