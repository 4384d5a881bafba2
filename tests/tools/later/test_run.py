"""Jobs: one holder at a time, taken over when it dies, tried again, silent about content."""

import importlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from madoguchi.tools.later import queue
from madoguchi.tools.later.models import Job
from madoguchi.tools.later.queue import enqueue

SUBJECT = UUID(int=7)
CANARY = "山田花子さんの電話は 0279-99-1234"
THREE_DAYS = timedelta(hours=72)
LEASE_OVER = queue.LEASE + timedelta(seconds=1)


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """The subjects for which the job was done."""
    subjects: list[UUID] = []

    def do(subject_id: UUID, *, now: datetime) -> None:
        subjects.append(subject_id)

    monkeypatch.setattr(queue, "resolve", lambda _name: do)
    return subjects


@pytest.fixture
def job(now: datetime) -> Job:
    enqueue("cases.adopt", SUBJECT, at=now)
    return Job.objects.get()


def taken(now: datetime) -> Job:
    job = queue.claim(now)
    assert job is not None
    return job


def test_a_job_is_done_once(job: Job, done: list[UUID], now: datetime) -> None:
    assert queue.run(taken(now), now)
    assert queue.claim(now + timedelta(days=1)) is None
    assert done == [job.subject_id]


def test_a_job_before_its_time_waits(job: Job, now: datetime) -> None:
    assert queue.claim(now - timedelta(seconds=1)) is None
    assert taken(now).pk == job.pk


def test_a_held_job_is_nobody_elses(job: Job, now: datetime) -> None:
    held = taken(now)
    assert (held.pk, held.fence, held.tries) == (job.pk, 1, 1)
    assert queue.claim(now + queue.LEASE) is None


def test_after_the_lease_another_takes_over_and_the_late_one_is_refused(
    job: Job, done: list[UUID], now: datetime
) -> None:
    paused = taken(now)
    after = now + LEASE_OVER
    second = taken(after)
    assert (second.pk, second.fence) == (job.pk, 2)
    assert queue.run(paused, after) is False  # it finished, but no longer held the job
    assert Job.objects.get().done_at is None
    assert queue.run(second, after) is True
    assert done == [SUBJECT, SUBJECT]


def test_control_without_the_fence_the_late_one_counts(
    job: Job, done: list[UUID], now: datetime
) -> None:
    """A claim that does not count up: the paused worker marks done what another holds."""
    paused = taken(now)
    second = taken(now + LEASE_OVER)
    Job.objects.filter(pk=job.pk).update(fence=paused.fence)
    assert queue.run(paused, now) is True
    assert queue.run(second, now) is False
    assert len(done) == 2


def test_the_late_failure_of_a_paused_worker_changes_nothing(job: Job, now: datetime) -> None:
    paused = taken(now)
    second = taken(now + LEASE_OVER)
    queue.put_back(paused, now, ValueError())
    row = Job.objects.get()
    assert (row.pk, row.failed, row.fence) == (job.pk, "", second.fence)
    assert row.lease_until == second.lease_until


def fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def do(_subject: UUID, **_told: Any) -> None:
        raise ValueError(CANARY)

    monkeypatch.setattr(queue, "resolve", lambda _name: do)


def test_a_failing_job_is_tried_after_growing_waits_and_never_given_up(
    job: Job, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    fail(monkeypatch)
    moment, waits = now, []
    while moment < now + THREE_DAYS:
        assert queue.run(taken(moment), moment) is False
        due = Job.objects.get(pk=job.pk).run_at
        assert queue.claim(due - timedelta(seconds=1)) is None
        waits.append(due - moment)
        moment = due
    assert waits[0] == timedelta(seconds=10)
    assert waits == sorted(waits)
    assert waits[-1] == queue.LONGEST_WAIT
    assert taken(moment).pk == job.pk


def test_a_clock_that_was_a_day_ahead_holds_up_no_job(job: Job, now: datetime) -> None:
    """Claimed by the wrong clock and killed: the lease it wrote ends tomorrow."""
    taken(now + timedelta(days=1))
    assert taken(now).fence == 2


def test_a_job_asked_for_by_a_clock_that_was_a_day_ahead_is_done_now(now: datetime) -> None:
    enqueue("cases.adopt", SUBJECT, at=now + timedelta(days=1))
    assert taken(now).subject_id == SUBJECT


def test_a_clock_behind_by_less_than_a_minute_takes_no_job_from_its_holder(
    job: Job, now: datetime
) -> None:
    taken(now)
    assert queue.claim(now - queue.SKEW + timedelta(seconds=1)) is None


def test_a_paused_worker_that_lost_its_job_does_not_do_what_cannot_be_undone(
    job: Job, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    sent = two_workers(monkeypatch, now, queue.require_ours)
    assert sent == ["second"]


def test_control_without_asking_the_paused_worker_does_it_again(
    job: Job, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    assert two_workers(monkeypatch, now, lambda: None) == ["second", "paused"]


def two_workers(
    monkeypatch: pytest.MonkeyPatch, now: datetime, ask: Callable[[], None]
) -> list[str]:
    """Who had the effect: one worker is paused before it, a second takes over, the first wakes."""
    sent: list[str] = []

    def paused(_subject: UUID, *, now: datetime) -> None:
        monkeypatch.setattr(queue, "resolve", lambda _name: second)
        assert queue.run(taken(now + LEASE_OVER), now + LEASE_OVER)
        ask()
        sent.append("paused")

    def second(_subject: UUID, *, now: datetime) -> None:
        ask()
        sent.append("second")

    monkeypatch.setattr(queue, "resolve", lambda _name: paused)
    assert queue.run(taken(now), now) is False
    return sent


def test_a_failure_leaves_class_and_place_only(
    job: Job, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    fail(monkeypatch)
    queue.run(taken(now), now)
    row = Job.objects.filter(pk=job.pk).values().get()
    assert row["failed"].startswith("ValueError at do:")
    assert not [value for value in row.values() if "0279" in str(value) or "山田" in str(value)]


@pytest.mark.parametrize(
    "name",
    [
        "os.system",
        "cases.queries",
        "cases.__import__",
        "record.tell.x",
        "vault.unseal",
        "",
        "adopt",
    ],
)
def test_a_job_that_a_hostile_portal_wrote_is_never_resolved(
    name: str, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    imported: list[str] = []
    real = importlib.import_module

    def note(module: str) -> Any:
        imported.append(module)
        return real(module)

    monkeypatch.setattr(importlib, "import_module", note)
    Job.objects.create(name=name, subject_id=uuid4(), run_at=now)
    assert queue.run(taken(now), now) is False
    assert imported == []
    assert Job.objects.get().failed.startswith("LookupError")


def test_an_unlisted_job_cannot_be_asked_for(now: datetime) -> None:
    with pytest.raises(ValueError, match="add it to LISTED"):
        enqueue("cases.burn", SUBJECT, at=now)
    assert not Job.objects.exists()


def test_of_two_who_want_the_same_job_one_gets_it(job: Job, now: datetime) -> None:
    """The second read the row before the first one's claim: its conditional update misses."""
    stale = Job.objects.get(pk=job.pk)
    taken(now)
    won = Job.objects.filter(pk=stale.pk, fence=stale.fence).update(tries=9)
    assert won == 0
    assert queue.claim(now) is None
