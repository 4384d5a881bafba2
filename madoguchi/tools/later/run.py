"""How the worker takes jobs: a conditional update claims one, a fencing number guards it.

No job is given up: it is tried again after longer and longer waits, at last every half hour, and
`watch` tells the desk. A time further ahead than any lease or wait can only come from a clock that
was wrong, and holds nobody up.
"""

import importlib
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from madoguchi.tools.later.ask import LISTED
from madoguchi.tools.later.models import Job
from madoguchi.tools.write import write

LEASE = timedelta(seconds=60)
SKEW = LEASE  # by how much the clocks of two workers may differ
WAITS = tuple(timedelta(seconds=seconds) for seconds in (10, 40, 160, 640, 1800))
LONGEST_WAIT = WAITS[-1]
_at_hand: ContextVar[Job | None] = ContextVar("at_hand", default=None)


class Lost(Exception):
    """Another worker has taken the job over."""


def resolve(name: str) -> Callable[..., None]:
    """The function behind a listed name.

    Raises:
        LookupError: for a name that is not listed (whoever wrote it into the table).
    """
    if name not in LISTED:
        raise LookupError
    room, _, verb = name.rpartition(".")
    job: Callable[..., None] = getattr(importlib.import_module(f"madoguchi.work.{room}.jobs"), verb)
    return job


def claim(now: datetime) -> Job | None:
    """The next job that is due and free, leased to the caller; None when there is none."""
    held_wrongly = Q(lease_until__gt=now + LEASE + SKEW)
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now) | held_wrongly
    due = Q(run_at__lte=now) | Q(run_at__gt=now + LONGEST_WAIT + SKEW)
    waiting = Job.objects.filter(free, due, done_at__isnull=True)
    for job in waiting.order_by("run_at", "id")[:5]:
        with write():
            won = Job.objects.filter(free, pk=job.pk, fence=job.fence, done_at__isnull=True).update(
                lease_until=now + LEASE, fence=F("fence") + 1, tries=F("tries") + 1
            )
        if won:
            return Job.objects.get(pk=job.pk)
    return None


def _ours(job: Job) -> QuerySet[Job]:
    """The job's row as long as nobody else has claimed it or finished it."""
    return Job.objects.filter(pk=job.pk, fence=job.fence, done_at__isnull=True)


def require_ours() -> None:
    """Return only while the job at hand is still ours; jobs ask before what cannot be undone.

    Raises:
        Lost: this worker was paused for so long that another took the job over.
    """
    job = _at_hand.get()
    if job is not None and not _ours(job).exists():
        raise Lost


def run(job: Job, now: datetime) -> bool:
    """Do the claimed job, then mark it done if the claim is still ours; whether it is.

    The job opens its own short transactions (no mail server is waited for inside one) and is
    written so that doing it twice is doing it once. A failure leaves class and place, never the
    message (it may quote what someone wrote).
    """
    at_hand = _at_hand.set(job)
    try:
        resolve(job.name)(job.subject_id, now=now)
    except Exception as error:  # noqa: BLE001 - a job's failure never stops the worker
        put_back(job, now, error)
        return False
    finally:
        _at_hand.reset(at_hand)
    with write():
        return bool(_ours(job).update(done_at=now, lease_until=None, failed=""))


def put_back(job: Job, now: datetime, error: Exception) -> None:
    """Free the job for a later try."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].name}:{frames[-1].lineno}" if frames else ""
    with write():
        _ours(job).update(
            lease_until=None,
            run_at=now + WAITS[min(job.tries, len(WAITS)) - 1],
            failed=f"{type(error).__name__}{place}"[:120],
        )
