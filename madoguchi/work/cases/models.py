"""The case (案件) and what hangs on it: consultee, wishes, access, next actions."""

import uuid
from collections.abc import Iterable
from typing import Self
from uuid import UUID

from django.db import models

from madoguchi.rules.steps.case import (
    CHANNELS,
    CLOSING_REASONS,
    CONTACT_RULES,
    LEVELS,
    NO_CONTACT,
    State,
)
from madoguchi.tools import bounds
from madoguchi.tools.office.actor import Actor

DRAWERS = ("shared", "staff")
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

    A case that is not closed has a day on which somebody looks at it. `contact_asked` and
    `contact_rule` are read and written by `contact.py` alone.
    """

    short_name = models.CharField(max_length=20)
    state = models.CharField(max_length=10)
    channel = models.CharField(max_length=10)
    level = models.CharField(max_length=10, default="normal")
    urgent = models.BooleanField(default=False)
    # Null where the program before this column opened the case. No `db_default`: Django would read
    # it back from the insert, and the portal may read neither.
    contact_asked = models.CharField(max_length=14, default=NO_CONTACT, null=True)  # noqa: DJ001
    contact_rule = models.CharField(max_length=14, default=NO_CONTACT)
    assignee_id = models.UUIDField(null=True)
    opened_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    next_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    closing = models.CharField(max_length=14, default="")
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            bounds.years("cases_case", ("opened_at", "touched_at", "closed_at"), ("next_on",)),
            bounds.codes(
                "cases_case",
                state=State,
                channel=CHANNELS,
                level=LEVELS,
                contact_asked=CONTACT_RULES,
                contact_rule=CONTACT_RULES,
                closing=("", *CLOSING_REASONS),
            ),
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
    if named := named_in(rows.values_list("kind", flat=True)):
        return named
    level = Case.of(office_id).values_list("level", flat=True).get(pk=case_id)
    return of_level(level)


def named_in(kinds: Iterable[str]) -> str:
    """How somebody stands to a case whose access names them; empty where it does not."""
    found = set(kinds)
    return "denied" if "deny" in found else "assigned" if "assigned" in found else ""


def of_level(level: str) -> str:
    """How whoever is not named by the access of a case stands to it."""
    return {"normal": "unit", "care": "care"}.get(level, "secret")


class Consultee(OfOffice):
    """What the person said of themselves, sealed in the shared drawer; a change is a new row."""

    case_id = models.UUIDField(db_index=True)
    number = models.PositiveSmallIntegerField()
    about = bounds.CappedBytes()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            *bounds.longest("cases_consultee", "about"),
            bounds.years("cases_consultee", ("at",)),
            models.UniqueConstraint(fields=["case_id", "number"], name="cases_one_consultee_row"),
        ]


class Wish(OfOffice):
    """How contact is safe (連絡の安全): append-only, the newest row holds.

    `adopted`: the desk has opened it, and lists follow it.
    """

    case_id = models.UUIDField(db_index=True)
    number = models.PositiveSmallIntegerField()
    wishes = bounds.CappedBytes()
    by = models.CharField(max_length=10)
    at = models.DateTimeField()
    adopted = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            *bounds.longest("cases_wish", "wishes"),
            bounds.years("cases_wish", ("at",)),
            bounds.codes("cases_wish", by=("consultee", "desk")),
            models.UniqueConstraint(fields=["case_id", "number"], name="cases_one_wish_row"),
        ]
        indexes = [
            models.Index(
                fields=["case_id"], name="cases_wish_waits", condition=models.Q(adopted=False)
            )
        ]


class Access(OfOffice):
    """Who is assigned to a case, and who must never see that it exists."""

    case_id = models.UUIDField(db_index=True)
    staff_id = models.UUIDField()
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            bounds.codes("cases_access", kind=("assigned", "deny")),
            models.UniqueConstraint(
                fields=["case_id", "staff_id", "kind"], name="cases_one_access_row"
            ),
        ]
        indexes = [models.Index(fields=["staff_id", "kind"], name="cases_access_staff")]


DUES = (
    *("answer", "approval", "approved", "call", "check", "clinic", "clinic_apart", "clinic_asked"),
    *("clinic_brief", "clinic_call", "clinic_cancelled", "clinic_day", "clinic_declined"),
    *("clinic_missed", "clinic_moved", "clinic_off", "clinic_offer", "clinic_outcome"),
    *("clinic_refer", "close", "contact_changed", "danger", "decide", "declined", "deletion"),
    *("first_answer", "follow_up", "noticed"),
    *("grant", "grant_over", "grant_sent", "interview", "interview_came", "interview_cancelled"),
    *("interview_missed", "interview_new", "interview_stranded", "mail", "meet", "no_answer"),
    *("other", "promise_stranded", "receipt", "referral", "reopened", "subsidy_guide"),
    *("unplanned", "untold", "wait", "when_asked"),
)
"""What is due, by the names of its words (`desk.due`)."""
DUE_HOWS = ("booked", "chosen", "days", "grant", "next_opening", "retry", "today", "working_days")
"""How the day of a due was found."""


class Due(OfOffice):
    """A day by which something happens (期日): kind, why, how it was computed."""

    case_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=20)
    on = models.DateField()
    how = models.CharField(max_length=20)
    why = bounds.CappedBytes(default=b"")
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            *bounds.longest("cases_due", "why"),
            bounds.years("cases_due", ("done_at",), ("on",)),
            bounds.codes("cases_due", kind=DUES, how=DUE_HOWS),
        ]
