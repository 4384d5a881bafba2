"""Jobs (後でする仕事): asked for by name in an act, claimed and done by the worker, watched.

A conditional update claims a job, a fencing number guards it. The desk's own come first, so that
nobody who writes to the portal's tables keeps it waiting. No job is given up: it is tried again
after longer and longer waits, at last every half hour, and `watch` tells the desk. A time further
ahead than any lease or wait can only come from a clock that was wrong, and holds nobody up. A job
that can only fail is given up by a colleague (`madoguchi jobs end`).
"""

import importlib
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet

from madoguchi.tools.later.models import Beat, Job, Unblocked
from madoguchi.tools.transaction import transaction

LISTED = frozenset(
    {
        "cases.adopt",
        "cases.recheck",
        "intake.enquiry.notice",
        "intake.enquiry.send",
        "intake.enquiry.settle",
        "intake.mail.notice",
        "intake.mail.settle",
        "record.tell",
        "record.notice",
        "interviews.follow",
        "interviews.notice",
        "interviews.recheck",
        "clinic.bookings.follow",
        "clinic.bookings.apart",
        "clinic.bookings.look",
        "clinic.bookings.notice",
        "subsidy.notice",
        "clinic.waiting.offer",
    }
)
LEASE = timedelta(seconds=60)
SKEW = LEASE  # by how much the clocks of two workers may differ
WAITS = tuple(timedelta(seconds=seconds) for seconds in (10, 40, 160, 640, 1800))
LONGEST_WAIT = WAITS[-1]
_at_hand: ContextVar[Job | None] = ContextVar("at_hand", default=None)
QUIET = timedelta(minutes=10)
BEAT_EVERY = timedelta(seconds=30)
AT_WORK = 2 * BEAT_EVERY
KEPT = timedelta(days=1)
SAID_FOR = timedelta(days=1)  # that the portal held up the desk
OFTEN = 4  # tries in vain, three and a half minutes after the first
MANY = 1000  # jobs of persons' acts that wait at once


def enqueue(name: str, subject_id: UUID, *, at: datetime) -> None:
    """Have the worker run `work.<room>.jobs.<verb>` with this id at or after the time.

    Raises:
        ValueError: for a name that is not listed here.
    """
    if name not in LISTED:
        message = f"{name}: no such job; add it to LISTED"
        raise ValueError(message)
    by_portal = not settings.WINDOW.may_unseal
    Job.objects.create(name=name, subject_id=subject_id, run_at=at, by_portal=by_portal)


def enqueued(name: str, subject_id: UUID) -> bool:
    """Whether this job is asked for already, and not done."""
    return Job.objects.filter(name=name, subject_id=subject_id, done_at__isnull=True).exists()


class Lost(Exception):
    """Another worker has taken the job over."""


def claim(now: datetime) -> Job | None:
    """The next job that is due and free, leased to the caller; None when there is none."""
    held_wrongly = Q(lease_until__gt=now + LEASE + SKEW)
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now) | held_wrongly
    due = Q(run_at__lte=now) | Q(run_at__gt=now + LONGEST_WAIT + SKEW)
    waiting = Job.objects.filter(free, due, done_at__isnull=True)
    for job in waiting.order_by("by_portal", "run_at", "id")[:5]:
        with transaction():
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
    at_hand = _at_hand.set(job)
    try:
        resolve(job.name)(job.subject_id, now=now)
    except Exception as error:  # noqa: BLE001 - a job's failure never stops the worker
        put_back(job, now, error)
        return False
    finally:
        _at_hand.reset(at_hand)
    with transaction():
        return bool(_ours(job).update(done_at=now, lease_until=None, failed=""))


def require_ours() -> None:
    """Return only while the job at hand is still ours; jobs ask before what cannot be undone.

    Raises:
        Lost: this worker was paused for so long that another took the job over.
    """
    job = _at_hand.get()
    if job is not None and not _ours(job).exists():
        raise Lost


def put_back(job: Job, now: datetime, error: Exception) -> None:
    """Free the job for a later try."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].name}:{frames[-1].lineno}" if frames else ""
    with transaction():
        _ours(job).update(
            lease_until=None,
            run_at=now + WAITS[min(job.tries, len(WAITS)) - 1],
            failed=f"{type(error).__name__}{place}"[:120],
        )


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


def _ours(job: Job) -> QuerySet[Job]:
    """The job's row as long as nobody else has claimed it or finished it."""
    return Job.objects.filter(pk=job.pk, fence=job.fence, done_at__isnull=True)


def failing() -> QuerySet[Job]:
    """The jobs that fail again and again, the most tried first."""
    rows = Job.objects.filter(done_at__isnull=True, tries__gte=OFTEN).exclude(failed="")
    return rows.order_by("-tries", "id")


def give_up(job: Job, now: datetime) -> None:
    """Never try this job again; what it failed of stays in its row."""
    Job.objects.filter(pk=job.pk, done_at__isnull=True).update(
        done_at=now, lease_until=None, fence=F("fence") + 1
    )


def beat(worker_id: UUID, now: datetime) -> None:
    """Note that this worker process lives; those that ended long ago are forgotten."""
    with transaction():
        Beat.objects.update_or_create(pk=worker_id, defaults={"seen_at": now})
        Beat.objects.filter(seen_at__lt=now - KEPT).delete()


def leave(worker_id: UUID, now: datetime) -> None:
    """Note that this worker process ends: its last word is too old for one that is at work."""
    with transaction():
        Beat.objects.filter(pk=worker_id).update(seen_at=now - AT_WORK)


def at_work(now: datetime) -> bool:
    """Whether a worker process is running, or was killed just now."""
    return Beat.objects.filter(seen_at__gt=now - AT_WORK, seen_at__lt=now + QUIET).exists()


@dataclass(frozen=True)
class Watch:
    """What is seen of the worker: alive, the names of jobs that keep failing or wait too long.

    `unblocked`: within a day it ended sessions of the portal that held up the desk. `flooded`: more
    jobs of persons' acts wait than persons ask for.
    """

    alive: bool
    failing: frozenset[str]
    waiting: frozenset[str]
    unblocked: bool = False
    flooded: bool = False


def watch(now: datetime) -> Watch:
    """What is seen now. A worker whose last word is ten minutes away, either way, is not alive."""
    alive = Beat.objects.filter(seen_at__gt=now - QUIET, seen_at__lt=now + QUIET).exists()
    undone = Job.objects.filter(done_at__isnull=True).values("name")
    found = undone.annotate(
        failing=Count("id", filter=Q(tries__gte=OFTEN) & ~Q(failed="")),
        waiting=Count("id", filter=Q(run_at__lte=now - QUIET)),
        asked=Count("id", filter=Q(by_portal=True)),
    ).values_list("name", "failing", "waiting", "asked")
    rows = list(found)
    return Watch(
        alive=alive,
        failing=frozenset(name for name, failing, _, _ in rows if failing),
        waiting=frozenset(name for name, _, waiting, _ in rows if waiting),
        unblocked=Unblocked.objects.filter(last_at__gt=now - SAID_FOR).exists(),
        flooded=sum(asked for *_, asked in rows) > MANY,
    )
