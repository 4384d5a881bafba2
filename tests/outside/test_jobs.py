"""A job that can only fail: the administrator reads which, and gives it up; then the alarm ends."""

import subprocess
import sys

import pytest

from tests.outside.command import CITY, furnished

FAIL = """
from madoguchi.ops import start
start.django("desk")
from uuid import uuid4
from madoguchi.tools.later import queue
from madoguchi.tools.later.models import Job
job = Job.objects.create(name="nowhere.made_up", subject_id=uuid4(), run_at=start.now())
for _ in range(queue.OFTEN):
    Job.objects.filter(pk=job.pk).update(run_at=start.now())
    queue.run(queue.claim(start.now()), start.now())
print(job.pk)
"""


def test_a_job_that_can_only_fail_is_named_and_given_up(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    house = furnished(tmp_path_factory.mktemp("jobs"))
    made = subprocess.run(
        [sys.executable, "-c", FAIL],
        env=house.surroundings(),
        cwd=house.beside,
        capture_output=True,
        text=True,
        check=True,
    )
    job = made.stdout.strip()
    assert "madoguchi jobs で" in house.run("doctor desk").out
    listed = house.run("jobs")
    assert (listed.code, f"nowhere.made_up {job}" in listed.out) == (1, True), listed
    assert "LookupError" in listed.out
    ended = house.run(f"jobs end {CITY} {job}", house.signed("kimura"))
    assert (ended.code, "やめました" in ended.out) == (0, True), ended
    assert house.run("jobs").out == "要対応 0 件\n"
    assert "終わらない自動処理" not in house.run("doctor desk").out
    again = house.run(f"jobs end {CITY} {job}", house.signed("kimura"))
    assert "うまくいかない自動処理の中に、ありません" in again.sentence()
