"""What the desk is told of the worker: dead, stuck, failing; nothing while all goes well."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from madoguchi.tools.later import queue
from madoguchi.tools.later.models import Beat, Job
from madoguchi.tools.later.queue import KEPT, QUIET, Watch, beat, enqueue, watch

NOBODY: frozenset[str] = frozenset()
SECOND = timedelta(seconds=1)


def test_a_worker_that_spoke_is_alive_for_ten_minutes(now: datetime) -> None:
    beat(uuid4(), now)
    assert watch(now + QUIET - SECOND) == Watch(alive=True, failing=NOBODY, waiting=NOBODY)
    assert not watch(now + QUIET).alive


def test_control_without_a_beat_nobody_is_alive(now: datetime) -> None:
    assert not watch(now).alive


def test_a_last_word_from_a_clock_that_was_ahead_keeps_nobody_alive(now: datetime) -> None:
    beat(uuid4(), now + timedelta(days=1))
    assert not watch(now).alive


def test_processes_that_ended_are_forgotten(now: datetime) -> None:
    beat(uuid4(), now)
    beat(uuid4(), now + KEPT + SECOND)
    assert Beat.objects.count() == 1


def test_a_job_that_waits_for_ten_minutes_is_seen(now: datetime) -> None:
    enqueue("cases.adopt", uuid4(), at=now)
    assert watch(now + QUIET - SECOND).waiting == NOBODY
    assert watch(now + QUIET).waiting == {"cases.adopt"}
    Job.objects.update(done_at=now)
    assert watch(now + QUIET).waiting == NOBODY


def test_a_job_that_keeps_failing_is_seen_within_ten_minutes(
    monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    enqueue("record.tell", uuid4(), at=now)

    def fail(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(queue, "resolve", lambda _name: fail)
    moment = now
    while watch(moment).failing == NOBODY:
        job = queue.claim(moment)
        if job is not None:
            assert not queue.run(job, moment)
        moment += timedelta(seconds=10)
        assert moment <= now + QUIET
    assert watch(moment).failing == {"record.tell"}


def test_more_jobs_of_persons_than_there_are_persons_are_seen(now: datetime) -> None:
    jobs = [Job(name="cases.adopt", subject_id=uuid4(), run_at=now) for _ in range(queue.MANY)]
    Job.objects.bulk_create(jobs)
    assert not watch(now).flooded
    Job.objects.create(name="cases.adopt", subject_id=uuid4(), run_at=now)
    assert watch(now).flooded
    Job.objects.update(by_portal=False)
    assert not watch(now).flooded


def test_the_desks_own_jobs_are_done_first(now: datetime) -> None:
    Job.objects.create(name="cases.adopt", subject_id=uuid4(), run_at=now - QUIET)
    enqueue("cases.adopt", own := uuid4(), at=now)
    job = queue.claim(now)
    assert job is not None
    assert job.subject_id == own
