"""The vault's tables (金庫): wrapped keys, receipts, visits, files on disk."""

import uuid

from django.db import models

from madoguchi.tools import bounds


class GoesWithKeys:
    """A table of which nothing of a case is left when it is forgotten; it names its `case_id`."""


class MasterMark(models.Model):
    """The check value of the master key in use: a wrong key is refused by it."""

    check_value = models.CharField(max_length=16)
    verified_at = models.DateTimeField(null=True)


class OfficeKey(models.Model):
    """An office's keys of one generation, wrapped by the master key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office_id = models.UUIDField()
    generation = models.PositiveSmallIntegerField()
    private = bounds.CappedBytes()
    symmetric = bounds.CappedBytes()

    class Meta:
        constraints = [
            *bounds.longest("vault_officekey", "private", "symmetric"),
            models.UniqueConstraint(
                fields=["office_id", "generation"], name="vault_one_key_a_generation"
            ),
        ]


class LineKey(models.Model):
    """A key of the MACs on an office's lines, wrapped by the office's key of generation `under`.

    Its own generation does not change with the office's. `since`: the first line that carries a MAC
    under it; the wrap is bound to that number.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office_id = models.UUIDField()
    generation = models.PositiveSmallIntegerField()
    under = models.PositiveSmallIntegerField()
    since = models.PositiveBigIntegerField()
    blob = bounds.CappedBytes()

    class Meta:
        constraints = [
            *bounds.longest("vault_linekey", "blob"),
            models.UniqueConstraint(
                fields=["office_id", "generation"], name="vault_one_line_key_a_generation"
            ),
        ]


class DrawerKey(GoesWithKeys, models.Model):
    """One wrap of a drawer's key: to the office (letter, office) or the person (receipt)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office_id = models.UUIDField()
    case_id = models.UUIDField()
    drawer = models.CharField(max_length=10)
    by = models.CharField(max_length=10)
    generation = models.PositiveSmallIntegerField()
    blob = bounds.CappedBytes()

    class Meta:
        constraints = [
            *bounds.longest("vault_drawerkey", "blob"),
            bounds.codes(
                "vault_drawerkey",
                drawer=("shared", "staff", "loose"),
                by=("letter", "receipt", "office"),
            ),
            models.UniqueConstraint(
                fields=["case_id", "drawer", "by"], name="vault_one_wrap_a_holder"
            ),
        ]


class Receipt(GoesWithKeys, models.Model):
    """What proves that someone holds a case's receipt: salt, cost, verifier, commitment."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office_id = models.UUIDField()
    case_id = models.UUIDField(unique=True)
    number = models.CharField(max_length=13)
    salt = bounds.CappedBytes(max_length=16)
    memory_kib = models.PositiveIntegerField()
    passes = models.PositiveSmallIntegerField()
    verifier = bounds.CappedBytes(max_length=32)
    commitment = bounds.CappedBytes(max_length=32)

    class Meta:
        constraints = [
            *bounds.longest("vault_receipt", "salt", "verifier", "commitment"),
            models.UniqueConstraint(fields=["office_id", "number"], name="vault_one_number"),
        ]


class Visit(models.Model):
    """What the portal keeps between two pages, sealed under the visitor's cookie."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office_id = models.UUIDField()
    lookup = models.CharField(max_length=64)
    kind = models.CharField(max_length=10)
    blob = bounds.CappedBytes()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            *bounds.longest("vault_visit", "blob"),
            bounds.years("vault_visit", ("expires_at",)),
            bounds.codes("vault_visit", kind=("draft", "done", "opened")),
            models.UniqueConstraint(fields=["lookup", "kind"], name="vault_one_visit_a_kind"),
        ]
        indexes = [models.Index(fields=["expires_at"], name="vault_visit_end")]


class HeldFile(models.Model):
    """A file on disk; while it belongs to a visit its key lies here, sealed for that visit.

    `shared`: it counts against the day's bytes that senders share; one in a mail does not, so
    that no flood of mails closes the portal to files. `sealed_sha256`: of the bytes as they lie on
    disk; empty for a file of before, until the worker has read it.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    office_id = models.UUIDField()
    lookup = models.CharField(max_length=64, default="")
    case_id = models.UUIDField(null=True)
    stored_bytes = models.PositiveBigIntegerField()
    sealed_sha256 = bounds.CappedBytes(max_length=32, default=b"", db_default=b"")
    shared = models.BooleanField(default=True)
    about = bounds.CappedBytes(default=b"")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            *bounds.longest("vault_heldfile", "sealed_sha256", "about"),
            bounds.years("vault_heldfile", ("at",)),
        ]
        indexes = [
            models.Index(fields=["lookup"], name="vault_file_visit"),
            models.Index(fields=["office_id", "at"], name="vault_file_day"),
        ]
