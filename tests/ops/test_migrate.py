"""`migrate` that ends between two steps can be done again; without one transaction it cannot."""

from pathlib import Path

import pytest

from tests.proof.house import House

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


def test_control_in_steps_it_never_finishes(tmp_path: Path) -> None:
    house = House(tmp_path / "home")
    house.run("-c", CUT + IN_STEPS)
    with pytest.raises(AssertionError, match="already exists"):
        house.run("-m", "madoguchi", "migrate")
