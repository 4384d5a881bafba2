"""The tables of jobs (後でする仕事) and of who does them: names and ids, never content."""

import uuid

from django.db import models

from madoguchi.tools import bounds


class Job(models.Model):
    """Something the worker does later; a lease with a fencing number says who holds it.

    `by_portal`: a person's act asked for it; the desk's own come first.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    run_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    fence = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    failed = models.CharField(max_length=120, default="")
    by_portal = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = [
            bounds.years("later_job", ("run_at", "lease_until", "done_at")),
        ]
        indexes = [
            models.Index(
                fields=["by_portal", "run_at"],
                name="job_waiting_by",
                condition=models.Q(done_at__isnull=True),
            )
        ]


class Beat(models.Model):
    """When a worker process was last seen; its id is made anew at every start."""

    id = models.UUIDField(primary_key=True, editable=False)
    seen_at = models.DateTimeField()


class Unblocked(models.Model):
    """A day on which sessions of the portal held up others, and the worker ended them."""

    on = models.DateField(primary_key=True)
    sessions = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
