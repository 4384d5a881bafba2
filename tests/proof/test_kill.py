"""Kill rounds: whoever was shown a receipt can use it, whatever was killed, and nothing is half."""

from __future__ import annotations

import random
import re
import time
from typing import TYPE_CHECKING

from tests.proof.house import House, kill, prepared

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    import pytest

ROUNDS, LONG_ROUNDS = 5, 100
AT_ONCE = 2
REQUESTS, WORKERS = 30, 4
WORKER_AT_WORK_S = (0.8, 2.0)  # from its start on
LEASES_RUN_OUT = """
from madoguchi.ops.start import django
django("worker")
from madoguchi.tools.later.models import Job
Job.objects.filter(done_at=None).update(lease_until=None)
"""
JOBS = """
from madoguchi.ops.start import django
django("worker")
from madoguchi.tools.later.models import Job
print(Job.objects.exclude(done_at=None).count(), Job.objects.filter(done_at=None).count())
"""
RECEIPT = re.compile(r"^\d{13} \d{16} [0-9a-f]{64}$")
AT_WORK_S = (0.01, 0.8)  # how long a portal goes on after its first receipt


def one_round(house: House, chance: random.Random) -> list[str]:
    """Receipts that two portals showed before they were killed."""
    portals = [house.start("-m", "tests.proof.asking") for _ in range(AT_ONCE)]
    shown = [first_line(portal) for portal in portals]
    time.sleep(chance.uniform(*AT_WORK_S))
    for portal in portals:
        shown += kill(portal).splitlines()
    return [line for line in shown if RECEIPT.match(line)]


def first_line(portal: subprocess.Popen[str]) -> str:
    """The first receipt; the portal is at work from now on."""
    assert portal.stdout is not None
    line = portal.stdout.readline().strip()
    assert RECEIPT.match(line), f"{line}\n{kill(portal)}"
    return line


def test_no_promised_receipt_is_lost(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    house = prepared(tmp_path / "home")
    rounds = LONG_ROUNDS if pytestconfig.getoption("--long") else ROUNDS
    chance = random.Random(20261125)
    shown = [line for _ in range(rounds) for line in one_round(house, chance)]
    promised = tmp_path / "promised"
    promised.write_text("\n".join(shown), "utf-8")
    assert len(shown) >= rounds * AT_ONCE
    assert house.run("-m", "tests.proof.opening", str(promised)).split("\n") == ["", ""]
    print(f"{rounds} kill rounds, {len(shown)} receipts shown, all open")


def test_killed_workers_leave_no_job_undone(tmp_path: Path) -> None:
    house = prepared(tmp_path / "home")
    portal = house.start("-m", "tests.proof.asking")
    for _ in range(REQUESTS):
        first_line(portal)
    kill(portal)
    chance = random.Random(20261125)
    for _ in range(WORKERS):
        worker = house.start("-m", "madoguchi", "worker", window="worker")
        time.sleep(chance.uniform(*WORKER_AT_WORK_S))
        kill(worker)
    house.run("-c", LEASES_RUN_OUT)
    house.run("-m", "madoguchi", "worker", "--once", window="worker")
    done, undone = map(int, house.run("-c", JOBS).split())
    assert (done >= REQUESTS, undone) == (True, 0)


def test_the_search_for_faults_finds_a_lost_promise(tmp_path: Path) -> None:
    house = prepared(tmp_path / "home")
    promised = tmp_path / "promised"
    promised.write_text(f"{'1' * 13} {'2' * 16} {'0' * 64}", "utf-8")
    assert "does not open" in house.run("-m", "tests.proof.opening", str(promised))
