"""What the desk decides day by day (お知らせ): public words and dated changes; page counts."""

import uuid

from django.db import models

from madoguchi.rules.programme import changes
from madoguchi.rules.steps.proposal import ACTS, Outcome
from madoguchi.tools import bounds

NEWS = "news"  # words alone
KINDS = (NEWS, *changes.KINDS)
WAITING = (*KINDS, *(kind for kind in ACTS if kind not in KINDS))


class Notice(models.Model):
    """A published notice; `change` holds a dated change of the programme where it is one.

    Later decisions beat earlier ones, and which is later the number says: clocks go back.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office_id = models.UUIDField()
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=24)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    change = models.JSONField(default=dict)
    on = models.DateField()
    at = models.DateTimeField()
    staff_id = models.UUIDField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            bounds.codes("notices_notice", kind=KINDS),
            models.UniqueConstraint(fields=["office_id", "number"], name="notices_one_number"),
        ]


class Proposal(models.Model):
    """An act that waits for a second person (`proposals.py`); it never changes, it only ends.

    `about`: the day of the clinic, or the grant as it stands. `takes_back`: the notice that would
    be withdrawn; without it, a new one of `kind` is published.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office_id = models.UUIDField()
    kind = models.CharField(max_length=24)
    change = models.JSONField(default=dict)
    title = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    about = models.CharField(max_length=60, default="", db_default="")
    takes_back = models.UUIDField(null=True)
    at = models.DateTimeField()
    staff_id = models.UUIDField()
    outcome = models.CharField(max_length=12, default="open")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    notice_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            bounds.codes("notices_proposal", kind=WAITING, outcome=Outcome),
            models.CheckConstraint(
                name="notices_two_colleagues",
                condition=models.Q(outcome__in=("open", "dropped"))
                | ~models.Q(ended_by=models.F("staff_id")),
            ),
        ]


class PageCount(models.Model):
    """How often a public page was looked at: totals only, nobody's trace."""

    office_id = models.UUIDField()
    path = models.CharField(max_length=200)
    total = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office_id", "path"], name="notices_one_count")
        ]
