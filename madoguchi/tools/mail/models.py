"""The outbox (郵便): a template's name and a case id, never an address or words; the mailbox."""

import uuid

from django.db import models

from madoguchi.tools import bounds

RECEIVED = "received"  # the one that the portal asks for
DANGER = "danger"  # to the desk, never to the person
ANSWERED = "answered"  # there is news
TEMPLATES = (RECEIVED, ANSWERED, DANGER)
WITHHELD = ("wishes", "refused", "restored", "repeated", "over")


class Outgoing(models.Model):
    """A mail to be written at the moment of sending.

    `withheld`: `wishes` (the person wants none now), `refused` (no server takes it for them),
    `restored` (it waited in a backup that was put back), `repeated` (the person had one already,
    or their mailbox enough of the day), `over` (what the desk was to be told of is no longer so).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office_id = models.UUIDField()
    case_id = models.UUIDField(db_index=True)
    template = models.CharField(max_length=20)
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    withheld = models.CharField(max_length=20, default="")

    class Meta:
        constraints = [
            bounds.years("mail_outgoing", ("at", "sent_at")),
            bounds.codes("mail_outgoing", template=TEMPLATES, withheld=("", *WITHHELD)),
        ]


class Addressed(models.Model):
    """How many mails that a request has come one mailbox had on a day.

    `mark`: of address and day, under a key of the desk's; it names no case and no address, and is
    another one on the next day.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office_id = models.UUIDField()
    on = models.DateField()
    mark = models.CharField(max_length=64)
    count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            bounds.years("mail_addressed", days=("on",)),
            models.UniqueConstraint(fields=["office_id", "on", "mark"], name="addressed_once"),
        ]


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
        constraints = [
            bounds.codes("mail_trouble", kind=("away", "stuck", "large")),
            models.UniqueConstraint(fields=["office_id", "kind"], name="trouble_once"),
        ]
