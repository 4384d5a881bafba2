"""A worker that is killed in the middle of a job loses it to the next one, after the lease."""

from pathlib import Path

from tests.proof.house import House, kill, prepared

ASK = """
from madoguchi.ops.start import django
django("worker")
import time
from datetime import timedelta
from uuid import UUID
from madoguchi.tools.later import queue
from madoguchi.tools.later.models import Job
from madoguchi.web.kit.arrival import now
"""
DIE = """
Job.objects.create(name="cases.adopt", subject_id=UUID(int=1), run_at=now())
def forever(subject_id, now):
    print("at work", flush=True)
    time.sleep(60)
queue.resolve = lambda name: forever
queue.run(queue.claim(now()), now())
"""
TAKE_OVER = """
done = []
queue.resolve = lambda name: lambda subject_id, now: done.append(subject_id.int)
assert queue.claim(now()) is None
later = now() + queue.LEASE + timedelta(seconds=1)
print(queue.run(queue.claim(later), later), done, Job.objects.get().tries)
"""


def test_a_killed_workers_job_is_taken_over(tmp_path: Path) -> None:
    house: House = prepared(tmp_path / "home")
    worker = house.start("-c", ASK + DIE, window="worker")
    assert worker.stdout is not None
    assert worker.stdout.readline() == "at work\n"
    kill(worker)
    assert house.run("-c", ASK + TAKE_OVER, window="worker") == "True [1] 2\n"
