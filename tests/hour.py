"""Every test is collected and run at ten o'clock of Monday, 30 November 2026, whatever day it is.

The clock of the test's process stands; Python programs that it starts live on from that hour
(`tests/clock`, which `PYTHONPATH` names). Who asks the kernel or a server of others sees the real
day: the times of files, Chromium, PostgreSQL's `clock_timestamp()`. Proofs live on the real day.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import time_machine

TOKYO = ZoneInfo("Asia/Tokyo")
MONDAY_MORNING = datetime(2026, 11, 30, 10, 0, tzinfo=TOKYO)
THERE = int(MONDAY_MORNING.timestamp())  # a number: told a datetime, time-machine sets TZ, too
CLOCK = Path(__file__).with_name("clock")
PROOFS = Path(__file__).with_name("proof")
AHEAD = {"TESTS_AHEAD_S": str(THERE - time.time())}  # one for the run: houses are used again


@contextmanager
def hour_of(place: Path) -> Iterator[None]:
    """The hour of the tests in a file, for this process and for programs that it starts."""
    if place.is_relative_to(PROOFS):
        yield
        return
    before = os.environ.copy()
    os.environ |= AHEAD | {"PYTHONPATH": path(*filter(None, [before.get("PYTHONPATH")]))}
    try:
        with time_machine.travel(THERE, tick=False):
            yield
    finally:
        for name in (*AHEAD, "PYTHONPATH"):
            del os.environ[name]
        os.environ |= {name: before[name] for name in ("PYTHONPATH",) if name in before}


def path(*folders: Path | str) -> str:
    """`PYTHONPATH` of a program that is given its own, and shall live at the tests' hour."""
    return os.pathsep.join(map(str, (CLOCK, *folders)))


def elsewhere() -> float:
    """This moment in the programs that a test has started: their clock goes on."""
    return time_machine.escape_hatch.time.time() + float(AHEAD["TESTS_AHEAD_S"])
