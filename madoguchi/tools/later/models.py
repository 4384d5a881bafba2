"""The tables of jobs (後でする仕事) and of who does them: names and ids, never content."""

import uuid

from django.db import models


class Job(models.Model):
    """Something the worker does later; a lease with a fencing number says who holds it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    run_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    fence = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    failed = models.CharField(max_length=120, default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["run_at"], name="job_waiting", condition=models.Q(done_at__isnull=True)
            )
        ]


class Beat(models.Model):
    """When a worker process was last seen; its id is made anew at every start."""

    id = models.UUIDField(primary_key=True, editable=False)
    seen_at = models.DateTimeField()
