"""How the worker takes jobs: a conditional update claims one, a fencing number guards it."""

from __future__ import annotations

import importlib
import traceback
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import F, Q

from madoguchi.tools.later.ask import LISTED
from madoguchi.tools.later.models import Job
from madoguchi.tools.write import write

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

LEASE = timedelta(seconds=60)
TRIES = 5
WAITS = (timedelta(0), *(timedelta(seconds=10 * 4**step) for step in range(TRIES)))


def resolve(name: str) -> Callable[..., None]:
    """The function behind a listed name.

    Raises:
        LookupError: for a name that is not listed (whoever wrote it into the table).
    """
    if name not in LISTED:
        raise LookupError
    room, verb = name.split(".")
    job: Callable[..., None] = getattr(importlib.import_module(f"madoguchi.work.{room}.jobs"), verb)
    return job


def claim(now: datetime) -> Job | None:
    """The next job that is due and free, leased to the caller; None when there is none."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    waiting = Job.objects.filter(free, done_at__isnull=True, run_at__lte=now, tries__lt=TRIES)
    for job in waiting.order_by("run_at", "id")[:5]:
        with write():
            won = Job.objects.filter(free, pk=job.pk, fence=job.fence, done_at__isnull=True).update(
                lease_until=now + LEASE, fence=F("fence") + 1, tries=F("tries") + 1
            )
        if won:
            return Job.objects.get(pk=job.pk)
    return None


def run(job: Job, now: datetime) -> bool:
    """Do the claimed job, then mark it done if the claim is still ours; whether it is.

    The job opens its own short transactions (no mail server is waited for inside one) and is
    written so that doing it twice is doing it once. A failure leaves class and place, never the
    message (it may quote what someone wrote).
    """
    try:
        resolve(job.name)(job.subject_id, now=now)
    except Exception as error:  # noqa: BLE001 - a job's failure never stops the worker
        put_back(job, now, error)
        return False
    with write():
        mine = Job.objects.filter(pk=job.pk, fence=job.fence, done_at__isnull=True)
        return bool(mine.update(done_at=now, lease_until=None, failed=""))


def put_back(job: Job, now: datetime, error: Exception) -> None:
    """Free the job for a later try."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].name}:{frames[-1].lineno}" if frames else ""
    with write():
        Job.objects.filter(pk=job.pk, fence=job.fence, done_at__isnull=True).update(
            lease_until=None,
            run_at=now + WAITS[min(job.tries, TRIES)],
            failed=f"{type(error).__name__}{place}"[:120],
        )
