"""The light suite on other days: a later year, a year's last minute, a Sunday, a leap day."""

import os
import subprocess
import sys

import pytest

from tests.house.source import ROOT
from tests.proof.needs import FAKETIME

CLOCKS = {
    "a later year": "2027-06-15 10:00:00",
    "the fiscal year's last minute": "2027-03-31 23:59:00",
    "a Sunday": "2026-12-06 12:00:00",
    "a leap day": "2028-02-29 09:00:00",
    "midnight": "2026-12-31 23:59:30",
}


@pytest.mark.parametrize("moment", CLOCKS.values(), ids=CLOCKS)
def test_the_suite_is_green_by_this_clock(moment: str) -> None:
    clock = {"LD_PRELOAD": FAKETIME, "FAKETIME": f"@{moment}", "TZ": "Asia/Tokyo"}
    command = (sys.executable, "-m", "pytest", "-q", "-n", "auto", "--ignore=tests/proof")
    done = subprocess.run(
        (*command, "-p", "no:cacheprovider"),
        cwd=ROOT,
        env={**os.environ, **clock, "FAKETIME_DONT_FAKE_MONOTONIC": "1", "CI": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:]


def test_control_the_clock_is_moved() -> None:
    moment = CLOCKS["a leap day"]
    clock = {"LD_PRELOAD": FAKETIME, "FAKETIME": f"@{moment}", "TZ": "Asia/Tokyo"}
    asked = (sys.executable, "-c", "import datetime; print(datetime.datetime.now())")
    said = subprocess.run(asked, env=clock, capture_output=True, text=True, check=True).stdout
    assert said.startswith("2028-02-29 09:0")
