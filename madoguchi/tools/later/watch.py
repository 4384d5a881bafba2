"""Is the work being done? A worker says every half minute that it lives (動作の見張り)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q

from madoguchi.tools.later.models import Beat, Job
from madoguchi.tools.write import write

QUIET = timedelta(minutes=10)
BEAT_EVERY = timedelta(seconds=30)
KEPT = timedelta(days=1)
OFTEN = 4  # tries in vain, three and a half minutes after the first


@dataclass(frozen=True)
class Watch:
    """What is seen of the worker: alive, the names of jobs that keep failing or wait too long."""

    alive: bool
    failing: frozenset[str]
    waiting: frozenset[str]


def beat(worker_id: UUID, now: datetime) -> None:
    """Note that this worker process lives; those that ended long ago are forgotten."""
    with write():
        Beat.objects.update_or_create(pk=worker_id, defaults={"seen_at": now})
        Beat.objects.filter(seen_at__lt=now - KEPT).delete()


def watch(now: datetime) -> Watch:
    """What is seen now. A worker whose last word is ten minutes away, either way, is not alive."""
    alive = Beat.objects.filter(seen_at__gt=now - QUIET, seen_at__lt=now + QUIET).exists()
    undone = Job.objects.filter(done_at__isnull=True).values("name")
    found = undone.annotate(
        failing=Count("id", filter=Q(tries__gte=OFTEN) & ~Q(failed="")),
        waiting=Count("id", filter=Q(run_at__lte=now - QUIET)),
    ).values_list("name", "failing", "waiting")
    rows = list(found)
    return Watch(
        alive=alive,
        failing=frozenset(name for name, failing, _ in rows if failing),
        waiting=frozenset(name for name, _, waiting in rows if waiting),
    )
