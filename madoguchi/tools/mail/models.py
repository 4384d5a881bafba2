"""The outbox (郵便): a template's name and a case id, never an address or words."""

from __future__ import annotations

import uuid

from django.db import models


class Outgoing(models.Model):
    """A mail to be written at the moment of sending.

    `withheld`: `wishes` (the person wants none now), `refused` (no server takes it for them),
    `restored` (it waited in a backup that was put back).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office_id = models.UUIDField()
    case_id = models.UUIDField(db_index=True)
    template = models.CharField(max_length=20)
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    withheld = models.CharField(max_length=20, default="")
