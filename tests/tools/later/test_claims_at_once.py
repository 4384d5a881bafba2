"""Eight workers at once: each job is held by one; a claim without its condition is held by many."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.db import connections

from madoguchi.tools.later import queue
from madoguchi.tools.later.models import Job
from madoguchi.tools.later.queue import enqueue
from madoguchi.tools.transaction import transaction

JOBS, WORKERS = 24, 8
pytestmark = pytest.mark.race


def at_once(work: Callable[[], list[UUID]]) -> list[UUID]:
    """What eight workers took."""

    def thread(_number: int) -> list[UUID]:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        return [pk for taken in pool.map(thread, range(WORKERS)) for pk in taken]


def test_each_job_is_held_by_one(now: datetime) -> None:
    for _ in range(JOBS):
        enqueue("cases.adopt", uuid4(), at=now)
    start = Barrier(WORKERS, timeout=20)

    def work() -> list[UUID]:
        taken = []
        start.wait()
        while Job.objects.filter(lease_until__isnull=True).exists():
            job = queue.claim(now)
            if job is not None:
                taken.append(job.pk)
        return taken

    taken = at_once(work)
    assert len(taken) == len(set(taken)) == JOBS
    assert set(Job.objects.values_list("fence", "tries")) == {(1, 1)}


def test_control_without_the_condition_everybody_holds_it(now: datetime) -> None:
    enqueue("cases.adopt", uuid4(), at=now)
    all_have_read = Barrier(WORKERS, timeout=20)

    def work() -> list[UUID]:
        job = Job.objects.get(lease_until__isnull=True)
        all_have_read.wait()
        with transaction():
            Job.objects.filter(pk=job.pk).update(lease_until=now + queue.LEASE)
        return [job.pk]

    assert len(at_once(work)) == WORKERS
