"""The tables of the audit (帳簿): append-only lines, one head an office."""

import uuid

from django.db import models


class Head(models.Model):
    """The last line of an office: read for update before the next is written."""

    office_id = models.UUIDField(primary_key=True)
    seq = models.PositiveBigIntegerField(default=0)
    hash = models.BinaryField(max_length=32)


class Line(models.Model):
    """One act or one act of reading: ids, verbs and hashes, nothing that a person wrote.

    `told` holds codes and numbers: of an act that belongs to no one case, or of which grant it was.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office_id = models.UUIDField()
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    role = models.CharField(max_length=20)
    staff_id = models.UUIDField(null=True)
    verb = models.CharField(max_length=40)
    case_id = models.UUIDField(null=True)
    outcome = models.CharField(max_length=10)
    seals = models.JSONField(default=dict)
    told = models.JSONField(default=dict)
    before = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office_id", "seq"], name="audit_one_line_a_number")
        ]
        indexes = [models.Index(fields=["case_id", "seq"], name="audit_case")]
