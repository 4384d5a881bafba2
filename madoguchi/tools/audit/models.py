"""The tables of the audit (操作記録): append-only lines, one head an office."""

import uuid

from django.db import models

from madoguchi.rules.rights import ROLES
from madoguchi.tools import bounds

UNKNOWN = "unknown"  # the role of whoever could not sign in
OUTCOMES = ("done", "begun", "again", "absent", "refused", "damaged")


class Head(models.Model):
    """The last line of an office: read for update before the next is written."""

    office_id = models.UUIDField(primary_key=True)
    seq = models.PositiveBigIntegerField(default=0)
    hash = bounds.CappedBytes(max_length=32)

    class Meta:
        constraints = [
            *bounds.longest("audit_head", "hash"),
        ]


class Line(models.Model):
    """One act or one act of reading: ids, verbs and hashes, nothing that a person wrote.

    `told` holds codes and numbers: of an act that belongs to no one case, or of which grant it was.
    `mac`: of the desk's and the worker's lines; see `macs.py`.
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
    before = bounds.CappedBytes(max_length=32)
    hash = bounds.CappedBytes(max_length=32)
    mac = bounds.CappedBytes(max_length=36, null=True, default=None)

    class Meta:
        constraints = [
            *bounds.longest("audit_line", "before", "hash", "mac"),
            *bounds.longest_json("audit_line", "seals", "told"),
            bounds.years("audit_line", ("at",)),
            bounds.codes("audit_line", role=(*ROLES, UNKNOWN), outcome=OUTCOMES),
            models.UniqueConstraint(fields=["office_id", "seq"], name="audit_one_line_a_number"),
        ]
        indexes = [models.Index(fields=["case_id", "seq"], name="audit_case")]
