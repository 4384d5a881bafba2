"""The table of idempotency keys: a repeated act gives back its earlier result."""

from django.db import models

from madoguchi.tools import bounds


class Once(models.Model):
    """One act that was done under a key; the result is an id."""

    office_id = models.UUIDField()
    key = models.CharField(max_length=64)
    verb = models.CharField(max_length=40)
    result_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            bounds.years("act_once", ("at",)),
            models.UniqueConstraint(fields=["office_id", "verb", "key"], name="act_once_key"),
        ]
