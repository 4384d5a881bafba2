"""The case (案件) and what hangs on it: consultee, wishes, access, next actions."""

import uuid
from typing import Self
from uuid import UUID

from django.db import models

from madoguchi.tools.office.actor import Actor

OPEN = ("closed_at__isnull", True)
BY_DAY = ("-urgent", "next_on", "id")


class OfOffice(models.Model):
    """A row of one office; `of` is the only door to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office_id = models.UUIDField()

    class Meta:
        abstract = True

    @classmethod
    def of(cls, office_id: UUID) -> models.QuerySet[Self]:
        """The rows of an office."""
        return cls._default_manager.filter(office_id=office_id)


class Case(OfOffice):
    """One matter of one person. What stands here in the clear is listed in docs/privacy.md.

    A case that is not closed has a day on which somebody looks at it.
    """

    short_name = models.CharField(max_length=20)
    state = models.CharField(max_length=10)
    channel = models.CharField(max_length=10)
    level = models.CharField(max_length=10, default="normal")
    urgent = models.BooleanField(default=False)
    contact_rule = models.CharField(max_length=14)
    assignee_id = models.UUIDField(null=True)
    opened_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    next_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    closing = models.CharField(max_length=14, default="")
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="cases_closed_at_when_closed",
                condition=models.Q(state="closed", closed_at__isnull=False)
                | (~models.Q(state="closed") & models.Q(closed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="cases_open_has_a_day",
                condition=models.Q(closed_at__isnull=False) | models.Q(next_on__isnull=False),
            ),
        ]
        # Each list is one of these, from some row on. The conditions hold no value that a
        # statement would have to bind: SQLite could not see then that the index fits.
        indexes = [
            models.Index(
                fields=["office_id", *BY_DAY], name="cases_open", condition=models.Q(OPEN)
            ),
            models.Index(
                fields=["office_id", "assignee_id", *BY_DAY],
                name="cases_open_of",
                condition=models.Q(OPEN),
            ),
            models.Index(
                fields=["office_id", "state", *BY_DAY],
                name="cases_open_in",
                condition=models.Q(OPEN),
            ),
            models.Index(fields=["office_id", "-touched_at", "id"], name="cases_touched"),
            models.Index(
                fields=["office_id", "-touched_at", "id"],
                name="cases_closed",
                condition=models.Q(closed_at__isnull=False),
            ),
        ]

    @property
    def case_id(self) -> UUID:
        """The case that an act on this subject belongs to."""
        return self.id

    @property
    def paper_of(self) -> None:
        """Its papers are its own, not those of a grant."""
        return

    def situation(self, actor: Actor) -> str:
        """How this actor stands to the case."""
        return situation(self.office_id, self.id, actor)


def situation(office_id: UUID, case_id: UUID, actor: Actor) -> str:
    """How an actor stands to a case of the office; the deny list beats everything."""
    if actor.staff_id is None:
        return "office"
    rows = Access.objects.filter(case_id=case_id, staff_id=actor.staff_id)
    kinds = set(rows.values_list("kind", flat=True))
    if "deny" in kinds:
        return "denied"
    if "assigned" in kinds:
        return "assigned"
    level = Case.of(office_id).values_list("level", flat=True).get(pk=case_id)
    return {"normal": "unit", "care": "care"}.get(level, "secret")


class Consultee(OfOffice):
    """What the person said of themselves, sealed in the shared drawer; a change is a new row."""

    case_id = models.UUIDField(db_index=True)
    number = models.PositiveSmallIntegerField()
    about = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "number"], name="cases_one_consultee_row")
        ]


class Wish(OfOffice):
    """How contact is safe (連絡の安全): append-only, the newest row holds."""

    case_id = models.UUIDField(db_index=True)
    number = models.PositiveSmallIntegerField()
    wishes = models.BinaryField()
    by = models.CharField(max_length=10)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "number"], name="cases_one_wish_row")
        ]


class Access(OfOffice):
    """Who is assigned to a case, and who must never see that it exists."""

    case_id = models.UUIDField(db_index=True)
    staff_id = models.UUIDField()
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_id", "staff_id", "kind"], name="cases_one_access_row"
            )
        ]
        indexes = [models.Index(fields=["staff_id", "kind"], name="cases_access_staff")]


class Due(OfOffice):
    """A day by which something happens (期日): kind, why, how it was computed."""

    case_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=20)
    on = models.DateField()
    how = models.CharField(max_length=20)
    why = models.BinaryField(default=b"")
    done_at = models.DateTimeField(null=True)
