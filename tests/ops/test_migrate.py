"""`migrate` that ends between two steps can be done again; without one transaction it cannot."""

import signal
import time
from pathlib import Path

import pytest

from tests.proof.house import House, prepared

CUT = """
import os
from madoguchi.ops.start import django
django("desk")
from django.core.management import call_command
from django.db.migrations.recorder import MigrationRecorder
from madoguchi.ops import prepare
note = MigrationRecorder.record_applied
def cut(recorder, app, name):
    if app == "later":
        os._exit(0)  # the tables of `later` are made, and nobody noted it
    note(recorder, app, name)
MigrationRecorder.record_applied = cut
"""
WHOLE = "prepare.databases()"
IN_STEPS = 'call_command("migrate", database="default", verbosity=0)'


def test_it_is_done_again(tmp_path: Path) -> None:
    house = House(tmp_path / "home")
    house.run("-c", CUT + WHOLE)
    house.run("-m", "madoguchi", "migrate")


BEATS = """
from madoguchi.ops.start import django, now
django("desk")
from madoguchi.tools.later import queue
print(queue.at_work(now()))
"""
UPGRADE = ("-m", "tests.proof.faults.upgrading")  # a version with one migration more


def test_no_table_changes_under_a_worker_of_before(tmp_path: Path) -> None:
    house = prepared(tmp_path / "home")
    worker = house.start("-m", "madoguchi", "worker")
    until = time.monotonic() + 60
    while house.run("-c", BEATS) == "False\n":
        assert time.monotonic() < until
    house.run("-m", "madoguchi", "migrate")  # nothing is to be done
    refused = house.start(*UPGRADE, window="desk")
    said, _ = refused.communicate(timeout=60)
    assert "systemctl stop madoguchi-worker" in said
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=60)
    assert worker.returncode == 0
    assert "madoguchi migrate" in house.run(*UPGRADE, "look")  # the tables are as they were
    house.run(*UPGRADE)
    assert house.run(*UPGRADE, "look") == "opens\n"


def test_control_in_steps_it_never_finishes(tmp_path: Path) -> None:
    house = House(tmp_path / "home")
    house.run("-c", CUT + IN_STEPS)
    with pytest.raises(AssertionError, match="already exists"):
        house.run("-m", "madoguchi", "migrate")
