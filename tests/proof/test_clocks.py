"""The light tests say the same on any day: a year's last minute, a leap day, a Sunday, years on.

The clock is moved, not stopped there: programs that a test starts go on from the same moment.
"""

import os
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.house.source import ROOT
from tests.proof.clock import TOKYO
from tests.proof.needs import FAKETIME

LATE = timedelta(seconds=60)
READING = """
import subprocess
from datetime import date

def test_reads_the_day_outside():
    asked = subprocess.run(["date", "+%F"], capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == "2026-11-30"

def test_asks_the_clock_of_the_tests():
    assert date.today().isoformat() == "2026-11-30"
"""
STOPPED = """
import pytest
from tests.hour import hour_of

@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    with hour_of(item.path):
        return (yield)
"""
CLOCKS = {
    "a later year": "2028-06-15 10:00:00",
    "the last of February": "2027-02-28 23:57:00",
    "a leap day": "2028-02-29 09:00:00",
    "the fiscal year's first minute": "2027-04-01 00:00:30",
    "a Sunday": "2026-12-06 12:00:00",
    "the year's last minutes": "2026-12-31 23:58:00",
}


def moved(moment: str) -> dict[str, str]:
    """Surroundings in which it is that moment of Tokyo now."""
    there = datetime.fromisoformat(moment).replace(tzinfo=TOKYO).timestamp()
    return {
        "LD_PRELOAD": FAKETIME,
        "FAKETIME": f"{there - time.time():+.0f}",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "TZ": "Asia/Tokyo",
    }


@pytest.mark.parametrize("moment", CLOCKS.values(), ids=CLOCKS)
def test_the_light_tests_are_green_by_this_clock(moment: str) -> None:
    command = (sys.executable, "-m", "pytest", "-q", "-n", "auto", "--ignore=tests/proof")
    here = {name: text for name, text in os.environ.items() if name != "CI"}  # it costs more so
    done = subprocess.run(
        (*command, "-p", "no:cacheprovider"),
        cwd=ROOT,
        env=here | moved(moment),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:]


@pytest.mark.parametrize("moment", CLOCKS.values(), ids=CLOCKS)
def test_control_the_clock_is_moved(moment: str) -> None:
    asked = (sys.executable, "-c", "import datetime; print(datetime.datetime.now())")
    done = subprocess.run(asked, env=moved(moment), capture_output=True, text=True, check=True)
    assert abs(datetime.fromisoformat(done.stdout.strip()) - datetime.fromisoformat(moment)) < LATE


@pytest.mark.parametrize(
    ("moment", "said"),
    [("2026-11-30 10:00:00", "2 passed"), ("2027-02-28 23:57:00", "1 failed, 1 passed")],
)
def test_control_a_test_that_reads_the_outer_clock_falls(
    tmp_path: Path, moment: str, said: str
) -> None:
    """The clock of the tests stands for Python; a program of others tells the day outside."""
    (tmp_path / "conftest.py").write_text(STOPPED)
    (tmp_path / "test_it.py").write_text(READING)
    done = subprocess.run(
        (sys.executable, "-m", "pytest", "-q", "-p", "no:django", "-p", "no:cacheprovider"),
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **moved(moment)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[-1].startswith(said), done.stdout
