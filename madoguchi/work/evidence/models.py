"""Received files (証拠): what is known of each lies sealed in the shared drawer."""

from __future__ import annotations

from django.db import models

from madoguchi.work.cases.models import OfOffice


class Item(OfOffice):
    """One received file; its id is the file's id in the vault."""

    case_id = models.UUIDField(db_index=True)
    entry_id = models.UUIDField()
    about = models.BinaryField()
    at = models.DateTimeField()
    locked = models.BooleanField(default=False)
