"""The outbox (郵便): a template's name and a case id, never an address or words; the mailbox."""

import uuid

from django.db import models


class Outgoing(models.Model):
    """A mail to be written at the moment of sending.

    `withheld`: `wishes` (the person wants none now), `refused` (no server takes it for them),
    `restored` (it waited in a backup that was put back), `repeated` (a newer one waits).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office_id = models.UUIDField()
    case_id = models.UUIDField(db_index=True)
    template = models.CharField(max_length=20)
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    withheld = models.CharField(max_length=20, default="")


class Fetched(models.Model):
    """A mail that was taken in, but could not be moved away: it is not fetched again.

    `validity` and `uid` are the mailbox's own numbers.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office_id = models.UUIDField()
    validity = models.BigIntegerField()
    uid = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office_id", "validity", "uid"], name="fetched_once")
        ]


class Trouble(models.Model):
    """What stands between us and the mailbox since when; `kind`: `away`, `stuck` or `large`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office_id = models.UUIDField()
    kind = models.CharField(max_length=10)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office_id", "kind"], name="trouble_once")]
